//! 修改密码, at the first sign-in or at any time.

use super::api::ChangePassword;
use crate::{
    components::{PageTitle, PasswordField, SubmitButton, Tone, notice},
    current_account::current_account,
    forms::{ServerForm, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::Route,
    trade::api::TradeChangePassword,
};
use domain::{
    Problem,
    account::Portal,
    password::{Owner, PolicyFault, Strength, check},
    session::SignInStep,
};
use leptos::prelude::*;
use texts::Lang;

/// The management's.
#[component]
pub(crate) fn PasswordPage() -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    follow(action);
    let form = move |inputs| view! { <ServerForm action>{inputs}</ServerForm> }.into_any();
    page(Some(Route::Profile(Portal::Management)), problem(action), pending(action), form)
}

/// The trading portal's.
#[component]
pub(crate) fn TradePasswordPage() -> impl IntoView {
    let action = ServerAction::<TradeChangePassword>::new();
    follow(action);
    let form = move |inputs| view! { <ServerForm action>{inputs}</ServerForm> }.into_any();
    page(None, problem(action), pending(action), form)
}

/// The page around the form; `profile` is the page that it belongs to.
fn page(
    profile: Option<Route>,
    problem: Signal<Option<Problem>>,
    pending: Memo<bool>,
    form: impl FnOnce(AnyView) -> AnyView,
) -> AnyView {
    let lang = use_lang();
    let account = current_account();
    let first = account.as_ref().is_some_and(|account| account.sign_in_step == SignInStep::ChangePassword);
    let login = account.as_ref().map(|account| account.login.clone()).unwrap_or_default();
    let name = account
        .and_then(|account| account.unit.map(|unit| unit.name).or(account.purchaser.map(|purchaser| purchaser.name)));
    let name = name.unwrap_or_default();
    let typed = RwSignal::new(String::new());
    focus_first_error_on(problem);
    let text_of = move |is_shown: fn(&Problem) -> bool| {
        Signal::derive(move || {
            problem.with(|problem| problem.as_ref().filter(|p| is_shown(p)).map(|p| lang.problem(p)))
        })
    };
    let old_error = text_of(|p| *p == Problem::OldPasswordWrong);
    // The server's error on a password stays until another password is typed.
    let refused_password = RwSignal::new(String::new());
    Effect::new(move |_| {
        if problem.with(|problem| matches!(problem, Some(Problem::Password(_)))) {
            refused_password.set(typed.get_untracked());
        }
    });
    let refused = text_of(|p| matches!(p, Problem::Password(_)));
    let new_error = Signal::derive(move || {
        refused.get().filter(|_| typed.with(|typed| refused_password.with(|password| typed == password)))
    });
    let repeat_error = text_of(|p| *p == Problem::PasswordsDiffer);
    let other = move || {
        let other =
            text_of(|p| !matches!(p, Problem::OldPasswordWrong | Problem::PasswordsDiffer | Problem::Password(_)));
        other.get().map(|text| notice(Tone::Error, lang.not_saved(), text))
    };
    let profile = profile.filter(|_| !first);
    let crumbs = profile.map(|profile| (lang.profile_title().to_owned(), Some(profile))).into_iter().collect();
    let title = if first { lang.password_first_title() } else { lang.password_title() };
    let old = if first { lang.password_initial() } else { lang.password_old() };
    let inputs = view! {
        // Password managers store the new password under this login name.
        <input type="text" name="login" value=login.clone() autocomplete="username" hidden readonly/>
        <PasswordField name="old" label=old autocomplete="current-password" error=old_error/>
        <PasswordField name="new" label=lang.password_new() autocomplete="new-password" error=new_error typed/>
        {meter(lang, typed, new_error, login, name)}
        <PasswordField name="repeat" label=lang.password_repeat() autocomplete="new-password" error=repeat_error/>
        <div class="form-actions">
            <SubmitButton label=lang.password_save() busy=lang.saving() pending/>
            {profile.map(|profile| view! { <a class="button" href=profile>{lang.cancel()}</a> })}
        </div>
    };
    view! {
        <PageTitle title crumbs lead=if first { lang.password_first_lead() } else { lang.password_lead() }/>
        <div class="form-page">
            <section class="card form-card">
                {other}
                {form(inputs.into_any())}
            </section>
            <aside class="card form-aside">
                <h2>{lang.password_rules_title()}</h2>
                <ul>
                    <li>{lang.password_rule_length()}</li>
                    <li>{lang.password_rule_own()}</li>
                    <li>{lang.password_rule_common()}</li>
                </ul>
                <p>{lang.password_rule_advice()}</p>
            </aside>
        </div>
    }
    .into_any()
}

/// The strength of the password while it is being typed, or the rule that it breaks.
fn meter(lang: Lang, typed: RwSignal<String>, refused: Signal<Option<String>>, login: String, unit: String) -> AnyView {
    let verdict = Memo::new(move |_| {
        let shown = refused.with(Option::is_none);
        typed.with(|typed| (shown && !typed.is_empty()).then(|| check(typed, Owner { login: &login, unit: &[&unit] })))
    });
    let level = move || match verdict.get() {
        None => "none",
        Some(Err(_) | Ok(Strength::Weak)) => "weak",
        Some(Ok(Strength::Fair)) => "fair",
        Some(Ok(Strength::Strong)) => "strong",
    };
    let text = move || match verdict.get() {
        None => String::new(),
        // The rule on the length is beside the field, and a reader who is still typing knows that more is needed.
        Some(Err(PolicyFault::TooShort)) => lang.password_goes_on().to_owned(),
        Some(Err(fault)) => lang.problem(&Problem::Password(fault)),
        Some(Ok(strength)) => lang.password_strength(strength).to_owned(),
    };
    view! {
        <div class="meter" data-level=level>
            <span class="meter-bar" aria-hidden="true"><i></i><i></i><i></i></span>
            <span class="meter-text" role="status">{text}</span>
        </div>
    }
    .into_any()
}
