//! The input that names the holder of an account in a form.

use domain::view::Holder;
use leptos::prelude::*;

/// The input.
pub(super) fn holder_input(holder: Holder) -> AnyView {
    let (name, id) = match holder {
        Holder::Unit(id) => ("holder[unit]", id.to_string()),
        Holder::Purchaser(id) => ("holder[purchaser]", id.to_string()),
    };
    view! { <input type="hidden" name=name value=id/> }.into_any()
}
