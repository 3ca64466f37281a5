//! Pages of a list, as links.

use leptos::prelude::*;
use texts::Lang;

/// Links to the neighbouring pages; nothing where all fits on one.
pub fn pager(lang: Lang, page: u32, pages: u32, href: impl Fn(u32) -> String) -> Option<AnyView> {
    if pages < 2 {
        return None;
    }
    let link = |to: u32, label: &'static str, rel: &'static str| {
        let there = (1..=pages).contains(&to).then(|| href(to));
        let off = there.is_none();
        view! {
            <a class="button" href=there rel=rel role=off.then_some("link") aria-disabled=off.then_some("true")>
                {label}
            </a>
        }
    };
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
