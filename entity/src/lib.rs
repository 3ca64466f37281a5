//! The tables as SeaORM entities: columns with their types, keys and relations. The migrations create the tables; a test
//! compares the entities with them on both databases. Rules stay in `domain`.
//!
//! Times are UTC milliseconds since 1970, money is fen, ratios are hundredths of a percent.

pub mod account;
pub mod api_key;
pub mod api_nonce;
pub mod audit_event;
pub mod code_dispute;
pub mod counted_unit;
pub mod counter;
pub mod import_batch;
pub mod import_row;
pub mod job;
pub mod key_fingerprint;
pub mod known_device;
pub mod notice;
pub mod notice_read;
mod number;
pub mod parked_order;
pub mod plan_filing;
pub mod plan_filing_version;
pub mod plan_parameter_set;
pub mod purchase_order;
pub mod purchase_order_revision;
pub mod purchase_posting;
pub mod purchaser;
pub mod reserve_plan;
pub mod session;
pub mod sms_outbox;
pub mod subtree_count;
pub mod subtree_total;
pub mod throttle;
pub mod totalled_unit;
pub mod unit;
pub mod unit_alias;
pub mod unit_to_recount;

pub use audit_event::AuditObjectKind;
pub use number::Count;

use sea_orm::{DeriveActiveEnum, EnumIter};

/// The kind of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case")]
pub enum UnitKind {
    /// The ministry or a finance department (财政部门), preset.
    Finance,
    /// A central competent budget unit (中央主管预算单位), preset.
    Central,
    /// A budget unit (预算单位), imported or added by hand.
    Budget,
}

/// The kind of a background job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case")]
pub enum JobKind {
    /// Generation (生成) of the accounts of a batch.
    Generate,
}
