//! A portal's name, in the frame and in the title of its documents.

use domain::account::Portal;
use leptos::prelude::*;
use leptos_meta::Title;
use texts::Lang;

/// The product's name at a portal.
pub const fn portal_name(lang: Lang, portal: Portal) -> &'static str {
    match portal {
        Portal::Management => lang.product(),
        Portal::Trading => lang.trade_product(),
    }
}

/// Ends the title of every document of a portal with its name.
pub fn portal_title(lang: Lang, portal: Portal) -> AnyView {
    let name = portal_name(lang, portal);
    let formatter = move |title: String| if title.is_empty() { name.to_owned() } else { format!("{title} - {name}") };
    view! { <Title formatter/> }.into_any()
}
