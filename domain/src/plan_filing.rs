//! The filing of yearly plans (预留份额填报): every unit files its plan of the year, its superiors approve or return it, and the
//! summary of a subtree is confirmed.

mod check;
mod state;
mod view;

pub use check::{Deadline, FilingCheck, FilingRules, LastYear, Timing, timing};
pub use state::{FilingAction, FilingParty, FilingState, Standing};
pub use view::{
    ComparedFigures, FILINGS_PER_PAGE, FilingListItem, FilingProgress, FilingQuery, FilingVersion, FilingView,
    FilingsPage, MAX_FILINGS_AT_ONCE, PlanConcern, ProgressRow, ProgressView, ReturnedBecause, SeenFiling, ZERO_REMARK,
};

use crate::{
    check::check_field,
    ids::PurchaserId,
    money::{Money, Ratio},
    plan_finding::PlanCode,
    problem::FieldFault,
    schema::Kind,
};
use serde::{Deserialize, Serialize};

/// 食堂情况: how a unit's canteen is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum CanteenKind {
    /// 自有: the unit runs it.
    Own,
    /// 外包: a firm runs it.
    Outsourced,
    /// 共用（代表）: the unit shares it with others and files for all of them.
    SharedLead,
    /// 共用（由代表单位填报）: another unit files for it.
    SharedMember,
    /// 无: there is none.
    None,
}

impl CanteenKind {
    /// All values, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Own, Self::Outsourced, Self::SharedLead, Self::SharedMember, Self::None];

    /// The word in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Outsourced => "outsourced",
            Self::SharedLead => "shared-lead",
            Self::SharedMember => "shared-member",
            Self::None => "none",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A plan as typed. A draft is kept in this form. The field names equal the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilingForm {
    /// 食堂情况: a word of [`CanteenKind`].
    pub canteen: String,
    /// 代表单位: the full name of the unit that files for this one.
    pub representative: String,
    /// 外包执行主体: the id of a purchaser of the unit.
    pub purchaser: String,
    /// Name of the firm that runs the canteen.
    pub firm: String,
    /// End of the contract with the firm: `2027-08-31`.
    pub contract_end: String,
    /// 年度食堂食材采购总额, in yuan.
    pub total: String,
    /// 拟预留比例, in percent.
    pub ratio: String,
    /// 批准文号: the approval of a ratio below the minimum.
    pub approval: String,
    /// 工会采购需求: `yes` or `no`.
    pub union_demand: String,
    /// 独立工会经费: `yes` or `no`.
    pub union_own_funds: String,
    /// The union's funds of the year, in yuan.
    pub union_funds: String,
    /// Number of members of the union.
    pub members: String,
    /// 工会预留, in yuan.
    pub union_share: String,
    /// 下降原因: why the share is lower than last year's.
    pub fall_reason: String,
    /// 备注
    pub remark: String,
    /// 填报人
    pub filler: String,
    /// `yes`: amounts of at least a hundred times last year's are right.
    pub confirmed: String,
}

/// The word of a form for 是.
pub const YES: &str = "yes";
/// The word of a form for 否.
pub const NO: &str = "no";

/// The total and the ratio of a canteen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanteenPlan {
    /// 年度食堂食材采购总额.
    pub total: Money,
    /// 拟预留比例.
    pub ratio: Ratio,
    /// 批准文号.
    pub approval: Option<String>,
}

/// The canteen of a unit, with what its case requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Canteen {
    /// 自有
    Own(CanteenPlan),
    /// 外包
    Outsourced {
        /// The figures.
        plan: CanteenPlan,
        /// The purchaser whose purchases count for the unit.
        purchaser: PurchaserId,
        /// Name of the firm.
        firm: String,
        /// End of the contract: `2027-08-31`.
        contract_end: String,
    },
    /// 共用（代表）
    SharedLead(CanteenPlan),
    /// 共用（由代表单位填报）
    SharedMember {
        /// Full name of the representative at the time of filing.
        representative: String,
    },
    /// 无
    None,
}

impl Canteen {
    /// The kind without figures.
    pub const fn kind(&self) -> CanteenKind {
        match self {
            Self::Own(_) => CanteenKind::Own,
            Self::Outsourced { .. } => CanteenKind::Outsourced,
            Self::SharedLead(_) => CanteenKind::SharedLead,
            Self::SharedMember { .. } => CanteenKind::SharedMember,
            Self::None => CanteenKind::None,
        }
    }

    /// The figures. `None` for a unit that another one files for, so that a shared canteen counts once, and for one without a
    /// canteen.
    pub const fn plan(&self) -> Option<&CanteenPlan> {
        match self {
            Self::Own(plan) | Self::SharedLead(plan) | Self::Outsourced { plan, .. } => Some(plan),
            Self::SharedMember { .. } | Self::None => None,
        }
    }
}

/// The purchases of the union.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnionPlan {
    /// The funds of the year, if the union has funds of its own.
    pub funds: Option<Money>,
    /// Number of members, at least 1.
    pub members: u32,
    /// 工会预留.
    pub share: Money,
}

/// The valid figures of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFigures {
    /// 食堂
    pub canteen: Canteen,
    /// 工会. `None` without a demand.
    pub union: Option<UnionPlan>,
    /// 下降原因. May be empty.
    pub fall_reason: String,
    /// 备注. May be empty.
    pub remark: String,
    /// 填报人. Empty in figures that a superior has set.
    pub filler: String,
}

impl PlanFigures {
    /// 年度食堂食材采购总额. Nothing without figures.
    pub fn total(&self) -> Money {
        self.canteen.plan().map_or(Money::ZERO, |plan| plan.total)
    }

    /// 拟预留比例.
    pub fn ratio(&self) -> Ratio {
        self.canteen.plan().map_or_else(Ratio::default, |plan| plan.ratio)
    }

    /// 预留份额: total × ratio, rounded half up to the fen.
    pub fn share(&self) -> Money {
        self.canteen.plan().map_or(Money::ZERO, |plan| plan.total.share(plan.ratio))
    }

    /// The union's share.
    pub fn union_share(&self) -> Money {
        self.union.as_ref().map_or(Money::ZERO, |union| union.share)
    }

    /// The figures after a superior has set total and ratio. The case of the canteen stays unless it has no figures.
    #[must_use]
    pub fn set_by_superior(self, total: Money, ratio: Ratio) -> Self {
        let set = |plan: CanteenPlan| CanteenPlan { total, ratio, ..plan };
        let canteen = match self.canteen {
            Canteen::Own(plan) => Canteen::Own(set(plan)),
            Canteen::SharedLead(plan) => Canteen::SharedLead(set(plan)),
            Canteen::Outsourced { plan, purchaser, firm, contract_end } => {
                Canteen::Outsourced { plan: set(plan), purchaser, firm, contract_end }
            }
            none if total == Money::ZERO => none,
            Canteen::SharedMember { .. } | Canteen::None => Canteen::Own(CanteenPlan { total, ratio, approval: None }),
        };
        Self { canteen, ..self }
    }
}

impl FilingForm {
    /// 零填报: the form of a unit without a canteen and without a demand of its union.
    pub fn zero(filler: &str) -> Self {
        Self {
            canteen: CanteenKind::None.as_str().to_owned(),
            union_demand: NO.to_owned(),
            remark: ZERO_REMARK.to_owned(),
            filler: filler.to_owned(),
            ..Self::default()
        }
    }

    /// The form with valid figures, as a new draft begins with those of another year.
    pub fn of(figures: &PlanFigures) -> Self {
        let plan = figures.canteen.plan();
        let union = figures.union.as_ref();
        let funds = union.and_then(|union| union.funds);
        let word = |yes: bool| if yes { YES } else { NO }.to_owned();
        let mut form = Self {
            canteen: figures.canteen.kind().as_str().to_owned(),
            total: plan.map(|plan| plan.total.yuan()).unwrap_or_default(),
            ratio: plan.map(|plan| plan.ratio.to_string()).unwrap_or_default(),
            approval: plan.and_then(|plan| plan.approval.clone()).unwrap_or_default(),
            union_demand: word(union.is_some()),
            union_own_funds: union.map(|_| word(funds.is_some())).unwrap_or_default(),
            union_funds: funds.map(Money::yuan).unwrap_or_default(),
            members: union.map(|union| union.members.to_string()).unwrap_or_default(),
            union_share: union.map(|union| union.share.yuan()).unwrap_or_default(),
            fall_reason: figures.fall_reason.clone(),
            remark: figures.remark.clone(),
            filler: figures.filler.clone(),
            ..Self::default()
        };
        match &figures.canteen {
            Canteen::Outsourced { purchaser, firm, contract_end, .. } => {
                form.purchaser = purchaser.to_string();
                form.firm.clone_from(firm);
                form.contract_end.clone_from(contract_end);
            }
            Canteen::SharedMember { representative } => form.representative.clone_from(representative),
            Canteen::Own(_) | Canteen::SharedLead(_) | Canteen::None => {}
        }
        form
    }

    /// The form with the figures of an approved plan that has no filing.
    pub fn of_plan(total: Money, ratio: Ratio) -> Self {
        Self {
            canteen: CanteenKind::Own.as_str().to_owned(),
            total: total.yuan(),
            ratio: ratio.to_string(),
            ..Self::default()
        }
    }
}

/// Checks the reason of a return or of a change request: required, at most 200 characters. Returns the tidied text.
pub fn reason(typed: &str) -> Result<String, Vec<FieldFault>> {
    check_field(Kind::Remark, typed).map_err(|code| vec![FieldFault::new("reason", code)])
}

/// The code of a text that a cell would refuse.
const fn text_code(code: crate::Code) -> PlanCode {
    match code {
        crate::Code::Required => PlanCode::Required,
        crate::Code::TooLong => PlanCode::TooLong,
        _ => PlanCode::BadCharacters,
    }
}
