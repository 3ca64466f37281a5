//! 开通账号: the operator sends the first password of a preset's account to its contact by SMS.

use crate::{
    accounts::api::IssuePassword,
    components::{Field, SubmitButton},
    document::public_settings,
    forms::{ServerForm, failure, field_error, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
};
use domain::{Template, ids::UnitId, schema::units};
use leptos::prelude::*;

/// The form.
#[component]
pub(super) fn IssueForm(unit: UnitId, contact: String) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<IssuePassword>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    view! {
        <section class="card form-card" aria-labelledby="issue">
            <h2 id="issue">{lang.issue_title()}</h2>
            <p class="quiet">{lang.issue_lead(public_settings().initial_password_days)}</p>
            {failure(lang, lang.not_saved(), problem)}
            <ServerForm action>
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
            </ServerForm>
        </section>
    }
    .into_any()
}
