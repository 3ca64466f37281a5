//! Which rows the preview shows, as the URL says it: `?state=&code=&q=&page=`. The same for a batch on the server and
//! for a file that only the browser has read.

use domain::{
    Code,
    view::{RowQuery, RowState, StateCounts},
};
use leptos_router::{location::Url, params::ParamsMap};

/// Which states to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum States {
    /// Nothing is asked for: the rows in error where there are any, else all.
    #[default]
    WhatMatters,
    /// All rows, asked for by name.
    All,
    /// One state.
    One(RowState),
}

/// What the URL asks for.
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
    /// Reads the URL's query; what makes no sense is left out.
    pub fn from_query(query: &ParamsMap) -> Self {
        let states = match query.get_str("state") {
            Some("all") => States::All,
            Some(name) => RowState::from_name(name).map_or(States::WhatMatters, States::One),
            None => States::WhatMatters,
        };
        Self {
            states,
            code: query.get_str("code").and_then(Code::from_code),
            search: query.get_str("q").unwrap_or_default().trim().to_owned(),
            page: query.get_str("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        }
    }

    /// The state shown, `None` for all.
    pub fn state(&self, counts: &StateCounts) -> Option<RowState> {
        match self.states {
            States::One(state) => Some(state),
            States::WhatMatters if self.code.is_none() && self.search.is_empty() => counts.what_matters(),
            States::All | States::WhatMatters => None,
        }
    }

    /// The state as the URL names it, `None` where it names none.
    pub const fn state_name(&self) -> Option<&'static str> {
        match self.states {
            States::WhatMatters => None,
            States::All => Some("all"),
            States::One(state) => Some(state.as_str()),
        }
    }

    /// The question to whoever holds the rows.
    pub fn query(&self, counts: &StateCounts) -> RowQuery {
        RowQuery { state: self.state(counts), code: self.code, search: self.search.clone(), page: self.page }
    }

    /// One state, or all; what was searched for stays.
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

    /// As a link.
    pub fn href(&self, path: &str) -> String {
        let mut parts = Vec::with_capacity(4);
        if let Some(name) = self.state_name() {
            parts.push(format!("state={name}"));
        }
        if let Some(code) = self.code {
            parts.push(format!("code={}", code.as_str()));
        }
        if !self.search.is_empty() {
            parts.push(format!("q={}", Url::escape(&self.search)));
        }
        if self.page > 1 {
            parts.push(format!("page={}", self.page));
        }
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Filter {
        Filter::from_query(&query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn nothing_asked_for_shows_what_must_be_mended() {
        let counts = StateCounts { error: 2, correct: 5, ..StateCounts::default() };
        assert_eq!(read(&[]).state(&counts), Some(RowState::Error));
        assert_eq!(read(&[]).state(&StateCounts { correct: 5, ..StateCounts::default() }), None);
        // A search looks everywhere.
        assert_eq!(read(&[("q", "小学")]).state(&counts), None);
        assert_eq!(read(&[("state", "all")]).state(&counts), None);
    }

    #[test]
    fn links_say_what_they_lead_to() {
        let filter = read(&[("state", "warning"), ("q", " 第一 "), ("page", "3")]);
        assert_eq!(filter.href("/x"), "/x?state=warning&q=%E7%AC%AC%E4%B8%80&page=3");
        assert_eq!(filter.with_state(None).href("/x"), "/x?state=all&q=%E7%AC%AC%E4%B8%80");
        assert_eq!(Filter::only(Code::MobileFormat).href("/x"), "/x?code=mobile-format");
        assert_eq!(Filter::default().href("/x"), "/x");
    }

    #[test]
    fn rubbish_is_left_out() {
        assert_eq!(read(&[("state", "x"), ("code", "y"), ("page", "-1")]), Filter { page: 1, ..Filter::default() });
    }
}
