//! Parameters of yearly plans (填报参数). A finance department sets them for a year and for its subtree; every unit below
//! inherits them, and a lower level may only be stricter. What "stricter" means stands here, once for each parameter
//! ([`ParameterValue`]).

use crate::{
    calendar::Day,
    money::{Money, NumberError, Ratio},
    normalize,
    plan_finding::{PlanCode, PlanDetail, PlanFinding},
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, Month};

/// A day of a plan's year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
pub struct PlanDay {
    month: u8,
    day: u8,
}

impl PlanDay {
    /// A day that a year can have. `None` for one that no year has, such as 31 February.
    pub fn new(month: u8, day: u8) -> Option<Self> {
        // A leap year has every day that a year can have.
        calendar_date(2024, month, day).map(|_| Self { month, day })
    }

    /// The day of a date.
    pub fn of(date: Date) -> Self {
        Self { month: date.month().into(), day: date.day() }
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The date in a year. 29 February is 28 February in a year without it.
    pub fn in_year(self, year: i32) -> Option<Date> {
        calendar_date(year, self.month, self.day).or_else(|| calendar_date(year, self.month, self.day.checked_sub(1)?))
    }

    /// The same day of a year as [`Self::in_year`].
    pub fn on_calendar(self, year: i32) -> Option<Day> {
        let date = self.in_year(year)?;
        Day::from_number(date.year() * 10_000 + i32::from(u8::from(date.month())) * 100 + i32::from(date.day()))
    }

    /// The text of an input for dates: `2026-03-31`.
    pub fn typed(self, year: i32) -> String {
        format!("{year:04}-{:02}-{:02}", self.month, self.day)
    }
}

impl TryFrom<(u8, u8)> for PlanDay {
    type Error = &'static str;

    fn try_from((month, day): (u8, u8)) -> Result<Self, Self::Error> {
        Self::new(month, day).ok_or("no day of a year")
    }
}

impl From<PlanDay> for (u8, u8) {
    fn from(day: PlanDay) -> Self {
        (day.month, day.day)
    }
}

fn calendar_date(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// Parses the text of an input for dates: `2026-03-31`.
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    calendar_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// What happens when a share is lower than that of the last year (不低于上年). The order is that of strictness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FallRule {
    /// 不作要求
    #[default]
    Off,
    /// 说明原因: the unit must give a reason.
    Warn,
    /// 不得下降: it is refused.
    Refuse,
}

impl FallRule {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Refuse];

    /// The word in forms and in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
}

/// When an order counts as completed (完成口径). The order is that of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompletionBasis {
    /// 支付
    Paid,
    /// 验收且支付
    Accepted,
    /// 评价: accepted, paid and evaluated.
    Evaluated,
}

impl CompletionBasis {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Paid, Self::Accepted, Self::Evaluated];

    /// The word in forms, URLs and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Accepted => "accepted",
            Self::Evaluated => "evaluated",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == text)
    }
}

/// The first day on which plans are filed (填报开始). A later one is stricter, as it makes the window narrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FilingFrom(pub PlanDay);

/// The last day on which plans are filed in time (填报截止). An earlier one is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FilingTo(pub PlanDay);

/// The last day whose purchases count for the year (年终). An earlier one is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct YearEnd(pub PlanDay);

/// A value as pages show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownValue {
    /// A percentage. 0 means that there is no rule.
    Ratio(Ratio),
    /// An amount. 0 means that there is no rule.
    Money(Money),
    /// A day.
    Day(PlanDay),
    /// 不低于上年.
    Fall(FallRule),
    /// 完成口径.
    Completion(CompletionBasis),
}

/// The value of a parameter.
pub trait ParameterValue: Copy + PartialEq {
    /// Whether the value is as strict as another one, or stricter. It is a total order, so that of several values one is the
    /// strictest.
    fn is_as_strict_as(self, other: Self) -> bool;

    /// Reads the text of an input.
    fn read(text: &str, year: i32) -> Result<Self, PlanCode>;

    /// The text of an input.
    fn typed(self, year: i32) -> String;

    /// The value as pages show it.
    fn shown(self) -> ShownValue;
}

impl ParameterValue for Ratio {
    fn is_as_strict_as(self, other: Self) -> bool {
        self >= other
    }

    fn read(text: &str, _year: i32) -> Result<Self, PlanCode> {
        read_ratio(text)
    }

    fn typed(self, _year: i32) -> String {
        self.to_string()
    }

    fn shown(self) -> ShownValue {
        ShownValue::Ratio(self)
    }
}

impl ParameterValue for Money {
    fn is_as_strict_as(self, other: Self) -> bool {
        self >= other
    }

    fn read(text: &str, _year: i32) -> Result<Self, PlanCode> {
        read_yuan(text)
    }

    fn typed(self, _year: i32) -> String {
        self.yuan()
    }

    fn shown(self) -> ShownValue {
        ShownValue::Money(self)
    }
}

impl ParameterValue for FallRule {
    fn is_as_strict_as(self, other: Self) -> bool {
        self >= other
    }

    fn read(text: &str, _year: i32) -> Result<Self, PlanCode> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text).ok_or(PlanCode::NotInList)
    }

    fn typed(self, _year: i32) -> String {
        self.as_str().to_owned()
    }

    fn shown(self) -> ShownValue {
        ShownValue::Fall(self)
    }
}

impl ParameterValue for CompletionBasis {
    fn is_as_strict_as(self, other: Self) -> bool {
        self >= other
    }

    fn read(text: &str, _year: i32) -> Result<Self, PlanCode> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == text).ok_or(PlanCode::NotInList)
    }

    fn typed(self, _year: i32) -> String {
        self.as_str().to_owned()
    }

    fn shown(self) -> ShownValue {
        ShownValue::Completion(self)
    }
}

/// Implements a parameter that is a day. `$stricter` compares two days.
macro_rules! day_values {
    ($($type:ident: $stricter:tt),* $(,)?) => {$(
        impl ParameterValue for $type {
            fn is_as_strict_as(self, other: Self) -> bool {
                self.0 $stricter other.0
            }

            fn read(text: &str, year: i32) -> Result<Self, PlanCode> {
                let date = parse_date(text).ok_or(PlanCode::DateFormat)?;
                if date.year() == year { Ok(Self(PlanDay::of(date))) } else { Err(PlanCode::DateOutsideYear) }
            }

            fn typed(self, year: i32) -> String {
                self.0.typed(year)
            }

            fn shown(self) -> ShownValue {
                ShownValue::Day(self.0)
            }
        }
    )*};
}

day_values!(FilingFrom: >=, FilingTo: <=, YearEnd: <=);

/// Reads a percentage with at most 2 decimal places.
pub(crate) fn read_ratio(text: &str) -> Result<Ratio, PlanCode> {
    let tidied = normalize::number(text, "%");
    Ratio::parse_percent(tidied.as_deref().unwrap_or(text)).map_err(|error| match error {
        NumberError::Format => PlanCode::NumberFormat,
        NumberError::Range => PlanCode::RatioAboveAll,
    })
}

/// Reads an amount in yuan with at most 2 decimal places.
pub(crate) fn read_yuan(text: &str) -> Result<Money, PlanCode> {
    let tidied = normalize::number(text, "元");
    Money::parse_yuan(tidied.as_deref().unwrap_or(text)).map_err(|error| match error {
        NumberError::Format => PlanCode::NumberFormat,
        NumberError::Range => PlanCode::NumberRange,
    })
}

/// A value that a unit has set, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The document number (文号) and the title of the source.
    pub source: String,
}

/// The value that applies to a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied<T> {
    /// The value.
    pub value: T,
    /// The unit that has set it. `None`: it applies to the whole country.
    pub set_by: Option<UnitRef>,
    /// Where it is written. Empty for a convention of this system.
    pub source: String,
}

/// The value that applies to a unit, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedParameter {
    /// The parameter.
    pub parameter: Parameter,
    /// The value.
    pub value: ShownValue,
    /// The unit that has set it. `None`: it applies to the whole country.
    pub set_by: Option<UnitRef>,
    /// Where it is written. Empty for a convention of this system.
    pub source: String,
}

/// Most characters of a source.
pub const MAX_SOURCE: usize = 100;

/// Whether a value of the whole country can be replaced by a looser one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum National {
    /// It is written in a national document.
    Binds,
    /// It is a convention, which holds until a unit sets a value.
    Convention,
}

/// The value that applies after one more level of the tree.
fn stricter<T: ParameterValue>(
    national: National,
    above: Applied<T>,
    unit: &UnitRef,
    own: Option<&Sourced<T>>,
) -> Applied<T> {
    let Some(own) = own else { return above };
    let is_free = above.set_by.is_none() && national == National::Convention;
    // An equal value stays the one of the upper level, which has set it first.
    if is_free || own.value != above.value && own.value.is_as_strict_as(above.value) {
        Applied { value: own.value, set_by: Some(unit.clone()), source: own.source.clone() }
    } else {
        above
    }
}

/// Reads a value of the form. `None` if the input is empty: the value is inherited.
fn read<T: ParameterValue>(
    national: National,
    above: &Applied<T>,
    year: i32,
    (field, text): (&'static str, &str),
    (source_field, source): (&'static str, &str),
    findings: &mut Vec<PlanFinding>,
) -> Option<Sourced<T>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let value = match T::read(text, year) {
        Ok(value) => value,
        Err(code) => {
            findings.push(PlanFinding::new(field, code));
            return None;
        }
    };
    let binds = above.set_by.is_some() || national == National::Binds;
    if binds && !value.is_as_strict_as(above.value) {
        let detail = PlanDetail::Above {
            value: above.value.shown(),
            set_by: above.set_by.as_ref().map(|unit| unit.name.clone()),
        };
        findings.push(PlanFinding::new(field, PlanCode::LooserThanAbove).with(detail));
    }
    let tidied = normalize::text(source).unwrap_or_else(|| source.to_owned());
    if tidied.is_empty() {
        findings.push(PlanFinding::new(source_field, PlanCode::Required));
    } else if tidied.chars().count() > MAX_SOURCE {
        findings.push(PlanFinding::new(source_field, PlanCode::TooLong));
    }
    Some(Sourced { value, source: tidied })
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident, $field:ident, $source:ident: $type:ty = $default:expr, $national:ident, $written:expr;)*) => {
        /// A parameter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Parameter {
            $($(#[$doc])* $name),*
        }

        impl Parameter {
            /// All, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name of its input.
            pub const fn field(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($field)),*
                }
            }

            /// The name of the input of its source.
            pub const fn source_field(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($source)),*
                }
            }
        }

        /// The parameters that a unit has set for a year. What it has not set is inherited.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct ParameterSet {
            $($(#[$doc])* pub $field: Option<Sourced<$type>>),*
        }

        /// The parameters that apply to a unit in a year.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Parameters {
            $($(#[$doc])* pub $field: Applied<$type>),*
        }

        /// The form of a unit's parameters, as typed. The field names equal the names of the inputs; an empty one inherits.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct ParameterForm {
            $(
                $(#[$doc])*
                pub $field: String,
                /// Where it is written.
                pub $source: String,
            )*
        }

        impl Parameters {
            /// What applies to the whole country.
            pub fn national() -> Self {
                Self { $($field: Applied { value: $default, set_by: None, source: $written.to_owned() }),* }
            }

            /// What applies below one more level of the tree.
            #[must_use]
            pub fn below(self, unit: &UnitRef, own: &ParameterSet) -> Self {
                Self { $($field: stricter(National::$national, self.$field, unit, own.$field.as_ref())),* }
            }

            /// Every parameter with who has set it, in the order of the page.
            pub fn list(&self) -> Vec<AppliedParameter> {
                vec![$(AppliedParameter {
                    parameter: Parameter::$name,
                    value: self.$field.value.shown(),
                    set_by: self.$field.set_by.clone(),
                    source: self.$field.source.clone(),
                }),*]
            }

            /// Whether each value is as strict as the same of others, or stricter.
            pub fn is_as_strict_as(&self, other: &Self) -> bool {
                [$(self.$field.value.is_as_strict_as(other.$field.value)),*].into_iter().all(|strict| strict)
            }
        }

        impl ParameterForm {
            /// The form with the stored values.
            pub fn of(set: &ParameterSet, year: i32) -> Self {
                Self {$(
                    $field: set.$field.as_ref().map(|own| own.value.typed(year)).unwrap_or_default(),
                    $source: set.$field.as_ref().map(|own| own.source.clone()).unwrap_or_default(),
                )*}
            }

            /// The text of an input.
            pub fn value(&self, parameter: Parameter) -> &str {
                match parameter {
                    $(Parameter::$name => &self.$field),*
                }
            }

            /// The text of the input of a source.
            pub fn source(&self, parameter: Parameter) -> &str {
                match parameter {
                    $(Parameter::$name => &self.$source),*
                }
            }

            fn read(&self, year: i32, above: &Parameters, findings: &mut Vec<PlanFinding>) -> ParameterSet {
                ParameterSet {$(
                    $field: read(
                        National::$national,
                        &above.$field,
                        year,
                        (stringify!($field), &self.$field),
                        (stringify!($source), &self.$source),
                        findings,
                    ),
                )*}
            }
        }
    };
}

/// 财库〔2021〕19号, 一: the minimum and the encouraged ratio.
const NATIONAL_DOCUMENT: &str = "财库〔2021〕19号";

const fn national_day(month: u8, day: u8) -> PlanDay {
    PlanDay { month, day }
}

const fn percent(whole: u16) -> Ratio {
    Ratio::percent(whole)
}

parameters! {
    /// 最低比例: the lowest ratio of the yearly canteen purchases. A higher one is stricter.
    MinimumRatio, minimum_ratio, minimum_ratio_source: Ratio = Ratio::POLICY_MINIMUM, Binds, NATIONAL_DOCUMENT;
    /// 鼓励比例: the ratio that units are encouraged to reserve.
    EncouragedRatio, encouraged_ratio, encouraged_ratio_source: Ratio = percent(15), Binds, NATIONAL_DOCUMENT;
    /// 填报开始: the first day of filing.
    FilingFrom, filing_from, filing_from_source: FilingFrom = FilingFrom(national_day(3, 1)), Convention, "";
    /// 填报截止: the last day of filing in time.
    FilingTo, filing_to, filing_to_source: FilingTo = FilingTo(national_day(3, 31)), Convention, "";
    /// 不低于上年: whether the share may be lower than last year's.
    NotBelowLastYear, not_below_last_year, not_below_last_year_source: FallRule = FallRule::Off, Convention, "";
    /// 工会经费预留比例: the lowest ratio of the union's funds. 0 means that there is no rule.
    UnionRatio, union_ratio, union_ratio_source: Ratio = percent(0), Convention, "";
    /// 工会人均: the lowest amount for each member of the union. 0 means that there is no rule.
    UnionPerMember, union_per_member, union_per_member_source: Money = Money::ZERO, Convention, "";
    /// 无食堂单位工会下限: the lowest union share of a unit without a canteen. 0 means that there is no rule.
    UnionWithoutCanteen, union_without_canteen, union_without_canteen_source: Money = Money::ZERO, Convention, "";
    /// 完成口径: when an order counts as completed.
    Completion, completion, completion_source: CompletionBasis = CompletionBasis::Accepted, Convention, "";
    /// 年终: the last day whose purchases count.
    YearEnd, year_end, year_end_source: YearEnd = YearEnd(national_day(12, 31)), Convention, "";
}

impl Parameters {
    /// The parameters that apply to a unit: the strictest along its path. `chain` has the sets of its superiors and its own,
    /// from the top of the tree down.
    pub fn resolve<'a>(chain: impl IntoIterator<Item = (&'a UnitRef, &'a ParameterSet)>) -> Self {
        chain.into_iter().fold(Self::national(), |above, (unit, own)| above.below(unit, own))
    }
}

impl ParameterForm {
    /// The values of the form, or what must be corrected. `above` has the parameters that apply to the superior of the unit:
    /// a looser value is refused with the value above and who has set it.
    pub fn check(&self, year: i32, unit: &UnitRef, above: &Parameters) -> Result<ParameterSet, Vec<PlanFinding>> {
        let mut findings = Vec::new();
        let set = self.read(year, above, &mut findings);
        let applied = above.clone().below(unit, &set);
        if findings.is_empty() && applied.filing_from.value.0 > applied.filing_to.value.0 {
            let field = if self.filing_to.trim().is_empty() { "filing_from" } else { "filing_to" };
            findings.push(PlanFinding::new(field, PlanCode::WindowReversed));
        }
        if findings.is_empty() { Ok(set) } else { Err(findings) }
    }
}

/// The parameters of a unit and a year, for its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParametersView {
    /// The unit.
    pub unit: UnitRef,
    /// The year.
    pub year: i32,
    /// The years whose parameters can be opened.
    pub years: Vec<i32>,
    /// What applies to the unit.
    pub applied: Parameters,
    /// What applies to its superior.
    pub above: Parameters,
    /// What it has set itself, if it may set parameters.
    pub own: Option<OwnParameters>,
}

/// The answer to the form of parameters. Its findings are no [`crate::Problem`], so that only the pages of plans load them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParametersAnswer<Set> {
    /// The parameters are set.
    Set(Set),
    /// Nothing was set, because of these findings.
    Refused(Vec<PlanFinding>),
}

/// The parameters that a unit has set itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnParameters {
    /// The form.
    pub form: ParameterForm,
    /// The version. The form sends it back; 0 if nothing was set.
    pub version: i32,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UnitId;
    use proptest::prelude::*;
    use rstest::rstest;

    fn unit(id: i64) -> UnitRef {
        UnitRef { id: UnitId(id), name: format!("第{id}级财政局") }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the fields of a set are optional")]
    fn sourced<T>(value: T) -> Option<Sourced<T>> {
        Some(Sourced { value, source: "示财采〔2026〕3号".to_owned() })
    }

    fn days() -> impl Strategy<Value = PlanDay> {
        (1..=12_u8, 1..=31_u8).prop_filter_map("a day of the year", |(month, day)| PlanDay::new(month, day))
    }

    prop_compose! {
        fn sets()(
            minimum in proptest::option::of(0..=10_000_u16),
            encouraged in proptest::option::of(0..=10_000_u16),
            from in proptest::option::of(days()),
            to in proptest::option::of(days()),
            fall in proptest::option::of(0..3_usize),
            union_ratio in proptest::option::of(0..=10_000_u16),
            per_member in proptest::option::of(0..=100_000_i64),
            without in proptest::option::of(0..=100_000_i64),
            completion in proptest::option::of(0..3_usize),
            end in proptest::option::of(days()),
        ) -> ParameterSet {
            let ratio = |hundredths: Option<u16>| hundredths.and_then(Ratio::from_hundredths).and_then(sourced);
            let money = |fen: Option<i64>| fen.and_then(Money::from_fen).and_then(sourced);
            ParameterSet {
                minimum_ratio: ratio(minimum),
                encouraged_ratio: ratio(encouraged),
                filing_from: from.and_then(|day| sourced(FilingFrom(day))),
                filing_to: to.and_then(|day| sourced(FilingTo(day))),
                not_below_last_year: fall.and_then(|index| sourced(FallRule::ALL[index])),
                union_ratio: ratio(union_ratio),
                union_per_member: money(per_member),
                union_without_canteen: money(without),
                completion: completion.and_then(|index| sourced(CompletionBasis::ALL[index])),
                year_end: end.and_then(|day| sourced(YearEnd(day))),
            }
        }
    }

    fn resolve(sets: &[ParameterSet]) -> Parameters {
        let units: Vec<_> = (1..).map(unit).take(sets.len()).collect();
        Parameters::resolve(units.iter().zip(sets))
    }

    /// Two parameters of which each is at least as strict as the other have the same values.
    fn values(parameters: &Parameters) -> Vec<ShownValue> {
        parameters.list().into_iter().map(|applied| applied.value).collect()
    }

    proptest! {
        #[test]
        fn strictness_is_a_partial_order(a in sets(), b in sets(), c in sets()) {
            let [a, b, c] = [a, b, c].map(|set| resolve(&[set]));
            prop_assert!(a.is_as_strict_as(&a));
            prop_assert!(!(a.is_as_strict_as(&b) && b.is_as_strict_as(&a)) || values(&a) == values(&b));
            prop_assert!(!(a.is_as_strict_as(&b) && b.is_as_strict_as(&c)) || a.is_as_strict_as(&c));
        }

        #[test]
        fn a_lower_level_is_never_looser(sets in proptest::collection::vec(sets(), 1..6)) {
            // The top has set everything, so that no convention is replaced below it.
            let top = ParameterSet {
                filing_from: sourced(FilingFrom(national_day(1, 1))),
                filing_to: sourced(FilingTo(national_day(12, 31))),
                completion: sourced(CompletionBasis::Paid),
                ..sets[0].clone()
            };
            let sets: Vec<_> = std::iter::once(top).chain(sets.into_iter().skip(1)).collect();
            for depth in 1..sets.len() {
                prop_assert!(resolve(&sets[..=depth]).is_as_strict_as(&resolve(&sets[..depth])));
            }
        }

        #[test]
        fn a_stricter_upper_level_makes_no_lower_one_looser(upper in sets(), change in sets(), lower in sets()) {
            let before = resolve(&[upper.clone(), lower.clone()]);
            // The upper level keeps what it has set, or becomes stricter.
            let strictest = resolve(&[upper.clone(), change]);
            let as_set = |applied: &Parameters| ParameterSet {
                minimum_ratio: sourced(applied.minimum_ratio.value),
                encouraged_ratio: sourced(applied.encouraged_ratio.value),
                filing_from: upper.filing_from.as_ref().and_then(|_| sourced(applied.filing_from.value)),
                filing_to: upper.filing_to.as_ref().and_then(|_| sourced(applied.filing_to.value)),
                not_below_last_year: sourced(applied.not_below_last_year.value),
                union_ratio: sourced(applied.union_ratio.value),
                union_per_member: sourced(applied.union_per_member.value),
                union_without_canteen: sourced(applied.union_without_canteen.value),
                completion: upper.completion.as_ref().and_then(|_| sourced(applied.completion.value)),
                year_end: sourced(applied.year_end.value),
            };
            let after = resolve(&[as_set(&strictest), lower]);
            prop_assert!(after.is_as_strict_as(&before), "{after:?}\n{before:?}");
        }

        #[test]
        fn a_form_is_read_back(set in sets()) {
            let form = ParameterForm::of(&set, 2028);
            let mut findings = Vec::new();
            prop_assert_eq!(form.read(2028, &Parameters::national(), &mut findings), set);
        }
    }

    #[test]
    fn the_strictest_value_along_the_path_applies_with_who_has_set_it() {
        let province = ParameterSet { minimum_ratio: sourced(percent(15)), ..ParameterSet::default() };
        let county = ParameterSet { minimum_ratio: sourced(percent(20)), ..ParameterSet::default() };
        let applied = resolve(&[province.clone(), ParameterSet::default(), county]);
        assert_eq!((applied.minimum_ratio.value, applied.minimum_ratio.set_by), (percent(20), Some(unit(3))));
        // A county that set its value before the province became stricter.
        let looser = ParameterSet { minimum_ratio: sourced(percent(12)), ..ParameterSet::default() };
        let applied = resolve(&[province, looser]);
        assert_eq!((applied.minimum_ratio.value, applied.minimum_ratio.set_by), (percent(15), Some(unit(1))));
        let national = resolve(&[]);
        assert_eq!((national.minimum_ratio.value, national.minimum_ratio.set_by), (percent(10), None));
        assert_eq!(national.minimum_ratio.source, "财库〔2021〕19号");
    }

    #[test]
    fn a_convention_gives_way_to_the_first_unit_that_sets_a_value() {
        let own = |day| ParameterSet { filing_to: sourced(FilingTo(day)), ..ParameterSet::default() };
        let april = national_day(4, 30);
        assert_eq!(resolve(&[own(april)]).filing_to.value, FilingTo(april));
        assert_eq!(resolve(&[own(april), own(national_day(5, 31))]).filing_to.value, FilingTo(april));
    }

    #[rstest]
    #[case(|f: &mut ParameterForm| f.minimum_ratio = "8".to_owned(), "minimum_ratio", PlanCode::LooserThanAbove)]
    #[case(|f: &mut ParameterForm| f.minimum_ratio = "101".to_owned(), "minimum_ratio", PlanCode::RatioAboveAll)]
    #[case(|f: &mut ParameterForm| f.minimum_ratio = "十".to_owned(), "minimum_ratio", PlanCode::NumberFormat)]
    #[case(|f: &mut ParameterForm| f.minimum_ratio_source.clear(), "minimum_ratio_source", PlanCode::Required)]
    #[case(|f: &mut ParameterForm| f.minimum_ratio_source = "长".repeat(101), "minimum_ratio_source", PlanCode::TooLong)]
    #[case(|f: &mut ParameterForm| f.filing_to = "2027-03-31".to_owned(), "filing_to", PlanCode::DateOutsideYear)]
    #[case(|f: &mut ParameterForm| f.filing_to = "2026-02-30".to_owned(), "filing_to", PlanCode::DateFormat)]
    #[case(|f: &mut ParameterForm| f.filing_to = "2026-02-10".to_owned(), "filing_to", PlanCode::WindowReversed)]
    #[case(|f: &mut ParameterForm| f.not_below_last_year = "maybe".to_owned(), "not_below_last_year", PlanCode::NotInList)]
    fn a_fault_is_reported_at_its_input(
        #[case] spoil: fn(&mut ParameterForm),
        #[case] field: &str,
        #[case] code: PlanCode,
    ) {
        let source = || "示财采〔2026〕3号".to_owned();
        let mut form = ParameterForm {
            minimum_ratio: "15".to_owned(),
            minimum_ratio_source: source(),
            filing_to: "2026-03-20".to_owned(),
            filing_to_source: source(),
            ..ParameterForm::default()
        };
        assert!(form.check(2026, &unit(1), &Parameters::national()).is_ok());
        spoil(&mut form);
        let findings = form.check(2026, &unit(1), &Parameters::national()).unwrap_err();
        assert_eq!(
            findings.iter().map(|finding| (finding.field.as_str(), finding.code)).collect::<Vec<_>>(),
            [(field, code)]
        );
    }

    #[test]
    fn a_looser_value_is_refused_with_the_value_above_and_who_has_set_it() {
        let province = ParameterSet { minimum_ratio: sourced(percent(15)), ..ParameterSet::default() };
        let above = resolve(&[province]);
        let form = ParameterForm {
            minimum_ratio: "12".to_owned(),
            minimum_ratio_source: "文".to_owned(),
            ..ParameterForm::default()
        };
        let findings = form.check(2026, &unit(2), &above).unwrap_err();
        let detail =
            PlanDetail::Above { value: ShownValue::Ratio(percent(15)), set_by: Some("第1级财政局".to_owned()) };
        assert_eq!(findings, [PlanFinding::new("minimum_ratio", PlanCode::LooserThanAbove).with(detail)]);
    }

    #[test]
    fn days_that_no_year_has_are_refused() {
        assert_eq!(PlanDay::new(2, 30), None);
        assert_eq!(PlanDay::new(13, 1), None);
        assert!(serde_json::from_str::<PlanDay>("[2,30]").is_err());
        assert_eq!(PlanDay::new(2, 29).unwrap().in_year(2026), parse_date("2026-02-28"));
    }
}
