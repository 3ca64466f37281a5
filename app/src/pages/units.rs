//! 预算单位列表.

use super::unit_table;
use crate::{
    api::unit::list_units,
    components::{PageTitle, SearchForm, skeleton, unavailable},
    i18n::use_lang,
    session::me,
    unit_query,
};
use domain::{
    Template,
    view::{AccountState, Total, UnitQuery, UnitsPage as Rows},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

const PATH: &str = "/units";

/// The page. What is searched for and which page is open live in the URL.
#[component]
pub(crate) fn UnitsPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_query_map();
    let query = Memo::new(move |_| unit_query::parse(|name| params.read().get(name)));
    let rows = Resource::new(move || query.get(), list_units);
    let imports = me().is_some_and(|me| me.unit.is_some());
    let crumbs = vec![(lang.section(Template::Units).to_owned(), None)];
    view! {
        <PageTitle title=lang.units_title() crumbs>
            {imports.then(|| view! { <a class="button is-primary" href="/units/import">{lang.import_title(Template::Units)}</a> })}
        </PageTitle>
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

/// The search and the account states as links.
fn search(lang: Lang, query: Memo<UnitQuery>) -> AnyView {
    let typed = Signal::derive(move || query.with(|query| query.search.clone()));
    let state = move || query.with(|query| query.state.map(AccountState::as_str));
    let chips = move || {
        let query = query.get();
        let chip = |state: Option<AccountState>, label: &'static str| {
            view! {
                <a
                    class="chip"
                    href=unit_query::href(PATH, &UnitQuery { state, at: None, ..query.clone() })
                    aria-current=(query.state == state).then_some("true")
                    data-noscroll="true"
                >
                    {label}
                </a>
            }
        };
        let states =
            AccountState::ALL.map(|state| chip(Some(state), lang.account_state(state))).into_iter().collect_view();
        view! {
            {chip(None, lang.import_filter_all())}
            {states}
        }
    };
    view! {
        <div class="filters">
            <SearchForm path=PATH label=lang.units_search() typed>
                {move || state().map(|state| view! { <input type="hidden" name="state" value=state/> })}
            </SearchForm>
            <nav class="chips" aria-label=lang.units_by_account()>{chips}</nav>
        </div>
    }
    .into_any()
}

fn list(lang: Lang, query: &UnitQuery, page: Rows) -> AnyView {
    if page.rows.is_empty() {
        return unit_table::none(lang, PATH, query);
    }
    let filtered = unit_query::is_filtered(query);
    let more = matches!(page.total, Total::MoreThan(_)).then_some("+");
    let clear = filtered.then(|| view! { " " <a href=PATH>{lang.clear_search()}</a> });
    view! {
        <p class="found" role="status">{lang.units_found(page.total.number(), filtered)} {more} {clear}</p>
        {unit_table::table(lang, PATH, query, page.rows, None)}
        {unit_table::neighbours(lang, PATH, query, page.previous, page.next)}
    }
    .into_any()
}
