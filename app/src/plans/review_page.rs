//! 预留份额审核: the plans below the own unit, with bulk decisions, the progress and the confirmation of the summary.

use super::{
    api::{ConfirmPlans, DecidePlans, get_plan_progress, list_plans},
    form::reason_field,
    parts::{APPROVE, RETURN, countdown, is_above_form, section, standing_badge, year_chips},
};
use crate::{
    components::{
        NUMBER, PageTitle, SearchForm, SubmitButton, Tone, badge, card, confirm_button, confirmation, empty, filter,
        neighbours, notice, skeleton, table_head, unavailable,
    },
    current_account::is_operator,
    forms::{ServerForm, failure_of, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    lists::{hidden_inputs, query_in_address, signal_of},
    routes::{DoneNotice, ListQuery, Route, UrlQuery, parameter},
    time::moment,
};
use domain::{
    Money, Template,
    ids::UnitId,
    paging::BoundedCount,
    plan_filing::{
        FilingListItem, FilingProgress, FilingQuery, FilingsPage, PlanConcern, ProgressView, SeenFiling, Standing,
    },
    reminder::{ReminderKind, ReminderSelection},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::{Lang, grouped, yuan};

/// The page. The conditions and the open page are in the URL.
#[component]
pub(crate) fn ReviewPlansPage() -> impl IntoView {
    let lang = use_lang();
    let query = query_in_address::<FilingQuery>();
    let rows = Resource::new(move || query.get(), list_plans);
    let progress = Resource::new(move || query.with(|query| query.year), get_plan_progress);
    view! {
        <PageTitle title=lang.plan_review_title() crumbs=vec![section(lang)] lead=lang.plan_review_lead()/>
        {confirmation(lang, Template::Units, &[DoneNotice::PlansConfirmed])}
        {decided(lang)}
        <Transition fallback=|| skeleton(10)>
            {move || Suspend::new(async move {
                let (rows, progress) = (rows.await, progress.await);
                match (rows, progress) {
                    (Ok(page), Ok(progress)) => content(lang, query, page, &progress),
                    (Err(error), _) | (_, Err(error)) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// How many plans the last bulk decision has decided.
fn decided(lang: Lang) -> Option<AnyView> {
    let counts = use_query_map().with_untracked(|query| {
        let number = |name| query.get_str(name).and_then(|number| number.parse::<u32>().ok());
        number(parameter::SENT).zip(number(parameter::REFUSED))
    });
    let (done, refused) = counts?;
    let text = if done + refused == 0 { lang.plan_choose_first().to_owned() } else { lang.plan_decided(done, refused) };
    Some(notice(if refused == 0 { Tone::Info } else { Tone::Warning }, "", text))
}

fn content(lang: Lang, query: Memo<FilingQuery>, page: FilingsPage, progress: &ProgressView) -> AnyView {
    let year = page.year;
    if progress.total.must_file == 0 {
        return empty(lang.plan_no_units(), lang.plan_no_units_help(), ().into_any());
    }
    view! {
        {year_chips(lang, Route::ReviewPlans, &page.years, year)}
        {progress.deadline.map(|deadline| view! { <p class="plan-countdown">{countdown(lang, deadline)}</p> })}
        {totals(lang, year, progress)}
        {filters(lang, query)}
        {list(lang, &query.get_untracked(), page)}
        {by_unit(lang, year, progress)}
        {(!is_operator()).then(|| view! { <Confirmation year/> })}
    }
    .into_any()
}

/// The figures of the subtree. Each leads to the list behind it.
fn totals(lang: Lang, year: i32, progress: &ProgressView) -> AnyView {
    let link = |label: &'static str, number: u32, standing: Option<Standing>, late: bool| {
        let query = FilingQuery { year: Some(year), standing, late, ..FilingQuery::default() };
        view! {
            <div>
                <dt>{label}</dt>
                <dd><a href=query.href(Route::ReviewPlans)>{grouped(number)}</a></dd>
            </div>
        }
    };
    let FilingProgress { must_file, submitted, returned, approved, confirmed, late, .. } = progress.total;
    view! {
        <dl class="card plan-totals" aria-label=lang.plan_progress()>
            {link(lang.plan_must_file(), must_file, None, false)}
            {link(lang.plan_not_filed(), progress.total.not_filed(), Some(Standing::NotFiled), false)}
            {link(lang.plan_standing(Standing::Submitted), submitted, Some(Standing::Submitted), false)}
            {link(lang.plan_standing(Standing::Returned), returned, Some(Standing::Returned), false)}
            <div>
                <dt>{lang.plan_standing(Standing::Approved)}</dt>
                <dd>{grouped(approved)}</dd>
            </div>
            {link(lang.plan_standing(Standing::Confirmed), confirmed, Some(Standing::Confirmed), false)}
            {link(lang.plan_late(), late, None, true)}
        </dl>
    }
    .into_any()
}

/// The conditions that the form keeps without a field.
const HIDDEN: [&str; 4] = [parameter::YEAR, parameter::LATE, parameter::CANTEEN, parameter::BELOW];

fn filters(lang: Lang, query: Memo<FilingQuery>) -> AnyView {
    let standing = signal_of(query, |query| query.standing.map(|standing| standing.as_str().to_owned()));
    let standings = Standing::ALL.map(|standing| (standing.as_str().to_owned(), lang.plan_standing(standing)));
    let concern = signal_of(query, |query| query.concern.map(|concern| concern.as_str().to_owned()));
    let concerns = PlanConcern::ALL.map(|concern| (concern.as_str().to_owned(), lang.plan_concern(concern)));
    view! {
        <div class="manage-filters">
            <SearchForm
                page=Route::ReviewPlans
                label=lang.plan_search()
                text=signal_of(query, |query| Some(query.search.clone()))
                hidden=hidden_inputs(query, &HIDDEN)
            >
                {filter(parameter::STATE, lang.plan_state(), Some(lang.plan_any_state()), standings.into(), standing)}
                {filter(parameter::CONCERN, lang.plan_concern_label(), Some(lang.plan_any_concern()), concerns.into(), concern)}
            </SearchForm>
        </div>
    }
    .into_any()
}

/// The units with their plans. Those that wait can be ticked.
fn list(lang: Lang, query: &FilingQuery, page: FilingsPage) -> AnyView {
    let year = page.year;
    let clear = FilingQuery { year: Some(year), ..FilingQuery::default() };
    if page.rows.is_empty() {
        let clear = view! { <a class="button" href=clear.href(Route::ReviewPlans)>{lang.clear_search()}</a> };
        return empty(lang.plan_none(), lang.plan_none_help(), clear.into_any());
    }
    let address = |cursor: String| query.at_cursor(Some(cursor)).href(Route::ReviewPlans);
    let links = neighbours(lang, page.previous.map(address), page.next.map(address));
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let dropped =
        query.is_filtered().then(|| view! { <a href=clear.href(Route::ReviewPlans)>{lang.clear_search()}</a> });
    let late = query.late.then(|| badge(Tone::Warning, "!", lang.plan_late()));
    let concern = query.concern.map(|concern| badge(Tone::Warning, "!", lang.plan_concern(concern)));
    let table = if reminds(query) {
        reminder_form(lang, query, year, page.rows)
    } else {
        view! { <BulkDecision year rows=page.rows/> }.into_any()
    };
    let canteen = query.canteen.map(|kind| badge(Tone::Info, "", lang.plan_canteen_kind(kind)));
    view! {
        <div class="found manage-found">
            <span role="status">{lang.plan_found(page.total.number())} {more}</span>
            {late}
            {concern}
            {canteen}
            {dropped}
            {remind_all(lang, query, year)}
        </div>
        {table}
        {links}
    }
    .into_any()
}

/// Whether the rows of a list can be ticked for reminders: it is one of units that have not filed or not purchased.
fn reminds(query: &FilingQuery) -> bool {
    let is_about = query.concern.is_some() || query.standing.is_some();
    is_about && !is_operator() && ReminderKind::of(query).is_some()
}

/// The way to the reminders to all units of the list.
fn remind_all(lang: Lang, query: &FilingQuery, year: i32) -> Option<AnyView> {
    ReminderKind::of(query).filter(|_| !is_operator())?;
    let label = if reminds(query) { lang.remind_all() } else { lang.remind_all_unfiled() };
    let query = FilingQuery { year: Some(year), ..query.first_page() };
    let page = ReminderSelection { query, ..ReminderSelection::default() }.href(Route::RemindPlans);
    Some(view! { <a href=page>{label}</a> }.into_any())
}

/// The table in a form that leads to the reminders to the ticked units.
fn reminder_form(lang: Lang, query: &FilingQuery, year: i32, rows: Vec<FilingListItem>) -> AnyView {
    let query = FilingQuery { year: Some(year), ..query.first_page() };
    let conditions = query
        .parameters()
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|unit| {
            let (id, label) = (unit.unit.id.to_string(), lang.remind_choose(&unit.unit.name));
            let choose = view! { <input type="checkbox" name=parameter::UNIT value=id aria-label=label/> };
            row(lang, year, unit, Some(choose.into_any()))
        })
        .collect_view();
    view! {
        <form method="get" action=Route::RemindPlans>
            {conditions}
            <div class="plan-bulk" role="group" aria-label=lang.remind_bar()>
                <button type="submit" class="button" name=parameter::CHOSEN value="yes">{lang.remind_chosen()}</button>
            </div>
            {table(lang, Some(lang.remind_column()), rows.into_any())}
        </form>
    }
    .into_any()
}

/// The table of the list; `choose` is the head of the column of boxes.
fn table(lang: Lang, choose: Option<&'static str>, rows: AnyView) -> AnyView {
    let heads = [
        (lang.plan_unit(), None),
        (lang.plan_state(), None),
        (lang.plan_canteen(), None),
        (lang.plan_total_short(), NUMBER),
        (lang.plan_share_short(), NUMBER),
        (lang.plan_last_share(), NUMBER),
    ];
    let heads = choose.map(|choose| (choose, None)).into_iter().chain(heads);
    view! {
        <div class="table-frame">
            <table class="table is-cards">
                {table_head(heads)}
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The table in its form, with the decisions about the ticked plans.
#[component]
fn BulkDecision(year: i32, rows: Vec<FilingListItem>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<DecidePlans>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    let decides = !is_operator() && rows.iter().any(|row| row.standing == Standing::Submitted);
    let is_pending = pending(action);
    // Outside of the question, which is a paragraph and cannot hold a field.
    let return_answer = view! {
        {reason_field(lang, lang.plan_return_reason(), lang.plan_return_hint(), failed)}
        <button
            type="submit"
            class="button"
            name="decision"
            value=RETURN
            aria-disabled=move || is_pending.get().then_some("true")
        >
            {lang.plan_return()}
        </button>
    };
    let question = lang.plan_return_ask().into_any();
    let (_, returning) =
        confirm_button("button", lang.plan_return().into_any(), question, return_answer.into_any(), || true);
    let bar = decides.then(|| {
        view! {
            <div class="plan-bulk" role="group" aria-label=lang.plan_decide_bulk()>
                <span class="quiet">{lang.plan_decide_bulk()}</span>
                <button type="submit" class="button is-primary" name="decision" value=APPROVE aria-disabled=move || is_pending.get().then_some("true")>
                    {move || if is_pending.get() { lang.plan_deciding() } else { lang.plan_approve() }}
                </button>
                {returning}
            </div>
        }
    });
    let rows = rows
        .into_iter()
        .map(|row| {
            let choose = decides.then(|| decision_box(lang, &row));
            self::row(lang, year, row, choose)
        })
        .collect_view();
    view! {
        <ServerForm action>
            {failure_of(lang, lang.not_saved(), failed, is_above_form)}
            <input type="hidden" name="year" value=year.to_string()/>
            {bar}
            {table(lang, decides.then(|| lang.plan_decide()), rows.into_any())}
        </ServerForm>
    }
    .into_any()
}

/// The box of a plan that waits for a decision.
fn decision_box(lang: Lang, row: &FilingListItem) -> AnyView {
    let seen = SeenFiling { unit: row.unit.id, version: row.version }.to_string();
    let label = lang.plan_choose(&row.unit.name);
    let waits = row.standing == Standing::Submitted;
    waits.then(|| view! { <input type="checkbox" name="plans[]" value=seen aria-label=label/> }).into_any()
}

fn row(lang: Lang, year: i32, row: FilingListItem, choose: Option<AnyView>) -> AnyView {
    let choose = choose.map(|choose| view! { <td class="cell-choose">{choose}</td> });
    let amount = |money: Option<Money>| money.map_or_else(|| super::figures::NONE.to_owned(), yuan);
    let late = row.late.then(|| badge(Tone::Warning, "!", lang.plan_late()));
    let submitted = row.submitted_at.map(|at| {
        view! { <span class="cell-more">{lang.plan_submitted_at()} " " {moment(lang, at)}</span> }
    });
    let canteen = row.canteen.map_or(super::figures::NONE, |kind| lang.plan_canteen_kind(kind));
    view! {
        <tr>
            {choose}
            <td class="cell-main">
                <a href=Route::UnitPlan(row.unit.id).of_year(year)>{row.unit.name}</a>
                <span class="cell-more">{row.superior}</span>
            </td>
            <td data-label=lang.plan_state()>
                <span class="cell-badges">{standing_badge(lang, row.standing)} {late}</span>
                {submitted}
            </td>
            <td data-label=lang.plan_canteen()>{canteen}</td>
            <td class="number" data-label=lang.plan_total_short()>{amount(row.total)}</td>
            <td class="number" data-label=lang.plan_share_short()>{amount(row.share)}</td>
            <td class="number" data-label=lang.plan_last_share()>{amount(row.last_share)}</td>
        </tr>
    }
    .into_any()
}

/// The progress by direct subordinate, the total last.
fn by_unit(lang: Lang, year: i32, progress: &ProgressView) -> AnyView {
    let below = |unit: UnitId, number: u32| {
        let query = FilingQuery { year: Some(year), below: Some(unit), ..FilingQuery::default() };
        view! { <a href=query.href(Route::ReviewPlans)>{grouped(number)}</a> }.into_any()
    };
    let cells = |counts: &FilingProgress, must_file: AnyView| {
        let number = |label: &'static str, number: u32| {
            view! { <td class="number" data-label=label>{grouped(number)}</td> }
        };
        view! {
            <td class="number" data-label=lang.plan_must_file()>{must_file}</td>
            {number(lang.plan_filed(), counts.filed())}
            {number(lang.plan_not_filed(), counts.not_filed())}
            {number(lang.plan_standing(Standing::Submitted), counts.submitted)}
            {number(lang.plan_standing(Standing::Returned), counts.returned)}
            {number(lang.plan_standing(Standing::Approved), counts.approved)}
            {number(lang.plan_standing(Standing::Confirmed), counts.confirmed)}
            {number(lang.plan_late(), counts.late)}
        }
    };
    let rows = progress
        .rows
        .iter()
        .map(|row| {
            let page = Route::UnitPlan(row.unit.id).of_year(year);
            view! {
                <tr>
                    <th scope="row" class="cell-main"><a href=page>{row.unit.name.clone()}</a></th>
                    {cells(&row.progress, below(row.unit.id, row.progress.must_file))}
                </tr>
            }
        })
        .collect_view();
    let total = cells(&progress.total, grouped(progress.total.must_file).into_any());
    let heads = [
        (lang.plan_unit(), None),
        (lang.plan_must_file(), NUMBER),
        (lang.plan_filed(), NUMBER),
        (lang.plan_not_filed(), NUMBER),
        (lang.plan_standing(Standing::Submitted), NUMBER),
        (lang.plan_standing(Standing::Returned), NUMBER),
        (lang.plan_standing(Standing::Approved), NUMBER),
        (lang.plan_standing(Standing::Confirmed), NUMBER),
        (lang.plan_late(), NUMBER),
    ];
    let table = view! {
        <table class="table is-inside is-cards">
            {table_head(heads)}
            <tbody>
                {rows}
                <tr class="plan-sum"><th scope="row" class="cell-main">{lang.plan_all_below()}</th>{total}</tr>
            </tbody>
        </table>
    };
    card("progress", lang.plan_progress(), table.into_any())
}

/// 确认汇总.
#[component]
fn Confirmation(year: i32) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ConfirmPlans>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    let answer =
        view! { <SubmitButton label=lang.plan_confirm_yes() busy=lang.saving() pending=pending(action) aside=true/> };
    let question = lang.plan_confirm_ask(year).into_any();
    let (_, button) = confirm_button("button", lang.plan_confirm().into_any(), question, answer.into_any(), || true);
    view! {
        <section class="card unit-actions" aria-labelledby="confirm">
            <h2 id="confirm" class="card-head">{lang.plan_confirm()}</h2>
            <ServerForm action class="unit-action">
                <p>{lang.plan_confirm_text()}</p>
                {failure_of(lang, lang.plan_confirm(), failed, |_| true)}
                <input type="hidden" name="year" value=year.to_string()/>
                {button}
            </ServerForm>
        </section>
    }
    .into_any()
}
