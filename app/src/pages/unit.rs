//! A unit in full: what it is, where it stands, its account and what happened to it.

use super::{done_notice, failure, field_error, focus_fault, go_on, id_in_path, one, pending, problem, unit_actions};
use crate::{
    api::{account::IssuePassword, unit::get_unit},
    components::{Field, PageTitle, SubmitButton, account_badge, skeleton, sms_badge, unavailable_page},
    i18n::use_lang,
    session::me,
    time::moment,
};
use domain::{
    Template,
    form::{column_of, purchaser_column_of},
    schema::units,
    view::{AccountKind, AccountState, Change, EventView, PlanView, SmsView, Timestamp, UnitDetail, UnitId},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The page, by the id in the path.
#[component]
pub(crate) fn UnitPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let data = one(move || id.get(), get_unit);
    view! {
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(detail) => page(lang, detail),
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, detail: UnitDetail) -> AnyView {
    let done = use_query_map().with_untracked(|query| query.get_str("done").and_then(|what| done(lang, what)));
    let issued = done == Some(lang.issued());
    let operator = me().is_some_and(|me| me.kind == AccountKind::Operator);
    let issuable =
        operator && matches!(detail.unit.account, AccountState::NotIssued | AccountState::NotActivated) && !issued;
    let edits = me().and_then(|me| me.unit).is_some_and(|own| own.id != detail.unit.id);
    let crumbs =
        vec![(lang.section(Template::Units).to_owned(), None), (lang.units_title().to_owned(), Some("/units"))];
    let removal = unit_actions::removal(lang, &detail);
    view! {
        <PageTitle title=detail.unit.name.clone() crumbs>
            {edits.then(|| view! { <a class="button is-primary" href=format!("/units/{}/edit", detail.unit.id)>{lang.manage_edit()}</a> })}
        </PageTitle>
        {done.map(done_notice)}
        <div class="detail">
            <div class="detail-main">
                {facts(lang, &detail)}
                {plans(lang, detail.plans)}
                {events(lang, Template::Units, detail.events)}
            </div>
            <div class="detail-side">
                {account(lang, lang.units_account(), detail.unit.login.clone(), detail.unit.account, detail.last_sign_in)}
                {issuable.then(|| view! { <Issue unit=detail.unit.id contact=detail.unit.contact.clone().unwrap_or_default()/> })}
                {unit_actions::account(lang, detail.unit.id.into(), detail.unit.account)}
                {messages(lang, detail.sms)}
                {removal}
            </div>
        </div>
    }
    .into_any()
}

/// What was done on the page before, by its word in the URL.
pub(super) fn done(lang: Lang, what: &str) -> Option<&'static str> {
    Some(match what {
        "issued" => lang.issued(),
        "added" => lang.done_added(),
        "edited" => lang.done_edited(),
        "resent" => lang.done_resent(),
        "reset" => lang.done_reset(),
        "disabled" => lang.done_disabled(),
        "enabled" => lang.done_enabled(),
        "merged" => lang.done_merged(),
        _ => return None,
    })
}

pub(super) fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

pub(super) fn text(lang: Lang, value: Option<String>) -> AnyView {
    value.unwrap_or_else(|| lang.none().to_owned()).into_any()
}

fn facts(lang: Lang, detail: &UnitDetail) -> AnyView {
    let unit = &detail.unit;
    let code = view! { <span class="digits">{unit.code.clone().unwrap_or_else(|| lang.none().to_owned())}</span> };
    let contact = match (&unit.contact, &unit.mobile) {
        (None, None) => lang.none().into_any(),
        (contact, mobile) => view! {
            {contact.clone()}
            " "
            <span class="digits quiet">{mobile.clone()}</span>
        }
        .into_any(),
    };
    let purchasers = view! { <a href=format!("/purchasers?unit={}", unit.id)>{lang.purchasers_of_unit()}</a> };
    let former = (!detail.former.is_empty()).then(|| fact(lang.act_former(), detail.former.join("、").into_any()));
    view! {
        <section class="card" aria-labelledby="facts">
            <h2 id="facts" class="card-head">{lang.unit_facts()}</h2>
            <dl class="facts">
                {fact(lang.unit_code(), code.into_any())}
                {superiors(detail).map(|way| fact(lang.unit_superior(), way))}
                {fact(lang.unit_admin_level(), lang.admin_level(unit.admin_level).into_any())}
                {fact(lang.unit_budget_level(), text(lang, detail.budget_level.map(|level| lang.budget_level(level).to_owned())))}
                {fact(lang.unit_contact(), contact)}
                {fact(lang.unit_children(), lang.unit_children_count(detail.children).into_any())}
                {fact(lang.purchaser(), purchasers.into_any())}
                {former}
                {fact(lang.unit_remark(), text(lang, detail.remark.clone()))}
            </dl>
        </section>
    }
    .into_any()
}

/// The way down to this unit, as far as the reader may see it.
fn superiors(detail: &UnitDetail) -> Option<AnyView> {
    if detail.path.is_empty() {
        return detail.unit.superior.clone().map(IntoAny::into_any);
    }
    let steps = detail
        .path
        .iter()
        .map(|unit| view! { <li><a href=format!("/units/{}", unit.id)>{unit.name.clone()}</a></li> })
        .collect_view();
    Some(view! { <ol class="way">{steps}</ol> }.into_any())
}

fn plans(lang: Lang, plans: Vec<PlanView>) -> AnyView {
    if plans.is_empty() {
        return view! {
            <section class="card" aria-labelledby="plans">
                <h2 id="plans" class="card-head">{lang.unit_plans()}</h2>
                <p class="card-none">{lang.unit_plans_none()}</p>
            </section>
        }
        .into_any();
    }
    let amounts = texts::amounts(&plans.iter().flat_map(|plan| [plan.total, plan.share]).collect::<Vec<_>>());
    let mut amounts = amounts.into_iter();
    let rows = plans
        .into_iter()
        .map(|plan| {
            let (total, share) = (amounts.next(), amounts.next());
            view! {
                <tr>
                    <th scope="row">{plan.year}</th>
                    <td class="number">{total}</td>
                    <td class="number">{format!("{}%", plan.ratio)}</td>
                    <td class="number">{share}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="plans">
            <h2 id="plans" class="card-head">{lang.unit_plans()}</h2>
            <table class="table is-inside">
                <thead>
                    <tr>
                        <th scope="col">{lang.plan_year()}</th>
                        <th scope="col" class="number">{lang.units_total()}</th>
                        <th scope="col" class="number">{lang.units_ratio()}</th>
                        <th scope="col" class="number">{lang.plan_share()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// An account and its state.
pub(super) fn account(
    lang: Lang,
    title: &'static str,
    login: Option<String>,
    state: AccountState,
    last: Option<Timestamp>,
) -> AnyView {
    let login = view! { <span class="digits">{login.unwrap_or_else(|| lang.none().to_owned())}</span> };
    let last = last.map_or_else(|| lang.never_signed_in().to_owned(), |at| moment(lang, at));
    view! {
        <section class="card" aria-labelledby="account">
            <h2 id="account" class="card-head">{title}</h2>
            <dl class="facts">
                {fact(lang.login_name(), login.into_any())}
                {fact(lang.unit_account_state(), account_badge(lang, state))}
                {fact(lang.unit_last_sign_in(), last.into_any())}
            </dl>
        </section>
    }
    .into_any()
}

/// The SMS about an account.
pub(super) fn messages(lang: Lang, messages: Vec<SmsView>) -> AnyView {
    let body = if messages.is_empty() {
        view! { <p class="card-none">{lang.unit_sms_none()}</p> }.into_any()
    } else {
        let items = messages
            .into_iter()
            .map(|sms| {
                let at = moment(lang, sms.sent_at.unwrap_or(sms.queued_at));
                view! {
                    <li class="row">
                        <div class="row-text">
                            <span>{lang.sms_kind(sms.kind)}</span>
                            <span class="row-more"><span class="digits">{sms.mobile}</span> " · " {at}</span>
                        </div>
                        {sms_badge(lang, sms.state)}
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="rows">{items}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="sms">
            <h2 id="sms" class="card-head">{lang.unit_sms()}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// What was done to a unit or a purchaser.
pub(super) fn events(lang: Lang, template: Template, events: Vec<EventView>) -> AnyView {
    let body = if events.is_empty() {
        view! { <p class="card-none">{lang.unit_events_none()}</p> }.into_any()
    } else {
        let items = events
            .into_iter()
            .map(|event| {
                view! {
                    <li>
                        <span class="trail-what">{lang.audit_action(&event.action)}</span>
                        <span class="quiet">
                            <span class="digits">{event.actor}</span>
                            {address(event.address)}
                            " · "
                            {moment(lang, event.at)}
                        </span>
                        {changes(lang, template, event.year, event.changes)}
                    </li>
                }
            })
            .collect_view();
        view! { <ol class="trail">{items}</ol> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="events">
            <h2 id="events" class="card-head">{lang.unit_events()}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// From where somebody did it.
fn address(address: String) -> Option<AnyView> {
    (!address.is_empty()).then(|| view! { " " <small class="digits">{address}</small> }.into_any())
}

/// What an event changed: from what to what.
fn changes(lang: Lang, template: Template, year: Option<i32>, mut changes: Vec<Change>) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    // As in the form; what it does not have comes last.
    let column = |field: &str| match template {
        Template::Units => column_of(field),
        Template::Purchasers => purchaser_column_of(field),
    };
    changes.sort_by_key(|change| column(&change.field).unwrap_or(u8::MAX));
    let say = |field: &str, value: Option<String>| {
        value.map_or_else(|| lang.change_empty().to_owned(), |value| lang.change_value(field, &value))
    };
    let items = changes
        .into_iter()
        .map(|Change { field, before, after }| {
            let of = year.filter(|_| matches!(field.as_str(), "total" | "ratio" | "share"));
            let of = of.map(|year| format!(" {year}"));
            // What was not there before has nothing to be compared with.
            let before = before.map(|before| view! { <del>{say(&field, Some(before))}</del> " → " });
            view! {
                <li>
                    <span class="quiet">{lang.change_field(template, &field)} {of} {lang.import_colon()}</span>
                    {before}
                    <ins>{say(&field, after)}</ins>
                </li>
            }
        })
        .collect_view();
    Some(view! { <ul class="trail-changes">{items}</ul> }.into_any())
}

/// 开通账号: the operator gives a preset its first password, by SMS to the contact.
#[component]
fn Issue(unit: UnitId, contact: String) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<IssuePassword>::new();
    let problem = problem(action);
    go_on(action);
    focus_fault(problem);
    view! {
        <section class="card form-card" aria-labelledby="issue">
            <h2 id="issue">{lang.issue_title()}</h2>
            <p class="quiet">{lang.issue_lead()}</p>
            {failure(lang, lang.not_saved(), problem)}
            <ActionForm action>
                <input type="hidden" name="unit" value=unit.to_string()/>
                <Field
                    name="contact"
                    label=lang.unit_contact()
                    maxlength=50
                    value=contact
                    error=field_error(lang, Template::Units, problem, "contact", units::CONTACT)
                />
                <Field
                    name="mobile"
                    label=lang.unit_mobile()
                    hint=lang.issue_mobile_hint()
                    kind="tel"
                    maxlength=20
                    error=field_error(lang, Template::Units, problem, "mobile", units::MOBILE)
                />
                <div class="form-actions">
                    <SubmitButton label=lang.issue_submit() busy=lang.import_starting() pending=pending(action)/>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}
