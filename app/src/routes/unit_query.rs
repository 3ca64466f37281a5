//! The conditions of the lists of units, as a URL holds them.

use super::{ListQuery, UrlQuery, parameter};
use domain::{
    AdminLevel,
    account::AccountState,
    unit::{UnitQuery, UnitSort},
};

const SMS_FAILED: &str = "failed";
const DESCENDING: &str = "desc";

impl UrlQuery for UnitQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { search, state, admin_level, unreached, region, sort, descending, cursor: at } = self;
        [
            (!search.is_empty()).then(|| (parameter::SEARCH, search.clone())),
            state.map(|state| (parameter::STATE, state.as_str().to_owned())),
            admin_level.map(|level| (parameter::ADMIN_LEVEL, level.index().to_string())),
            unreached.then(|| (parameter::SMS, SMS_FAILED.to_owned())),
            region.map(|unit| (parameter::BELOW, unit.to_string())),
            (*sort != UnitSort::default()).then(|| (parameter::SORT, sort.as_str().to_owned())),
            descending.then(|| (parameter::ORDER, DESCENDING.to_owned())),
            at.clone().map(|cursor| (parameter::CURSOR, cursor)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        let level = |index: String| AdminLevel::from_index(index.parse().ok()?);
        Self {
            search: get(parameter::SEARCH).unwrap_or_default().trim().to_owned(),
            state: get(parameter::STATE).and_then(|state| AccountState::from_name(&state)),
            admin_level: get(parameter::ADMIN_LEVEL).and_then(level),
            unreached: get(parameter::SMS).is_some_and(|state| state == SMS_FAILED),
            region: get(parameter::BELOW).and_then(|id| id.parse().ok()),
            sort: get(parameter::SORT).and_then(|sort| UnitSort::from_name(&sort)).unwrap_or_default(),
            descending: get(parameter::ORDER).is_some_and(|order| order == DESCENDING),
            cursor: get(parameter::CURSOR),
        }
    }
}

impl ListQuery for UnitQuery {
    /// The order leaves no unit out.
    fn is_filtered(&self) -> bool {
        *self != Self { sort: self.sort, descending: self.descending, cursor: self.cursor.clone(), ..Self::default() }
    }

    fn at_cursor(&self, cursor: Option<String>) -> Self {
        Self { cursor, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Route, url_query::tests::read_back};
    use domain::ids::UnitId;

    #[test]
    fn url_is_read_back() {
        let query = UnitQuery {
            search: "a".to_owned(),
            state: Some(AccountState::NotActivated),
            admin_level: Some(AdminLevel::County),
            unreached: true,
            region: Some(UnitId(7)),
            sort: UnitSort::Name,
            descending: true,
            cursor: Some("b7".to_owned()),
        };
        let href = query.href(Route::Units);
        assert_eq!(href, "/units?q=a&state=not-activated&level=3&sms=failed&below=7&sort=name&order=desc&at=b7");
        assert_eq!(read_back::<UnitQuery>(&href), query);
        assert_eq!(UnitQuery::default().href(Route::Units), "/units");
        assert_eq!(
            UnitQuery::from_parameters(|_| Some("?".to_owned())),
            UnitQuery { search: "?".to_owned(), cursor: Some("?".to_owned()), ..UnitQuery::default() }
        );
    }

    #[test]
    fn order_and_cursor_filter_nothing() {
        let order =
            UnitQuery { sort: UnitSort::Name, descending: true, cursor: Some("b7".to_owned()), ..UnitQuery::default() };
        assert!(!order.is_filtered());
        assert!(UnitQuery { unreached: true, ..order.clone() }.is_filtered());
        assert!(UnitQuery { region: Some(UnitId(7)), ..order }.is_filtered());
    }
}
