//! The conditions of 我的订单, as a URL holds them.

use super::{ListQuery, UrlQuery, parameter};
use domain::{
    calendar::Day,
    order::{OrderFilter, OrderQuery},
};

impl UrlQuery for OrderQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { search, state, from, until, after } = self;
        [
            (!search.is_empty()).then(|| (parameter::SEARCH, search.clone())),
            state.map(|state| (parameter::STATE, state.as_str().to_owned())),
            from.map(|day| (parameter::FROM, day.to_string())),
            until.map(|day| (parameter::UNTIL, day.to_string())),
            after.map(|id| (parameter::CURSOR, id.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        let day = |name| get(name).and_then(|day| Day::parse(&day));
        Self {
            search: get(parameter::SEARCH).unwrap_or_default().trim().to_owned(),
            state: get(parameter::STATE).and_then(|state| OrderFilter::from_name(&state)),
            from: day(parameter::FROM),
            until: day(parameter::UNTIL),
            after: get(parameter::CURSOR).and_then(|id| id.parse().ok()),
        }
    }
}

impl ListQuery for OrderQuery {
    fn is_filtered(&self) -> bool {
        self.first_page() != Self::default()
    }

    fn at_cursor(&self, cursor: Option<String>) -> Self {
        Self { after: cursor.and_then(|id| id.parse().ok()), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Route, url_query::tests::read_back};
    use domain::ids::OrderId;

    #[test]
    fn url_is_read_back() {
        let query = OrderQuery {
            search: "a".to_owned(),
            state: Some(OrderFilter::Refunds),
            from: Day::parse("2026-01-01"),
            until: Day::parse("2026-11-30"),
            after: Some(OrderId(7)),
        };
        let href = query.href(Route::TradeOrders);
        assert_eq!(href, "/trade/orders?q=a&state=refunds&from=2026-01-01&until=2026-11-30&at=7");
        assert_eq!(read_back::<OrderQuery>(&href), query);
        assert_eq!(read_back::<OrderQuery>("/trade/orders?state=x&from=2026-02-30&at=x"), OrderQuery::default());
        assert!(query.is_filtered() && !OrderQuery { after: query.after, ..OrderQuery::default() }.is_filtered());
    }
}
