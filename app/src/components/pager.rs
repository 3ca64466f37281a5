//! Links to the pages of a list.

use leptos::prelude::*;
use texts::Lang;

/// Links to the neighbouring pages; `None` where one page is enough.
pub fn pager(lang: Lang, page: u32, pages: u32, href: impl Fn(u32) -> String) -> Option<AnyView> {
    if pages < 2 {
        return None;
    }
    let link = |to: u32, label, rel| link((1..=pages).contains(&to).then(|| href(to)), label, rel);
    Some(
        view! {
            <nav class="pager" aria-label=lang.import_pages()>
                {link(page.saturating_sub(1), lang.import_previous(), "prev")}
                <span aria-current="page">{lang.import_page_of(page, pages)}</span>
                {link(page + 1, lang.import_next(), "next")}
            </nav>
        }
        .into_any(),
    )
}

/// Links to the neighbouring pages of a list whose pages begin behind a row; `None` where one page is enough.
pub fn neighbours(lang: Lang, previous: Option<String>, next: Option<String>) -> Option<AnyView> {
    if previous.is_none() && next.is_none() {
        return None;
    }
    Some(
        view! {
            <nav class="pager" aria-label=lang.import_pages()>
                {link(previous, lang.import_previous(), "prev")}
                {link(next, lang.import_next(), "next")}
            </nav>
        }
        .into_any(),
    )
}

/// The buttons of a list that is only read onwards: `back` leads to its first page, and `next` is the address of the next one.
pub fn onwards(lang: Lang, back: impl IntoView + 'static, next: Option<String>) -> AnyView {
    let next = next.map(|page| view! { <a class="button" href=page rel="next">{lang.import_next()}</a> });
    view! { <nav class="pager" aria-label=lang.import_pages()>{back} {next}</nav> }.into_any()
}

/// A link to a page; it is disabled where the page does not exist.
fn link(href: Option<String>, label: &'static str, rel: &'static str) -> AnyView {
    let off = href.is_none();
    view! {
        <a class="button" href=href rel=rel role=off.then_some("link") aria-disabled=off.then_some("true")>
            {label}
        </a>
    }
    .into_any()
}
