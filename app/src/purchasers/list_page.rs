//! 采购人列表.

use super::api::list_purchasers;
use crate::{
    accounts::api::ResendToPurchasers,
    components::{SearchForm, account_cell, certification_badge, column_heads, filter},
    i18n::use_lang,
    lists::{
        ListPage, Results, RowSelection, SelectedRows, hidden_inputs, list_page, no_match, query_in_address, signal_of,
    },
    routes::{ListQuery, Route, parameter},
    units::unit_name,
};
use domain::{
    Certification, PurchaserKind, Template,
    account::AccountState,
    purchaser::{PurchaserListItem, PurchaserQuery, PurchasersPage as Page},
    unit::UnitRef,
};
use leptos::prelude::*;
use texts::Lang;

/// The page. The conditions and the open page are in the URL.
#[component]
pub(crate) fn PurchasersPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<PurchaserQuery>();
    let resend = ServerAction::<ResendToPurchasers>::new();
    let sent = resend.version();
    let selected = SelectedRows::default();
    let page = ListPage {
        template: Template::Purchasers,
        title: lang.purchasers_title(),
        add: (Route::NewPurchaser, lang.purchasers_add()),
        query,
        rows: Resource::new(move || (query.get(), sent.get()), |(query, _)| list_purchasers(query)),
        unit: unit_name(move || query.with(|query| query.unit)),
    };
    let frame = |list| view! { {filters(lang, query)} {list} }.into_any();
    list_page(page, resend, frame, move |lang, query, unit, rows| results(lang, query, unit, rows, selected, resend))
}

/// Search, account state, certification and kind. The condition of the unit stays.
fn filters(lang: Lang, query: Memo<PurchaserQuery>) -> AnyView {
    let state = signal_of(query, |query| query.state.map(|state| state.as_str().to_owned()));
    let certification = signal_of(query, |query| query.certification.map(|state| state.as_str().to_owned()));
    let kind = signal_of(query, |query| query.kind.map(|kind| kind.as_str().to_owned()));
    // A purchaser's account is opened together with the purchaser.
    let states = AccountState::ALL.into_iter().filter(|state| *state != AccountState::NotIssued);
    let states = states.map(|state| (state.as_str().to_owned(), lang.account_state(state))).collect();
    let certifications = Certification::ALL.map(|state| (state.as_str().to_owned(), lang.certification(state)));
    let kinds = PurchaserKind::ALL.map(|kind| (kind.as_str().to_owned(), lang.purchaser_kind(kind)));
    view! {
        <div class="manage-filters">
            <SearchForm
                page=Route::Purchasers
                label=lang.manage_search()
                text=signal_of(query, |query| Some(query.search.clone()))
                hidden=hidden_inputs(query, &[parameter::UNIT])
            >
                {filter(parameter::STATE, lang.unit_account_state(), Some(lang.manage_any_state()), states, state)}
                {filter(
                    parameter::CERTIFICATION,
                    lang.trade_state(),
                    Some(lang.purchasers_any_certification()),
                    certifications.into(),
                    certification,
                )}
                {filter(parameter::KIND, lang.trade_kind(), Some(lang.purchasers_any_kind()), kinds.into(), kind)}
            </SearchForm>
        </div>
    }
    .into_any()
}

fn results(
    lang: Lang,
    query: &PurchaserQuery,
    unit: Option<UnitRef>,
    page: Page,
    selected: SelectedRows,
    resend: ServerAction<ResendToPurchasers>,
) -> Results<PurchaserQuery> {
    let first = query.first_page();
    let chips = [
        (!query.search.is_empty())
            .then(|| (lang.manage_contains(&query.search), PurchaserQuery { search: String::new(), ..first.clone() })),
        query.state.map(|s| (lang.account_state(s).to_owned(), PurchaserQuery { state: None, ..first.clone() })),
        query
            .certification
            .map(|c| (lang.certification(c).to_owned(), PurchaserQuery { certification: None, ..first.clone() })),
        query.kind.map(|k| (lang.purchaser_kind(k).to_owned(), PurchaserQuery { kind: None, ..first.clone() })),
        unit.map(|unit| (lang.manage_below(&unit.name), PurchaserQuery { unit: None, ..first.clone() })),
    ];
    let total = page.total;
    let list = if page.rows.is_empty() {
        let filtered = (lang.purchasers_not_found(), lang.purchasers_not_found_help());
        let none = (lang.purchasers_none(), lang.purchasers_none_help());
        no_match(lang, Template::Purchasers, Route::Purchasers, query.is_filtered(), filtered, none)
    } else {
        let selection = RowSelection::new(Template::Purchasers, selected, page.rows.len());
        let table = table(lang, selection, page.rows);
        selection.list(lang, table, resend, query, (page.previous, page.next))
    };
    Results {
        total,
        text: lang.purchasers_found(total.number(), query.is_filtered()),
        chips: chips.into_iter().flatten().collect(),
        list,
    }
}

fn table(lang: Lang, selection: RowSelection, rows: Vec<PurchaserListItem>) -> AnyView {
    let rows = rows.into_iter().map(|purchaser| row(lang, selection, purchaser)).collect_view();
    let heads = [
        (lang.trade_name(), None),
        (lang.purchasers_account(), None),
        (lang.trade_state(), None),
        (lang.trade_kind(), None),
        (lang.trade_unit(), None),
        (lang.unit_contact(), None),
    ];
    view! {
        <div class="table-frame">
            <table class="table is-cards">
                <thead>
                    <tr>
                        {selection.head(lang)}
                        {column_heads(heads)}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(lang: Lang, selection: RowSelection, purchaser: PurchaserListItem) -> AnyView {
    view! {
        <tr>
            {selection.cell(lang, purchaser.id.to_string(), &purchaser.name)}
            <td class="cell-main">
                <a href=Route::Purchaser(purchaser.id)>{purchaser.name}</a>
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
