//! 预算单位管理: the subtree as a tree beside a table, with what is done to units.

mod chosen;
mod tree;

use crate::{
    api::{
        account::ResendMany,
        unit::{get_unit, list_units},
    },
    components::{PageTitle, SearchForm, Tone, filter, notice, skeleton, unavailable},
    error::ApiError,
    i18n::use_lang,
    pages::{done_notice, list_actions, unit_table},
    session::me,
    unit_query,
};
use domain::{
    AdminLevel, Template,
    view::{AccountState, Outcome, Total, UnitQuery, UnitRef, UnitSort},
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
    let resend = ServerAction::<ResendMany>::new();
    let sent = resend.version();
    let rows = Resource::new(move || (query.get(), sent.get()), |(query, _)| list_units(query));
    let region = Memo::new(move |_| query.with(|query| query.region));
    let place = Resource::new(
        move || region.get(),
        |region| async move {
            get_unit(region?).await.ok().map(|detail| UnitRef { id: detail.unit.id, name: detail.unit.name })
        },
    );
    let edits = me().is_some_and(|me| me.unit.is_some());
    let crumbs = vec![(lang.section(Template::Units).to_owned(), None)];
    let export = move || unit_query::href("/units/export.xlsx", &UnitQuery { at: None, ..query.get() });
    view! {
        <PageTitle title=lang.manage_title() crumbs>
            {list_actions(lang, export, edits.then(|| ("/units/new", lang.manage_add())))}
        </PageTitle>
        {told(lang, resend)}
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
                                let found = found(lang, &query, page.total, place);
                                let body = if page.rows.is_empty() {
                                    unit_table::none(lang, PATH, &query)
                                } else {
                                    chosen::form(lang, &query, page, resend)
                                };
                                view! { {found} {body} }.into_any()
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

/// What was done last: on another page, or to the chosen units.
fn told(lang: Lang, resend: ServerAction<ResendMany>) -> AnyView {
    let (deleted, plain) = use_query_map().with_untracked(|query| {
        let number = |name| query.get_str(name).and_then(|number| number.parse::<u32>().ok());
        (query.get_str("done") == Some("deleted"), number("sent").zip(number("refused")))
    });
    let value = resend.value();
    let told = move || match value.get() {
        Some(Ok(outcomes)) => outcome(lang, &outcomes),
        Some(Err(error)) => failed(lang, &error),
        None => match plain {
            Some((sent, refused)) => notice(Tone::Info, "", lang.manage_resent(sent, refused)),
            None => deleted.then(|| done_notice(lang.manage_deleted())).into_any(),
        },
    };
    view! { <div role="status">{told}</div> }.into_any()
}

fn failed(lang: Lang, error: &ApiError) -> AnyView {
    notice(Tone::Error, "", lang.problem(error.problem()))
}

/// Of how many units the SMS went out again, and why not of the others.
fn outcome(lang: Lang, outcomes: &[Outcome]) -> AnyView {
    let refused: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| {
            let problem = lang.problem(outcome.refused.as_ref()?);
            Some(view! { <li>{outcome.name.clone().unwrap_or_default()} {lang.import_colon()} {problem}</li> })
        })
        .collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (sent, not) = (count(outcomes.len() - refused.len()), count(refused.len()));
    let (tone, sign) = if not == 0 { ("is-good", "✓ ") } else { ("is-warning", "! ") };
    view! {
        <section class=format!("notice {tone}")>
            <p><span aria-hidden="true">{sign}</span> {lang.manage_resent(sent, not)}</p>
            {(!refused.is_empty()).then(|| view! { <ul>{refused}</ul> })}
        </section>
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
fn found(lang: Lang, query: &UnitQuery, total: Total, place: Option<UnitRef>) -> AnyView {
    let filtered = unit_query::is_filtered(query);
    let first = UnitQuery { at: None, ..query.clone() };
    let chip = |label: String, without: UnitQuery| {
        view! {
            <a class="chip" href=unit_query::href(PATH, &without) data-noscroll="true">
                {label}
                <span aria-hidden="true">"✕"</span>
                <span class="sr-only">{lang.manage_remove_filter()}</span>
            </a>
        }
    };
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
    let more = matches!(total, Total::MoreThan(_)).then_some("+");
    view! {
        <div class="found manage-found">
            <span role="status">{lang.units_found(total.number(), filtered)} {more}</span>
            {chips.into_iter().flatten().collect_view()}
            {filtered.then(|| view! { <a href=PATH>{lang.clear_search()}</a> })}
        </div>
    }
    .into_any()
}
