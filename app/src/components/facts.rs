//! Entries of a list of facts.

use leptos::prelude::*;
use texts::Lang;

/// A label with its value.
pub fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// A label with a text; an empty text is shown as 无.
pub fn text_fact(lang: Lang, label: &'static str, text: &str) -> AnyView {
    fact(label, if text.is_empty() { lang.none().into_any() } else { text.to_owned().into_any() })
}

/// A label with a text that may be missing.
pub fn optional_fact(lang: Lang, label: &'static str, text: Option<&str>) -> AnyView {
    text_fact(lang, label, text.unwrap_or_default())
}
