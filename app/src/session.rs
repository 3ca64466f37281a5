//! Who is signed in, for whatever is drawn inside the frame.

use domain::view::Me;
use leptos::prelude::*;

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

    /// Rows in error in the current batch, for the menu's badge; follows what happens on the page.
    pub(crate) fn rows_in_error(self) -> u32 {
        self.0.with(|me| me.as_ref().map_or(0, |me| me.rows_in_error))
    }
}

/// A path on this site, `None` for anything that could lead elsewhere: what a URL's `next` may be trusted with.
pub fn own_path(path: &str) -> Option<&str> {
    let own =
        path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    own.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::own_path;

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
