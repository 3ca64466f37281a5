//! The template files to fill in.

use crate::routes::{Endpoint, Route, TemplateFormat};
use domain::Template;
use leptos::prelude::*;
use texts::Lang;

/// Buttons that download a template.
pub fn template_downloads(lang: Lang, template: Template, class: &'static str) -> AnyView {
    let class = format!("button {class}");
    view! {
        <a class=class.clone() href=Endpoint::TemplateFile(template, TemplateFormat::Xls) download rel="external">
            <span aria-hidden="true">"↓ "</span>
            {lang.import_template_xls()}
        </a>
        <a
            class=class
            href=Endpoint::TemplateFile(template, TemplateFormat::Xlsx)
            download
            rel="external"
            aria-label=lang.import_template_xlsx()
        >
            ".xlsx"
        </a>
    }
    .into_any()
}

/// The address of the guide to a template.
pub fn template_guide(template: Template) -> String {
    Route::Help.section(template.as_str())
}
