//! The conditions of the list of plans, as a URL holds them.

use super::{ListQuery, UrlQuery, parameter};
use domain::plan_filing::{CanteenKind, FilingQuery, PlanConcern, Standing};

impl UrlQuery for FilingQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { year, search, standing, late, canteen, concern, below, cursor } = self;
        [
            year.map(|year| (parameter::YEAR, year.to_string())),
            (!search.is_empty()).then(|| (parameter::SEARCH, search.clone())),
            standing.map(|standing| (parameter::STATE, standing.as_str().to_owned())),
            late.then(|| (parameter::LATE, "yes".to_owned())),
            canteen.map(|canteen| (parameter::CANTEEN, canteen.as_str().to_owned())),
            concern.map(|concern| (parameter::CONCERN, concern.as_str().to_owned())),
            below.map(|unit| (parameter::BELOW, unit.to_string())),
            cursor.clone().map(|cursor| (parameter::CURSOR, cursor)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            year: get(parameter::YEAR).and_then(|year| year.parse().ok()),
            search: get(parameter::SEARCH).unwrap_or_default().trim().to_owned(),
            standing: get(parameter::STATE).and_then(|standing| Standing::from_name(&standing)),
            late: get(parameter::LATE).is_some(),
            canteen: get(parameter::CANTEEN).and_then(|canteen| CanteenKind::from_name(&canteen)),
            concern: get(parameter::CONCERN).and_then(|concern| PlanConcern::from_name(&concern)),
            below: get(parameter::BELOW).and_then(|id| id.parse().ok()),
            cursor: get(parameter::CURSOR),
        }
    }
}

impl ListQuery for FilingQuery {
    /// The year is no condition: the page always shows one.
    fn is_filtered(&self) -> bool {
        self.first_page() != Self { year: self.year, ..Self::default() }
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
        let query = FilingQuery {
            year: Some(2026),
            search: "a".to_owned(),
            standing: Some(Standing::Submitted),
            late: true,
            canteen: Some(CanteenKind::None),
            concern: Some(PlanConcern::Overdue),
            below: Some(UnitId(7)),
            cursor: Some("b7".to_owned()),
        };
        let href = query.href(Route::ReviewPlans);
        assert_eq!(href, "/plans?year=2026&q=a&state=submitted&late=yes&canteen=none&concern=overdue&below=7&at=b7");
        assert_eq!(read_back::<FilingQuery>(&href), query);
        assert!(query.is_filtered());
        assert!(!FilingQuery { year: query.year, cursor: query.cursor, ..FilingQuery::default() }.is_filtered());
    }
}
