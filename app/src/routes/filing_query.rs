//! The conditions of the list of plans, as a URL holds them.

use super::{ListQuery, UrlQuery, parameter};
use domain::{
    plan_filing::{CanteenKind, FilingQuery, PlanConcern, Standing},
    reminder::ReminderSelection,
};

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

/// The units to remind. The ticked ones repeat their parameter.
impl UrlQuery for ReminderSelection {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let chosen = self.chosen.then(|| (parameter::CHOSEN, "yes".to_owned()));
        let units = self.units.iter().map(|unit| (parameter::UNIT, unit.to_string()));
        self.query.first_page().parameters().into_iter().chain(chosen).chain(units).collect()
    }

    /// Without the ticked units: `get` returns one value of a parameter.
    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        let chosen = get(parameter::CHOSEN).is_some();
        Self { query: FilingQuery::from_parameters(get).first_page(), chosen, units: Vec::new() }
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
        let selection = ReminderSelection { query: query.clone(), chosen: true, units: vec![UnitId(7), UnitId(8)] };
        let href = selection.href(Route::RemindPlans);
        assert!(href.ends_with("&concern=overdue&below=7&chosen=yes&unit=7&unit=8"), "{href}");
        let expected = ReminderSelection { query: query.first_page(), units: Vec::new(), ..selection };
        assert_eq!(read_back::<ReminderSelection>(&href), expected);
        assert!(query.is_filtered());
        assert!(!FilingQuery { year: query.year, cursor: query.cursor, ..FilingQuery::default() }.is_filtered());
    }
}
