//! Who is signed in, for whatever is drawn inside the frame.

use domain::{
    Template,
    view::{Me, Portal},
};
use leptos::prelude::*;
use leptos_meta::Title;
use texts::Lang;

/// Who is signed in, as the server knew when it drew the page and as it was heard since.
#[derive(Clone, Copy)]
pub(crate) struct SignedIn(RwSignal<Option<Me>>);

/// Puts it into the context. It is known before anything is drawn: a frame that waited for it would draw the page inside
/// more than once.
pub(crate) fn provide_session() {
    let me = SharedValue::new(found).into_inner();
    provide_context(SignedIn(RwSignal::new(me)));
}

#[cfg(feature = "ssr")]
fn found() -> Option<Me> {
    use_context::<crate::server::Visitor>().and_then(|visitor| visitor.me)
}

/// In the browser the value comes with the page.
#[cfg(not(feature = "ssr"))]
const fn found() -> Option<Me> {
    None
}

/// Who is signed in; `None` for a visitor.
pub fn me() -> Option<Me> {
    use_context::<SignedIn>().and_then(|session| session.0.get_untracked())
}

impl SignedIn {
    /// The place of this page.
    pub(crate) fn get() -> Option<Self> {
        use_context()
    }

    /// Notes who is signed in now.
    pub(crate) fn set(self, me: Me) {
        self.0.set(Some(me));
    }

    /// Rows in error in the current batch of a template, for the menu's badge; follows what happens on the page.
    pub(crate) fn rows_in_error(self, template: Template) -> u32 {
        self.0.with(|me| me.as_ref().map_or(0, |me| me.rows_in_error.of(template)))
    }
}

/// Where the trading portal begins.
pub const TRADE: &str = "/trade";

/// The portal to which a path or a URL's path with its query belongs.
pub fn portal_of(path: &str) -> Portal {
    match path.strip_prefix(TRADE) {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => Portal::Trading,
        _ => Portal::Management,
    }
}

/// Where a portal begins.
pub(crate) const fn home(portal: Portal) -> &'static str {
    match portal {
        Portal::Management => "/",
        Portal::Trading => TRADE,
    }
}

/// Where one signs in at a portal.
pub(crate) const fn sign_in(portal: Portal) -> &'static str {
    match portal {
        Portal::Management => "/signin",
        Portal::Trading => "/trade/signin",
    }
}

/// What a portal is called.
pub(crate) const fn product(lang: Lang, portal: Portal) -> &'static str {
    match portal {
        Portal::Management => lang.product(),
        Portal::Trading => lang.trade_product(),
    }
}

/// The end of every document's title at a portal.
pub(crate) fn portal_title(lang: Lang, portal: Portal) -> AnyView {
    let product = product(lang, portal);
    let formatter =
        move |title: String| if title.is_empty() { product.to_owned() } else { format!("{title} - {product}") };
    view! { <Title formatter/> }.into_any()
}

/// A path on this site, `None` for anything that could lead elsewhere: what a URL's `next` may be trusted with.
pub fn own_path(path: &str) -> Option<&str> {
    let own =
        path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    own.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::{own_path, portal_of};
    use domain::view::Portal;

    #[test]
    fn the_portal_begins_at_its_path() {
        for path in ["/trade", "/trade/", "/trade?done=password", "/trade/api/trade_who1"] {
            assert_eq!(portal_of(path), Portal::Trading, "{path}");
        }
        for path in ["/", "/trader", "/units?q=/trade", "/api/who1"] {
            assert_eq!(portal_of(path), Portal::Management, "{path}");
        }
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for own in ["/", "/units?page=2", "/units?q=%E4%B8%AD"] {
            assert_eq!(own_path(own), Some(own));
        }
        for other in [
            "",
            "units",
            "//elsewhere.example/",
            "/\\elsewhere.example",
            "https://elsewhere.example/",
            "/a\r\nset-cookie: x",
        ] {
            assert_eq!(own_path(other), None, "{other}");
        }
    }
}
