//! Words that stand on the page until their cause is gone.

use super::{PageTitle, Tone};
use crate::{
    error::ApiError,
    session::{me, sign_in},
};
use domain::{Problem, view::Portal};
use leptos::prelude::*;
use texts::Lang;

/// A notice; one of [`Tone::Error`] is read out at once.
pub fn notice(tone: Tone, title: &'static str, text: String) -> AnyView {
    let role = if tone == Tone::Error { "alert" } else { "note" };
    view! {
        <section class=format!("notice {}", tone.class()) role=role tabindex="-1">
            {(!title.is_empty()).then(|| view! { <h2>{title}</h2> })}
            <p>{text}</p>
        </section>
    }
    .into_any()
}

/// Why something was not done, and the way on.
pub fn refused(lang: Lang, title: &'static str, problem: &Problem) -> AnyView {
    view! {
        <section class="notice is-error" role="alert" tabindex="-1">
            {(!title.is_empty()).then(|| view! { <h2>{title}</h2> })}
            <p>{lang.problem(problem)} " " {way_on(lang, problem)}</p>
        </section>
    }
    .into_any()
}

/// What helps where trying again does not. Signing in happens in another tab, so that what was typed stays.
pub fn way_on(lang: Lang, problem: &Problem) -> Option<AnyView> {
    match problem {
        Problem::NotSignedIn => {
            let portal = me().map_or(Portal::Management, |me| me.kind.portal());
            let there = view! { <a href=sign_in(portal) target="_blank" rel="external">{lang.sign_in_again()}</a> };
            Some(view! { {there} {lang.sign_in_again_then()} }.into_any())
        }
        Problem::OtherAccount { .. } => Some(reload(lang.reload(), "")),
        _ => None,
    }
}

/// The same address again.
fn reload(label: &'static str, class: &'static str) -> AnyView {
    view! { <a class=class href="" rel="external">{label}</a> }.into_any()
}

/// Nothing is here: what belongs here and the first step.
pub fn empty(title: &'static str, text: &'static str, action: AnyView) -> AnyView {
    view! {
        <section class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {action}
        </section>
    }
    .into_any()
}

/// What the whole page is about could not be fetched.
pub fn unavailable_page(lang: Lang, error: &ApiError) -> AnyView {
    let title = match error.problem() {
        Problem::NotFound => lang.nothing_here(),
        Problem::Forbidden => lang.not_for_you(),
        _ => lang.cannot_show(),
    };
    view! {
        <PageTitle title/>
        {unavailable(lang, error)}
    }
    .into_any()
}

/// What should stand here could not be fetched.
pub fn unavailable(lang: Lang, error: &ApiError) -> AnyView {
    let (text, action) = match error.problem() {
        Problem::NotFound => (lang.problem(&Problem::NotFound), home(lang)),
        Problem::Forbidden => (lang.not_for_you_text().to_owned(), home(lang)),
        problem => {
            let action = way_on(lang, problem).unwrap_or_else(|| reload(lang.import_try_again(), "button"));
            (lang.problem(problem), action)
        }
    };
    view! {
        <section class="empty" role="alert">
            <p>{text}</p>
            <p>{action}</p>
        </section>
    }
    .into_any()
}

fn home(lang: Lang) -> AnyView {
    view! { <a class="button" href="/">{lang.to_desktop()}</a> }.into_any()
}
