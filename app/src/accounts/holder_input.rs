//! The input that names the holder of an account in a form.

use domain::account::AccountHolder;
use leptos::prelude::*;

/// The input.
pub(super) fn holder_input(holder: AccountHolder) -> AnyView {
    let (name, id) = match holder {
        AccountHolder::Unit(id) => ("holder[unit]", id.to_string()),
        AccountHolder::Purchaser(id) => ("holder[purchaser]", id.to_string()),
    };
    view! { <input type="hidden" name=name value=id/> }.into_any()
}
