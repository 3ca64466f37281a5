//! The rows that the preview shows, as the URL says: `?state=&code=&q=&page=`. The same for a batch on the server and for a
//! file that only the browser has read.

use crate::routes::{UrlQuery, parameter};
use domain::{
    Code,
    import_batch::{RowQuery, RowState, StateCounts},
};
use leptos_router::params::ParamsMap;

/// The word for all states in the URL.
const ALL: &str = "all";

/// The states to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum States {
    /// No state in the URL: the rows in error if there are any, else all.
    #[default]
    Default,
    /// All rows; the URL says `all`.
    All,
    /// One state.
    One(RowState),
}

/// The conditions of the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By state.
    pub states: States,
    /// By kind of finding.
    pub code: Option<Code>,
    /// By text.
    pub search: String,
    /// Page, from 1.
    pub page: u32,
}

impl Filter {
    /// Reads the URL's query.
    pub fn from_query(query: &ParamsMap) -> Self {
        Self::from_parameters(|name| query.get(name))
    }

    /// The state shown, `None` for all.
    pub fn state(&self, counts: &StateCounts) -> Option<RowState> {
        match self.states {
            States::One(state) => Some(state),
            States::Default if self.code.is_none() && self.search.is_empty() => counts.default_filter(),
            States::All | States::Default => None,
        }
    }

    /// The state as the URL names it, `None` where it names none.
    pub const fn state_name(&self) -> Option<&'static str> {
        match self.states {
            States::Default => None,
            States::All => Some(ALL),
            States::One(state) => Some(state.as_str()),
        }
    }

    /// The query for the holder of the rows: the server or the worker.
    pub fn query(&self, counts: &StateCounts) -> RowQuery {
        RowQuery { state: self.state(counts), code: self.code, search: self.search.clone(), page: self.page }
    }

    /// One state, or all; the search text stays.
    #[must_use]
    pub fn with_state(&self, state: Option<RowState>) -> Self {
        Self { states: state.map_or(States::All, States::One), code: None, search: self.search.clone(), page: 1 }
    }

    /// Only rows with this finding.
    #[must_use]
    pub fn only(code: Code) -> Self {
        Self { code: Some(code), page: 1, ..Self::default() }
    }

    /// Another page of the same.
    #[must_use]
    pub fn at(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }

    /// Another search in the same rows.
    #[must_use]
    pub fn searching(&self, search: String) -> Self {
        Self { search, page: 1, ..self.clone() }
    }

    /// All rows of one state.
    pub fn of_state(state: RowState) -> Self {
        Self::default().with_state(Some(state))
    }
}

impl UrlQuery for Filter {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        [
            self.state_name().map(|name| (parameter::STATE, name.to_owned())),
            self.code.map(|code| (parameter::CODE, code.as_str().to_owned())),
            (!self.search.is_empty()).then(|| (parameter::SEARCH, self.search.clone())),
            (self.page > 1).then(|| (parameter::PAGE, self.page.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        let states = match get(parameter::STATE).as_deref() {
            Some(ALL) => States::All,
            Some(name) => RowState::from_name(name).map_or(States::Default, States::One),
            None => States::Default,
        };
        Self {
            states,
            code: get(parameter::CODE).and_then(|code| Code::from_code(&code)),
            search: get(parameter::SEARCH).unwrap_or_default().trim().to_owned(),
            page: get(parameter::PAGE).and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Filter {
        Filter::from_query(&query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn without_conditions_rows_in_error_are_shown() {
        let counts = StateCounts { error: 2, correct: 5, ..StateCounts::default() };
        assert_eq!(read(&[]).state(&counts), Some(RowState::Error));
        assert_eq!(read(&[]).state(&StateCounts { correct: 5, ..StateCounts::default() }), None);
        // A search covers all states.
        assert_eq!(read(&[("q", "小学")]).state(&counts), None);
        assert_eq!(read(&[("state", "all")]).state(&counts), None);
    }

    #[test]
    fn links_hold_the_conditions() {
        let filter = read(&[("state", "warning"), ("q", " 第一 "), ("page", "3")]);
        assert_eq!(filter.href("/x"), "/x?state=warning&q=%E7%AC%AC%E4%B8%80&page=3");
        assert_eq!(filter.with_state(None).href("/x"), "/x?state=all&q=%E7%AC%AC%E4%B8%80");
        assert_eq!(Filter::only(Code::MobileFormat).href("/x"), "/x?code=mobile-format");
        assert_eq!(Filter::default().href("/x"), "/x");
    }

    #[test]
    fn invalid_values_are_ignored() {
        assert_eq!(read(&[("state", "x"), ("code", "y"), ("page", "-1")]), Filter { page: 1, ..Filter::default() });
    }
}
