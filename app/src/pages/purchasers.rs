//! 采购人列表.

use super::{
    chosen::{self, Choose, Ticked},
    found_by, list_actions, named,
    trade::certification_badge,
    unit_table::account_cell,
};
use crate::{
    api::{account::ResendToPurchasers, purchaser::list_purchasers},
    components::{PageTitle, SearchForm, empty, filter, neighbours, skeleton, unavailable},
    i18n::use_lang,
    purchaser_query::{href, is_filtered, parse},
    session::me,
};
use domain::{
    Certification, PurchaserKind, Template,
    view::{AccountState, PurchaserQuery, PurchaserRow, PurchasersPage as Rows, Total, UnitRef},
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
    let resend = ServerAction::<ResendToPurchasers>::new();
    let sent = resend.version();
    let rows = Resource::new(move || (query.get(), sent.get()), |(query, _)| list_purchasers(query));
    let unit = Memo::new(move |_| query.with(|query| query.unit));
    let place = named(unit);
    let ticked = Ticked::default();
    let edits = me().is_some_and(|me| me.unit.is_some());
    let export = move || href("/purchasers/export.xlsx", &PurchaserQuery { at: None, ..query.get() });
    let crumbs = vec![(lang.section(Template::Purchasers).to_owned(), None)];
    view! {
        <PageTitle title=lang.purchasers_title() crumbs>
            {list_actions(lang, export, edits.then(|| ("/purchasers/new", lang.purchasers_add())))}
        </PageTitle>
        {chosen::told(lang, Template::Purchasers, resend, lang.purchasers_deleted())}
        {search(lang, query)}
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                let place = place.await;
                match rows.await {
                    Ok(page) => {
                        let query = query.get_untracked();
                        let total = page.total;
                        let rows = if page.rows.is_empty() {
                            none(lang, is_filtered(&query))
                        } else {
                            list(lang, &query, page, ticked, resend)
                        };
                        found(lang, &query, total, place, rows)
                    }
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
    let of = move |word: fn(&PurchaserQuery) -> Option<&'static str>| {
        Signal::derive(move || query.with(|query| word(query).unwrap_or_default().to_owned()))
    };
    let state = of(|query| query.state.map(AccountState::as_str));
    let certification = of(|query| query.certification.map(Certification::as_str));
    let kind = of(|query| query.kind.map(PurchaserKind::as_str));
    // A purchaser's account is opened with it.
    let states = AccountState::ALL.into_iter().filter(|state| *state != AccountState::NotIssued);
    let states = states.map(|state| (state.as_str().to_owned(), lang.account_state(state))).collect();
    let certifications = Certification::ALL.map(|state| (state.as_str().to_owned(), lang.certification(state)));
    let kinds = PurchaserKind::ALL.map(|kind| (kind.as_str().to_owned(), lang.purchaser_kind(kind)));
    let unit = move || {
        query.with(|query| query.unit.map(|unit| view! { <input type="hidden" name="unit" value=unit.to_string()/> }))
    };
    view! {
        <div class="manage-filters">
            <SearchForm path=PATH label=lang.manage_search() typed>
                {filter("state", lang.unit_account_state(), Some(lang.manage_any_state()), states, state)}
                {filter(
                    "certification",
                    lang.trade_state(),
                    Some(lang.purchasers_any_certification()),
                    certifications.into(),
                    certification,
                )}
                {filter("kind", lang.trade_kind(), Some(lang.purchasers_any_kind()), kinds.into(), kind)}
                {unit}
            </SearchForm>
        </div>
    }
    .into_any()
}

/// How many there are, and by what they were found.
fn found(lang: Lang, query: &PurchaserQuery, total: Total, place: Option<UnitRef>, rows: AnyView) -> AnyView {
    let filtered = is_filtered(query);
    let first = PurchaserQuery { at: None, ..query.clone() };
    let chip = |label: String, without: PurchaserQuery| (label, href(PATH, &without));
    let chips = [
        (!query.search.is_empty()).then(|| {
            chip(lang.manage_contains(&query.search), PurchaserQuery { search: String::new(), ..first.clone() })
        }),
        query.state.map(|s| chip(lang.account_state(s).to_owned(), PurchaserQuery { state: None, ..first.clone() })),
        query
            .certification
            .map(|c| chip(lang.certification(c).to_owned(), PurchaserQuery { certification: None, ..first.clone() })),
        query.kind.map(|k| chip(lang.purchaser_kind(k).to_owned(), PurchaserQuery { kind: None, ..first.clone() })),
        place.map(|unit| chip(lang.manage_below(&unit.name), PurchaserQuery { unit: None, ..first.clone() })),
    ];
    let clear = filtered.then_some(PATH);
    found_by(
        lang,
        lang.purchasers_found(total.number(), filtered),
        total,
        chips.into_iter().flatten().collect(),
        clear,
        rows,
    )
}

fn list(
    lang: Lang,
    query: &PurchaserQuery,
    page: Rows,
    ticked: Ticked,
    resend: ServerAction<ResendToPurchasers>,
) -> AnyView {
    let there = |at: String| href(PATH, &PurchaserQuery { at: Some(at), ..query.clone() });
    let choose = Choose::new(Template::Purchasers, ticked, page.rows.len());
    let rows = page.rows.into_iter().map(|purchaser| row(lang, choose, purchaser)).collect_view();
    let table = view! {
        <div class="table-frame">
            <table class="table is-cards">
                <thead>
                    <tr>
                        {choose.head(lang)}
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
    }
    .into_any();
    view! {
        {choose.form(lang, table, resend)}
        {neighbours(lang, page.previous.map(there), page.next.map(there))}
    }
    .into_any()
}

fn row(lang: Lang, choose: Choose, purchaser: PurchaserRow) -> AnyView {
    view! {
        <tr>
            {choose.cell(lang, purchaser.id.to_string(), &purchaser.name)}
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
