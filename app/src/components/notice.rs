//! Words that stand on the page until their cause is gone.

use super::{PageTitle, Tone};
use crate::error::ApiError;
use domain::Problem;
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
    let title = if error.problem() == &Problem::NotFound { lang.nothing_here() } else { lang.cannot_show() };
    view! {
        <PageTitle title/>
        {unavailable(lang, error)}
    }
    .into_any()
}

/// What should stand here could not be fetched.
pub fn unavailable(lang: Lang, error: &ApiError) -> AnyView {
    let gone = error.problem() == &Problem::NotFound;
    let action = if gone {
        view! { <a class="button" href="/">{lang.to_desktop()}</a> }.into_any()
    } else {
        // The same address again.
        view! { <a class="button" href="" rel="external">{lang.import_try_again()}</a> }.into_any()
    };
    view! {
        <section class="empty" role="alert">
            <p>{lang.problem(error.problem())}</p>
            {action}
        </section>
    }
    .into_any()
}
