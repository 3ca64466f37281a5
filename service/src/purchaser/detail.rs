//! A purchaser in full, with its history.

use super::{COLUMNS, Found, within};
use crate::{Actor, Result, Services, database::sql, history};
use domain::{
    Problem,
    view::{Completion, PurchaserDetail, PurchaserId},
};
use entity::account;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};

/// A purchaser in full; [`domain::Problem::NotFound`] outside the subtree, as where there is none.
pub async fn detail(services: &Services, actor: &Actor, id: PurchaserId) -> Result<PurchaserDetail> {
    let db = &services.0.db;
    let stored = within(db, actor, id).await?;
    let text = format!("SELECT {COLUMNS} FROM purchaser p JOIN unit u ON u.id = p.unit_id WHERE p.id = $1");
    let found = Found::find_by_statement(sql(db, &text, [id.0.into()])).one(db).await?.ok_or(Problem::NotFound)?;
    let account = account::Entity::find().filter(account::Column::PurchaserId.eq(id.0)).one(db).await?;
    let text = Option::unwrap_or_default;
    Ok(PurchaserDetail {
        purchaser: found.into(),
        remark: stored.remark,
        completion: Completion {
            address: text(stored.address),
            delivery_address: text(stored.delivery_address),
            invoice_title: text(stored.invoice_title),
            invoice_tax_number: text(stored.invoice_tax_number),
            invoice_bank: text(stored.invoice_bank),
            invoice_account: text(stored.invoice_account),
        },
        completed_at: stored.completed_at,
        certification_note: stored.certification_note,
        submitted_at: stored.submitted_at,
        decided_at: stored.decided_at,
        activated: account.as_ref().is_some_and(|account| account.activated_at.is_some()),
        last_sign_in: account.and_then(|account| account.last_sign_in_at),
        sms: history::messages(db, id.into()).await?,
        events: history::events(db, &actor.subtree(), id.into()).await?,
    })
}
