//! 个人中心, and 完善单位资料 at the first sign-in.

use super::api::{SaveProfile, get_profile};
use crate::{
    components::{Field, PageTitle, SelectField, SubmitButton, confirmation, fact, skeleton, text_fact, unavailable},
    current_account::current_account,
    form_echo,
    forms::{
        EditInProgress, EditableForm, StoredVersion, conflict_without_script, failure, field_error,
        focus_first_error_on, problem, version_input,
    },
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{
    AdminLevel, BudgetLevel, Template,
    account::Portal,
    profile::{Profile, ProfileForm},
    schema::units,
    session::CurrentAccount,
};
use leptos::{ev, form::FromFormData, prelude::*, server_fn::ServerFn};
use texts::Lang;

/// 个人中心: the account, its password, and the unit's data.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    let lang = use_lang();
    view! {
        <PageTitle title=lang.profile_title()/>
        {confirmation(lang, Template::Units, &[DoneNotice::Password, DoneNotice::Profile])}
        <div class="form-page">
            <section class="card form-card" aria-labelledby="profile-unit">
                <h2 id="profile-unit">{lang.profile_unit()}</h2>
                {unit(lang)}
            </section>
            {current_account().map(|account| account_card(lang, &account))}
        </div>
    }
    .into_any()
}

/// 完善单位资料. A unit must complete its data before any other page opens.
#[component]
pub(crate) fn CompleteProfilePage() -> impl IntoView {
    let lang = use_lang();
    view! {
        <PageTitle title=lang.complete_title() lead=lang.complete_lead()/>
        <div class="form-page">
            <section class="card form-card">{form_when_loaded(lang, lang.complete_save(), Route::Home(Portal::Management).to_string())}</section>
            <aside class="card form-aside">
                <h2>{lang.complete_why_title()}</h2>
                <p>{lang.complete_why_levels()}</p>
                <p>{lang.complete_why_contact()}</p>
            </aside>
        </div>
    }
    .into_any()
}

/// The form; the operator has no unit.
fn unit(lang: Lang) -> AnyView {
    if current_account().is_some_and(|account| account.unit.is_none()) {
        return view! { <p class="quiet">{lang.profile_operator()}</p> }.into_any();
    }
    let next = Route::Profile(Portal::Management).done(DoneNotice::Profile);
    form_when_loaded(lang, lang.save(), next)
}

impl EditableForm for ProfileForm {
    const TEMPLATE: Template = Template::Units;

    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("admin_level", &self.admin_level),
            ("budget_level", &self.budget_level),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
        ]
    }
}

impl StoredVersion for Profile {
    type Form = ProfileForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &ProfileForm {
        &self.form
    }

    /// The sign-in step redirects a unit that must complete its data from here to 完善单位资料.
    fn address(&self) -> String {
        Route::Profile(Portal::Management).to_string()
    }
}

/// The form; the page `next` opens once it is saved.
fn form_when_loaded(lang: Lang, save: &'static str, next: String) -> AnyView {
    let data = Resource::new(|| (), |()| get_profile());
    let echo = StoredValue::new(form_echo::take_at::<ProfileForm>(Route::Profile(Portal::Management)));
    let next = StoredValue::new(next);
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(profile) => {
                        view! { <ProfileFields profile echo=echo.get_value() save next=next.get_value()/> }.into_any()
                    }
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn ProfileFields(
    /// The stored data.
    profile: Profile,
    /// The echo of a form that was sent without JavaScript.
    #[prop(optional_no_strip)]
    echo: Option<ProfileForm>,
    /// Label of the button that sends the form.
    save: &'static str,
    /// Address of the page that opens once the form is saved.
    next: String,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SaveProfile>::new();
    let problem = problem(action);
    focus_first_error_on(problem);
    let edit = EditInProgress::follow(action, &profile, next);
    let conflict = edit.conflict(lang, action);
    let earlier_conflict = conflict_without_script(lang, echo.as_ref(), &profile);
    let EditInProgress { version, sent, pending } = edit;
    let form = echo.unwrap_or_else(|| profile.form.clone());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked()
            && let Ok(data) = SaveProfile::from_event(&event)
        {
            let SaveProfile { admin_level, budget_level, contact, mobile, .. } = data.clone();
            sent.set(ProfileForm { admin_level, budget_level, contact, mobile });
            action.dispatch(data);
        }
    };
    let error = move |field, column| field_error(lang, Template::Units, problem, field, column);
    let admin = AdminLevel::ALL.map(|level| (level.name(), lang.admin_level(level))).to_vec();
    let budget = BudgetLevel::ALL.map(|level| (level.name(), lang.budget_level(level))).to_vec();
    view! {
        <dl class="facts is-fixed">
            {text_fact(lang, lang.unit_name(), &profile.unit_name)}
            <div>
                <dt>{lang.unit_code()}</dt>
                <dd class="digits">{profile.code.unwrap_or_else(|| lang.none().to_owned())}</dd>
            </div>
        </dl>
        {profile.superior.map(|superior| view! { <p class="quiet">{lang.profile_ask(&superior)}</p> })}
        {earlier_conflict}
        {failure(lang, lang.not_saved(), problem)}
        {conflict}
        <form method="post" action=SaveProfile::url() on:submit=submit>
            {version_input(version)}
            <SelectField
                name="admin_level"
                label=lang.unit_admin_level()
                options=admin
                value=AdminLevel::from_name(&form.admin_level).map(AdminLevel::name)
                error=error("admin_level", units::ADMIN_LEVEL)
            />
            <SelectField
                name="budget_level"
                label=lang.unit_budget_level()
                options=budget
                value=BudgetLevel::from_name(&form.budget_level).map(BudgetLevel::name)
                error=error("budget_level", units::BUDGET_LEVEL)
            />
            <Field
                name="contact"
                label=lang.unit_contact()
                autocomplete="name"
                maxlength=50
                value=form.contact
                error=error("contact", units::CONTACT)
            />
            <Field
                name="mobile"
                label=lang.unit_mobile()
                hint=lang.unit_mobile_hint()
                kind="tel"
                autocomplete="tel-national"
                maxlength=20
                value=form.mobile
                error=error("mobile", units::MOBILE)
            />
            <div class="form-actions">
                <SubmitButton label=save busy=lang.saving() pending/>
            </div>
        </form>
    }
    .into_any()
}

fn account_card(lang: Lang, account: &CurrentAccount) -> AnyView {
    view! {
        <aside class="card form-aside" aria-labelledby="profile-account">
            <h2 id="profile-account">{lang.profile_account()}</h2>
            <dl class="facts">
                <div>
                    <dt>{lang.login_name()}</dt>
                    <dd class="digits">{account.login.clone()}</dd>
                </div>
                {fact(lang.account_kind_label(), lang.account_kind(account.kind).into_any())}
            </dl>
            <a class="button" href=Route::Password(Portal::Management)>{lang.password_title()}</a>
        </aside>
    }
    .into_any()
}
