//! The state of the own certification, and its submission.

use super::api::SubmitCertification;
use crate::{
    components::{SubmitButton, certification_badge, certification_tone},
    forms::{ServerForm, failure, focus_first_error_on, follow, pending, problem},
    i18n::use_lang,
    routes::Route,
    time::moment,
};
use domain::{Certification, trade::TradeProfile};
use leptos::prelude::*;
use texts::Lang;

/// The state of the certification and its consequences; `action` is the next step.
pub(super) fn certification_state(lang: Lang, profile: &TradeProfile, action: AnyView) -> AnyView {
    let state = profile.certification;
    let at = |at: Option<_>| at.map(|at| moment(lang, at)).unwrap_or_default();
    let (title, text) = match state {
        Certification::None => (lang.trade_none_title(), lang.trade_none_text().to_owned()),
        Certification::Submitted => (lang.trade_waits_title(), lang.trade_waits_text(&at(profile.submitted_at))),
        Certification::Returned => {
            (lang.trade_returned_title(), lang.trade_returned_text(profile.note.as_deref().unwrap_or_default()))
        }
        Certification::Certified => (lang.trade_certified_title(), lang.trade_certified_text(&at(profile.decided_at))),
    };
    view! {
        <section class=format!("notice trade-state {}", certification_tone(state).0.class()) aria-labelledby="trade-state">
            <p class="trade-state-word">{lang.trade_state()} " " {certification_badge(lang, state)}</p>
            <h2 id="trade-state">{title}</h2>
            <p>{text}</p>
            {action}
        </section>
    }
    .into_any()
}

/// 提交认证, for data that can be submitted.
#[component]
pub(super) fn SubmitForm(profile: TradeProfile) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SubmitCertification>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    let label =
        if profile.certification == Certification::Returned { lang.trade_submit_again() } else { lang.trade_submit() };
    view! {
        {failure(lang, "", problem)}
        <ServerForm action>
            <input type="hidden" name="version" value=profile.version.to_string()/>
            <div class="form-actions">
                <SubmitButton label busy=lang.trade_submitting() pending=pending(action)/>
                <a class="button" href=Route::EditTradeProfile>{lang.trade_edit()}</a>
            </div>
        </ServerForm>
    }
    .into_any()
}
