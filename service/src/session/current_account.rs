//! The account that is signed in, as the frame of every page shows it.

use super::{Identity, Session, TradingSession};
use crate::{Result, Services, actor::Role, notice};
use domain::{
    Problem, Template,
    account::AccountKind,
    ids::UnitId,
    import_batch::{BatchState, StateCounts},
    session::{CurrentAccount, RowsInError},
    trade,
    unit::UnitRef,
};
use entity::{import_batch, purchaser};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// The account that is signed in at the management.
pub async fn current_account(services: &Services, session: &Session) -> Result<CurrentAccount> {
    let (kind, unit) = match &session.role {
        Role::Operator => (AccountKind::Operator, None),
        Role::Management(own) => (AccountKind::Management, Some(UnitRef { id: own.id, name: own.name.clone() })),
    };
    let rows_in_error = match &unit {
        None => RowsInError::default(),
        Some(unit) => rows_in_error(services, unit.id).await?,
    };
    let unread_notices = match session.actor() {
        Ok(actor) => notice::unread(services, &actor).await?,
        // Nothing else opens before the sign-in steps are completed.
        Err(_) => 0,
    };
    Ok(CurrentAccount { unit, rows_in_error, unread_notices, ..account(services, &session.identity, kind) })
}

/// The rows in error of the unit's batches that wait to be generated.
async fn rows_in_error(services: &Services, unit: UnitId) -> Result<RowsInError> {
    use import_batch::{Column, Entity};
    let batches: Vec<(Template, String)> = Entity::find()
        .select_only()
        .columns([Column::Template, Column::Counts])
        .filter(Column::UnitId.eq(unit))
        .filter(Column::State.eq(BatchState::Checked))
        .into_tuple()
        .all(&services.0.db)
        .await?;
    let mut rows = RowsInError::default();
    for (template, counts) in batches {
        let error = serde_json::from_str::<StateCounts>(&counts)?.error;
        match template {
            Template::Units => rows.units = error,
            Template::Purchasers => rows.purchasers = error,
        }
    }
    Ok(rows)
}

/// The account that is signed in at the trading portal.
pub async fn current_trading_account(services: &Services, session: &TradingSession) -> Result<CurrentAccount> {
    let certification = purchaser::Entity::find_by_id(session.own.id)
        .select_only()
        .column(purchaser::Column::Certification)
        .into_tuple()
        .one(&services.0.db)
        .await?
        .ok_or(Problem::NotSignedIn)?;
    let purchaser = trade::PortalPurchaser { name: session.own.name.clone(), certification };
    let unread_notices = match session.purchaser() {
        Ok(purchaser) => notice::unread_of_purchaser(services, &purchaser).await?,
        Err(_) => 0,
    };
    let account = account(services, &session.identity, AccountKind::Trading);
    Ok(CurrentAccount { purchaser: Some(purchaser), unread_notices, ..account })
}

/// The part that all kinds of account have.
fn account(services: &Services, identity: &Identity, kind: AccountKind) -> CurrentAccount {
    CurrentAccount {
        login: identity.login.clone(),
        kind,
        unit: None,
        purchaser: None,
        sign_in_step: identity.sign_in_step,
        rows_in_error: RowsInError::default(),
        unread_notices: 0,
        demo: services.settings().demo,
        now: services.now(),
    }
}
