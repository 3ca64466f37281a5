//! Cursors: where a page of a list begins, as URLs carry it.

use std::{fmt, str::FromStr};

/// A page begins behind a row or ends before it. `a302` is behind the row 302, `b302` is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor<Id> {
    /// Whether the page ends before the row.
    pub(super) before: bool,
    pub(super) id: Id,
}

impl<Id> Cursor<Id> {
    pub(super) const fn before(id: Id) -> Self {
        Self { before: true, id }
    }

    pub(super) const fn behind(id: Id) -> Self {
        Self { before: false, id }
    }
}

impl<Id: FromStr> Cursor<Id> {
    /// Reads a cursor back; anything else is none, and the list begins with its first page.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (side, id) = text.split_at_checked(1)?;
        let before = match side {
            "a" => false,
            "b" => true,
            _ => return None,
        };
        Some(Self { before, id: id.parse().ok()? })
    }
}

impl<Id: fmt::Display> fmt::Display for Cursor<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.before { 'b' } else { 'a' }, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn cursors_are_read_back() {
        for cursor in [Cursor::<i64>::behind(302), Cursor::before(1)] {
            assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
        for nonsense in ["", "a", "x5", "5", "a5x", "中5", "a99999999999999999999"] {
            assert_eq!(Cursor::<i64>::parse(nonsense), None);
        }
    }
}
