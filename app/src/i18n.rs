//! The reader's language, from the context.

use leptos::prelude::*;
use texts::Lang;

/// Puts the reader's language into the context: on the server as the request says it, in the browser as the document
/// says it, so that both draw the same words.
pub(crate) fn provide_lang() -> Lang {
    let lang = found();
    provide_context(lang);
    lang
}

/// The reader's language.
pub fn use_lang() -> Lang {
    use_context().unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn found() -> Lang {
    use_context::<crate::server::Visitor>().map(|visitor| visitor.lang).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn found() -> Lang {
    let tag = document().document_element().and_then(|html| html.get_attribute("lang"));
    tag.and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default()
}
