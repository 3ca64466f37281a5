//! 重置密码 of a unit below the reader's own.

use super::{focus_fault, go_on, pending, problem};
use crate::{
    api::{account::ResetPassword, unit::get_unit},
    components::{PageTitle, PasswordField, SubmitButton, Tone, notice, skeleton, unavailable_page},
    error::ApiError,
    i18n::use_lang,
};
use domain::{
    Problem,
    view::{UnitId, UnitRow},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page, by the id in the path.
#[component]
pub(crate) fn ResetPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get_str("id").and_then(|id| id.parse::<UnitId>().ok()));
    let data = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => get_unit(id).await.map(|detail| detail.unit),
                None => Err(ApiError::from(Problem::NotFound)),
            }
        },
    );
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(unit) => view! { <ResetForm unit/> }.into_any(),
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn ResetForm(unit: UnitRow) -> impl IntoView {
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
            .map(|problem| notice(Tone::Error, lang.not_saved(), lang.problem(&problem)))
    };
    let crumbs =
        vec![(lang.section(domain::Template::Units).to_owned(), None), (lang.manage_title().to_owned(), Some("/units/manage"))];
    let whose = lang.reset_of(&unit.name, &unit.login.unwrap_or_default());
    view! {
        <PageTitle title=lang.reset_title() crumbs lead=whose/>
        <div class="form-page">
            <section class="card form-card">
                {other}
                <ActionForm action>
                    <input type="hidden" name="unit" value=unit.id.to_string()/>
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
                        <a class="button" href=format!("/units/{}", unit.id)>{lang.cancel()}</a>
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
