//! Gives an account a password that its owner must change at the next sign-in.

use super::end_sessions;
use crate::{Result, Services, sms};
use domain::ids::AccountId;
use entity::account::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

/// Sets an initial password. The earlier password is no longer valid: its sessions end, and a waiting SMS that contains it
/// is deleted. The caller has locked the account.
pub(super) async fn set_initial_password(
    services: &Services,
    tx: &impl ConnectionTrait,
    account: AccountId,
    hash: String,
) -> Result<()> {
    let until = services.now() + services.settings().initial_password_lifetime();
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::val(hash))
        .col_expr(Column::MustChange, true.into())
        .col_expr(Column::InitialUntil, until.into())
        .col_expr(Column::Version, Column::Version.into_expr().add(1))
        .filter(Column::Id.eq(account))
        .exec(tx)
        .await?;
    end_sessions(tx, account).await?;
    sms::withdraw(tx, account).await
}
