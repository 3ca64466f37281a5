//! Messages that stay on the page until their cause is removed.

use super::{PageTitle, Tone};
use crate::{current_account::current_account, routes::Route};
use domain::{Problem, account::Portal};
use leptos::prelude::*;
use texts::Lang;

/// A notice. Screen readers read one of [`Tone::Error`] at once.
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

/// Why an action has failed, and what the reader can do.
pub fn problem_notice(lang: Lang, title: &'static str, problem: &Problem) -> AnyView {
    view! {
        <section class="notice is-error" role="alert" tabindex="-1">
            {(!title.is_empty()).then(|| view! { <h2>{title}</h2> })}
            <p>{lang.problem(problem)} " " {problem_action(lang, problem)}</p>
        </section>
    }
    .into_any()
}

/// What the reader can do about a problem that trying again does not solve. Signing in opens in another tab, so that the
/// input stays.
pub fn problem_action(lang: Lang, problem: &Problem) -> Option<AnyView> {
    match problem {
        Problem::NotSignedIn => {
            let portal = current_account().map_or(Portal::Management, |account| account.kind.portal());
            let sign_in = view! {
                <a href=Route::SignIn(portal) target="_blank" rel="external">{lang.sign_in_again()}</a>
            };
            Some(view! { {sign_in} {lang.sign_in_again_then()} }.into_any())
        }
        Problem::OtherAccount { .. } => Some(reload(lang.reload(), "")),
        _ => None,
    }
}

/// A link to the same address.
fn reload(label: &'static str, class: &'static str) -> AnyView {
    view! { <a class=class href="" rel="external">{label}</a> }.into_any()
}

/// An empty list: what belongs here, and the first step.
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

/// The content of a page whose subject could not be loaded.
pub fn unavailable_page(lang: Lang, problem: &Problem) -> AnyView {
    let title = match problem {
        Problem::NotFound => lang.nothing_here(),
        Problem::Forbidden => lang.not_for_you(),
        _ => lang.cannot_show(),
    };
    view! {
        <PageTitle title/>
        {unavailable(lang, problem)}
    }
    .into_any()
}

/// In place of data that could not be loaded. The page gets the status of the problem.
pub fn unavailable(lang: Lang, problem: &Problem) -> AnyView {
    #[cfg(feature = "ssr")]
    crate::request::set_status_of(problem);
    let (text, action) = match problem {
        Problem::NotFound => (lang.problem(&Problem::NotFound), home(lang)),
        Problem::Forbidden => (lang.not_for_you_text().to_owned(), home(lang)),
        problem => {
            let action = problem_action(lang, problem).unwrap_or_else(|| reload(lang.import_try_again(), "button"));
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
    let (portal, label) = match current_account().map(|account| account.kind.portal()) {
        Some(Portal::Trading) => (Portal::Trading, lang.trade_to_home()),
        Some(Portal::Management) | None => (Portal::Management, lang.to_desktop()),
    };
    view! { <a class="button" href=Route::Home(portal)>{label}</a> }.into_any()
}
