//! 接口密钥: issues, lists and revokes keys.

use super::api::{Echo, IssueApiKey, RevokeApiKey, list_api_keys};
use crate::{
    components::{
        Field, PageTitle, SelectField, SubmitButton, Tone, badge, confirm_button, confirmation, empty, skeleton,
        table_head, text_fact, unavailable,
    },
    form_echo,
    forms::{ServerForm, failure, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::{DoneNotice, Route},
    time::moment,
};
use domain::{
    Problem, Template,
    api_key::{ApiKeyForm, ApiKeyItem, IssuedApiKey, KeyLifetime, KeyState, MAX_NAME},
    calendar::Timestamp,
};
use leptos::prelude::*;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn ApiKeysPage() -> impl IntoView {
    let lang = use_lang();
    let (typed, issued) = match form_echo::take_at::<Echo>(Route::ApiKeys) {
        Some(Echo::Refused(form)) => (form, None),
        Some(Echo::Issued(issued)) => (ApiKeyForm::default(), Some(issued)),
        None => (ApiKeyForm::default(), None),
    };
    let action = ServerAction::<IssueApiKey>::new();
    let (value, version) = (action.value(), action.version());
    let keys = Resource::new(move || version.get(), |_| list_api_keys());
    let new_key = move || {
        value
            .with(|value| match value {
                Some(Ok(issued)) => Some(issued.clone()),
                Some(Err(_)) => None,
                None => issued.clone(),
            })
            .map(|issued| secret_notice(lang, issued))
    };
    view! {
        <PageTitle title=lang.api_keys_title() lead=lang.api_keys_lead()/>
        {confirmation(lang, Template::Units, &[DoneNotice::ApiKeyRevoked])}
        <div aria-live="polite">{new_key}</div>
        <IssueForm action typed/>
        <Transition fallback=|| skeleton(4)>
            {move || Suspend::new(async move {
                match keys.await {
                    Ok(keys) => list(lang, keys),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The new key with its secret.
fn secret_notice(lang: Lang, issued: IssuedApiKey) -> AnyView {
    view! {
        <section class="notice is-good" role="note" tabindex="-1">
            <h2>{lang.api_key_issued(&issued.name)}</h2>
            <p>{lang.api_key_once()}</p>
            <dl class="facts">
                {text_fact(lang, lang.api_key_id(), &issued.public_id)}
                {text_fact(lang, lang.api_key_secret(), &issued.secret)}
            </dl>
        </section>
    }
    .into_any()
}

/// 签发.
#[component]
fn IssueForm(action: ServerAction<IssueApiKey>, typed: ApiKeyForm) -> impl IntoView {
    let lang = use_lang();
    let problem = problem(action);
    focus_first_error_on(problem);
    let error = move |field: &'static str| {
        Signal::derive(move || {
            problem.with(|problem| match problem {
                Some(Problem::Fields(faults)) => {
                    faults.iter().find(|fault| fault.field == field).map(|fault| lang.api_key_fault(fault))
                }
                _ => None,
            })
        })
    };
    let lifetime = KeyLifetime::from_name(&typed.lifetime).unwrap_or_default();
    let lifetimes = KeyLifetime::ALL.map(|lifetime| (lifetime.as_str(), lang.key_lifetime(lifetime))).to_vec();
    let maxlength = u16::try_from(MAX_NAME).unwrap_or(u16::MAX);
    view! {
        <section class="card unit-actions" aria-labelledby="issue">
            <h2 id="issue" class="card-head">{lang.api_key_issue_title()}</h2>
            <div class="unit-action">
                <ServerForm action>
                    {failure(lang, lang.not_saved(), problem)}
                    <Field
                        name="form[name]"
                        label=lang.api_key_name()
                        hint=lang.api_key_name_hint()
                        maxlength
                        value=typed.name
                        error=error("name")
                    />
                    <SelectField
                        name="form[lifetime]"
                        label=lang.api_key_lifetime()
                        options=lifetimes
                        value=Some(lifetime.as_str())
                        error=error("lifetime")
                    />
                    <SubmitButton label=lang.api_key_issue() busy=lang.api_key_issuing() pending=action.pending()/>
                </ServerForm>
            </div>
        </section>
    }
    .into_any()
}

fn list(lang: Lang, keys: Vec<ApiKeyItem>) -> AnyView {
    if keys.is_empty() {
        return empty(lang.api_keys_none(), lang.api_keys_none_help(), ().into_any());
    }
    let heads = [
        (lang.api_key_name(), None),
        (lang.api_key_state(), None),
        (lang.api_key_issued_at(), None),
        (lang.api_key_expires_at(), None),
        (lang.api_key_last_used(), None),
        (lang.manage_actions(), None),
    ];
    view! {
        <div class="table-frame api-keys">
            <table class="table is-cards">
                {table_head(heads)}
                <tbody>{keys.into_iter().map(|key| row(lang, key)).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(lang: Lang, key: ApiKeyItem) -> AnyView {
    let at = |at: Option<Timestamp>| at.map_or_else(|| "—".to_owned(), |at| moment(lang, at));
    let (tone, sign) = match key.state {
        KeyState::Valid => (Tone::Good, "✓"),
        KeyState::Expired => (Tone::Warning, "!"),
        KeyState::Revoked => (Tone::Quiet, "–"),
    };
    let revoked = key.revoked_at.map(|at| view! { <span class="cell-more">{moment(lang, at)}</span> });
    let refused = key.refused_at.map(|at| {
        view! { <span class="cell-more">{lang.api_key_refused(&moment(lang, at))}</span> }
    });
    let expires_at =
        key.expires_at.map_or_else(|| lang.key_lifetime(KeyLifetime::Unlimited).to_owned(), |at| moment(lang, at));
    let (last_used, issued_at) = (at(key.last_used_at), moment(lang, key.issued_at));
    let action = if key.state == KeyState::Revoked {
        view! { <td class="wide-only"></td> }.into_any()
    } else {
        view! { <td class="cell-wide" data-label=lang.manage_actions()><Revocation id=key.id.to_string() name=key.name.clone()/></td> }.into_any()
    };
    view! {
        <tr>
            <td class="cell-main">
                {key.name}
                <span class="cell-more digits">{key.public_id}</span>
            </td>
            <td class="cell-time" data-label=lang.api_key_state()>{badge(tone, sign, lang.key_state(key.state))} {revoked}</td>
            <td class="cell-time" data-label=lang.api_key_issued_at()>
                {issued_at}
                <span class="cell-more digits">{key.issued_by}</span>
            </td>
            <td class="cell-time" data-label=lang.api_key_expires_at()>{expires_at}</td>
            <td class="cell-time" data-label=lang.api_key_last_used()>{last_used} {refused}</td>
            {action}
        </tr>
    }
    .into_any()
}

/// 吊销.
#[component]
fn Revocation(id: String, name: String) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<RevokeApiKey>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    let answer = view! {
        <SubmitButton label=lang.api_key_revoke_yes() busy=lang.saving() pending=pending(action) aside=true/>
    };
    let label = view! {
        {lang.api_key_revoke()}
        <span class="sr-only">{format!("{}{name}", lang.import_colon())}</span>
    };
    let question = lang.api_key_revoke_ask(&name).into_any();
    let (_, button) = confirm_button("link-button", label.into_any(), question, answer.into_any(), || true);
    view! {
        <ServerForm action>
            {failure(lang, lang.not_saved(), problem)}
            <input type="hidden" name="id" value=id/>
            {button}
        </ServerForm>
    }
    .into_any()
}
