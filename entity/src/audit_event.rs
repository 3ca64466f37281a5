//! The audit log: the actions of accounts on units, purchasers and other objects.

use domain::{
    calendar::Timestamp,
    ids::{AccountId, PurchaserId, UnitId},
};
use sea_orm::entity::prelude::*;

/// What was done. The words in the database never change: the log outlives every version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case")]
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
}

/// The kind of object to which something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case")]
pub enum AuditObjectKind {
    /// A unit.
    Unit,
    /// A purchaser.
    Purchaser,
    /// An account.
    Account,
    /// A batch.
    Batch,
}

/// An event. Rows are only added.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The acting account; none if the system itself acted. It has no foreign key, because the log outlives the account.
    pub account_id: Option<AccountId>,
    /// The login name of that account.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    /// The network address of the request; empty if the system itself acted.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// What was done.
    pub action: AuditAction,
    /// The unit whose history it belongs to.
    pub unit_id: Option<UnitId>,
    /// The purchaser whose history it belongs to.
    pub purchaser_id: Option<PurchaserId>,
    /// The kind of object to which it was done.
    pub object: AuditObjectKind,
    /// The id of that object; none if a sign-in named no account.
    pub object_id: Option<i64>,
    /// JSON of the changed values before, without secrets.
    #[sea_orm(column_type = "Text")]
    pub before: Option<String>,
    /// JSON of the changed values after, without secrets.
    #[sea_orm(column_type = "Text")]
    pub after: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
