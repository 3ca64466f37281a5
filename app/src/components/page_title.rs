//! The head of a page: its breadcrumb, its title and its actions.

use crate::{i18n::use_lang, routes::Route};
use domain::Template;
use leptos::prelude::*;
use leptos_meta::Title;
use texts::Lang;

/// A step of the breadcrumb: a name, and its page if it has one.
pub type Crumb = (String, Option<Route>);

/// The section of the menu that a template belongs to, as the first step.
pub fn section_crumb(lang: Lang, template: Template) -> Crumb {
    (lang.section(template).to_owned(), None)
}

/// Breadcrumb, title and actions. The title is the document's too.
#[component]
pub fn PageTitle(
    /// The title.
    #[prop(into)]
    title: String,
    /// The way to the page, without the page itself.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// A line below the title.
    #[prop(optional, into)]
    lead: Option<String>,
    /// The actions, at the end of the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let way = (!crumbs.is_empty()).then(|| {
        let steps = crumbs
            .into_iter()
            .map(|(name, route)| match route {
                Some(route) => view! { <li><a href=route>{name}</a></li> }.into_any(),
                None => view! { <li>{name}</li> }.into_any(),
            })
            .collect_view();
        view! {
            <nav class="crumbs" aria-label=lang.breadcrumb()>
                <ol>{steps} <li aria-current="page">{title.clone()}</li></ol>
            </nav>
        }
    });
    view! {
        <Title text=title.clone()/>
        <div class="page-title">
            {way}
            <div class="page-title-line">
                <div class="page-title-text">
                    <h1>{title}</h1>
                    {lead.map(|lead| view! { <p class="page-lead">{lead}</p> })}
                </div>
                {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
            </div>
        </div>
    }
    .into_any()
}
