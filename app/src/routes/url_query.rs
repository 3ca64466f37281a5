//! Conditions of a list as the parameters of a URL.

use super::with_parameters;
use std::fmt::Display;

/// Conditions that a URL holds.
pub trait UrlQuery: Sized {
    /// The parameters in the order of the address; defaults are left out, so that addresses are short.
    fn parameters(&self) -> Vec<(&'static str, String)>;

    /// The conditions that parameters ask for; `get` returns the first value of a parameter. Values that make no sense are
    /// ignored.
    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self;

    /// The address of the page at `path` with these conditions.
    fn href(&self, path: impl Display) -> String {
        with_parameters(&path.to_string(), &self.parameters())
    }
}

/// Conditions of a list whose pages begin behind a row.
pub trait ListQuery: UrlQuery + Clone {
    /// Whether a condition leaves rows out.
    fn is_filtered(&self) -> bool;

    /// The same conditions, on the page that begins at a cursor; the first page without one.
    #[must_use]
    fn at_cursor(&self, cursor: Option<String>) -> Self;

    /// The same conditions, on the first page.
    #[must_use]
    fn first_page(&self) -> Self {
        self.at_cursor(None)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::UrlQuery;

    /// Reads an address that [`UrlQuery::href`] has printed and that has nothing to unescape.
    pub(in super::super) fn read_back<Q: UrlQuery>(href: &str) -> Q {
        let query = href.split_once('?').map_or("", |(_, query)| query);
        let parts: Vec<_> = query.split('&').filter_map(|part| part.split_once('=')).collect();
        Q::from_parameters(|name| parts.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }
}
