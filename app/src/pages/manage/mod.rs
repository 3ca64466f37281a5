//! 预算单位管理: the subtree as a tree beside a table, with what is done to units.

mod tree;

use crate::{
    api::{account::ResendToUnits, unit::list_units},
    components::{PageTitle, SearchForm, filter, skeleton, unavailable},
    i18n::use_lang,
    pages::{
        chosen::{self, Choose, Ticked},
        found_by, list_actions, named, unit_table,
    },
    session::me,
    unit_query,
};
use domain::{
    AdminLevel, Template,
    view::{AccountState, Total, UnitQuery, UnitRef, UnitSort, UnitsPage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

const PATH: &str = "/units/manage";

/// The page. What is searched for, its order and which page is open live in the URL.
#[component]
pub(crate) fn ManagePage() -> impl IntoView {
    let lang = use_lang();
    let params = use_query_map();
    let query = Memo::new(move |_| unit_query::parse(|name| params.read().get(name)));
    let resend = ServerAction::<ResendToUnits>::new();
    let sent = resend.version();
    let rows = Resource::new(move || (query.get(), sent.get()), |(query, _)| list_units(query));
    let region = Memo::new(move |_| query.with(|query| query.region));
    let place = named(region);
    let ticked = Ticked::default();
    let edits = me().is_some_and(|me| me.unit.is_some());
    let crumbs = vec![(lang.section(Template::Units).to_owned(), None)];
    let export = move || unit_query::href("/units/export.xlsx", &UnitQuery { at: None, ..query.get() });
    view! {
        <PageTitle title=lang.manage_title() crumbs>
            {list_actions(lang, export, edits.then(|| ("/units/new", lang.manage_add())))}
        </PageTitle>
        {chosen::told(lang, Template::Units, resend, lang.manage_deleted())}
        <div class="manage">
            {tree::panel(lang, query)}
            <div class="manage-main">
                {filters(lang, query)}
                <Transition fallback=|| skeleton(8)>
                    {move || Suspend::new(async move {
                        let place = place.await;
                        match rows.await {
                            Ok(page) => {
                                let query = query.get_untracked();
                                let total = page.total;
                                let rows = if page.rows.is_empty() {
                                    unit_table::none(lang, PATH, &query)
                                } else {
                                    table(lang, &query, page, ticked, resend)
                                };
                                found(lang, &query, total, place, rows)
                            }
                            Err(error) => unavailable(lang, &error),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
    .into_any()
}

/// Search, account state, level and order; what the tree says stays.
fn filters(lang: Lang, query: Memo<UnitQuery>) -> AnyView {
    let typed = Signal::derive(move || query.with(|query| query.search.clone()));
    let state = Signal::derive(move || query.with(|query| query.state.map_or("", AccountState::as_str).to_owned()));
    let level =
        move || query.with(|query| query.admin_level.map(|level| level.index().to_string()).unwrap_or_default());
    let sort = Signal::derive(move || query.with(|query| query.sort.as_str().to_owned()));
    let states = AccountState::ALL.map(|state| (state.as_str().to_owned(), lang.account_state(state)));
    let levels = AdminLevel::ALL.map(|level| (level.index().to_string(), lang.admin_level(level)));
    let sorts = UnitSort::ALL.map(|sort| (sort.as_str().to_owned(), lang.unit_sort(sort)));
    let sms =
        move || query.with(|query| query.unreached.then(|| view! { <input type="hidden" name="sms" value="failed"/> }));
    let region = move || {
        query
            .with(|query| query.region.map(|unit| view! { <input type="hidden" name="below" value=unit.to_string()/> }))
    };
    view! {
        <div class="manage-filters">
            <SearchForm path=PATH label=lang.manage_search() typed>
                {filter("state", lang.unit_account_state(), Some(lang.manage_any_state()), states.into(), state)}
                {filter("level", lang.unit_admin_level(), Some(lang.manage_any_level()), levels.into(), Signal::derive(level))}
                {filter("sort", lang.manage_order(), None, sorts.into(), sort)}
                {sms}
                {region}
            </SearchForm>
        </div>
    }
    .into_any()
}

/// How many there are, and by what they were found, each with a way to do without it.
fn found(lang: Lang, query: &UnitQuery, total: Total, place: Option<UnitRef>, rows: AnyView) -> AnyView {
    let filtered = unit_query::is_filtered(query);
    let first = UnitQuery { at: None, ..query.clone() };
    let chip = |label: String, without: UnitQuery| (label, unit_query::href(PATH, &without));
    let chips = [
        (!query.search.is_empty())
            .then(|| chip(lang.manage_contains(&query.search), UnitQuery { search: String::new(), ..first.clone() })),
        query.state.map(|s| chip(lang.account_state(s).to_owned(), UnitQuery { state: None, ..first.clone() })),
        query
            .admin_level
            .map(|l| chip(lang.admin_level(l).to_owned(), UnitQuery { admin_level: None, ..first.clone() })),
        query
            .unreached
            .then(|| chip(lang.units_sms_failed().to_owned(), UnitQuery { unreached: false, ..first.clone() })),
        place.map(|unit| chip(lang.manage_below(&unit.name), UnitQuery { region: None, ..first.clone() })),
    ];
    let clear = filtered.then_some(PATH);
    found_by(
        lang,
        lang.units_found(total.number(), filtered),
        total,
        chips.into_iter().flatten().collect(),
        clear,
        rows,
    )
}

fn table(
    lang: Lang,
    query: &UnitQuery,
    page: UnitsPage,
    ticked: Ticked,
    resend: ServerAction<ResendToUnits>,
) -> AnyView {
    let choose = Choose::new(Template::Units, ticked, page.rows.len());
    let table = unit_table::table(lang, PATH, query, page.rows, Some(choose));
    view! {
        {choose.form(lang, table, resend)}
        {unit_table::neighbours(lang, PATH, query, page.previous, page.next)}
    }
    .into_any()
}
