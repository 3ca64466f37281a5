//! The disputes of the own unit with their states; for the operator, those that wait or are closed.

use super::api::{WithdrawDispute, list_disputes};
use crate::{
    components::{
        PageTitle, SubmitButton, confirm_button, confirmation, dispute_badge, empty, onwards, section_crumb, skeleton,
        table_head, unavailable,
    },
    current_account::is_operator,
    forms::{ServerForm, failure, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::{DoneNotice, Route, UrlQuery, parameter},
    time::moment,
};
use domain::{
    Template,
    dispute::{DisputeListItem, DisputeState, DisputesPage as Page},
    paging::BoundedCount,
    unit::UnitQuery,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The word in the address for the operator's closed disputes.
const CLOSED: &str = "closed";

/// The page.
#[component]
pub(crate) fn DisputesPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let operator = is_operator();
    let closed = Memo::new(move |_| query.read().get_str(parameter::STATE) == Some(CLOSED));
    let after = Memo::new(move |_| query.read().get_str(parameter::CURSOR).and_then(|id| id.parse().ok()));
    let data = Resource::new(move || (closed.get(), after.get()), |(closed, after)| list_disputes(closed, after));
    let lead = if operator { lang.dispute_queue_lead() } else { lang.dispute_lead() };
    let add = (!operator).then(|| view! { <a class="button" href=Route::NewDispute>{lang.dispute_new()}</a> });
    let notices = [
        DoneNotice::DisputeFiled,
        DoneNotice::DisputeWithdrawn,
        DoneNotice::DisputeUpheld,
        DoneNotice::DisputeRejected,
    ];
    view! {
        <PageTitle title=lang.dispute_title() crumbs=vec![section_crumb(lang, Template::Units)] lead=lead>{add}</PageTitle>
        {confirmation(lang, Template::Units, &notices)}
        {operator.then(|| view! { <nav class="chips" aria-label=lang.dispute_filter()>{move || chips(lang, closed.get())}</nav> })}
        <Transition fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(page) => list(lang, page, closed.get_untracked(), after.get_untracked().is_some()),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// 待处理 and 已处理.
fn chips(lang: Lang, closed: bool) -> AnyView {
    let chip = |label: &'static str, page: String, current: bool| {
        view! { <a class="chip" href=page aria-current=current.then_some("true")>{label}</a> }
    };
    view! {
        {chip(lang.dispute_waiting(), Route::Disputes.to_string(), !closed)}
        {chip(lang.dispute_closed(), closed_disputes(&[]), closed)}
    }
    .into_any()
}

fn closed_disputes(more: &[(&'static str, String)]) -> String {
    Route::Disputes.with(&[&[(parameter::STATE, CLOSED.to_owned())], more].concat())
}

fn list(lang: Lang, page: Page, closed: bool, has_cursor: bool) -> AnyView {
    let first = if closed { closed_disputes(&[]) } else { Route::Disputes.to_string() };
    let back = has_cursor.then(|| view! { <a class="button" href=first>{lang.dispute_first()}</a> });
    let operator = is_operator();
    if page.rows.is_empty() {
        let (title, help) = match (operator, closed) {
            (false, _) => (lang.dispute_none(), lang.dispute_none_help()),
            (true, false) => (lang.dispute_queue_none(), lang.dispute_queue_none_help()),
            (true, true) => (lang.dispute_closed_none(), ""),
        };
        return empty(title, help, back.into_any());
    }
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let next = page.next.map(|id| {
        let cursor = [(parameter::CURSOR, id.to_string())];
        if closed { closed_disputes(&cursor) } else { Route::Disputes.with(&cursor) }
    });
    let table = if operator { queue(lang, page.rows, closed) } else { own(lang, page.rows) };
    view! {
        <p class="found" role="status">{lang.dispute_found(page.total.number())} {more}</p>
        <div class="table-frame">{table}</div>
        {onwards(lang, back, next)}
    }
    .into_any()
}

/// The own disputes.
fn own(lang: Lang, rows: Vec<DisputeListItem>) -> AnyView {
    let heads = [
        (lang.dispute_unit(), None),
        (lang.unit_superior(), None),
        (lang.dispute_filed_at(), None),
        (lang.dispute_state(), None),
        (lang.dispute_answer(), None),
        (lang.manage_actions(), None),
    ];
    let rows = rows
        .into_iter()
        .map(|row| {
            let answer = row.answer.clone().unwrap_or_else(|| "—".to_owned());
            let action = match action(lang, &row) {
                Some(action) => {
                    view! { <td class="cell-wide" data-label=lang.manage_actions()>{action}</td> }.into_any()
                }
                None => view! { <td class="wide-only"></td> }.into_any(),
            };
            view! {
                <tr>
                    <td class="cell-main">
                        {row.name.clone()}
                        <span class="cell-more digits">{row.code.clone()}</span>
                    </td>
                    <td data-label=lang.unit_superior()>{row.superior.clone()}</td>
                    <td class="cell-time" data-label=lang.dispute_filed_at()>{moment(lang, row.filed_at)}</td>
                    <td class="cell-time" data-label=lang.dispute_state()>{state(lang, &row)}</td>
                    <td data-label=lang.dispute_answer()>{answer}</td>
                    {action}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table is-cards">
            {table_head(heads)}
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The state, and since when.
fn state(lang: Lang, row: &DisputeListItem) -> AnyView {
    let since = row.closed_at.map(|at| view! { <span class="cell-more">{moment(lang, at)}</span> });
    view! { {dispute_badge(lang, row.state)} {since} }.into_any()
}

/// What the requester can do: withdraw the dispute, or look at the unit that has the code now.
fn action(lang: Lang, row: &DisputeListItem) -> Option<AnyView> {
    match row.state {
        DisputeState::Open => Some(view! { <Withdrawal row=row.clone()/> }.into_any()),
        DisputeState::Upheld => {
            let unit = UnitQuery { search: row.code.clone(), ..UnitQuery::default() }.href(Route::ManageUnits);
            Some(view! { <a href=unit>{lang.dispute_look()}</a> }.into_any())
        }
        DisputeState::Rejected | DisputeState::Withdrawn => None,
    }
}

/// 撤回.
#[component]
fn Withdrawal(row: DisputeListItem) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<WithdrawDispute>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    let answer = view! {
        <SubmitButton label=lang.dispute_withdraw_yes() busy=lang.saving() pending=pending(action) aside=true/>
    };
    let label = view! {
        {lang.dispute_withdraw()}
        <span class="sr-only">{format!("{}{}", lang.import_colon(), row.name)}</span>
    };
    let question = lang.dispute_withdraw_ask(&row.name).into_any();
    let (_, button) = confirm_button("link-button", label.into_any(), question, answer.into_any(), || true);
    view! {
        <ServerForm action>
            {failure(lang, lang.not_saved(), problem)}
            <input type="hidden" name="id" value=row.id.to_string()/>
            <input type="hidden" name="version" value=row.version.to_string()/>
            {button}
        </ServerForm>
    }
    .into_any()
}

/// The disputes that wait for the operator, or are closed.
fn queue(lang: Lang, rows: Vec<DisputeListItem>, closed: bool) -> AnyView {
    let heads = [
        Some((lang.dispute_unit(), None)),
        Some((lang.dispute_requester(), None)),
        Some((lang.dispute_filed_at(), None)),
        closed.then_some((lang.dispute_state(), None)),
    ];
    let rows = rows
        .into_iter()
        .map(|row| {
            let state = closed
                .then(|| view! { <td class="cell-time" data-label=lang.dispute_state()>{state(lang, &row)}</td> });
            view! {
                <tr>
                    <td class="cell-main">
                        <a href=Route::Dispute(row.id)>{row.name}</a>
                        <span class="cell-more digits">{row.code}</span>
                    </td>
                    <td data-label=lang.dispute_requester()>{row.requester}</td>
                    <td class="cell-time" data-label=lang.dispute_filed_at()>{moment(lang, row.filed_at)}</td>
                    {state}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table is-cards">
            {table_head(heads.into_iter().flatten())}
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
