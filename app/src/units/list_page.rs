//! 预算单位列表.

use super::{
    api::list_units,
    table::{no_units, units_table},
};
use crate::{
    components::{PageTitle, SearchForm, section_crumb, skeleton, unavailable},
    current_account::own_unit,
    i18n::use_lang,
    lists::{hidden_inputs, page_links, query_in_address, signal_of},
    routes::{ListQuery, Route, UrlQuery, parameter},
};
use domain::{
    Template,
    account::AccountState,
    paging::BoundedCount,
    unit::{UnitQuery, UnitsPage as Rows},
};
use leptos::prelude::*;
use texts::Lang;

/// The page. The conditions and the open page are in the URL.
#[component]
pub(crate) fn UnitsPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<UnitQuery>();
    let rows = Resource::new(move || query.get(), list_units);
    let import = own_unit().map(|_| {
        let page = Route::Import(Template::Units);
        view! { <a class="button is-primary" href=page>{lang.import_title(Template::Units)}</a> }
    });
    view! {
        <PageTitle title=lang.units_title() crumbs=vec![section_crumb(lang, Template::Units)]>
            {import}
        </PageTitle>
        {search(lang, query)}
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match rows.await {
                    Ok(rows) => list(lang, &query.get_untracked(), rows),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The search, and the account states as links.
fn search(lang: Lang, query: Memo<UnitQuery>) -> AnyView {
    let chips = move || {
        let query = query.get();
        let chip = |state: Option<AccountState>, label: &'static str| {
            view! {
                <a
                    class="chip"
                    href=UnitQuery { state, ..query.first_page() }.href(Route::Units)
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
            <SearchForm
                page=Route::Units
                label=lang.units_search()
                text=signal_of(query, |query| Some(query.search.clone()))
                hidden=hidden_inputs(query, &[parameter::STATE])
            />
            <nav class="chips" aria-label=lang.units_by_account()>{chips}</nav>
        </div>
    }
    .into_any()
}

fn list(lang: Lang, query: &UnitQuery, page: Rows) -> AnyView {
    if page.rows.is_empty() {
        return no_units(lang, Route::Units, query);
    }
    let filtered = query.is_filtered();
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let clear = filtered.then(|| view! { " " <a href=Route::Units>{lang.clear_search()}</a> });
    view! {
        <p class="found" role="status">{lang.units_found(page.total.number(), filtered)} {more} {clear}</p>
        {units_table(lang, Route::Units, query, page.rows, None)}
        {page_links(lang, Route::Units, query, page.previous, page.next)}
    }
    .into_any()
}
