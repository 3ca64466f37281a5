//! 重置密码 of a unit in the reader's scope, or of a purchaser.

use super::{api::ResetPassword, holder_input::holder_input};
use crate::{
    components::{PageTitle, PasswordField, SubmitButton, section_crumb, skeleton, unavailable_page},
    error::ApiError,
    forms::{ServerForm, failure_of, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::Route,
};
use domain::{Problem, Template, account::AccountHolder};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The account whose password is reset.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ResetSubject {
    /// Its holder.
    pub(crate) holder: AccountHolder,
    /// The holder's name.
    pub(crate) name: String,
    /// Login name.
    pub(crate) login: Option<String>,
}

/// The page, once the account is loaded.
pub(crate) fn reset_page(template: Template, subject: Resource<Result<ResetSubject, ApiError>>) -> AnyView {
    let lang = use_lang();
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                match subject.await {
                    Ok(subject) => view! { <ResetForm template subject/> }.into_any(),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn ResetForm(template: Template, subject: ResetSubject) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ResetPassword>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    let wrong = Signal::derive(move || {
        let wrong = problem.with(|problem| *problem == Some(Problem::OldPasswordWrong));
        wrong.then(|| lang.reset_own_wrong().to_owned())
    });
    let policy = Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(problem @ Problem::Password(_)) => Some(lang.problem(problem)),
            _ => None,
        })
    });
    let failure = failure_of(lang, lang.not_saved(), problem, |problem| {
        !matches!(problem, Problem::OldPasswordWrong | Problem::Password(_))
    });
    let list = match template {
        Template::Units => (lang.manage_title().to_owned(), Some(Route::ManageUnits)),
        Template::Purchasers => (lang.purchasers_title().to_owned(), Some(Route::Purchasers)),
    };
    let lead = lang.reset_of(&subject.name, &subject.login.unwrap_or_default());
    view! {
        <PageTitle title=lang.reset_title() crumbs=vec![section_crumb(lang, template), list] lead/>
        <div class="form-page">
            <section class="card form-card">
                {failure}
                <ServerForm action>
                    {holder_input(subject.holder)}
                    <fieldset class="choices">
                        <legend>{lang.reset_how()}</legend>
                        <label>
                            <input type="radio" name="how" value="made" checked/>
                            {lang.reset_made()}
                        </label>
                        <label>
                            <input type="radio" name="how" value="typed" id="how-typed"/>
                            {lang.reset_typed()}
                        </label>
                    </fieldset>
                    // The style shows it together with its option.
                    <div class="reset-typed">
                        <PasswordField
                            name="typed"
                            label=lang.reset_typed_label()
                            hint=lang.password_rule_length()
                            autocomplete="new-password"
                            error=policy
                        />
                    </div>
                    <PasswordField
                        name="own"
                        label=lang.reset_own()
                        hint=lang.reset_own_hint()
                        autocomplete="current-password"
                        error=wrong
                    />
                    <div class="form-actions">
                        <SubmitButton label=lang.reset_submit() busy=lang.saving() pending=pending(action)/>
                        <a class="button" href=Route::of_holder(subject.holder)>{lang.cancel()}</a>
                    </div>
                </ServerForm>
            </section>
            <aside class="card form-aside">
                <p>{lang.reset_lead()}</p>
            </aside>
        </div>
    }
    .into_any()
}
