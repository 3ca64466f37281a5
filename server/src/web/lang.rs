//! The language switch, which works without JavaScript.

use super::{App, cookie};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::header;
use serde::Deserialize;
use texts::Lang;

/// What the switch sends.
#[derive(Deserialize)]
pub(super) struct Switch {
    lang: String,
    #[serde(default)]
    back: String,
}

/// Remembers the language and returns to the page.
pub(super) async fn switch(State(app): State<App>, Form(form): Form<Switch>) -> Response {
    let lang = Lang::from_tag(&form.lang).unwrap_or_default();
    let cookie = cookie::language(lang, app.config.site.secure);
    ([(header::SET_COOKIE, cookie)], Redirect::to(own_path(&form.back))).into_response()
}

/// A path on this site, else the desktop: nobody is led elsewhere by a form field.
fn own_path(path: &str) -> &str {
    let own =
        path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;
    use rstest::rstest;

    #[rstest]
    #[case("/units?page=2", "/units?page=2")]
    #[case("//elsewhere.example/", "/")]
    #[case("/\\elsewhere.example", "/")]
    #[case("https://elsewhere.example/", "/")]
    #[case("/a\r\nset-cookie: x", "/")]
    #[case("", "/")]
    fn stays_here(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(own_path(path), expected);
    }
}
