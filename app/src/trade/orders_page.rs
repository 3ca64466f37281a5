//! 我的订单: the list.

use super::api::list_orders;
use crate::{
    components::{
        NUMBER, PageTitle, SearchForm, Tone, badge, empty, filter, onwards, skeleton, table_head, unavailable,
    },
    current_account::current_account,
    i18n::use_lang,
    lists::{query_in_address, signal_of},
    routes::{Endpoint, ListQuery, Route, UrlQuery, parameter},
    time::moment,
};
use domain::{
    Certification, Money,
    account::Portal,
    order::{OrderFilter, OrderListItem, OrderQuery, OrderState, OrdersPage as Page},
    paging::BoundedCount,
};
use leptos::prelude::*;
use texts::{Lang, yuan};

/// The page. The conditions and the open page are in the URL.
#[component]
pub(crate) fn OrdersPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<OrderQuery>();
    let orders = Resource::new(move || query.get(), list_orders);
    let export = move || query.get().first_page().href(Endpoint::ExportOrders);
    view! {
        <PageTitle title=lang.trade_orders() lead=lang.orders_lead()>
            <a class="button" href=export download rel="external">
                <span aria-hidden="true">"↓ "</span>
                {lang.manage_export()}
            </a>
        </PageTitle>
        <div class="order-search">{search(lang, query)}</div>
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match orders.await {
                    Ok(page) => list(lang, &query.get_untracked(), page),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn search(lang: Lang, query: Memo<OrderQuery>) -> AnyView {
    let states = OrderFilter::ALL.map(|state| (state.as_str().to_owned(), lang.order_filter(state))).to_vec();
    let state = signal_of(query, |query| query.state.map(|state| state.as_str().to_owned()));
    let day = move |name: &'static str, label: &'static str, value: fn(&OrderQuery) -> Option<String>| {
        let value = signal_of(query, value);
        view! {
            <label class="search-day">
                <span>{label}</span>
                <input type="date" name=name value=value.get_untracked() prop:value=value/>
            </label>
        }
    };
    view! {
        <SearchForm
            page=Route::TradeOrders
            label=lang.orders_search()
            text=signal_of(query, |query| Some(query.search.clone()))
        >
            {filter(parameter::STATE, lang.order_state_head(), Some(lang.orders_any_state()), states, state)}
            {day(parameter::FROM, lang.orders_from(), |query| query.from.map(|day| day.to_string()))}
            {day(parameter::UNTIL, lang.orders_until(), |query| query.until.map(|day| day.to_string()))}
        </SearchForm>
    }
    .into_any()
}

fn list(lang: Lang, query: &OrderQuery, page: Page) -> AnyView {
    let back = query.after.map(|_| {
        view! { <a class="button" href=query.first_page().href(Route::TradeOrders)>{lang.orders_first()}</a> }
    });
    let is_filtered = query.is_filtered();
    if page.rows.is_empty() {
        return if is_filtered {
            let all = view! { <a class="button" href=Route::TradeOrders>{lang.clear_search()}</a> };
            empty(lang.orders_no_match(), lang.orders_no_match_help(), all.into_any())
        } else {
            none(lang, back.into_any())
        };
    }
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let next = page.next.map(|id| query.at_cursor(Some(id.to_string())).href(Route::TradeOrders));
    let heads = [
        (lang.order_number(), None),
        (lang.order_supplier(), None),
        (lang.order_payer(), None),
        (lang.order_line_amount(), NUMBER),
        (lang.order_state_head(), None),
        (lang.order_ordered_at(), None),
    ];
    view! {
        <div class="found manage-found">
            <span role="status">{lang.orders_found(page.total.number())} {more}</span>
            {is_filtered.then(|| view! { <a href=Route::TradeOrders>{lang.clear_search()}</a> })}
        </div>
        <div class="table-frame">
            <table class="table is-cards">
                {table_head(heads)}
                <tbody>{page.rows.into_iter().map(|order| row(lang, order)).collect_view()}</tbody>
            </table>
        </div>
        {onwards(lang, back, next)}
    }
    .into_any()
}

fn row(lang: Lang, order: OrderListItem) -> AnyView {
    let refunded = partly_refunded(lang, &order).map(|text| view! { <span class="cell-more">{text}</span> });
    view! {
        <tr>
            <td class="cell-main"><a class="digits" href=Route::TradeOrder(order.id)>{order.number}</a></td>
            <td data-label=lang.order_supplier()>{order.supplier}</td>
            <td data-label=lang.order_payer()>{lang.payer(order.payer)}</td>
            <td class="number" data-label=lang.order_line_amount()>{yuan(order.amount)}</td>
            <td class="cell-time" data-label=lang.order_state_head()>{order_badge(lang, order.state)} {refunded}</td>
            <td class="cell-time" data-label=lang.order_ordered_at()>{moment(lang, order.ordered_at)}</td>
        </tr>
    }
    .into_any()
}

/// How much was refunded of an order that is not refunded as a whole; none if nothing was.
pub(super) fn partly_refunded(lang: Lang, order: &OrderListItem) -> Option<String> {
    let partly = order.refunded > Money::ZERO && order.state != OrderState::Refunded;
    partly.then(|| lang.order_partly_refunded(&yuan(order.refunded)))
}

/// The state of an order.
pub(super) fn order_badge(lang: Lang, state: OrderState) -> AnyView {
    let (tone, sign) = match state {
        OrderState::Unpaid | OrderState::Shipped => (Tone::Warning, "!"),
        OrderState::Paid | OrderState::Accepted => (Tone::Info, "…"),
        OrderState::Evaluated => (Tone::Good, "✓"),
        OrderState::Refunded => (Tone::Quiet, "–"),
    };
    badge(tone, sign, lang.order_state(state))
}

/// There are no orders yet. A purchaser that is not certified is led to its data.
fn none(lang: Lang, back: AnyView) -> AnyView {
    let state =
        current_account().and_then(|account| account.purchaser).map_or(Certification::None, |own| own.certification);
    let step = (state != Certification::Certified).then(
        || view! { <a class="button is-primary" href=Route::Profile(Portal::Trading)>{lang.trade_profile()}</a> },
    );
    empty(lang.trade_orders_none(), no_orders_reason(lang, state), view! { {back} {step} }.into_any())
}

/// Why there are no orders.
const fn no_orders_reason(lang: Lang, state: Certification) -> &'static str {
    match state {
        Certification::Certified => lang.trade_orders_certified(),
        _ => lang.trade_orders_uncertified(),
    }
}
