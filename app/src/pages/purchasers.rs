//! 采购人列表.

use super::{done_notice, list_actions, trade::certification_badge, unit_table::account_cell};
use crate::{
    api::purchaser::list_purchasers,
    components::{PageTitle, SearchForm, empty, neighbours, skeleton, unavailable},
    i18n::use_lang,
    purchaser_query::{href, is_filtered, parse},
    session::me,
};
use domain::{
    Certification, PurchaserKind, Template,
    view::{AccountState, PurchaserQuery, PurchaserRow, PurchasersPage as Rows, Total},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

const PATH: &str = "/purchasers";

/// The page. What is searched for and which page is open live in the URL.
#[component]
pub(crate) fn PurchasersPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_query_map();
    let query = Memo::new(move |_| parse(|name| params.read().get(name)));
    let rows = Resource::new(move || query.get(), list_purchasers);
    let edits = me().is_some_and(|me| me.unit.is_some());
    let export = move || href("/purchasers/export.xlsx", &PurchaserQuery { at: None, ..query.get() });
    let deleted = params.with_untracked(|params| params.get_str("done") == Some("deleted"));
    let crumbs = vec![(lang.section(Template::Purchasers).to_owned(), None)];
    view! {
        <PageTitle title=lang.purchasers_title() crumbs>
            {list_actions(lang, export, edits.then(|| ("/purchasers/new", lang.purchasers_add())))}
        </PageTitle>
        {deleted.then(|| done_notice(lang.purchasers_deleted()))}
        {search(lang, query)}
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match rows.await {
                    Ok(rows) => list(lang, &query.get_untracked(), rows),
                    Err(error) => unavailable(lang, &error),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Search, account state, certification and kind; the unit stays.
fn search(lang: Lang, query: Memo<PurchaserQuery>) -> AnyView {
    let typed = Signal::derive(move || query.with(|query| query.search.clone()));
    let state = move || query.with(|query| query.state.map_or("", AccountState::as_str));
    let certification = move || query.with(|query| query.certification.map_or("", Certification::as_str));
    let kind = move || query.with(|query| query.kind.map_or("", PurchaserKind::as_str));
    let states = AccountState::ALL
        .into_iter()
        // A purchaser's account is opened with it.
        .filter(|s| *s != AccountState::NotIssued)
        .map(|s| view! { <option value=s.as_str() selected=move || state() == s.as_str()>{lang.account_state(s)}</option> })
        .collect::<Vec<_>>();
    let certifications = Certification::ALL
        .into_iter()
        .map(|c| view! { <option value=c.as_str() selected=move || certification() == c.as_str()>{lang.certification(c)}</option> })
        .collect::<Vec<_>>();
    let kinds = PurchaserKind::ALL
        .into_iter()
        .map(|k| view! { <option value=k.as_str() selected=move || kind() == k.as_str()>{lang.purchaser_kind(k)}</option> })
        .collect::<Vec<_>>();
    let unit = move || {
        query.with(|query| query.unit.map(|unit| view! { <input type="hidden" name="unit" value=unit.to_string()/> }))
    };
    view! {
        <div class="manage-filters">
            <SearchForm path=PATH label=lang.manage_search() typed>
                <select name="state" aria-label=lang.unit_account_state() prop:value=state>
                    <option value="">{lang.manage_any_state()}</option>
                    {states}
                </select>
                <select name="certification" aria-label=lang.trade_state() prop:value=certification>
                    <option value="">{lang.purchasers_any_certification()}</option>
                    {certifications}
                </select>
                <select name="kind" aria-label=lang.trade_kind() prop:value=kind>
                    <option value="">{lang.purchasers_any_kind()}</option>
                    {kinds}
                </select>
                {unit}
            </SearchForm>
        </div>
    }
    .into_any()
}

fn list(lang: Lang, query: &PurchaserQuery, page: Rows) -> AnyView {
    let filtered = is_filtered(query);
    if page.rows.is_empty() {
        return none(lang, filtered);
    }
    let more = matches!(page.total, Total::MoreThan(_)).then_some("+");
    let clear = filtered.then(|| view! { " " <a href=PATH>{lang.clear_search()}</a> });
    let there = |at: String| href(PATH, &PurchaserQuery { at: Some(at), ..query.clone() });
    let rows = page.rows.into_iter().map(|purchaser| row(lang, purchaser)).collect_view();
    view! {
        <p class="found" role="status">{lang.purchasers_found(page.total.number(), filtered)} {more} {clear}</p>
        <div class="table-frame">
            <table class="table is-cards">
                <thead>
                    <tr>
                        <th scope="col">{lang.trade_name()}</th>
                        <th scope="col">{lang.purchasers_account()}</th>
                        <th scope="col">{lang.trade_state()}</th>
                        <th scope="col">{lang.trade_kind()}</th>
                        <th scope="col">{lang.trade_unit()}</th>
                        <th scope="col">{lang.unit_contact()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {neighbours(lang, page.previous.map(there), page.next.map(there))}
    }
    .into_any()
}

fn row(lang: Lang, purchaser: PurchaserRow) -> AnyView {
    view! {
        <tr>
            <td class="cell-main">
                <a href=format!("{PATH}/{}", purchaser.id)>{purchaser.name}</a>
                <span class="cell-more">{purchaser.code}</span>
            </td>
            {account_cell(lang, purchaser.login, purchaser.account, purchaser.sms)}
            <td data-label=lang.trade_state()>{certification_badge(lang, purchaser.certification)}</td>
            <td data-label=lang.trade_kind()>{lang.purchaser_kind(purchaser.kind)}</td>
            <td data-label=lang.trade_unit()>{purchaser.unit.name}</td>
            <td data-label=lang.unit_contact()>
                <span>{purchaser.contact}</span>
                <span class="cell-more digits">{purchaser.mobile}</span>
            </td>
        </tr>
    }
    .into_any()
}

/// No purchaser fits, or there is none yet: what belongs here, and the first step.
fn none(lang: Lang, filtered: bool) -> AnyView {
    if filtered {
        let clear = view! { <a class="button" href=PATH>{lang.clear_search()}</a> }.into_any();
        return empty(lang.purchasers_not_found(), lang.purchasers_not_found_help(), clear);
    }
    let template = Template::Purchasers;
    let first = me().is_some_and(|me| me.unit.is_some()).then(|| {
        view! { <a class="button is-primary" href=super::import::path(template)>{lang.import_title(template)}</a> }
    });
    empty(lang.purchasers_none(), lang.purchasers_none_help(), first.into_any())
}
