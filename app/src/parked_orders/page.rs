//! 待匹配订单: the list, and what to do.

use super::api::{MatchParkedOrders, list_parked_orders};
use crate::{
    components::{PageTitle, SearchForm, SubmitButton, empty, filter, onwards, skeleton, table_head, unavailable},
    forms::{ServerForm, failure, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    lists::{query_in_address, signal_of},
    routes::{ListQuery, Route, UrlQuery, parameter},
    time::moment,
};
use domain::{
    order::{ParkedItem, ParkedPage, ParkedQuery, UnknownPart},
    paging::BoundedCount,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The page. The conditions and the open page are in the URL.
#[component]
pub(crate) fn ParkedOrdersPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<ParkedQuery>();
    let records = Resource::new(move || query.get(), list_parked_orders);
    let matched = use_query_map()
        .with_untracked(|query| query.get_str(parameter::MATCHED).and_then(|number| number.parse::<u32>().ok()));
    let matched = matched.map(|number| {
        view! {
            <p class="notice is-good is-done" role="status">
                <span aria-hidden="true">"✓ "</span>
                {lang.parked_matched(number)}
            </p>
        }
    });
    let reasons = UnknownPart::ALL.map(|reason| (reason.as_str().to_owned(), lang.unknown_part(reason))).to_vec();
    let reason = signal_of(query, |query| query.reason.map(|reason| reason.as_str().to_owned()));
    view! {
        <PageTitle title=lang.parked_title() lead=lang.parked_lead()>
            <MatchForm/>
        </PageTitle>
        {matched}
        <div class="order-search">
            <SearchForm
                page=Route::ParkedOrders
                label=lang.parked_search()
                text=signal_of(query, |query| Some(query.search.clone()))
            >
                {filter(parameter::STATE, lang.parked_reason(), Some(lang.parked_any_reason()), reasons, reason)}
            </SearchForm>
        </div>
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match records.await {
                    Ok(page) => list(lang, &query.get_untracked(), page),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn list(lang: Lang, query: &ParkedQuery, page: ParkedPage) -> AnyView {
    let is_filtered = query.is_filtered();
    if page.rows.is_empty() {
        let all = view! { <a class="button" href=Route::ParkedOrders>{lang.clear_search()}</a> };
        return if is_filtered || query.after.is_some() {
            empty(lang.parked_no_match(), lang.orders_no_match_help(), all.into_any())
        } else {
            empty(lang.parked_none(), lang.parked_none_help(), ().into_any())
        };
    }
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let back = query.after.as_ref().map(|_| {
        view! { <a class="button" href=query.first_page().href(Route::ParkedOrders)>{lang.parked_first()}</a> }
    });
    let next = page.next.map(|key| query.at_cursor(Some(key)).href(Route::ParkedOrders));
    let heads = [
        (lang.order_number(), None),
        (lang.parked_purchaser(), None),
        (lang.parked_reason(), None),
        (lang.parked_to_do(), None),
        (lang.order_received_at(), None),
    ];
    view! {
        <div class="found manage-found">
            <span role="status">{lang.parked_found(page.total.number())} {more}</span>
            {is_filtered.then(|| view! { <a href=Route::ParkedOrders>{lang.clear_search()}</a> })}
        </div>
        <div class="table-frame">
            <table class="table is-cards">
                {table_head(heads)}
                <tbody>{page.rows.into_iter().map(|record| row(lang, record)).collect_view()}</tbody>
            </table>
        </div>
        {onwards(lang, back, next)}
    }
    .into_any()
}

fn row(lang: Lang, record: ParkedItem) -> AnyView {
    view! {
        <tr>
            <td class="cell-main">
                <span class="digits">{record.number}</span>
                <span class="cell-more">{lang.order_revision(record.revision)}</span>
            </td>
            <td class="digits" data-label=lang.parked_purchaser()>{record.purchaser}</td>
            <td data-label=lang.parked_reason()>
                {lang.unknown_part(record.reason)}
                <span class="cell-more">{record.unknown}</span>
            </td>
            <td data-label=lang.parked_to_do()>{lang.parked_to_do_about(record.reason)}</td>
            <td class="cell-time" data-label=lang.order_received_at()>{moment(lang, record.received_at)}</td>
        </tr>
    }
    .into_any()
}

/// 重新匹配.
#[component]
fn MatchForm() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<MatchParkedOrders>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    view! {
        <ServerForm action>
            {failure(lang, lang.not_saved(), problem)}
            <SubmitButton label=lang.parked_match() busy=lang.parked_matching() pending=pending(action) aside=true/>
        </ServerForm>
    }
    .into_any()
}
