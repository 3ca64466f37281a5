//! 桌面: the waiting tasks of the account, and the guided steps.

use super::api::get_desktop;
use crate::{
    components::{PageTitle, Tone, badge, card, hotline, skeleton, template_guide, unavailable_page},
    current_account::{current_account, is_operator},
    i18n::use_lang,
    plans::countdown,
    routes::{Endpoint, Route, TemplateFormat, UrlQuery},
    statistics::{api::get_completion, completion_card},
    time::{hour, moment},
};
use domain::{
    Template,
    account::{AccountState, Portal},
    calendar::budget_year,
    desktop::{Desktop, PlansToDo},
    import_batch::{BatchState, BatchView},
    plan_filing::{FilingQuery, Standing},
    report::Completion,
    session::CurrentAccount,
    unit::UnitQuery,
};
use leptos::prelude::*;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn DesktopPage() -> impl IntoView {
    let lang = use_lang();
    let data = Resource::new(|| (), |()| get_desktop());
    let completion = Resource::new(|| (), |()| get_completion());
    view! {
        <Suspense fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                let (data, completion) = (data.await, completion.await);
                match (current_account(), data) {
                    (Some(account), Ok(desktop)) => page(lang, &account, &desktop, completion.ok().as_ref()),
                    (None, Ok(_)) => ().into_any(),
                    (_, Err(error)) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, account: &CurrentAccount, desktop: &Desktop, completion: Option<&Completion>) -> AnyView {
    let name = account.unit.as_ref().map_or_else(|| lang.operator().to_owned(), |unit| unit.name.clone());
    let greeting = lang.greeting(hour(account.now), &name);
    let lead = lang.desktop_lead(budget_year(account.now).into(), desktop.units, &moment(lang, account.now));
    let imports = account.unit.is_some();
    view! {
        <PageTitle title=greeting lead/>
        <div class="desk">
            <div class="desk-main">
                {waiting_tasks(lang, desktop)}
                {imports.then(|| steps(lang, Template::Units, desktop.batch.as_ref()))}
                {imports.then(|| steps(lang, Template::Purchasers, desktop.purchasers.as_ref()))}
            </div>
            <div class="desk-side">
                {completion.map(|completion| completion_card(lang, completion))}
                {figures(lang, desktop)}
                {first_time(lang, imports)}
            </div>
        </div>
    }
    .into_any()
}

/// 等待处理, the most urgent first.
fn waiting_tasks(lang: Lang, desktop: &Desktop) -> AnyView {
    let mut items = Vec::new();
    for batch in desktop.batch.iter().chain(&desktop.purchasers) {
        items.extend(batch_item(lang, batch));
    }
    items.extend(notices_item(lang, Portal::Management, desktop.unread_notices));
    items.extend(desktop.plans.iter().flat_map(|plans| plan_items(lang, *plans)));
    let waiting = [
        (
            desktop.certifications,
            Route::Certifications,
            lang.waits_certifications(desktop.certifications),
            lang.waits_certifications_why(),
        ),
        (desktop.parked_orders, Route::ParkedOrders, lang.waits_parked(desktop.parked_orders), lang.waits_parked_why()),
    ];
    for (count, page, title, why) in waiting {
        if count > 0 {
            let number = badge(Tone::Warning, "!", texts::grouped(count));
            items.push(item(number, title, why.to_owned(), page.to_string(), lang.waits_look()));
        }
    }
    if desktop.sms_failed > 0 {
        items.push(item(
            badge(Tone::Error, "✕", desktop.sms_failed.to_string()),
            lang.waits_sms(desktop.sms_failed),
            lang.waits_sms_why().to_owned(),
            UnitQuery { unreached: true, ..UnitQuery::default() }.href(Route::ManageUnits),
            lang.waits_look(),
        ));
    }
    if desktop.not_activated > 0 {
        let oldest = desktop.oldest_not_activated.as_ref();
        let oldest = oldest.map(|(unit, since)| lang.waits_oldest(&unit.name, &moment(lang, *since)));
        items.push(item(
            badge(Tone::Warning, "!", desktop.not_activated.to_string()),
            lang.waits_activation(desktop.not_activated),
            oldest.unwrap_or_default(),
            not_activated(),
            lang.waits_look(),
        ));
    }
    if desktop.disputes > 0 {
        let (tone, sign, title, why) = if is_operator() {
            (Tone::Warning, "!", lang.waits_disputes(desktop.disputes), lang.waits_disputes_why())
        } else {
            (Tone::Info, "→", lang.waits_answers(desktop.disputes), lang.waits_answers_why())
        };
        items.push(item(
            badge(tone, sign, desktop.disputes.to_string()),
            title,
            why.to_owned(),
            Route::Disputes.to_string(),
            lang.waits_look(),
        ));
    }
    waits_card(lang, items)
}

/// 等待处理: a line for each task, or a word that there is none.
pub(crate) fn waits_card(lang: Lang, items: Vec<AnyView>) -> AnyView {
    let body = if items.is_empty() {
        view! {
            <p class="waits-none">
                <span class="sign is-good" aria-hidden="true">"✓"</span>
                {lang.waits_none()}
            </p>
        }
        .into_any()
    } else {
        view! { <ul class="rows">{items}</ul> }.into_any()
    };
    card("waits", lang.waits_title(), body)
}

/// Unread notices, at either portal.
pub(crate) fn notices_item(lang: Lang, portal: Portal, unread: u32) -> Option<AnyView> {
    (unread > 0).then(|| {
        let number = badge(Tone::Info, "●", lang.notice_unread_count(unread));
        let page = Route::Notices(portal).to_string();
        item(number, lang.waits_notices(unread), lang.waits_notices_why().to_owned(), page, lang.waits_look())
    })
}

/// The plans of this year: the own one, and those of the units below.
fn plan_items(lang: Lang, plans: PlansToDo) -> Vec<AnyView> {
    let mut items = Vec::new();
    if plans.must_file() {
        let is_over = plans.deadline.is_some_and(|deadline| deadline.days < 0);
        let (tone, sign, title, why) = if plans.own == Standing::Returned {
            (Tone::Error, "✕", lang.waits_own_plan_returned(plans.year), lang.waits_own_plan_returned_why())
        } else {
            let tone = if is_over { Tone::Error } else { Tone::Warning };
            (tone, "!", lang.waits_own_plan(plans.year), lang.waits_own_plan_why())
        };
        let why = plans.deadline.map_or_else(|| why.to_owned(), |deadline| countdown(lang, deadline));
        let state = badge(tone, sign, lang.plan_standing(plans.own));
        items.push(item(state, title, why, Route::Plan.to_string(), lang.waits_to_file()));
    }
    let below = [
        (plans.submitted, Standing::Submitted, lang.waits_plans(plans.submitted), lang.waits_plans_why().to_owned()),
        (
            plans.change_requested,
            Standing::ChangeRequested,
            lang.waits_plan_changes(plans.change_requested),
            lang.waits_plan_changes_why().to_owned(),
        ),
        (
            plans.not_filed,
            Standing::NotFiled,
            lang.waits_plans_missing(plans.not_filed),
            lang.waits_plans_missing_why(plans.year),
        ),
    ];
    for (count, standing, title, why) in below {
        if count > 0 {
            let page = FilingQuery { standing: Some(standing), ..FilingQuery::default() }.href(Route::ReviewPlans);
            items.push(item(badge(Tone::Warning, "!", texts::grouped(count)), title, why, page, lang.waits_look()));
        }
    }
    items
}

fn batch_item(lang: Lang, batch: &BatchView) -> Option<AnyView> {
    let counts = &batch.counts;
    let href = Route::of_batch(batch).to_string();
    let file = format!("{} · {}", batch.file_name, moment(lang, batch.uploaded_at));
    let (badge, title, action) = match batch.state {
        BatchState::Checked if counts.error > 0 => {
            (badge(Tone::Error, "✕", counts.error.to_string()), lang.waits_errors(counts.error), lang.waits_mend())
        }
        BatchState::Checked if counts.to_generate() > 0 => (
            badge(Tone::Info, "→", counts.to_generate().to_string()),
            lang.waits_generate(batch.template, counts.to_generate()),
            lang.waits_to_generate(),
        ),
        BatchState::Generating => (
            badge(Tone::Info, "…", lang.step_under_way()),
            lang.import_generating(batch.template).to_owned(),
            lang.waits_progress(),
        ),
        _ => return None,
    };
    Some(item(badge, title, file, href, action))
}

pub(crate) fn item(badge: AnyView, title: String, more: String, href: String, action: &'static str) -> AnyView {
    view! {
        <li class="row">
            {badge}
            <div class="row-text">
                <b>{title.clone()}</b>
                <span class="row-more">{more}</span>
            </div>
            <a href=href>
                {action}
                <span class="sr-only">{format!("{}{title}", "：")}</span>
            </a>
        </li>
    }
    .into_any()
}

/// 为所属预算单位开通管理账号 and 为采购人开通交易账号: the three steps, and which of them are done.
fn steps(lang: Lang, template: Template, batch: Option<&BatchView>) -> AnyView {
    let page = batch.map_or(Route::Import(template), Route::of_batch);
    let open = batch.filter(|batch| batch.state == BatchState::Checked);
    let generating = batch.is_some_and(|batch| batch.state == BatchState::Generating);
    let errors = open.is_some_and(|batch| batch.counts.error > 0);
    let ready = open.is_some_and(|batch| batch.counts.error == 0 && batch.counts.to_generate() > 0);
    let downloads = view! {
        <a href=Endpoint::TemplateFile(template, TemplateFormat::Xls) download rel="external">".xls"</a>
        <a href=Endpoint::TemplateFile(template, TemplateFormat::Xlsx) download rel="external">".xlsx"</a>
    };
    let import = if errors {
        view! {
            {badge(Tone::Warning, "!", lang.step_under_way())}
            <a href=page>{lang.import_continue_open()}</a>
        }
        .into_any()
    } else if ready || generating {
        view! { {badge(Tone::Good, "✓", lang.step_done())} }.into_any()
    } else {
        view! { <a href=Route::Import(template)>{lang.step_to_import()}</a> }.into_any()
    };
    let generate = if ready {
        view! { <a class="button is-primary" href=page>{lang.waits_to_generate()}</a> }.into_any()
    } else if generating {
        view! { <a href=page>{lang.waits_progress()}</a> }.into_any()
    } else {
        view! { <span class="quiet">{lang.step_after_second()}</span> }.into_any()
    };
    let id = format!("steps-{}", template.as_str());
    let step = |number: &'static str, text: String, end: AnyView| {
        view! {
            <li class="row">
                <span class="row-number" aria-hidden="true">{number}</span>
                <div class="row-text">{text}</div>
                <div class="row-end">{end}</div>
            </li>
        }
    };
    card(
        &id,
        lang.steps_title(template),
        view! {
            <ol class="rows">
                {step("1", lang.step_download(template.title()), downloads.into_any())}
                {step("2", lang.step_import().to_owned(), import)}
                {step("3", lang.import_step_generate(template).to_owned(), generate)}
            </ol>
        }
        .into_any(),
    )
}

fn figures(lang: Lang, desktop: &Desktop) -> AnyView {
    let figure = |label: &'static str, value: u32, href: String| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd><a href=href>{texts::grouped(value)}</a></dd>
            </div>
        }
    };
    card(
        "figures",
        lang.figures_title(),
        view! {
            <dl class="figures">
                {figure(lang.figures_units(), desktop.units, Route::Units.to_string())}
                {figure(lang.account_state(AccountState::NotActivated), desktop.not_activated, not_activated())}
            </dl>
        }
        .into_any(),
    )
}

/// The list of units whose accounts are not activated.
fn not_activated() -> String {
    UnitQuery { state: Some(AccountState::NotActivated), ..UnitQuery::default() }.href(Route::Units)
}

fn first_time(lang: Lang, imports: bool) -> AnyView {
    let how = Template::ALL
        .into_iter()
        .filter(|_| imports)
        .map(|template| view! { <li><a href=template_guide(template)>{lang.help_columns_title(template)}</a></li> })
        .collect_view();
    card(
        "first-time",
        lang.help_title(),
        view! {
            <ul class="links">
                {how}
                <li><a href=Route::Help.section("questions")>{lang.help_questions_title()}</a></li>
                <li class="quiet">{hotline(lang)}</li>
            </ul>
        }
        .into_any(),
    )
}
