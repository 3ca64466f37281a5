//! The reader's language, from the context.

use leptos::prelude::*;
use texts::Lang;

/// Puts the reader's language into the context. The server takes it from the request and the browser from the document, so
/// that both draw the same words.
pub(crate) fn provide_lang() -> Lang {
    let lang = readers_language();
    provide_context(lang);
    lang
}

/// The reader's language.
pub fn use_lang() -> Lang {
    use_context().unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn readers_language() -> Lang {
    use_context::<crate::request::Visitor>().map(|visitor| visitor.lang).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn readers_language() -> Lang {
    let tag = document().document_element().and_then(|html| html.get_attribute("lang"));
    tag.and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default()
}
