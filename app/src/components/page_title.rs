//! Where the reader is, what the page is, and what can be done on it.

use crate::i18n::use_lang;
use leptos::prelude::*;
use leptos_meta::Title;

/// A step of the way here: a name, with a link where it has a page of its own.
pub type Crumb = (String, Option<&'static str>);

/// Breadcrumb, title and actions; the title is the document's as well.
#[component]
pub fn PageTitle(
    /// What the page is.
    #[prop(into)]
    title: String,
    /// The way here, the page itself left out.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// A line below the title.
    #[prop(optional, into)]
    lead: Option<String>,
    /// What can be done, at the end of the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let way = (!crumbs.is_empty()).then(|| {
        let steps = crumbs
            .into_iter()
            .map(|(name, href)| match href {
                Some(href) => view! { <li><a href=href>{name}</a></li> }.into_any(),
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
