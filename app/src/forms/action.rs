//! A form and the server function that it calls.

use crate::{document, error::ApiError};
use domain::Problem;
use leptos::{ev, form::FromFormData, prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;

/// Opens the page that a form's server function answers, once it has succeeded.
pub(crate) fn follow<S>(action: ServerAction<S>)
where
    S: ServerFn<Output = String, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move |_| {
        if let Some(Ok(address)) = value.get() {
            document::open(&address);
        }
    });
}

/// Whether a form is being sent, or has succeeded and the next page is loading.
pub(crate) fn pending<S>(action: ServerAction<S>) -> Memo<bool>
where
    S: ServerFn<Output = String, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let (pending, value) = (action.pending(), action.value());
    Memo::new(move |_| pending.get() || value.with(|value| matches!(value, Some(Ok(_)))))
}

/// Why a form has failed.
pub(crate) fn problem<S>(action: ServerAction<S>) -> Signal<Option<Problem>>
where
    S: ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || {
        value.with(|value| match value {
            Some(Err(error)) => Some(error.problem().clone()),
            _ => None,
        })
    })
}

/// The form that calls a server function; without JavaScript the browser sends it. A form that is being sent is not sent again.
#[component]
pub(crate) fn ServerForm<S>(
    /// The call.
    action: ServerAction<S>,
    /// Class in the style sheet.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The inputs and the button.
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let (pending, value) = (action.pending(), action.value());
    let submit = move |event: ev::SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        match S::from_event(&event) {
            Ok(inputs) if !pending.get_untracked() => {
                action.dispatch(inputs);
            }
            Ok(_) => {}
            // Only a form of another version of the site has other inputs.
            Err(_) => value.set(Some(Err(Problem::NotFound.into()))),
        }
    };
    view! {
        <form class=class method="post" action=S::url() on:submit=submit>
            {children()}
        </form>
    }
    .into_any()
}
