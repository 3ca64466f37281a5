//! 重置密码 of a unit below the reader's own, or of a purchaser.

use super::{focus_fault, go_on, id_in_path, one, pending, problem};
use crate::{
    api::{account::ResetPassword, purchaser::get_purchaser, unit::get_unit},
    components::{PageTitle, PasswordField, SubmitButton, refused, skeleton, unavailable_page},
    error::ApiError,
    holder,
    i18n::use_lang,
};
use domain::{
    Problem, Template,
    view::{Holder, PurchaserId, UnitId},
};
use leptos::prelude::*;

/// The page of a unit or of a purchaser, by the id in the path.
#[component]
pub(crate) fn ResetPage(template: Template) -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let data = one(move || id.get(), move |id| whose(template, id));
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok((whose, name, login)) => view! { <ResetForm template whose name login/> }.into_any(),
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Whose account it is, with its name and its login name.
async fn whose(template: Template, id: i64) -> Result<(Holder, String, String), ApiError> {
    let (whose, name, login): (Holder, _, _) = match template {
        Template::Units => {
            let unit = get_unit(UnitId(id)).await?.unit;
            (unit.id.into(), unit.name, unit.login)
        }
        Template::Purchasers => {
            let purchaser = get_purchaser(PurchaserId(id)).await?.purchaser;
            (purchaser.id.into(), purchaser.name, purchaser.login)
        }
    };
    Ok((whose, name, login.unwrap_or_default()))
}

#[component]
fn ResetForm(template: Template, whose: Holder, name: String, login: String) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ResetPassword>::new();
    let problem = problem(action);
    go_on(action);
    focus_fault(problem);
    let at = move |fits: fn(&Problem) -> bool| problem.with(|problem| problem.clone().filter(fits));
    let own_wrong = Signal::derive(move || {
        at(|problem| *problem == Problem::OldPasswordWrong).map(|_| lang.reset_own_wrong().to_owned())
    });
    let policy =
        Signal::derive(move || at(|p| matches!(p, Problem::Password(_))).map(|problem| lang.problem(&problem)));
    let other = move || {
        at(|problem| !matches!(problem, Problem::OldPasswordWrong | Problem::Password(_)))
            .map(|problem| refused(lang, lang.not_saved(), &problem))
    };
    let list = match template {
        Template::Units => (lang.manage_title().to_owned(), Some("/units/manage")),
        Template::Purchasers => (lang.purchasers_title().to_owned(), Some("/purchasers")),
    };
    let crumbs = vec![(lang.section(template).to_owned(), None), list];
    let lead = lang.reset_of(&name, &login);
    view! {
        <PageTitle title=lang.reset_title() crumbs lead/>
        <div class="form-page">
            <section class="card form-card">
                {other}
                <ActionForm action>
                    {holder::input(whose)}
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
                    // Shown with its choice, by style alone.
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
                        error=own_wrong
                    />
                    <div class="form-actions">
                        <SubmitButton label=lang.reset_submit() busy=lang.saving() pending=pending(action)/>
                        <a class="button" href=holder::path(whose)>{lang.cancel()}</a>
                    </div>
                </ActionForm>
            </section>
            <aside class="card form-aside">
                <p>{lang.reset_lead()}</p>
            </aside>
        </div>
    }
    .into_any()
}
