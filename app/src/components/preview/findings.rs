//! The findings, above the preview: a line for each kind, with its rows and a link that filters by it.

use super::Filter;
use crate::{
    components::{Tone, notice},
    routes::UrlQuery,
};
use domain::{
    Severity, Template,
    import_batch::{FindingSummary, StateCounts},
};
use leptos::{html, leptos_dom::helpers::request_animation_frame, prelude::*};
use texts::Lang;

/// The summary of errors, or of warnings where there are no errors. `focus` moves the focus here after a file was chosen or
/// uploaded.
pub fn findings_summary(
    lang: Lang,
    counts: &StateCounts,
    kinds: &[FindingSummary],
    path: &str,
    focus: bool,
) -> Option<AnyView> {
    let (severity, tone, role, title) = if counts.error > 0 {
        (Severity::Error, Tone::Error, "alert", lang.import_errors_title(counts.error))
    } else {
        (Severity::Warning, Tone::Warning, "note", lang.import_warnings_title(counts.warning))
    };
    let lines = kinds
        .iter()
        .filter(|kind| kind.code.severity() == severity)
        .map(|kind| {
            view! {
                <li>
                    <a href=Filter::only(kind.code).href(path) data-noscroll="true">
                        {lang.finding_title(kind.code)}
                    </a>
                    {lang.import_colon()}
                    {lang.import_kind_rows(&kind.rows, kind.count)}
                </li>
            }
        })
        .collect::<Vec<_>>();
    if lines.is_empty() {
        return None;
    }
    let section = NodeRef::<html::Section>::new();
    if focus {
        // In the next frame, because the browser computes the layout there anyway.
        section.on_load(|section| request_animation_frame(move || drop(section.focus())));
    }
    Some(
        view! {
            <section
                class=format!("notice findings {}", tone.class())
                role=role
                tabindex="-1"
                aria-labelledby="findings-title"
                node_ref=section
            >
                <h2 id="findings-title">{title}</h2>
                <ul>{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

/// The findings on the whole file: a notice for each.
pub fn file_notices(lang: Lang, template: Template, kinds: &[FindingSummary]) -> Vec<AnyView> {
    let on_file = kinds.iter().filter(|kind| kind.code.is_on_file());
    on_file.map(|kind| notice(Tone::Info, lang.finding_title(kind.code), lang.file_finding(template, kind))).collect()
}
