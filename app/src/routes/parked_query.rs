//! The conditions of 待匹配订单, as a URL holds them.

use super::{ListQuery, UrlQuery, parameter};
use domain::order::{ParkedQuery, UnknownPart};

impl UrlQuery for ParkedQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { search, reason, after } = self;
        [
            (!search.is_empty()).then(|| (parameter::SEARCH, search.clone())),
            reason.map(|reason| (parameter::STATE, reason.as_str().to_owned())),
            after.clone().map(|cursor| (parameter::CURSOR, cursor)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            search: get(parameter::SEARCH).unwrap_or_default().trim().to_owned(),
            reason: get(parameter::STATE).and_then(|reason| UnknownPart::from_name(&reason)),
            after: get(parameter::CURSOR),
        }
    }
}

impl ListQuery for ParkedQuery {
    fn is_filtered(&self) -> bool {
        self.first_page() != Self::default()
    }

    fn at_cursor(&self, cursor: Option<String>) -> Self {
        Self { after: cursor, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Route, url_query::tests::read_back};

    #[test]
    fn url_is_read_back() {
        let query =
            ParkedQuery { search: "a".to_owned(), reason: Some(UnknownPart::Origin), after: Some("1".to_owned()) };
        let href = query.href(Route::ParkedOrders);
        assert_eq!(href, "/system/parked-orders?q=a&state=origin&at=1");
        assert_eq!(read_back::<ParkedQuery>(&href), query);
    }
}
