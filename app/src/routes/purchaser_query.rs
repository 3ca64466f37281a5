//! The conditions of the list of purchasers, as a URL holds them.

use super::{ListQuery, UrlQuery, parameter};
use domain::{Certification, PurchaserKind, account::AccountState, purchaser::PurchaserQuery};

impl UrlQuery for PurchaserQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { search, state, certification, kind, unit, cursor: at } = self;
        [
            (!search.is_empty()).then(|| (parameter::SEARCH, search.clone())),
            state.map(|state| (parameter::STATE, state.as_str().to_owned())),
            certification.map(|state| (parameter::CERTIFICATION, state.as_str().to_owned())),
            kind.map(|kind| (parameter::KIND, kind.as_str().to_owned())),
            unit.map(|unit| (parameter::UNIT, unit.to_string())),
            at.clone().map(|cursor| (parameter::CURSOR, cursor)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            search: get(parameter::SEARCH).unwrap_or_default().trim().to_owned(),
            state: get(parameter::STATE).and_then(|state| AccountState::from_name(&state)),
            certification: get(parameter::CERTIFICATION).and_then(|state| Certification::from_name(&state)),
            kind: get(parameter::KIND).and_then(|kind| PurchaserKind::from_name(&kind)),
            unit: get(parameter::UNIT).and_then(|id| id.parse().ok()),
            cursor: get(parameter::CURSOR),
        }
    }
}

impl ListQuery for PurchaserQuery {
    fn is_filtered(&self) -> bool {
        self.first_page() != Self::default()
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
        let query = PurchaserQuery {
            search: "a".to_owned(),
            state: Some(AccountState::Active),
            certification: Some(Certification::Submitted),
            kind: Some(PurchaserKind::Union),
            unit: Some(UnitId(7)),
            cursor: Some("b7".to_owned()),
        };
        let href = query.href(Route::Purchasers);
        assert_eq!(href, "/purchasers?q=a&state=active&certification=submitted&kind=union&unit=7&at=b7");
        assert_eq!(read_back::<PurchaserQuery>(&href), query);
        assert!(query.is_filtered());
        assert!(!PurchaserQuery { cursor: query.cursor, ..PurchaserQuery::default() }.is_filtered());
    }
}
