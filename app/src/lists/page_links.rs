//! The links between the pages of a list, and the message of an empty list.

use crate::{
    components::{empty, neighbours},
    current_account::own_unit,
    routes::{ListQuery, Route},
};
use domain::Template;
use leptos::prelude::*;
use texts::Lang;

/// Links to the neighbouring pages of a list, by their cursors.
pub(crate) fn page_links(
    lang: Lang,
    route: Route,
    query: &impl ListQuery,
    previous: Option<String>,
    next: Option<String>,
) -> Option<AnyView> {
    let page = |cursor: String| query.at_cursor(Some(cursor)).href(route);
    neighbours(lang, previous.map(page), next.map(page))
}

/// The message of an empty list: a link that clears the conditions, or the first step if there are no conditions. The words of
/// each are a title and a text.
pub(crate) fn no_match(
    lang: Lang,
    template: Template,
    route: Route,
    is_filtered: bool,
    filtered: (&'static str, &'static str),
    none: (&'static str, &'static str),
) -> AnyView {
    if is_filtered {
        let clear = view! { <a class="button" href=route>{lang.clear_search()}</a> };
        return empty(filtered.0, filtered.1, clear.into_any());
    }
    let import = own_unit().map(|_| {
        view! { <a class="button is-primary" href=Route::Import(template)>{lang.import_title(template)}</a> }
    });
    empty(none.0, none.1, import.into_any())
}
