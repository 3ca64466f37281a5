//! What a superior does with an account, and with a unit.

use super::{failure, field_error, focus_fault, go_on, pending, problem};
use crate::{
    api::{
        account::{ResendSms, SetAccountEnabled},
        unit::{DeleteUnit, MergeUnit},
    },
    components::{SubmitButton, UnitField, ask},
    error::ApiError,
    holder,
    session::me,
};
use domain::{
    Template,
    schema::units,
    view::{AccountState, Holder, UnitDetail, UnitId},
};
use leptos::{ev, form::FromFormData, prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;
use texts::Lang;

/// The account's actions, and whom to ask where the unit is the reader's own.
pub(super) fn account(lang: Lang, whose: Holder, state: AccountState) -> Option<AnyView> {
    let me = me()?;
    if me.unit.is_some_and(|own| whose == own.id.into()) {
        return Some(
            view! {
                <section class="card unit-actions">
                    <p>{lang.act_own()} " " <a href="/profile">{lang.act_own_whom()}</a></p>
                </section>
            }
            .into_any(),
        );
    }
    let usable = matches!(state, AccountState::NotActivated | AccountState::Active);
    if !usable && state != AccountState::Disabled {
        return None;
    }
    let resend = usable.then(|| {
        let text = if state == AccountState::Active { lang.act_resend_login() } else { lang.act_resend_new() };
        let action = ServerAction::<ResendSms>::new();
        step(lang, action, text, holder::input(whose), lang.manage_resend(), lang.manage_sending())
    });
    let reset = usable.then(|| {
        view! {
            <div class="unit-action">
                <p>{lang.reset_lead()}</p>
                <a class="button" href=format!("{}/reset", holder::path(whose))>{lang.manage_reset()}</a>
            </div>
        }
    });
    let (label, text) = if usable {
        (lang.act_disable(), lang.act_disable_text())
    } else {
        (lang.act_enable(), lang.act_enable_text())
    };
    let to = if usable { "false" } else { "true" };
    let inputs = view! {
        {holder::input(whose)}
        <input type="hidden" name="enabled" value=to/>
    };
    let switch = step(lang, ServerAction::<SetAccountEnabled>::new(), text, inputs.into_any(), label, lang.saving());
    Some(
        view! {
            <section class="card unit-actions" aria-labelledby="actions">
                <h2 id="actions" class="card-head">{lang.act_title()}</h2>
                {resend}
                {reset}
                {switch}
            </section>
        }
        .into_any(),
    )
}

/// 删除 and 合并, behind a disclosure as they cannot be undone.
pub(super) fn removal(lang: Lang, detail: &UnitDetail) -> Option<AnyView> {
    let unit = &detail.unit;
    let own = me()?.unit?;
    if own.id == unit.id {
        return None;
    }
    let unused = !detail.activated && detail.children == 0;
    let delete = unused.then(|| {
        let action = ServerAction::<DeleteUnit>::new();
        let words = (lang.act_delete_text(), lang.act_delete(), lang.act_delete_ask(&unit.name), lang.act_delete_yes());
        asked(lang, action, unit_input(unit.id), words)
    });
    let action = ServerAction::<MergeUnit>::new();
    let into = view! {
        {unit_input(unit.id)}
        <UnitField
            name="into"
            id_name="into_id"
            label=lang.act_merge_into()
            hint=lang.form_superior_hint()
            error=field_error(lang, Template::Units, problem(action), "into", units::SUPERIOR)
        />
    };
    let merge = step(lang, action, lang.act_merge_text(), into.into_any(), lang.act_merge_submit(), lang.saving());
    Some(
        view! {
            <details class="card unit-actions">
                <summary class="card-head">{lang.act_remove_title()}</summary>
                {delete}
                <h3>{lang.act_merge()}</h3>
                {merge}
            </details>
        }
        .into_any(),
    )
}

fn unit_input(unit: UnitId) -> AnyView {
    view! { <input type="hidden" name="unit" value=unit.to_string()/> }.into_any()
}

/// A form of one button, with what it does above and why it was refused.
fn step<S>(
    lang: Lang,
    action: ServerAction<S>,
    text: &'static str,
    inputs: AnyView,
    label: &'static str,
    busy: &'static str,
) -> AnyView
where
    S: ServerFn<Output = String, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let pending = pending(action);
    form(lang, action, text, inputs, view! { <SubmitButton label busy pending aside=true/> }.into_any())
}

/// The same of what cannot be undone: the button asks once more. In words: what it does, the button, the question and the
/// answer.
pub(super) fn asked<S>(
    lang: Lang,
    action: ServerAction<S>,
    inputs: AnyView,
    (text, label, question, answer): (&'static str, &'static str, String, &'static str),
) -> AnyView
where
    S: ServerFn<Output = String, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let pending = pending(action);
    let answer = view! { <SubmitButton label=answer busy=lang.saving() pending aside=true/> };
    let (_, button) = ask("button", label.into_any(), question.into_any(), answer.into_any(), || true);
    form(lang, action, text, inputs, button)
}

fn form<S>(lang: Lang, action: ServerAction<S>, text: &'static str, inputs: AnyView, button: AnyView) -> AnyView
where
    S: ServerFn<Output = String, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let (problem, pending) = (problem(action), pending(action));
    go_on(action);
    focus_fault(problem);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked()
            && let Ok(data) = S::from_event(&event)
        {
            action.dispatch(data);
        }
    };
    view! {
        <form class="unit-action" method="post" action=S::url() on:submit=submit>
            <p>{text}</p>
            {failure(lang, "", problem)}
            {inputs}
            {button}
        </form>
    }
    .into_any()
}
