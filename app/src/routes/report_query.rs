//! The conditions of a report, as a URL holds them.

use super::{UrlQuery, parameter};
use domain::{
    AdminLevel, BudgetLevel, PurchaserKind,
    calendar::Day,
    order::{PayerKind, ProductCategory},
    plan_parameters::CompletionBasis,
    report::{AmountUnit, ReportColumn, ReportQuery},
};

const DESCENDING: &str = "desc";

impl UrlQuery for ReportQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self {
            unit,
            until,
            basis,
            payer,
            category,
            purchaser,
            admin_level,
            budget_level,
            amounts,
            sort,
            descending,
        } = self;
        [
            unit.map(|unit| (parameter::UNIT, unit.to_string())),
            until.map(|until| (parameter::UNTIL, until.to_string())),
            basis.map(|basis| (parameter::BASIS, basis.as_str().to_owned())),
            payer.map(|payer| (parameter::PAYER, payer.as_str().to_owned())),
            category.map(|category| (parameter::CATEGORY, category.as_str().to_owned())),
            purchaser.map(|kind| (parameter::KIND, kind.as_str().to_owned())),
            admin_level.map(|level| (parameter::ADMIN_LEVEL, level.index().to_string())),
            budget_level.map(|level| (parameter::BUDGET_LEVEL, level.index().to_string())),
            (*amounts != AmountUnit::default()).then(|| (parameter::AMOUNTS, amounts.as_str().to_owned())),
            sort.map(|column| (parameter::SORT, column.as_str().to_owned())),
            descending.then(|| (parameter::ORDER, DESCENDING.to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn from_parameters(get: impl Fn(&str) -> Option<String>) -> Self {
        let index = |name: &str| get(name).and_then(|index| index.parse().ok());
        Self {
            unit: get(parameter::UNIT).and_then(|unit| unit.parse().ok()),
            until: get(parameter::UNTIL).and_then(|day| Day::parse(&day)),
            basis: get(parameter::BASIS).and_then(|basis| CompletionBasis::from_name(&basis)),
            payer: get(parameter::PAYER).and_then(|payer| PayerKind::from_name(&payer)),
            category: get(parameter::CATEGORY).and_then(|category| ProductCategory::from_name(&category)),
            purchaser: get(parameter::KIND).and_then(|kind| PurchaserKind::from_name(&kind)),
            admin_level: index(parameter::ADMIN_LEVEL).and_then(AdminLevel::from_index),
            budget_level: index(parameter::BUDGET_LEVEL).and_then(BudgetLevel::from_index),
            amounts: get(parameter::AMOUNTS).and_then(|unit| AmountUnit::from_name(&unit)).unwrap_or_default(),
            sort: get(parameter::SORT).and_then(|column| ReportColumn::from_name(&column)),
            descending: get(parameter::ORDER).is_some_and(|order| order == DESCENDING),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Endpoint, Route, url_query::tests::read_back};
    use domain::{ids::UnitId, report::ReportKind};

    #[test]
    fn url_is_read_back() {
        let query = ReportQuery {
            unit: Some(UnitId(7)),
            until: Day::parse("2026-11-30"),
            basis: Some(CompletionBasis::Paid),
            payer: Some(PayerKind::Union),
            category: Some(ProductCategory::Tea),
            purchaser: Some(PurchaserKind::Canteen),
            admin_level: Some(AdminLevel::County),
            budget_level: Some(BudgetLevel::Second),
            amounts: AmountUnit::Yuan,
            sort: Some(ReportColumn::Completed),
            descending: true,
        };
        let href = query.href(Route::Report(ReportKind::Months));
        let printed = "unit=7&until=2026-11-30&basis=paid&payer=union&category=tea&kind=canteen&level=3&budget-level=1&amounts=yuan&\
                       sort=completed&order=desc";
        assert_eq!(href, format!("/statistics/months?{printed}"));
        assert_eq!(read_back::<ReportQuery>(&href), query);
        let export = query.href(Endpoint::Report(ReportKind::Months));
        assert_eq!(export, format!("/statistics/months.xlsx?{printed}"));
    }

    #[test]
    fn what_makes_no_sense_is_ignored() {
        assert_eq!(ReportQuery::from_parameters(|_| Some("?".to_owned())), ReportQuery::default());
        assert_eq!(ReportQuery::default().href(Route::Report(ReportKind::Execution)), "/statistics");
    }
}
