//! The checks of a plan. The browser makes them while the form is filled in, and the server again.

use super::{Canteen, CanteenKind, CanteenPlan, FilingForm, NO, PlanFigures, UnionPlan, YES, text_code};
use crate::{
    calendar::{Day, Timestamp, in_china},
    check::check_field,
    ids::PurchaserId,
    money::{Money, Ratio},
    plan_finding::{PlanCode, PlanDetail, PlanFinding},
    plan_parameters::{Applied, FallRule, ParameterValue, Parameters, parse_date, read_ratio, read_yuan},
    schema::Kind,
};
use serde::{Deserialize, Serialize};

/// How many times last year's amount is asked back: 元 typed for 万元 makes 10,000 times.
const SUSPICIOUS_FACTOR: i64 = 100;

/// The most members that a union can have.
const MAX_MEMBERS: u32 = 1_000_000;

/// The approved figures of the year before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastYear {
    /// 年度食堂食材采购总额.
    pub total: Money,
    /// 拟预留比例.
    pub ratio: Ratio,
    /// 预留份额.
    pub share: Money,
    /// The figures that the unit has filed. `None` if a superior has set the plan.
    pub figures: Option<PlanFigures>,
}

/// Where a moment lies by the filing window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Before the first day.
    Early,
    /// Within the window.
    Open,
    /// After the last day: 逾期.
    Late,
}

/// Where a moment lies by the window of a year's plans.
pub fn timing(year: i32, at: Timestamp, parameters: &Parameters) -> Timing {
    let today = in_china(at).date();
    let is_before = |date: Option<time::Date>| date.is_some_and(|date| today < date);
    if is_before(parameters.filing_from.value.0.in_year(year)) {
        Timing::Early
    } else if parameters.filing_to.value.0.in_year(year).is_some_and(|date| today > date) {
        Timing::Late
    } else {
        Timing::Open
    }
}

/// The last day of filing (截止日期), as far away as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The last day.
    pub last_day: Day,
    /// Whole days until it: 0 on the day itself, negative after it.
    pub days: i64,
}

impl Deadline {
    /// The deadline of a year's plans by the parameters that apply to a unit. A year of the calendar has every day of a plan.
    pub fn of(year: i32, at: Timestamp, parameters: &Parameters) -> Option<Self> {
        let day = parameters.filing_to.value.0;
        let days = (day.in_year(year)? - in_china(at).date()).whole_days();
        Some(Self { last_day: day.on_calendar(year)?, days })
    }
}

/// What the checks of a form compare it with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingRules {
    /// The year of the plan.
    pub year: i32,
    /// The parameters that apply to the unit.
    pub parameters: Parameters,
    /// Last year's figures.
    pub last: Option<LastYear>,
    /// When the form is checked, by the filing window.
    pub timing: Timing,
}

/// A checked form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingCheck {
    /// What was found, in the order of the form.
    pub findings: Vec<PlanFinding>,
    /// The valid figures. `None` if there is an error.
    pub figures: Option<PlanFigures>,
}

impl FilingCheck {
    /// The findings that prevent the submission.
    pub fn errors(&self) -> Vec<PlanFinding> {
        self.findings.iter().filter(|finding| finding.is_error()).cloned().collect()
    }

    /// Adds errors that only the server finds. The figures are no longer valid.
    pub fn add_errors(&mut self, errors: impl IntoIterator<Item = PlanFinding>) {
        let before = self.findings.len();
        self.findings.extend(errors);
        if self.findings.len() > before {
            self.figures = None;
        }
    }
}

/// The share at the form's total and ratio, while it is filled in.
pub(crate) fn share_of(form: &FilingForm) -> Option<Money> {
    Some(read_yuan(form.total.trim()).ok()?.share(read_ratio(form.ratio.trim()).ok()?))
}

impl FilingForm {
    /// 预留份额 by the total and the ratio as typed. `None` unless both are valid.
    pub fn share(&self) -> Option<Money> {
        share_of(self)
    }

    /// Checks the form. The representative and the purchaser are looked up by the server alone.
    pub fn check(&self, rules: &FilingRules) -> FilingCheck {
        let mut checker = Checker { form: self, rules, findings: Vec::new() };
        let canteen = checker.canteen();
        let union = checker.union(canteen.as_ref().map(Canteen::kind));
        let fall_reason = checker.fall(canteen.as_ref().and_then(Canteen::plan));
        let remark = checker.text("remark", &self.remark, false);
        let filler = checker.text("filler", &self.filler, true);
        match rules.timing {
            Timing::Early => checker.find("canteen", PlanCode::Early),
            Timing::Late => checker.find("canteen", PlanCode::Late),
            Timing::Open => {}
        }
        let findings = checker.findings;
        let figures = match (canteen, union) {
            (Some(canteen), Ok(union)) if !findings.iter().any(PlanFinding::is_error) => {
                Some(PlanFigures { canteen, union, fall_reason, remark, filler })
            }
            _ => None,
        };
        FilingCheck { findings, figures }
    }
}

/// A part of the form has an error, which is among the findings.
struct Invalid;

struct Checker<'a> {
    form: &'a FilingForm,
    rules: &'a FilingRules,
    findings: Vec<PlanFinding>,
}

impl Checker<'_> {
    fn find(&mut self, field: &str, code: PlanCode) {
        self.findings.push(PlanFinding::new(field, code));
    }

    fn find_with(&mut self, field: &str, code: PlanCode, detail: PlanDetail) {
        self.findings.push(PlanFinding::new(field, code).with(detail));
    }

    /// A text, tidied: at most 200 characters.
    fn text(&mut self, field: &str, typed: &str, is_required: bool) -> String {
        match check_field(Kind::Remark, typed) {
            Ok(text) => text,
            Err(crate::Code::Required) if !is_required => String::new(),
            Err(code) => {
                self.find(field, text_code(code));
                String::new()
            }
        }
    }

    /// A required value, read from its text.
    fn value<T>(&mut self, field: &str, typed: &str, read: impl FnOnce(&str) -> Result<T, PlanCode>) -> Option<T> {
        let typed = typed.trim();
        let value = if typed.is_empty() { Err(PlanCode::Required) } else { read(typed) };
        value.map_err(|code| self.find(field, code)).ok()
    }

    fn yes_or_no(&mut self, field: &str, typed: &str) -> Option<bool> {
        self.value(field, typed, |text| match text {
            YES => Ok(true),
            NO => Ok(false),
            _ => Err(PlanCode::NotInList),
        })
    }

    /// Asks back an amount that is suspiciously higher than last year's.
    fn ask_back(&mut self, field: &str, amount: Money, last: Option<Money>) {
        let Some(last) = last.filter(|last| *last > Money::ZERO) else { return };
        if self.form.confirmed != YES && amount.fen() >= last.fen().saturating_mul(SUSPICIOUS_FACTOR) {
            self.find_with(field, PlanCode::HundredTimes, PlanDetail::Amount(last));
        }
    }

    fn canteen(&mut self) -> Option<Canteen> {
        let form = self.form;
        let kind =
            self.value("canteen", &form.canteen, |text| CanteenKind::from_name(text).ok_or(PlanCode::NotInList))?;
        match kind {
            CanteenKind::Own => Some(Canteen::Own(self.plan()?)),
            CanteenKind::SharedLead => Some(Canteen::SharedLead(self.plan()?)),
            CanteenKind::Outsourced => self.outsourced(),
            CanteenKind::SharedMember => {
                let representative = self.text("representative", &form.representative, true);
                Some(Canteen::SharedMember { representative })
            }
            CanteenKind::None => Some(Canteen::None),
        }
    }

    fn outsourced(&mut self) -> Option<Canteen> {
        let form = self.form;
        let purchaser = self.value("purchaser", &form.purchaser, |text| {
            text.parse().map(PurchaserId).map_err(|_| PlanCode::FirmUnknown)
        });
        let firm_name = self.text("firm", &form.firm, true);
        let year = self.rules.year;
        let contract_end = self.value("contract_end", &form.contract_end, |text| match parse_date(text) {
            None => Err(PlanCode::DateFormat),
            Some(date) if date.year() < year => Err(PlanCode::ContractEnded),
            Some(_) => Ok(text.to_owned()),
        });
        let plan = self.plan();
        Some(Canteen::Outsourced { plan: plan?, purchaser: purchaser?, firm: firm_name, contract_end: contract_end? })
    }

    /// Total and ratio.
    fn plan(&mut self) -> Option<CanteenPlan> {
        let (form, rules) = (self.form, self.rules);
        let total = self.value("total", &form.total, read_yuan);
        if let Some(total) = total {
            self.ask_back("total", total, rules.last.as_ref().map(|last| last.total));
        }
        let approval = Some(self.text("approval", &form.approval, false)).filter(|approval| !approval.is_empty());
        let ratio = self.value("ratio", &form.ratio, read_ratio);
        if let Some(ratio) = ratio {
            let Parameters { minimum_ratio, encouraged_ratio, .. } = &rules.parameters;
            if ratio < minimum_ratio.value {
                let is_approved = approval.is_some();
                let code = if is_approved { PlanCode::RatioBelowMinimumApproved } else { PlanCode::RatioBelowMinimum };
                self.find_with("ratio", code, above(minimum_ratio));
            } else if ratio < encouraged_ratio.value {
                self.find_with("ratio", PlanCode::RatioBelowEncouraged, above(encouraged_ratio));
            }
        }
        Some(CanteenPlan { total: total?, ratio: ratio?, approval })
    }

    /// The union's plan; `None` without a demand.
    fn union(&mut self, canteen: Option<CanteenKind>) -> Result<Option<UnionPlan>, Invalid> {
        let (form, parameters) = (self.form, &self.rules.parameters);
        let minimum = &parameters.union_without_canteen;
        let needs_minimum = canteen == Some(CanteenKind::None) && minimum.value > Money::ZERO;
        if !self.yes_or_no("union_demand", &form.union_demand).ok_or(Invalid)? {
            if needs_minimum {
                self.find_with("union_demand", PlanCode::UnionBelowMinimum, above(minimum));
            }
            return Ok(None);
        }
        let has_funds = self.yes_or_no("union_own_funds", &form.union_own_funds);
        let funds = match has_funds {
            Some(true) => self.value("union_funds", &form.union_funds, read_yuan).map(Some).ok_or(Invalid),
            Some(false) => Ok(None),
            None => Err(Invalid),
        };
        let members = self.value("members", &form.members, |text| {
            let members = text.replace(',', "").parse::<u32>().map_err(|_| PlanCode::NumberFormat)?;
            if (1..=MAX_MEMBERS).contains(&members) { Ok(members) } else { Err(PlanCode::NumberRange) }
        });
        let share = self.value("union_share", &form.union_share, read_yuan);
        let (funds, members, share) = (funds?, members.ok_or(Invalid)?, share.ok_or(Invalid)?);
        let last = self.rules.last.as_ref().and_then(|last| last.figures.as_ref()).map(PlanFigures::union_share);
        self.ask_back("union_share", share, last);
        let (ratio, per_member) = (&parameters.union_ratio, &parameters.union_per_member);
        if funds.is_some_and(|funds| share < funds.share(ratio.value)) {
            self.find_with("union_share", PlanCode::UnionBelowRatio, above(ratio));
        } else if share.fen() < per_member.value.fen().saturating_mul(members.into()) {
            self.find_with("union_share", PlanCode::UnionBelowPerMember, above(per_member));
        } else if needs_minimum && share < minimum.value {
            self.find_with("union_share", PlanCode::UnionBelowMinimum, above(minimum));
        }
        Ok(Some(UnionPlan { funds, members, share }))
    }

    /// The reason of a share that is lower than last year's, as the parameter asks for it.
    fn fall(&mut self, plan: Option<&CanteenPlan>) -> String {
        let reason = self.text("fall_reason", &self.form.fall_reason, false);
        let last = self.rules.last.as_ref().map(|last| last.share);
        let share = plan.map(|plan| plan.total.share(plan.ratio));
        if let (Some(last), Some(share)) = (last, share)
            && share < last
        {
            let rule = &self.rules.parameters.not_below_last_year;
            match rule.value {
                FallRule::Off => {}
                FallRule::Refuse => self.find_with("ratio", PlanCode::BelowLastYearRefused, PlanDetail::Amount(last)),
                FallRule::Warn if reason.is_empty() => {
                    self.find_with("fall_reason", PlanCode::FallReasonMissing, PlanDetail::Amount(last));
                }
                FallRule::Warn => self.find_with("fall_reason", PlanCode::BelowLastYear, PlanDetail::Amount(last)),
            }
        }
        reason
    }
}

/// A rule with the unit that has set it.
fn above<T: ParameterValue>(rule: &Applied<T>) -> PlanDetail {
    PlanDetail::Above { value: rule.value.shown(), set_by: rule.set_by.as_ref().map(|unit| unit.name.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan_parameters::{FilingFrom, FilingTo, PlanDay};
    use proptest::prelude::*;
    use rstest::rstest;
    use time::macros::datetime;

    fn rules(change: impl FnOnce(&mut FilingRules)) -> FilingRules {
        let money = |yuan: &str| Money::parse_yuan(yuan).unwrap();
        let last = LastYear {
            total: money("856300"),
            ratio: Ratio::parse_percent("12").unwrap(),
            share: money("102756"),
            figures: None,
        };
        let parameters = Parameters::national();
        let mut rules = FilingRules { year: 2026, parameters, last: Some(last), timing: Timing::Open };
        change(&mut rules);
        rules
    }

    fn form(change: impl FnOnce(&mut FilingForm)) -> FilingForm {
        let mut form = FilingForm {
            canteen: "own".to_owned(),
            total: "900,000.00元".to_owned(),
            ratio: "15%".to_owned(),
            union_demand: "no".to_owned(),
            filler: " 王芳 ".to_owned(),
            ..FilingForm::default()
        };
        change(&mut form);
        form
    }

    fn found(form: &FilingForm, rules: &FilingRules) -> Vec<(String, PlanCode)> {
        form.check(rules).findings.into_iter().map(|finding| (finding.field, finding.code)).collect()
    }

    fn with_union(form: &mut FilingForm) {
        form.union_demand = YES.to_owned();
        form.union_own_funds = YES.to_owned();
        form.union_funds = "100000".to_owned();
        form.members = "86".to_owned();
        form.union_share = "30000".to_owned();
    }

    #[test]
    fn typed_values_are_tidied() {
        let check = form(with_union).check(&rules(|_| ()));
        assert_eq!(check.findings, []);
        let figures = check.figures.unwrap();
        assert_eq!((figures.total().yuan().as_str(), figures.share().yuan().as_str()), ("900000.00", "135000.00"));
        assert_eq!((figures.filler.as_str(), figures.union_share().yuan().as_str()), ("王芳", "30000.00"));
        // The form of these figures gives them again.
        assert_eq!(FilingForm::of(&figures).check(&rules(|_| ())).figures, Some(figures));
    }

    #[rstest]
    #[case(|f: &mut FilingForm| f.canteen.clear(), "canteen", PlanCode::Required)]
    #[case(|f: &mut FilingForm| f.canteen = "x".to_owned(), "canteen", PlanCode::NotInList)]
    #[case(|f: &mut FilingForm| f.total = "90万".to_owned(), "total", PlanCode::NumberFormat)]
    #[case(|f: &mut FilingForm| f.total = "-1".to_owned(), "total", PlanCode::NumberRange)]
    #[case(|f: &mut FilingForm| f.total = "85630000".to_owned(), "total", PlanCode::HundredTimes)]
    #[case(|f: &mut FilingForm| f.ratio = "100.01".to_owned(), "ratio", PlanCode::RatioAboveAll)]
    #[case(|f: &mut FilingForm| f.ratio = "9.99".to_owned(), "ratio", PlanCode::RatioBelowMinimum)]
    #[case(|f: &mut FilingForm| f.ratio = "12.345".to_owned(), "ratio", PlanCode::NumberFormat)]
    #[case(|f: &mut FilingForm| f.ratio = "14".to_owned(), "ratio", PlanCode::RatioBelowEncouraged)]
    #[case(|f: &mut FilingForm| f.union_demand.clear(), "union_demand", PlanCode::Required)]
    #[case(|f: &mut FilingForm| f.filler.clear(), "filler", PlanCode::Required)]
    #[case(|f: &mut FilingForm| f.remark = "长".repeat(201), "remark", PlanCode::TooLong)]
    #[case(|f: &mut FilingForm| { with_union(f); f.members = "0".to_owned(); }, "members", PlanCode::NumberRange)]
    #[case(|f: &mut FilingForm| { with_union(f); f.union_funds.clear(); }, "union_funds", PlanCode::Required)]
    #[case(|f: &mut FilingForm| f.canteen = "shared-member".to_owned(), "representative", PlanCode::Required)]
    fn a_fault_is_reported_at_its_input(
        #[case] spoil: fn(&mut FilingForm),
        #[case] field: &str,
        #[case] code: PlanCode,
    ) {
        assert_eq!(found(&form(spoil), &rules(|_| ())), [(field.to_owned(), code)]);
    }

    #[test]
    fn an_approval_number_allows_a_ratio_below_the_minimum() {
        let form = form(|form| {
            form.ratio = "8".to_owned();
            form.approval = "示财采〔2026〕9号".to_owned();
        });
        let check = form.check(&rules(|rules| rules.last = None));
        assert_eq!(check.findings[0].code, PlanCode::RatioBelowMinimumApproved);
        assert!(check.errors().is_empty() && check.figures.is_some());
    }

    #[rstest]
    #[case(FallRule::Off, "", None)]
    #[case(FallRule::Warn, "", Some(("fall_reason", PlanCode::FallReasonMissing)))]
    #[case(FallRule::Warn, "两所村小撤并", Some(("fall_reason", PlanCode::BelowLastYear)))]
    #[case(FallRule::Refuse, "两所村小撤并", Some(("ratio", PlanCode::BelowLastYearRefused)))]
    fn a_fall_is_treated_by_the_parameter(
        #[case] rule: FallRule,
        #[case] reason: &str,
        #[case] expected: Option<(&str, PlanCode)>,
    ) {
        let form = form(|form| {
            form.total = "420000".to_owned();
            form.fall_reason = reason.to_owned();
        });
        let rules = rules(|rules| rules.parameters.not_below_last_year.value = rule);
        let expected: Vec<_> = expected.into_iter().map(|(field, code)| (field.to_owned(), code)).collect();
        assert_eq!(found(&form, &rules), expected);
    }

    #[test]
    fn an_amount_that_was_asked_back_can_be_confirmed() {
        let form = form(|form| {
            form.total = "85630000".to_owned();
            form.confirmed = YES.to_owned();
        });
        assert!(form.check(&rules(|_| ())).figures.is_some());
    }

    #[rstest]
    #[case("30.01", "0", "0", Some(PlanCode::UnionBelowRatio))]
    #[case("30", "348.83", "0", None)]
    #[case("30", "348.84", "0", Some(PlanCode::UnionBelowPerMember))]
    #[case("0", "0", "30000.01", Some(PlanCode::UnionBelowMinimum))]
    #[case("0", "0", "30000", None)]
    fn the_union_reserves_what_the_parameters_ask_for(
        #[case] ratio: &str,
        #[case] per_member: &str,
        #[case] minimum: &str,
        #[case] expected: Option<PlanCode>,
    ) {
        let rules = rules(|rules| {
            rules.parameters.union_ratio.value = Ratio::parse_percent(ratio).unwrap();
            rules.parameters.union_per_member.value = Money::parse_yuan(per_member).unwrap();
            rules.parameters.union_without_canteen.value = Money::parse_yuan(minimum).unwrap();
        });
        let form = form(|form| {
            with_union(form);
            form.canteen = "none".to_owned();
        });
        let expected: Vec<_> = expected.into_iter().map(|code| ("union_share".to_owned(), code)).collect();
        assert_eq!(found(&form, &rules), expected);
    }

    #[test]
    fn a_unit_without_a_canteen_files_nothing_by_one_click() {
        let check = FilingForm::zero("王芳").check(&rules(|_| ()));
        let figures = check.figures.unwrap();
        assert_eq!((figures.total(), figures.share(), figures.remark.as_str()), (Money::ZERO, Money::ZERO, "无食堂"));
        let quota = rules(|rules| rules.parameters.union_without_canteen.value = Money::parse_yuan("1").unwrap());
        assert_eq!(
            found(&FilingForm::zero("王芳"), &quota),
            [("union_demand".to_owned(), PlanCode::UnionBelowMinimum)]
        );
    }

    #[test]
    fn an_outsourced_canteen_has_its_firm() {
        let outsourced = |end: &str| {
            form(|form| {
                form.canteen = "outsourced".to_owned();
                form.purchaser = "7".to_owned();
                form.firm = "示例餐饮有限公司".to_owned();
                form.contract_end = end.to_owned();
            })
        };
        assert!(outsourced("2026-08-31").check(&rules(|_| ())).figures.is_some());
        let found = |end| found(&outsourced(end), &rules(|_| ()));
        assert_eq!(found("2025-12-31"), [("contract_end".to_owned(), PlanCode::ContractEnded)]);
        assert_eq!(found("31.8.2026"), [("contract_end".to_owned(), PlanCode::DateFormat)]);
    }

    #[rstest]
    #[case(datetime!(2026-02-28 23:59:59 +8), Timing::Early, 31)]
    #[case(datetime!(2026-03-01 00:00:00 +8), Timing::Open, 30)]
    #[case(datetime!(2026-03-31 23:59:59 +8), Timing::Open, 0)]
    #[case(datetime!(2026-04-01 00:00:00 +8), Timing::Late, -1)]
    #[case(datetime!(2027-02-01 00:00:00 +8), Timing::Late, -307)]
    fn the_window_is_that_of_china(#[case] at: time::OffsetDateTime, #[case] expected: Timing, #[case] left: i64) {
        let at = Timestamp(at.unix_timestamp() * 1_000);
        let mut parameters = Parameters::national();
        let days = |parameters: &Parameters| Deadline::of(2026, at, parameters).unwrap().days;
        assert_eq!((timing(2026, at, &parameters), days(&parameters)), (expected, left));
        // A window of one day.
        let day = PlanDay::new(2, 28).unwrap();
        (parameters.filing_from.value, parameters.filing_to.value) = (FilingFrom(day), FilingTo(day));
        assert_eq!(timing(2026, at, &parameters) == Timing::Open, left == 31);
    }

    proptest! {
        #[test]
        fn no_input_panics(fields in proptest::collection::vec(any::<String>(), 17)) {
            let form = FilingForm {
                canteen: ["own", "outsourced", "shared-lead"].get(fields[0].len() % 4).copied().unwrap_or(&fields[0]).to_owned(),
                representative: fields[1].clone(),
                purchaser: fields[2].clone(),
                firm: fields[3].clone(),
                contract_end: fields[4].clone(),
                total: fields[5].clone(),
                ratio: fields[6].clone(),
                approval: fields[7].clone(),
                union_demand: "yes".to_owned(),
                union_own_funds: "yes".to_owned(),
                union_funds: fields[10].clone(),
                members: fields[11].clone(),
                union_share: fields[12].clone(),
                fall_reason: fields[13].clone(),
                remark: fields[14].clone(),
                filler: fields[15].clone(),
                confirmed: fields[16].clone(),
            };
            let check = form.check(&rules(|_| ()));
            prop_assert_eq!(check.figures.is_some(), check.errors().is_empty());
        }
    }
}
