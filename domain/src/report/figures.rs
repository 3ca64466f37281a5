//! The figures of reports: rates, the time progress, ranks and the unit of amounts.

use crate::calendar::Day;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A part of a whole, exact. The rate of a subtree is the sum of the parts over the sum of the wholes, never a mean of rates.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Rate {
    part: i64,
    whole: i64,
}

impl Rate {
    /// `None` if there is nothing to divide by: pages show "—" then, and neither 0 % nor 100 %.
    pub const fn of(part: i64, whole: i64) -> Option<Self> {
        if whole > 0 { Some(Self { part, whole }) } else { None }
    }

    /// 时间进度: the days of the year until a day, with it, over all days of the year.
    pub fn of_time(until: Day) -> Self {
        Self { part: until.of_year().into(), whole: Day::last_of_year(until.year()).of_year().into() }
    }

    /// The rate in thousandths, rounded half up: 0.7488 is 749.
    pub fn thousandths(self) -> i64 {
        let doubled = i128::from(self.part) * 2_000 + i128::from(self.whole);
        i64::try_from(doubled.div_euclid(i128::from(self.whole) * 2)).unwrap_or(i64::MAX)
    }

    /// The rate as a number, for spreadsheets and drawings.
    #[expect(clippy::cast_precision_loss, reason = "a drawing and a cell of a spreadsheet need no more digits")]
    pub fn as_number(self) -> f64 {
        self.part as f64 / self.whole as f64
    }

    /// The difference to another rate in thousandths of the whole, each rounded as it is shown: negative if this one is lower.
    pub fn thousandths_above(self, other: Self) -> i64 {
        self.thousandths() - other.thousandths()
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Self) -> Ordering {
        let crossed = |part: i64, whole: i64| i128::from(part) * i128::from(whole);
        crossed(self.part, other.whole).cmp(&crossed(other.part, self.whole))
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rate {}

/// 差额 in fen: what is missing to the share, at least 0.
pub fn shortfall(share: i64, completed: i64) -> i64 {
    share.saturating_sub(completed).max(0)
}

/// Ranks among siblings, the highest value first. Equal values share a rank, and the ranks behind them are left out: 1, 2, 2, 4.
/// What has no value has no rank.
pub fn ranks<T: Ord>(values: &[Option<T>]) -> Vec<Option<u32>> {
    let mut sorted: Vec<&T> = values.iter().flatten().collect();
    sorted.sort_unstable_by(|one, other| other.cmp(one));
    let rank = |value: &T| sorted.partition_point(|other| *other > value);
    values.iter().map(|value| Some(crate::count::of(rank(value.as_ref()?)).saturating_add(1))).collect()
}

/// 万元 or 元: the unit of the amounts of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AmountUnit {
    /// 万元
    #[default]
    Wan,
    /// 元
    Yuan,
}

impl AmountUnit {
    /// All values.
    pub const ALL: [Self; 2] = [Self::Wan, Self::Yuan];

    /// The word in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wan => "wan",
            Self::Yuan => "yuan",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    /// How many fen the unit has.
    pub const fn fen(self) -> i64 {
        match self {
            Self::Wan => crate::Money::WAN,
            Self::Yuan => 100,
        }
    }

    /// An amount in this unit, in hundredths of it, rounded half up.
    pub const fn hundredths(self, fen: i64) -> i64 {
        let step = self.fen() / 100;
        (fen.saturating_add(step / 2)).div_euclid(step)
    }

    /// An amount as a number in this unit, for spreadsheets and drawings.
    #[expect(clippy::cast_precision_loss, reason = "spreadsheets have no other numbers; 15 digits are exact")]
    pub fn as_number(self, fen: i64) -> f64 {
        fen as f64 / self.fen() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, 4, Some(0))]
    #[case(3, 4, Some(750))]
    #[case(2_301, 10_000, Some(230))]
    #[case(2_305, 10_000, Some(231))]
    #[case(-1, 2_000, Some(0))]
    #[case(-3, 4, Some(-750))]
    #[case(6, 4, Some(1_500))]
    #[case(i64::MAX, 1, Some(i64::MAX))]
    #[case(0, 0, None)]
    #[case(5, 0, None)]
    #[case(5, -1, None)]
    fn a_rate_needs_something_to_divide_by(#[case] part: i64, #[case] whole: i64, #[case] expected: Option<i64>) {
        assert_eq!(Rate::of(part, whole).map(Rate::thousandths), expected);
    }

    #[test]
    fn rates_are_compared_exactly() {
        let rate = |part, whole| Rate::of(part, whole).unwrap();
        assert_eq!(rate(1, 3), rate(2, 6));
        assert!(rate(333_333_333_333, 1_000_000_000_000) < rate(1, 3));
        assert!(rate(i64::MAX, 1) > rate(i64::MAX - 1, 1));
        assert_eq!(rate(749, 1_000).thousandths_above(rate(901, 1_000)), -152);
    }

    #[rstest]
    #[case(20_260_101, 3)] // 1 of 365 days
    #[case(20_261_125, 901)] // 329 of 365 days
    #[case(20_261_231, 1_000)]
    #[case(20_240_229, 164)] // 60 of 366 days
    #[case(20_241_231, 1_000)]
    fn the_time_progress_counts_the_day_itself(#[case] day: i32, #[case] thousandths: i64) {
        assert_eq!(Rate::of_time(Day::from_number(day).unwrap()).thousandths(), thousandths);
    }

    #[rstest]
    #[case(100, 40, 60)]
    #[case(100, 100, 0)]
    #[case(100, 140, 0)]
    #[case(0, 40, 0)]
    #[case(100, -40, 140)]
    fn a_shortfall_is_at_least_nothing(#[case] share: i64, #[case] completed: i64, #[case] expected: i64) {
        assert_eq!(shortfall(share, completed), expected);
    }

    #[rstest]
    #[case(&[], &[])]
    #[case(&[Some(5), Some(9), Some(7)], &[Some(3), Some(1), Some(2)])]
    #[case(&[Some(7), Some(9), Some(7), Some(1)], &[Some(2), Some(1), Some(2), Some(4)])]
    #[case(&[None, Some(1), None, Some(1)], &[None, Some(1), None, Some(1)])]
    fn equal_values_share_a_rank(#[case] values: &[Option<i64>], #[case] expected: &[Option<u32>]) {
        assert_eq!(ranks(values), expected);
    }

    #[rstest]
    #[case(123_456_789, 12_346, 123_456_789)]
    #[case(5_000, 1, 5_000)]
    #[case(4_999, 0, 4_999)]
    #[case(-123_456_789, -12_346, -123_456_789)]
    #[case(0, 0, 0)]
    fn an_amount_is_shown_in_hundredths_of_its_unit(#[case] fen: i64, #[case] wan: i64, #[case] yuan: i64) {
        assert_eq!([AmountUnit::Wan, AmountUnit::Yuan].map(|unit| unit.hundredths(fen)), [wan, yuan]);
    }

    #[test]
    fn units_are_found_by_their_words() {
        for unit in AmountUnit::ALL {
            assert_eq!(AmountUnit::from_name(unit.as_str()), Some(unit));
        }
        assert_eq!(AmountUnit::from_name("fen"), None);
        assert!((AmountUnit::Wan.as_number(1_234_500) - 1.2345).abs() < f64::EPSILON);
    }
}
