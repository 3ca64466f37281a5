//! 预算单位列表.

use crate::{
    api::unit::list_units,
    components::{PageTitle, Tone, account_badge, badge, empty, skeleton, unavailable},
    i18n::use_lang,
    session::me,
    unit_query,
};
use domain::view::{AccountState, SmsState, Total, UnitQuery, UnitRow, UnitsPage as Rows};
use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map};
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

fn href(query: &UnitQuery) -> String {
    unit_query::href(PATH, query)
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
                    href=href(&UnitQuery { state, at: None, ..query.clone() })
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
    let filtered = unit_query::is_filtered(query);
    if page.rows.is_empty() {
        return none(lang, filtered, imports);
    }
    let rows = page.rows.into_iter().map(|unit| row(lang, unit)).collect_view();
    let more = matches!(page.total, Total::MoreThan(_)).then_some("+");
    let clear = filtered.then(|| view! { " " <a href=PATH>{lang.clear_search()}</a> });
    view! {
        <p class="found" role="status">{lang.units_found(page.total.number(), filtered)} {more} {clear}</p>
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
        {neighbours(lang, page.previous, page.next, |at| href(&UnitQuery { at: Some(at), ..query.clone() }))}
    }
    .into_any()
}

/// Links to the neighbouring pages; nothing where all fits on one.
pub(super) fn neighbours(
    lang: Lang,
    previous: Option<String>,
    next: Option<String>,
    href: impl Fn(String) -> String,
) -> Option<AnyView> {
    if previous.is_none() && next.is_none() {
        return None;
    }
    let link = |at: Option<String>, label: &'static str, rel: &'static str| {
        let there = at.map(&href);
        let off = there.is_none();
        view! {
            <a class="button" href=there rel=rel role=off.then_some("link") aria-disabled=off.then_some("true")>
                {label}
            </a>
        }
    };
    Some(
        view! {
            <nav class="pager" aria-label=lang.import_pages()>
                {link(previous, lang.import_previous(), "prev")}
                {link(next, lang.import_next(), "next")}
            </nav>
        }
        .into_any(),
    )
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
