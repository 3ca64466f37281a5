//! 个人中心, and 完善单位资料 at the first sign-in.

use super::{done_notice, failure, field_error, focus_fault, go_on, pending, problem};
use crate::{
    api::profile::{SaveProfile, get_profile},
    components::{Field, PageTitle, SelectField, SubmitButton, skeleton, unavailable},
    i18n::use_lang,
    kept,
    session::me,
};
use domain::{
    AdminLevel, BudgetLevel, Template,
    schema::units,
    view::{Me, Profile, ProfileForm},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// 个人中心: the account, its password, and the unit's data.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    let lang = use_lang();
    let done = use_query_map().with_untracked(|query| match query.get_str("done") {
        Some("password") => Some(lang.password_saved()),
        Some("profile") => Some(lang.profile_saved()),
        _ => None,
    });
    view! {
        <PageTitle title=lang.profile_title()/>
        {done.map(done_notice)}
        <div class="form-page">
            <section class="card form-card" aria-labelledby="profile-unit">
                <h2 id="profile-unit">{lang.profile_unit()}</h2>
                {unit(lang)}
            </section>
            {me().map(|me| account(lang, &me))}
        </div>
    }
    .into_any()
}

/// 完善单位资料: what a unit must complete before anything else opens.
#[component]
pub(crate) fn CompletePage() -> impl IntoView {
    let lang = use_lang();
    view! {
        <PageTitle title=lang.complete_title() lead=lang.complete_lead()/>
        <div class="form-page">
            <section class="card form-card">{form_when_there(lang, lang.complete_save())}</section>
            <aside class="card form-aside">
                <h2>{lang.complete_why_title()}</h2>
                <p>{lang.complete_why_levels()}</p>
                <p>{lang.complete_why_contact()}</p>
            </aside>
        </div>
    }
    .into_any()
}

/// The operator has no unit whose data could be kept.
fn unit(lang: Lang) -> AnyView {
    if me().is_some_and(|me| me.unit.is_none()) {
        return view! { <p class="quiet">{lang.profile_operator()}</p> }.into_any();
    }
    form_when_there(lang, lang.save())
}

fn form_when_there(lang: Lang, save: &'static str) -> AnyView {
    let data = Resource::new(|| (), |()| get_profile());
    let typed = StoredValue::new(kept::take::<ProfileForm>("/profile"));
    view! {
        <Suspense fallback=|| skeleton(5)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(profile) => {
                        let typed = typed.get_value().unwrap_or_else(|| stored(&profile));
                        view! { <ProfileFields profile typed save/> }.into_any()
                    }
                    Err(error) => unavailable(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// What is stored, as the form holds it.
fn stored(profile: &Profile) -> ProfileForm {
    ProfileForm {
        admin_level: profile.admin_level.map(AdminLevel::name).unwrap_or_default().to_owned(),
        budget_level: profile.budget_level.map(BudgetLevel::name).unwrap_or_default().to_owned(),
        contact: profile.contact.clone(),
        mobile: profile.mobile.clone(),
    }
}

#[component]
fn ProfileFields(profile: Profile, typed: ProfileForm, save: &'static str) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SaveProfile>::new();
    let problem = problem(action);
    go_on(action);
    focus_fault(problem);
    let error = move |field, column| field_error(lang, Template::Units, problem, field, column);
    let admin = AdminLevel::ALL.map(|level| (level.name(), lang.admin_level(level))).to_vec();
    let budget = BudgetLevel::ALL.map(|level| (level.name(), lang.budget_level(level))).to_vec();
    view! {
        <dl class="facts is-fixed">
            <div>
                <dt>{lang.unit_name()}</dt>
                <dd>{profile.unit_name}</dd>
            </div>
            <div>
                <dt>{lang.unit_code()}</dt>
                <dd class="digits">{profile.code.unwrap_or_else(|| lang.none().to_owned())}</dd>
            </div>
        </dl>
        {profile.superior.map(|superior| view! { <p class="quiet">{lang.profile_ask(&superior)}</p> })}
        {failure(lang, lang.not_saved(), problem)}
        <ActionForm action>
            <SelectField
                name="admin_level"
                label=lang.unit_admin_level()
                options=admin
                value=AdminLevel::from_name(&typed.admin_level).map(AdminLevel::name)
                error=error("admin_level", units::ADMIN_LEVEL)
            />
            <SelectField
                name="budget_level"
                label=lang.unit_budget_level()
                options=budget
                value=BudgetLevel::from_name(&typed.budget_level).map(BudgetLevel::name)
                error=error("budget_level", units::BUDGET_LEVEL)
            />
            <Field
                name="contact"
                label=lang.unit_contact()
                autocomplete="name"
                maxlength=50
                value=typed.contact
                error=error("contact", units::CONTACT)
            />
            <Field
                name="mobile"
                label=lang.unit_mobile()
                hint=lang.unit_mobile_hint()
                kind="tel"
                autocomplete="tel-national"
                maxlength=20
                value=typed.mobile
                error=error("mobile", units::MOBILE)
            />
            <div class="form-actions">
                <SubmitButton label=save busy=lang.saving() pending=pending(action)/>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn account(lang: Lang, me: &Me) -> AnyView {
    view! {
        <aside class="card form-aside" aria-labelledby="profile-account">
            <h2 id="profile-account">{lang.profile_account()}</h2>
            <dl class="facts">
                <div>
                    <dt>{lang.login_name()}</dt>
                    <dd class="digits">{me.login.clone()}</dd>
                </div>
                <div>
                    <dt>{lang.account_kind_label()}</dt>
                    <dd>{lang.account_kind(me.kind)}</dd>
                </div>
            </dl>
            <a class="button" href="/password">{lang.password_title()}</a>
        </aside>
    }
    .into_any()
}
