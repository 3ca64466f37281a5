//! One configured value, as a file or an environment variable gives it.

use std::{path::PathBuf, str::FromStr};

/// A value with its origin: a file writes numbers and lists as such, the environment only text.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// From the file.
    File(toml::Value),
    /// From the environment.
    Env(String),
}

impl Value {
    /// Text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::File(value) => value.as_str().map(str::to_owned),
            Self::Env(text) => Some(text.clone()),
        }
    }

    /// Text that is not blank.
    pub(super) fn filled(&self) -> Option<String> {
        self.text().filter(|text| !text.trim().is_empty())
    }

    /// Text read as `T`.
    pub(super) fn parsed<T: FromStr>(&self) -> Option<T> {
        self.text()?.trim().parse().ok()
    }

    /// A path that is not empty.
    pub(super) fn path(&self) -> Option<PathBuf> {
        self.filled().map(PathBuf::from)
    }

    /// A whole number within bounds, both included.
    pub(super) fn integer<T: TryFrom<i64>>(&self, low: i64, high: i64) -> Option<T> {
        let number = match self {
            Self::File(value) => value.as_integer()?,
            Self::Env(text) => text.trim().parse().ok()?,
        };
        (low..=high).contains(&number).then(|| T::try_from(number).ok()).flatten()
    }

    /// Yes or no.
    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Self::File(value) => value.as_bool(),
            Self::Env(text) => text.trim().parse().ok(),
        }
    }

    /// A list of `T`; the environment separates by commas.
    pub(super) fn list<T: FromStr>(&self) -> Option<Vec<T>> {
        match self {
            Self::File(value) => value.as_array()?.iter().map(|item| item.as_str()?.trim().parse().ok()).collect(),
            Self::Env(text) => {
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(|item| item.parse().ok()).collect()
            }
        }
    }
}
