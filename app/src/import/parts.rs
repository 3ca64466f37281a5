//! The head of the import pages.

use crate::components::{PageTitle, section_crumb, template_downloads, template_guide};
use domain::Template;
use leptos::prelude::*;
use texts::Lang;

/// The title, with actions at the end of its line.
pub(super) fn import_title(lang: Lang, template: Template, actions: AnyView) -> AnyView {
    view! {
        <PageTitle title=lang.import_title(template) crumbs=vec![section_crumb(lang, template)]>
            {actions}
        </PageTitle>
    }
    .into_any()
}

/// The three steps. Those before `current` are done; all are done where it is 4.
pub(super) fn steps(lang: Lang, template: Template, current: u8) -> AnyView {
    let items = [lang.import_step_fill(), lang.import_step_check(), lang.import_step_generate(template)];
    let items = (1..)
        .zip(items)
        .map(|(number, label): (u8, _)| {
            let done = number < current;
            view! {
                <li class:is-done=done aria-current=(number == current).then_some("step")>
                    <span class="step-sign" aria-hidden="true">{if done { "✓".to_owned() } else { number.to_string() }}</span>
                    <span>{label}</span>
                    {done.then(|| view! { <span class="sr-only">{lang.import_step_done()}</span> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="import-steps" aria-label=lang.import_steps()>{items}</ol> }.into_any()
}

/// The guide and the template files, beside the title on wide screens.
pub(super) fn downloads(lang: Lang, template: Template) -> AnyView {
    view! {
        <a class="wide-only" href=template_guide(template)>{lang.import_guide()}</a>
        {template_downloads(lang, template, "wide-only")}
    }
    .into_any()
}
