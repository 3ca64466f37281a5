//! The history (操作记录) of a unit or a purchaser.

use crate::calendar::Timestamp;
use serde::{Deserialize, Serialize};

/// What was done. The words in the database never change: the log outlives every version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum AuditAction {
    /// An account signed in.
    SignIn,
    /// A sign-in was refused.
    SignInFailed,
    /// An account signed out.
    SignOut,
    /// An account changed its own password (修改密码).
    PasswordChanged,
    /// The operator opened an account with an initial password (开通账号).
    PasswordIssued,
    /// A superior reset a password (重置密码).
    PasswordReset,
    /// A superior sent the account SMS again (重新发送账号短信).
    SmsResent,
    /// A superior disabled an account (停用账号).
    AccountDisabled,
    /// A superior enabled an account (启用账号).
    AccountEnabled,
    /// A unit completed its own data (完善单位资料).
    ProfileCompleted,
    /// A sheet was uploaded and checked (导入).
    Import,
    /// The generation of a batch was started (生成).
    Generate,
    /// Generation created a unit.
    UnitCreated,
    /// Generation updated a unit.
    UnitUpdated,
    /// A form added a unit (新增单位).
    UnitAdded,
    /// A form changed a unit (编辑单位).
    UnitEdited,
    /// A unit was deleted (删除下级单位).
    UnitDeleted,
    /// A unit was merged into another one (单位合并).
    UnitMerged,
    /// Generation created a purchaser.
    PurchaserCreated,
    /// Generation updated a purchaser.
    PurchaserUpdated,
    /// A form added a purchaser (新增采购人).
    PurchaserAdded,
    /// A form changed a purchaser (编辑采购人).
    PurchaserEdited,
    /// A purchaser was deleted (删除采购人).
    PurchaserDeleted,
    /// A purchaser completed its own data (完善采购人资料).
    PurchaserCompleted,
    /// A purchaser submitted its data for certification (提交认证).
    CertificationSubmitted,
    /// The operator certified a purchaser (通过认证).
    Certified,
    /// The operator returned a purchaser's data (退回).
    CertificationReturned,
    /// A unit filed a code dispute (提出争议).
    DisputeFiled,
    /// The unit withdrew it (撤回争议).
    DisputeWithdrawn,
    /// The operator upheld it (支持).
    DisputeUpheld,
    /// The operator rejected it (驳回).
    DisputeRejected,
    /// A finance department set parameters of yearly plans (设置填报参数).
    PlanParametersSet,
    /// A unit saved a draft of its plan (保存预留份额草稿).
    PlanSaved,
    /// A unit submitted its plan (报送预留份额).
    PlanSubmitted,
    /// A unit withdrew its plan before a decision (撤回预留份额).
    PlanWithdrawn,
    /// A superior approved a plan (审核通过预留份额).
    PlanApproved,
    /// A superior returned a plan (退回预留份额).
    PlanReturned,
    /// A superior confirmed the summary of its subtree (确认预留份额汇总).
    PlansConfirmed,
    /// A unit asked to change a confirmed plan (申请变更预留份额).
    PlanChangeRequested,
    /// A superior agreed to the change (同意变更预留份额).
    PlanChangeGranted,
    /// A superior did not agree to the change (不同意变更预留份额).
    PlanChangeDenied,
    /// A superior reminded a unit by SMS that it has not filed its plan (提醒填报预留份额).
    PlanReminded,
    /// A superior reminded a unit by SMS that it has not purchased (提醒采购).
    PurchasesReminded,
    /// The operator issued a key for sending orders (签发接口密钥).
    ApiKeyIssued,
    /// The operator revoked such a key (吊销接口密钥).
    ApiKeyRevoked,
    /// Requests that name such a key were refused (接口请求被拒绝).
    ApiRequestRefused,
    /// A notice was published (发布通知).
    NoticePublished,
    /// Its author changed it (修改通知).
    NoticeEdited,
    /// Its author withdrew it (撤回通知).
    NoticeWithdrawn,
}

/// An event in the history of a unit or a purchaser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// Time of the event.
    pub at: Timestamp,
    /// Login name of the acting account.
    pub actor: String,
    /// The network address of the request. Empty if the system itself acted, or an account outside of the reader's subtree.
    pub address: String,
    /// What was done. `None` for an action of a newer version of the program.
    pub action: Option<AuditAction>,
    /// The year of the changed plan.
    pub year: Option<i32>,
    /// The changed fields.
    pub changes: Vec<Change>,
}

/// A field that an event changed. Mobile numbers are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The name of the field as in the audit log: a field of [`crate::form::UnitForm`], `login` and so on.
    pub field: String,
    /// The old value: a level as its stored word (`county`, `second`), an amount in 万元, a ratio in percent, a superior unit as
    /// its name, any other value unchanged. `None` if it was empty.
    pub before: Option<String>,
    /// The new value, in the same form.
    pub after: Option<String>,
}
