//! The tables as SeaORM entities; `migration/src/schema.sql` says what each column means.

pub mod account;
pub mod audit_event;
pub mod counter;
pub mod import_batch;
pub mod import_row;
pub mod job;
pub mod purchaser;
pub mod reserve_plan;
pub mod session;
pub mod sms_outbox;
mod stored;
pub mod throttle;
pub mod unit;
pub mod unit_alias;

pub use stored::{
    AccountKind, AccountState, BatchState, Certification, JobState, PurchaserKind, RowState, SmsKind, SmsState,
    UnitKind,
};
