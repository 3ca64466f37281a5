//! Whose an account is, as addresses and forms name it.

use domain::view::Holder;
use leptos::prelude::*;

/// The page of a unit or of a purchaser.
pub(crate) fn path(holder: Holder) -> String {
    match holder {
        Holder::Unit(id) => format!("/units/{id}"),
        Holder::Purchaser(id) => format!("/purchasers/{id}"),
    }
}

/// The input that says whose account a form is about.
pub(crate) fn input(holder: Holder) -> AnyView {
    let (name, id) = match holder {
        Holder::Unit(id) => ("holder[unit]", id.to_string()),
        Holder::Purchaser(id) => ("holder[purchaser]", id.to_string()),
    };
    view! { <input type="hidden" name=name value=id/> }.into_any()
}
