//! The conditions of a bulletin, as a URL and its form hold them.

use super::{UrlQuery, parameter};
use domain::{
    bulletin::{BulletinMonth, BulletinQuery},
    report::AmountUnit,
};

impl UrlQuery for BulletinQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { month, amounts } = self;
        [
            month.map(|month| (parameter::MONTH, month.to_string())),
            (*amounts != AmountUnit::default()).then(|| (parameter::AMOUNTS, amounts.as_str().to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            month: get(parameter::MONTH).and_then(|month| BulletinMonth::parse(&month)),
            amounts: get(parameter::AMOUNTS).and_then(|unit| AmountUnit::from_name(&unit)).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Route, url_query::tests::read_back};

    #[test]
    fn url_is_read_back() {
        let query = BulletinQuery { month: BulletinMonth::parse("2026-11"), amounts: AmountUnit::Yuan };
        let href = query.href(Route::Bulletin);
        assert_eq!(href, "/statistics/bulletin?month=2026-11&amounts=yuan");
        assert_eq!(read_back::<BulletinQuery>(&href), query);
        assert_eq!(BulletinQuery::from_parameters(|_| Some("?".to_owned())), BulletinQuery::default());
    }
}
