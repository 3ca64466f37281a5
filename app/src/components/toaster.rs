//! Toasts: short confirmations of actions. They disappear by themselves, so that they must not hold important messages.

use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use std::time::Duration;

/// The time for which a toast is shown.
const LIFETIME: Duration = Duration::from_secs(4);

/// Shows toasts. A handle: copies share their state.
#[derive(Clone, Copy)]
pub struct Toaster {
    text: RwSignal<String>,
    serial: StoredValue<u32>,
}

/// Puts the toaster into the context.
pub(crate) fn provide_toaster() {
    provide_context(Toaster { text: RwSignal::new(String::new()), serial: StoredValue::new(0) });
}

/// The page's toaster.
pub fn use_toaster() -> Toaster {
    use_context().unwrap_or_else(|| Toaster { text: RwSignal::new(String::new()), serial: StoredValue::new(0) })
}

impl Toaster {
    /// Shows a text in place of an earlier one.
    pub fn show(self, text: &str) {
        self.text.set(text.to_owned());
        let Some(shown) = self.serial.try_update_value(|serial| {
            *serial += 1;
            *serial
        }) else {
            return;
        };
        let hide = move || {
            if self.serial.try_get_value() == Some(shown) {
                self.text.set(String::new());
            }
        };
        set_timeout(hide, LIFETIME);
    }
}

/// The place of the toasts. It exists from the start, so that screen readers watch it.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let toaster = use_toaster();
    let toast =
        move || toaster.text.with(|text| (!text.is_empty()).then(|| view! { <p class="toast">{text.clone()}</p> }));
    view! { <div class="toasts" role="status">{toast}</div> }.into_any()
}
