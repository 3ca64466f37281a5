//! 修改密码, of one's own will or at the first sign-in.

use super::{focus_fault, go_on, pending, problem};
use crate::{
    api::{session::ChangePassword, trade::TradeChangePassword},
    components::{PageTitle, PasswordField, SubmitButton, Tone, notice},
    i18n::use_lang,
    session::me,
};
use domain::{
    Problem,
    password::{Owner, PolicyFault, Strength, check},
    view::Gate,
};
use leptos::prelude::*;
use texts::Lang;

/// The management's.
#[component]
pub(crate) fn PasswordPage() -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    go_on(action);
    let form = move |inputs| view! { <ActionForm action>{inputs}</ActionForm> }.into_any();
    page(Some("/profile"), problem(action), pending(action), form)
}

/// The trading portal's.
#[component]
pub(crate) fn TradePasswordPage() -> impl IntoView {
    let action = ServerAction::<TradeChangePassword>::new();
    go_on(action);
    let form = move |inputs| view! { <ActionForm action>{inputs}</ActionForm> }.into_any();
    page(None, problem(action), pending(action), form)
}

/// The page around the form; `profile` is the page to which it belongs.
fn page(
    profile: Option<&'static str>,
    problem: Signal<Option<Problem>>,
    pending: Memo<bool>,
    form: impl FnOnce(AnyView) -> AnyView,
) -> AnyView {
    let lang = use_lang();
    let me = me();
    let first = me.as_ref().is_some_and(|me| me.gate == Gate::ChangePassword);
    let login = me.as_ref().map(|me| me.login.clone()).unwrap_or_default();
    let name = me.and_then(|me| me.unit.map(|unit| unit.name).or(me.purchaser.map(|own| own.name))).unwrap_or_default();
    let typed = RwSignal::new(String::new());
    focus_fault(problem);
    let at = move |fits: fn(&Problem) -> bool| {
        Signal::derive(move || problem.with(|problem| problem.as_ref().filter(|p| fits(p)).map(|p| lang.problem(p))))
    };
    let old_error = at(|p| *p == Problem::OldPasswordWrong);
    // The server's word on the new password stands until another is typed.
    let judged = RwSignal::new(String::new());
    Effect::new(move |_| {
        if problem.with(|problem| matches!(problem, Some(Problem::Password(_)))) {
            judged.set(typed.get_untracked());
        }
    });
    let refused = at(|p| matches!(p, Problem::Password(_)));
    let new_error =
        Signal::derive(move || refused.get().filter(|_| typed.with(|typed| judged.with(|judged| typed == judged))));
    let repeat_error = at(|p| *p == Problem::PasswordsDiffer);
    let other = move || {
        let other = at(|p| !matches!(p, Problem::OldPasswordWrong | Problem::PasswordsDiffer | Problem::Password(_)));
        other.get().map(|text| notice(Tone::Error, lang.not_saved(), text))
    };
    let profile = profile.filter(|_| !first);
    let crumbs = profile.map(|profile| (lang.profile_title().to_owned(), Some(profile))).into_iter().collect();
    let title = if first { lang.password_first_title() } else { lang.password_title() };
    let old = if first { lang.password_initial() } else { lang.password_old() };
    let inputs = view! {
        // So that a password manager keeps the new password under the right name.
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

/// How hard the password is to guess while it is being typed, or what it breaks.
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
        // Somebody who is still typing need not be told that it is too short: the rule stands beside the field.
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
