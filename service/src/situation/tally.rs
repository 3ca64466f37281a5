//! The counts of a unit or of a subtree, as they are kept and added up.

use crate::Result;
use domain::{
    Ratio,
    situation::{AccountCounts, PlanCounts},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of every year. A tally is also a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) accounts: AccountCounts,
    /// By year. Years in which nothing is counted are left out.
    pub(crate) years: BTreeMap<i32, YearTally>,
}

/// Counts of a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct YearTally {
    pub(crate) plans: PlanCounts,
    /// The number of approved plans with a total, by their ratio in hundredths of a percent.
    pub(crate) ratios: BTreeMap<u16, i64>,
}

impl Tally {
    /// Adds another tally so many times; -1 subtracts it.
    pub(crate) fn add(&mut self, other: &Self, times: i64) {
        self.accounts.add(&other.accounts, times);
        for (year, counts) in &other.years {
            let sum = self.years.entry(*year).or_default();
            sum.plans.add(&counts.plans, times);
            for (ratio, plans) in &counts.ratios {
                *sum.ratios.entry(*ratio).or_default() += plans * times;
            }
            sum.ratios.retain(|_, plans| *plans != 0);
        }
        self.years.retain(|_, counts| !counts.is_zero());
    }

    /// The counts of a year.
    pub(crate) fn plans(&self, year: i32) -> PlanCounts {
        self.years.get(&year).map(|counts| counts.plans).unwrap_or_default()
    }

    /// The approved plans of a year whose ratio is at least `from` and below `below`.
    pub(crate) fn ratios_between(&self, year: i32, from: Ratio, below: Ratio) -> i64 {
        if from >= below {
            return 0;
        }
        let counts = self.years.get(&year);
        counts.map_or(0, |counts| {
            counts.ratios.range(from.hundredths()..below.hundredths()).map(|(_, plans)| plans).sum()
        })
    }

    /// Units that have not filed their plan of a year, those with a draft included.
    pub(crate) fn unfiled(&self, year: i32) -> i64 {
        self.accounts.units - self.plans(year).filed()
    }

    /// The bytes of a row.
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        Ok(postcard::to_stdvec(self)?)
    }

    /// The tally of a row.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        Ok(postcard::from_bytes(bytes)?)
    }
}

impl YearTally {
    fn is_zero(&self) -> bool {
        self.plans.is_zero() && self.ratios.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_subtracted_leaves_nothing() {
        let plans = PlanCounts { plans: 2, share: 30, ..Default::default() };
        let year = YearTally { plans, ratios: BTreeMap::from([(1_000, 1), (1_500, 1)]) };
        let one =
            Tally { accounts: AccountCounts { units: 2, ..Default::default() }, years: BTreeMap::from([(2026, year)]) };
        let mut sum = one.clone();
        sum.add(&one, 1);
        let ratio = |percent: u16| Ratio::from_hundredths(percent * 100).unwrap();
        assert_eq!((sum.plans(2026).share, sum.unfiled(2026), sum.unfiled(2025)), (60, 4, 4));
        assert_eq!(sum.ratios_between(2026, ratio(0), ratio(15)), 2);
        assert_eq!(sum.ratios_between(2026, ratio(10), ratio(16)), 4);
        assert_eq!(
            (sum.ratios_between(2026, ratio(15), ratio(10)), sum.ratios_between(2025, ratio(0), ratio(15))),
            (0, 0)
        );
        assert_eq!(Tally::decode(&sum.encode().unwrap()).unwrap(), sum);
        sum.add(&one, -2);
        assert_eq!(sum, Tally::default());
    }
}
