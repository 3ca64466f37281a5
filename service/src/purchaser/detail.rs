//! A purchaser in full, with its history.

use super::list::PurchaserListRow;
use crate::{Actor, Result, Services, history, list::Listed, query::within, unit};
use domain::{
    Problem,
    account::AccountHolderName,
    calendar::Timestamp,
    ids::PurchaserId,
    purchaser::{Completion, PurchaserDetail},
};
use entity::{account, purchaser};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};

/// A purchaser of the list with the columns that the list does not show.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "purchaser::Entity")]
struct DetailRow {
    #[sea_orm(nested)]
    purchaser: PurchaserListRow,
    remark: Option<String>,
    address: Option<String>,
    delivery_address: Option<String>,
    invoice_title: Option<String>,
    invoice_tax_number: Option<String>,
    invoice_bank: Option<String>,
    invoice_account: Option<String>,
    completed_at: Option<Timestamp>,
    certification_note: Option<String>,
    submitted_at: Option<Timestamp>,
    decided_at: Option<Timestamp>,
    #[sea_orm(from_expr = "account::Column::LastSignInAt.into_expr()")]
    last_sign_in_at: Option<Timestamp>,
    #[sea_orm(from_expr = "account::Column::ActivatedAt.into_expr()")]
    activated_at: Option<Timestamp>,
}

/// A purchaser in full; [`domain::Problem::NotFound`] outside the subtree.
pub async fn detail(services: &Services, actor: &Actor, id: PurchaserId) -> Result<PurchaserDetail> {
    let (db, subtree) = (&services.0.db, actor.subtree());
    let row = purchaser::Entity::join(purchaser::Entity::find_by_id(id), services.clock().year())
        .join(JoinType::LeftJoin, purchaser::Relation::Account.def())
        .filter(within(purchaser::Column::UnitPath, &subtree))
        .into_partial_model::<DetailRow>()
        .one(db)
        .await?
        .ok_or(Problem::NotFound)?;
    let history = history::events(db, &subtree, id.into()).await?;
    let names = unit::names(db, &subtree, history.units()).await?;
    Ok(PurchaserDetail {
        purchaser: row.purchaser.into(),
        remark: row.remark,
        completion: Completion {
            address: row.address.unwrap_or_default(),
            delivery_address: row.delivery_address.unwrap_or_default(),
            invoice_title: row.invoice_title.unwrap_or_default(),
            invoice_tax_number: row.invoice_tax_number.unwrap_or_default(),
            invoice_bank: row.invoice_bank.unwrap_or_default(),
            invoice_account: row.invoice_account.unwrap_or_default(),
        },
        completed_at: row.completed_at,
        certification_note: row.certification_note,
        submitted_at: row.submitted_at,
        decided_at: row.decided_at,
        activated: row.activated_at.is_some(),
        last_sign_in: row.last_sign_in_at,
        sms: history::messages(db, id.into()).await?,
        events: history.into_views(&names),
    })
}

/// The name and the login name of a purchaser; [`domain::Problem::NotFound`] outside the subtree.
pub async fn name(services: &Services, actor: &Actor, id: PurchaserId) -> Result<AccountHolderName> {
    let name = purchaser::Entity::find_by_id(id)
        .select_only()
        .columns([purchaser::Column::Name, purchaser::Column::Login])
        .filter(within(purchaser::Column::UnitPath, &actor.subtree()))
        .into_tuple()
        .one(&services.0.db)
        .await?;
    let (name, login) = name.ok_or(Problem::NotFound)?;
    Ok(AccountHolderName { name, login })
}
