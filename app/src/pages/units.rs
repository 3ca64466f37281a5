//! 预算单位列表.

use crate::{
    api::unit::list_units,
    components::{PageTitle, Tone, account_badge, badge, empty, pager, skeleton, unavailable},
    i18n::use_lang,
    session::me,
};
use domain::view::{AccountState, SmsState, UNITS_PER_PAGE, UnitQuery, UnitRow, UnitsPage as Rows};
use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map, location::Url, params::ParamsMap};
use texts::Lang;

const PATH: &str = "/units";

/// The page. What is searched for and which page is open live in the URL.
#[component]
pub(crate) fn UnitsPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_query_map();
    let query = Memo::new(move |_| from_url(&params.read()));
    let rows = Resource::new(move || query.get(), list_units);
    let imports = me().is_some_and(|me| me.unit.is_some());
    let crumbs = vec![(lang.import_section().to_owned(), None)];
    view! {
        <PageTitle title=lang.units_title() crumbs>
            {imports.then(|| view! { <a class="button is-primary" href="/units/import">{lang.import_title()}</a> })}
        </PageTitle>
        {search(lang, query)}
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match rows.await {
                    Ok(rows) => list(lang, &query.get_untracked(), rows, imports),
                    Err(error) => unavailable(lang, &error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn from_url(params: &ParamsMap) -> UnitQuery {
    UnitQuery {
        search: params.get_str("q").unwrap_or_default().trim().to_owned(),
        state: params.get_str("state").and_then(AccountState::from_name),
        page: params.get_str("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
    }
}

fn href(search: &str, state: Option<AccountState>, page: u32) -> String {
    let mut parts = Vec::with_capacity(3);
    if !search.is_empty() {
        parts.push(format!("q={}", Url::escape(search)));
    }
    if let Some(state) = state {
        parts.push(format!("state={}", state.as_str()));
    }
    if page > 1 {
        parts.push(format!("page={page}"));
    }
    if parts.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", parts.join("&")) }
}

/// The search and the account states as links.
fn search(lang: Lang, query: Memo<UnitQuery>) -> AnyView {
    let typed = move || query.with(|query| query.search.clone());
    let state = move || query.with(|query| query.state.map(AccountState::as_str));
    let chips = move || {
        let query = query.get();
        let chip = |state: Option<AccountState>, label: &'static str| {
            view! {
                <a
                    class="chip"
                    href=href(&query.search, state, 1)
                    aria-current=(query.state == state).then_some("true")
                    data-noscroll="true"
                >
                    {label}
                </a>
            }
        };
        let states = AccountState::ALL.map(|state| chip(Some(state), lang.account_state(state))).into_iter().collect_view();
        view! {
            {chip(None, lang.import_filter_all())}
            {states}
        }
    };
    view! {
        <div class="filters">
            <Form method="get" action=PATH>
                <div class="search" role="search">
                    <input
                        type="search"
                        name="q"
                        maxlength="100"
                        autocomplete="off"
                        aria-label=lang.units_search()
                        placeholder=lang.units_search()
                        value=typed
                        prop:value=typed
                    />
                    {move || state().map(|state| view! { <input type="hidden" name="state" value=state/> })}
                    <button type="submit" class="button">{lang.import_search_submit()}</button>
                </div>
            </Form>
            <nav class="chips" aria-label=lang.units_by_account()>{chips}</nav>
        </div>
    }
    .into_any()
}

fn list(lang: Lang, query: &UnitQuery, page: Rows, imports: bool) -> AnyView {
    let filtered = !query.search.is_empty() || query.state.is_some();
    if page.rows.is_empty() {
        return none(lang, filtered, imports);
    }
    let rows = page.rows.into_iter().map(|unit| row(lang, unit)).collect_view();
    let pages = page.total.div_ceil(UNITS_PER_PAGE);
    let clear = filtered.then(|| view! { " " <a href=PATH>{lang.clear_search()}</a> });
    view! {
        <p class="found" role="status">{lang.units_found(page.total, filtered)} {clear}</p>
        <div class="table-frame">
            <table class="table is-cards">
                <thead>
                    <tr>
                        <th scope="col">{lang.unit_name()}</th>
                        <th scope="col">{lang.units_account()}</th>
                        <th scope="col">{lang.unit_admin_level()}</th>
                        <th scope="col" class="number">{lang.units_total()}</th>
                        <th scope="col" class="number">{lang.units_ratio()}</th>
                        <th scope="col">{lang.unit_contact()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(lang, page.page, pages, |to| href(&query.search, query.state, to))}
    }
    .into_any()
}

fn none(lang: Lang, filtered: bool, imports: bool) -> AnyView {
    if filtered {
        let clear = view! { <a class="button" href=PATH>{lang.clear_search()}</a> }.into_any();
        return empty(lang.units_not_found(), lang.units_not_found_help(), clear);
    }
    let first = imports.then(|| view! { <a class="button is-primary" href="/units/import">{lang.import_title()}</a> });
    empty(lang.units_none(), lang.units_none_help(), first.into_any())
}

fn row(lang: Lang, unit: UnitRow) -> AnyView {
    let under = [unit.code, unit.superior].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let failed = (unit.sms == Some(SmsState::Failed) && unit.account != AccountState::Active)
        .then(|| badge(Tone::Error, "✕", lang.units_sms_failed()));
    let amount = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    view! {
        <tr>
            <td class="cell-main">
                <a href=format!("{PATH}/{}", unit.id)>{unit.name}</a>
                <span class="cell-more">{under}</span>
            </td>
            <td class="cell-wide cell-account">
                <span class="digits">{unit.login.unwrap_or_default()}</span>
                <span class="cell-badges">{account_badge(lang, unit.account)} {failed}</span>
            </td>
            <td data-label=lang.unit_admin_level()>{lang.admin_level(unit.admin_level)}</td>
            <td class="number" data-label=lang.units_total()>{amount(unit.total.map(texts::amount))}</td>
            <td class="number" data-label=lang.units_ratio()>{amount(unit.ratio.map(|ratio| format!("{ratio}%")))}</td>
            <td data-label=lang.unit_contact()>
                <span>{unit.contact.unwrap_or_else(|| "–".to_owned())}</span>
                <span class="cell-more digits">{unit.mobile}</span>
            </td>
        </tr>
    }
    .into_any()
}
