//! 帮助: the rules for filling in the templates, frequent questions, and the meaning of each finding.

use crate::{
    components::{PageTitle, Tone, badge, card, table_head, template_downloads},
    document::public_settings,
    i18n::use_lang,
};
use domain::{
    Code, Severity, Template,
    schema::{Kind, letter},
};
use leptos::prelude::*;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn HelpPage() -> impl IntoView {
    let lang = use_lang();
    view! {
        <PageTitle title=lang.help_title() lead=lang.help_lead()/>
        <div class="help">
            {Template::ALL.map(|template| columns(lang, template)).into_iter().collect_view()}
            {questions(lang)}
            {codes(lang)}
            <section class="card help-contact" aria-labelledby="contact">
                <h2 id="contact">{lang.help_contact_title()}</h2>
                <p>{lang.hotline()}</p>
            </section>
        </div>
    }
    .into_any()
}

/// The template's columns, from the schema that every file is checked by.
fn columns(lang: Lang, template: Template) -> AnyView {
    let rows = (0..)
        .zip(template.columns())
        .map(|(index, column)| {
            let example = lang.help_example(template, index);
            let label = (!example.is_empty()).then(|| lang.help_example_head());
            let required = if column.required() {
                badge(Tone::Warning, "*", lang.help_required())
            } else {
                view! { <span class="quiet">{lang.help_optional()}</span> }.into_any()
            };
            let list = match column.kind {
                Kind::List(words) => Some(words.join("、")),
                _ => None,
            };
            view! {
                <tr>
                    <td class="help-letter">{letter(index)}</td>
                    <th scope="row">{column.label()}</th>
                    <td>{required}</td>
                    <td class="cell-wide">
                        {lang.help_column(template, index)}
                        {list.map(|list| view! { <span class="cell-more">{list}</span> })}
                    </td>
                    <td class="cell-wide" data-label=label><span class="digits">{example}</span></td>
                </tr>
            }
        })
        .collect_view();
    let heads = [
        (lang.help_letter(), None),
        (lang.help_header(), None),
        (lang.help_required_head(), None),
        (lang.help_rule(), None),
        (lang.help_example_head(), None),
    ];
    card(
        template.as_str(),
        lang.help_columns_title(template),
        view! {
            <div class="help-text">
                <p>{lang.help_columns_lead(template)}</p>
                <p class="help-downloads">{template_downloads(lang, template, "")}</p>
            </div>
            <table class="table is-inside is-cards">
                {table_head(heads)}
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any(),
    )
}

fn questions(lang: Lang) -> AnyView {
    let items = lang
        .questions(public_settings())
        .map(|(question, answer)| {
            view! {
                <details class="question">
                    <summary>{question}</summary>
                    <p>{answer}</p>
                </details>
            }
        })
        .collect_view();
    card(
        "questions",
        lang.help_questions_title(),
        view! {
            {items}
        }
        .into_any(),
    )
}

/// Every finding, by severity.
fn codes(lang: Lang) -> AnyView {
    let group = |severity: Severity, tone: Tone, sign: &'static str| {
        let items = Code::ALL
            .into_iter()
            .filter(|code| code.severity() == severity)
            .map(|code| view! { <li id=format!("code-{}", code.as_str())>{lang.finding_title(code)}</li> })
            .collect_view();
        view! {
            <div class="help-codes">
                <h3>{badge(tone, sign, lang.severity(severity))}</h3>
                <p class="quiet">{lang.severity_means(severity)}</p>
                <ul>{items}</ul>
            </div>
        }
        .into_any()
    };
    card(
        "codes",
        lang.help_codes_title(),
        view! {
            {group(Severity::Error, Tone::Error, "✕")}
            {group(Severity::Warning, Tone::Warning, "!")}
            {group(Severity::Info, Tone::Info, "→")}
        }
        .into_any(),
    )
}
