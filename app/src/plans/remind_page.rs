//! 提醒: what reminders to units of 预留份额审核 say and whom they reach, before they are sent, and the counts afterwards.

use super::{
    api::{SendReminders, get_reminder_preview},
    parts::section,
};
use crate::{
    components::{PageTitle, SubmitButton, Tone, card, empty, notice, skeleton, unavailable},
    forms::{ServerForm, failure_of, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::{Route, UrlQuery, parameter},
};
use domain::reminder::{ReminderPreview, ReminderSelection};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::{Lang, grouped};

/// The page. The units are in the address.
#[component]
pub(crate) fn RemindPlansPage() -> impl IntoView {
    let lang = use_lang();
    let selection = selection_in_address();
    let preview = Resource::new(move || selection.get(), get_reminder_preview);
    view! {
        <PageTitle
            title=lang.remind_title()
            crumbs=vec![section(lang), (lang.plan_review_title().to_owned(), Some(Route::ReviewPlans))]
        />
        {sent(lang)}
        <Transition fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match preview.await {
                    Ok(preview) => content(lang, selection.get_untracked(), preview),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn selection_in_address() -> Memo<ReminderSelection> {
    let parameters = use_query_map();
    Memo::new(move |_| {
        let parameters = parameters.read();
        let units = parameters.get_all(parameter::UNIT).unwrap_or_default();
        let units = units.iter().filter_map(|unit| unit.parse().ok()).collect();
        ReminderSelection { units, ..ReminderSelection::from_parameters(|name| parameters.get(name)) }
    })
}

/// How many units the last press has reminded.
fn sent(lang: Lang) -> Option<AnyView> {
    let counts = use_query_map().with_untracked(|query| {
        let number = |name| query.get_str(name).and_then(|number| number.parse::<u32>().ok());
        number(parameter::SENT).zip(number(parameter::REFUSED))
    });
    let (sent, left_out) = counts?;
    let tone = if left_out == 0 { Tone::Good } else { Tone::Warning };
    Some(view! { <div role="status">{notice(tone, "", lang.remind_sent(sent, left_out))}</div> }.into_any())
}

fn content(lang: Lang, selection: ReminderSelection, preview: ReminderPreview) -> AnyView {
    let back = selection.query.href(Route::ReviewPlans);
    let ReminderPreview { year, kind, text, counts, days } = preview;
    if selection.chosen && selection.units.is_empty() {
        let back = view! { <a class="button" href=back>{lang.remind_back()}</a> };
        return empty(lang.remind_nobody(), lang.remind_choose_first(), back.into_any());
    }
    let fact = |label: String, count: u32| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd class="number">{grouped(count)}</dd>
            </div>
        }
    };
    let left_out = counts
        .left_out
        .iter()
        .map(|(obstacle, count)| {
            let label = format!(
                "{}{}{}",
                lang.remind_no_reminder(),
                lang.import_colon(),
                lang.remind_obstacle(*obstacle, days)
            );
            fact(label, *count)
        })
        .collect_view();
    let whom = view! {
        <dl class="facts">{fact(lang.remind_ready().to_owned(), counts.reminded)} {left_out}</dl>
        <p class="card-foot quiet">{lang.remind_limits(days)}</p>
    };
    let text = text.map(|text| {
        let body = view! {
            <blockquote class="remind-text" lang="zh-CN">{text}</blockquote>
            <p class="card-foot quiet">{lang.remind_text_hint()}</p>
        };
        card("text", lang.remind_text(), body.into_any())
    });
    let action = if counts.reminded == 0 {
        view! {
            <p class="remind-none">{lang.remind_nobody()}</p>
            <p><a class="button" href=back>{lang.remind_back()}</a></p>
        }
        .into_any()
    } else {
        view! { <Sending selection back/> }.into_any()
    };
    view! {
        <p class="remind-of">{lang.remind_of(kind, year)}</p>
        <div class="remind">
            {text}
            {card("whom", lang.remind_whom(), whom.into_any())}
            {action}
        </div>
    }
    .into_any()
}

/// The button, with the units as the address has them.
#[component]
fn Sending(selection: ReminderSelection, back: String) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SendReminders>::new();
    let failed = problem(action);
    follow(action);
    focus_first_error_on(failed);
    let inputs = inputs(&selection)
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! {
        <ServerForm action>
            {failure_of(lang, lang.remind_not_sent(), failed, |_| true)}
            {inputs}
            <div class="remind-actions">
                <SubmitButton label=lang.remind_send() busy=lang.remind_sending() pending=pending(action)/>
                <a class="button" href=back>{lang.remind_back()}</a>
            </div>
        </ServerForm>
    }
    .into_any()
}

/// The selection as inputs of a form.
fn inputs(selection: &ReminderSelection) -> Vec<(String, String)> {
    let query = &selection.query;
    let conditions = [
        query.year.map(|year| ("year", year.to_string())),
        (!query.search.is_empty()).then(|| ("search", query.search.clone())),
        query.standing.map(|standing| ("standing", standing.as_str().to_owned())),
        query.late.then(|| ("late", "true".to_owned())),
        query.canteen.map(|canteen| ("canteen", canteen.as_str().to_owned())),
        query.concern.map(|concern| ("concern", concern.as_str().to_owned())),
        query.below.map(|unit| ("below", unit.to_string())),
    ];
    let conditions = conditions.into_iter().flatten().map(|(name, value)| (format!("selection[query][{name}]"), value));
    let chosen = selection.chosen.then(|| ("selection[chosen]".to_owned(), "true".to_owned()));
    let units = selection.units.iter().map(|unit| ("selection[units][]".to_owned(), unit.to_string()));
    conditions.chain(chosen).chain(units).collect()
}
