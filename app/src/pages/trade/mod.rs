//! The trading portal (采购人交易平台).

mod data;
mod home;
mod orders;

pub(crate) use data::{CompletePage as TradeCompletePage, DataPage, EditDataPage};
pub(crate) use home::HomePage;
pub(crate) use orders::OrdersPage;

pub(super) use data::fact;

use crate::{
    api::trade::SubmitCertification,
    components::{SubmitButton, Tone, badge},
    i18n::use_lang,
    pages::{failure, focus_fault, go_on, pending, problem},
    time::moment,
};
use domain::{Certification, trade::TradeProfile};
use leptos::prelude::*;
use texts::Lang;

/// How far a purchaser is certified, in a word.
pub(crate) fn certification_badge(lang: Lang, state: Certification) -> AnyView {
    let (tone, sign) = look(state);
    badge(tone, sign, lang.certification(state))
}

const fn look(state: Certification) -> (Tone, &'static str) {
    match state {
        Certification::None => (Tone::Warning, "!"),
        Certification::Submitted => (Tone::Info, "…"),
        Certification::Returned => (Tone::Error, "✕"),
        Certification::Certified => (Tone::Good, "✓"),
    }
}

/// Where the certification stands, and what follows from it: `action` is the next step.
fn state(lang: Lang, profile: &TradeProfile, action: AnyView) -> AnyView {
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
        <section class=format!("notice trade-state {}", look(state).0.class()) aria-labelledby="trade-state">
            <p class="trade-state-word">{lang.trade_state()} " " {certification_badge(lang, state)}</p>
            <h2 id="trade-state">{title}</h2>
            <p>{text}</p>
            {action}
        </section>
    }
    .into_any()
}

/// 提交认证, where the data can be submitted.
#[component]
fn Submit(profile: TradeProfile) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SubmitCertification>::new();
    let problem = problem(action);
    go_on(action);
    focus_fault(problem);
    let label =
        if profile.certification == Certification::Returned { lang.trade_submit_again() } else { lang.trade_submit() };
    view! {
        {failure(lang, "", problem)}
        <ActionForm action>
            <input type="hidden" name="version" value=profile.version.to_string()/>
            <div class="form-actions">
                <SubmitButton label busy=lang.trade_submitting() pending=pending(action)/>
                <a class="button" href="/trade/profile/edit">{lang.trade_edit()}</a>
            </div>
        </ActionForm>
    }
    .into_any()
}
