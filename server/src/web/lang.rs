//! The language switch, which works without JavaScript.

use super::App;
use app::{cookies, routes::own_path};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::header;
use serde::Deserialize;
use texts::Lang;

/// The form of the switch.
#[derive(Deserialize)]
pub(super) struct Switch {
    lang: String,
    #[serde(default)]
    back: String,
}

/// Keeps the language and returns to the page, or to the desktop if `back` is not a path of this site: a form field must
/// not lead to another site.
pub(super) async fn switch(State(app): State<App>, Form(form): Form<Switch>) -> Response {
    let lang = Lang::from_tag(&form.lang).unwrap_or_default();
    let cookie = cookies::set_language(lang, app.config.site.secure).map(|cookie| [(header::SET_COOKIE, cookie)]);
    (cookie, Redirect::to(own_path(&form.back).unwrap_or("/"))).into_response()
}
