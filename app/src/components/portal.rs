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
    let formatter = move |title: String| title_text(document_title(&title, name));
    view! { <Title formatter/> }.into_any()
}

fn document_title(page: &str, portal: &str) -> String {
    if page.is_empty() { portal.to_owned() } else { format!("{page} - {portal}") }
}

/// The title as `leptos_meta` needs it. On the server it writes the title between the tags as it is, so that a name in the
/// title could end the element. Every title passes through here, because every document has the formatter of its portal.
#[cfg(feature = "ssr")]
fn title_text(title: String) -> String {
    html_escape::encode_text(&title).into_owned()
}

/// In the browser the title is set as a text.
#[cfg(not(feature = "ssr"))]
const fn title_text(title: String) -> String {
    title
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{document_title, title_text};

    #[test]
    fn a_name_in_a_title_ends_no_element() {
        let title = title_text(document_title("</title><meta http-equiv=\"refresh\" content=\"0\">&lt;", "采购"));
        assert_eq!(title, "&lt;/title&gt;&lt;meta http-equiv=\"refresh\" content=\"0\"&gt;&amp;lt; - 采购");
        assert_eq!(title_text(document_title("", "采购")), "采购");
    }
}
