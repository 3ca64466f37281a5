//! 预算单位管理: the subtree as a tree beside a list with bulk actions.

use super::{api::list_units, table, tree, unit_name};
use crate::{
    accounts::api::ResendToUnits,
    components::{SearchForm, filter},
    i18n::use_lang,
    lists::{ListPage, Results, RowSelection, SelectedRows, hidden_inputs, list_page, query_in_address, signal_of},
    routes::{ListQuery, Route, parameter},
};
use domain::{
    AdminLevel, Template,
    account::AccountState,
    unit::{UnitQuery, UnitRef, UnitSort, UnitsPage},
};
use leptos::prelude::*;
use texts::Lang;

/// The page. The conditions, the order and the open page are in the URL.
#[component]
pub(crate) fn ManageUnitsPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<UnitQuery>();
    let resend = ServerAction::<ResendToUnits>::new();
    let sent = resend.version();
    let selected = SelectedRows::default();
    let page = ListPage {
        template: Template::Units,
        title: lang.manage_title(),
        add: (Route::NewUnit, lang.manage_add()),
        query,
        rows: Resource::new(move || (query.get(), sent.get()), |(query, _)| list_units(query)),
        unit: unit_name(move || query.with(|query| query.region)),
    };
    let frame = |list| {
        view! {
            <div class="manage">
                {tree::tree_panel(lang, query)}
                <div class="manage-main">
                    {filters(lang, query)}
                    {list}
                </div>
            </div>
        }
        .into_any()
    };
    list_page(page, resend, frame, move |lang, query, unit, rows| results(lang, query, unit, rows, selected, resend))
}

/// Search, account state, level and order. The conditions of the tree and of the desktop's links stay.
fn filters(lang: Lang, query: Memo<UnitQuery>) -> AnyView {
    let state = signal_of(query, |query| query.state.map(|state| state.as_str().to_owned()));
    let level = signal_of(query, |query| query.admin_level.map(|level| level.index().to_string()));
    let sort = signal_of(query, |query| Some(query.sort.as_str().to_owned()));
    let states = AccountState::ALL.map(|state| (state.as_str().to_owned(), lang.account_state(state)));
    let levels = AdminLevel::ALL.map(|level| (level.index().to_string(), lang.admin_level(level)));
    let sorts = UnitSort::ALL.map(|sort| (sort.as_str().to_owned(), lang.unit_sort(sort)));
    view! {
        <div class="manage-filters">
            <SearchForm
                page=Route::ManageUnits
                label=lang.manage_search()
                text=signal_of(query, |query| Some(query.search.clone()))
                hidden=hidden_inputs(query, &[parameter::SMS, parameter::BELOW])
            >
                {filter(parameter::STATE, lang.unit_account_state(), Some(lang.manage_any_state()), states.into(), state)}
                {filter(parameter::ADMIN_LEVEL, lang.unit_admin_level(), Some(lang.manage_any_level()), levels.into(), level)}
                {filter(parameter::SORT, lang.manage_order(), None, sorts.into(), sort)}
            </SearchForm>
        </div>
    }
    .into_any()
}

fn results(
    lang: Lang,
    query: &UnitQuery,
    unit: Option<UnitRef>,
    page: UnitsPage,
    selected: SelectedRows,
    resend: ServerAction<ResendToUnits>,
) -> Results<UnitQuery> {
    let first = query.first_page();
    let chips = [
        (!query.search.is_empty())
            .then(|| (lang.manage_contains(&query.search), UnitQuery { search: String::new(), ..first.clone() })),
        query.state.map(|s| (lang.account_state(s).to_owned(), UnitQuery { state: None, ..first.clone() })),
        query.admin_level.map(|l| (lang.admin_level(l).to_owned(), UnitQuery { admin_level: None, ..first.clone() })),
        query.unreached.then(|| (lang.units_sms_failed().to_owned(), UnitQuery { unreached: false, ..first.clone() })),
        unit.map(|unit| (lang.manage_below(&unit.name), UnitQuery { region: None, ..first.clone() })),
    ];
    let total = page.total;
    let list = if page.rows.is_empty() {
        table::no_units(lang, Route::ManageUnits, query)
    } else {
        let selection = RowSelection::new(Template::Units, selected, page.rows.len());
        let (rows, previous, next) = (page.rows, page.previous, page.next);
        let table = table::units_table(lang, Route::ManageUnits, query, rows, Some(selection));
        selection.list(lang, table, resend, query, (previous, next))
    };
    Results {
        total,
        text: lang.units_found(total.number(), query.is_filtered()),
        chips: chips.into_iter().flatten().collect(),
        list,
    }
}
