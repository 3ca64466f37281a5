//! Keeps what the reader has written over a reload, in the tab.

use crate::{form_draft, i18n::use_lang};
use domain::bulletin::{BulletinPart, BulletinTexts};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// The fields of the page, as they are now.
fn typed() -> BulletinTexts {
    BulletinTexts::new(|part| value(part).unwrap_or_default())
}

fn element(part: BulletinPart) -> Option<web_sys::Element> {
    document().get_element_by_id(part.as_str())
}

fn value(part: BulletinPart) -> Option<String> {
    let element = element(part)?;
    match element.dyn_ref::<HtmlTextAreaElement>() {
        Some(area) => Some(area.value()),
        None => element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value),
    }
}

fn set_value(part: BulletinPart, text: &str) {
    let Some(element) = element(part) else { return };
    if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(text);
    } else if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.set_value(text);
    }
}

/// Stores the fields with this key.
pub(super) fn store(key: &str) {
    form_draft::store(key, &typed());
}

/// Shows the earlier edits, and says so. A field that the reader has changed before the page's code came alive keeps its text.
#[component]
pub(super) fn EarlierEdits(
    /// The key of the edits.
    key: String,
    /// The texts as the page was drawn.
    drawn: BulletinTexts,
) -> impl IntoView {
    let lang = use_lang();
    let restored = RwSignal::new(false);
    let page = key.clone();
    Effect::new(move |_| {
        let Some(edits) = form_draft::load::<BulletinTexts>(&page) else { return };
        for part in BulletinPart::ALL {
            if value(part).as_deref() == Some(drawn.get(part)) && edits.get(part) != drawn.get(part) {
                set_value(part, edits.get(part));
                restored.set(true);
            }
        }
    });
    let discard = move |_| {
        form_draft::discard(&key);
        crate::document::reload();
    };
    view! {
        <p class="bulletin-restored" role="status" hidden=move || !restored.get()>
            <span>{lang.bulletin_restored()}</span>
            <button type="button" class="link-button" on:click=discard>{lang.bulletin_discard()}</button>
        </p>
    }
    .into_any()
}
