//! Gives accounts passwords that their owners must change at the next sign-in.

use super::revoke_access;
use crate::{Result, Services, sql::update_each::update_each, throttle};
use domain::ids::AccountId;
use entity::account::{Column, Entity};
use sea_orm::{
    DatabaseTransaction,
    sea_query::{Expr, ExprTrait},
};

/// Sets initial passwords, each given by its hash. The earlier passwords are no longer valid: their sessions end, and waiting
/// SMS that contain them are deleted. Failed sign-ins are forgotten, so that the new passwords work at once. The caller has
/// locked the accounts.
pub(super) async fn set_initial_passwords(
    services: &Services,
    tx: &DatabaseTransaction,
    hashes: Vec<(AccountId, String)>,
) -> Result<()> {
    if hashes.is_empty() {
        return Ok(());
    }
    let accounts: Vec<AccountId> = hashes.iter().map(|(account, _)| *account).collect();
    let until = services.now() + services.settings().initial_password_lifetime();
    let rows = hashes.into_iter().map(|(account, hash)| vec![account.into(), hash.into()]).collect();
    update_each(tx, Entity, &[Column::Id], &[Column::PasswordHash], rows, |update| {
        update
            .value(Column::MustChange, true)
            .value(Column::InitialUntil, until)
            .value(Column::Version, Expr::col((Entity, Column::Version)).add(1));
    })
    .await?;
    throttle::forget_accounts(tx, &accounts).await?;
    revoke_access(tx, &accounts).await
}
