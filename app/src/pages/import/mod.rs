//! 预算单位导入 and 采购人导入: choose and check a file, see every row, generate the accounts.

mod batch;
mod choose;
mod drop;
mod generate;
mod job;
mod upload;

pub use batch::BatchPage;
pub(crate) use batch::path_of;
pub use choose::ImportPage;

use crate::components::PageTitle;
use domain::Template;
use leptos::prelude::*;
use texts::Lang;

/// Where a template's import page lives and where a file is posted to.
pub(crate) const fn path(template: Template) -> &'static str {
    match template {
        Template::Units => "/units/import",
        Template::Purchasers => "/purchasers/import",
    }
}

/// Where the reader is, and what may stand at the end of that line.
fn title(lang: Lang, template: Template, actions: AnyView) -> AnyView {
    view! {
        <PageTitle title=lang.import_title(template) crumbs=vec![(lang.section(template).to_owned(), None)]>
            {actions}
        </PageTitle>
    }
    .into_any()
}

/// The three steps; those before `current` are done, all are when it is 4.
fn steps(lang: Lang, template: Template, current: u8) -> AnyView {
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

/// The guide and the templates, beside the title where there is room.
fn downloads(lang: Lang, template: Template) -> AnyView {
    view! {
        <a class="wide-only" href=guide(template)>{lang.import_guide()}</a>
        {templates(lang, template, "wide-only")}
    }
    .into_any()
}

/// The template to fill in.
pub(crate) fn templates(lang: Lang, template: Template, class: &'static str) -> AnyView {
    let class = format!("button {class}");
    let file = |extension: &str| format!("/templates/{}.{extension}", template.as_str());
    view! {
        <a class=class.clone() href=file("xls") download rel="external">
            <span aria-hidden="true">"↓ "</span>
            {lang.import_template_xls()}
        </a>
        <a class=class href=file("xlsx") download rel="external" aria-label=lang.import_template_xlsx()>
            ".xlsx"
        </a>
    }
    .into_any()
}

/// How to fill in a template.
pub(crate) fn guide(template: Template) -> String {
    format!("/help#{}", template.as_str())
}
