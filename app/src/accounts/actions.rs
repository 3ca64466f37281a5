//! The actions on an account, and the small forms that they and other actions are made of.

use super::{
    api::{ResendSms, SetAccountEnabled},
    holder_input::holder_input,
};
use crate::{
    components::{SubmitButton, confirm_button},
    current_account::current_account,
    error::ApiError,
    forms::{ServerForm, failure, focus_first_error_on, follow, pending, problem},
    routes::Route,
};
use domain::account::{AccountHolder, AccountState, Portal};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;
use texts::Lang;

/// The actions of a superior. For the account of the reader's own unit, a link to the profile page is shown instead.
pub(crate) fn account_actions(lang: Lang, holder: AccountHolder, state: AccountState) -> Option<AnyView> {
    if current_account()?.unit.is_some_and(|own| holder == own.id.into()) {
        return Some(
            view! {
                <section class="card unit-actions">
                    <p>
                        {lang.act_own()} " " <a href=Route::Profile(Portal::Management)>{lang.act_own_whom()}</a>
                    </p>
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
        button_form(lang, action, text, holder_input(holder), lang.manage_resend(), lang.manage_sending())
    });
    let reset = usable.then(|| {
        view! {
            <div class="unit-action">
                <p>{lang.reset_lead()}</p>
                <a class="button" href=Route::reset_password(holder)>{lang.manage_reset()}</a>
            </div>
        }
    });
    let (label, text) = if usable {
        (lang.act_disable(), lang.act_disable_text())
    } else {
        (lang.act_enable(), lang.act_enable_text())
    };
    let enabled = if usable { "false" } else { "true" };
    let inputs = view! {
        {holder_input(holder)}
        <input type="hidden" name="enabled" value=enabled/>
    };
    let switch =
        button_form(lang, ServerAction::<SetAccountEnabled>::new(), text, inputs.into_any(), label, lang.saving());
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

/// A form of one button, with its effect above and its problem.
pub(crate) fn button_form<S>(
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

/// The same for an action that cannot be undone: the button asks a question first. The words are the effect, the label, the
/// question and the answer.
pub(crate) fn confirmed_form<S>(
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
    let (_, button) = confirm_button("button", label.into_any(), question.into_any(), answer.into_any(), || true);
    form(lang, action, text, inputs, button)
}

fn form<S>(lang: Lang, action: ServerAction<S>, text: &'static str, inputs: AnyView, button: AnyView) -> AnyView
where
    S: ServerFn<Output = String, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    view! {
        <ServerForm action class="unit-action">
            <p>{text}</p>
            {failure(lang, "", problem)}
            {inputs}
            {button}
        </ServerForm>
    }
    .into_any()
}
