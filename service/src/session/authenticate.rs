//! Finds the session of a request's cookie.

use super::{Identity, Session, TradingSession, last_used, token::session_id};
use crate::{
    Error, RequestOrigin, Result, Services,
    account::AccountWithHolder,
    actor::{OwnPurchaser, OwnUnit, Role},
};
use domain::{
    Problem,
    account::{AccountKind, Portal},
    calendar::Timestamp,
};
use entity::{account, session};
use sea_orm::{DerivePartialModel, EntityTrait, JoinType, QuerySelect, RelationTrait};
use std::time::Duration;

/// The time of the last request is written at most this often: it is not worth a write for every request.
const LAST_USED_PRECISION: Duration = Duration::from_mins(1);

/// A session with its account.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "session::Entity")]
struct StoredSession {
    last_used_at: Timestamp,
    expires_at: Timestamp,
    #[sea_orm(nested)]
    account: AccountWithHolder,
}

/// The session of the management portal's cookie. [`domain::Problem::NotSignedIn`] if there is none, or if it belongs to a
/// trading account.
pub async fn authenticate(services: &Services, token: &str, origin: &RequestOrigin) -> Result<Session> {
    let account = account_of(services, token, Portal::Management).await?;
    let identity = identity(&account, origin);
    let role = match (account.kind, account.unit) {
        (AccountKind::Operator, _) => Role::Operator,
        (_, Some(unit)) => Role::Management(OwnUnit { id: unit.id, name: unit.name, path: unit.path }),
        _ => return Err(Error::internal("a management account without a unit")),
    };
    Ok(Session { identity, role })
}

/// The session of the trading portal's cookie. [`domain::Problem::NotSignedIn`] if there is none, or if it belongs to
/// another kind of account.
pub async fn authenticate_trading(services: &Services, token: &str, origin: &RequestOrigin) -> Result<TradingSession> {
    let account = account_of(services, token, Portal::Trading).await?;
    let identity = identity(&account, origin);
    let own = account.purchaser.ok_or_else(|| Error::internal("a trading account without a purchaser"))?;
    Ok(TradingSession { identity, own: OwnPurchaser { id: own.id, name: own.name } })
}

fn identity(account: &AccountWithHolder, origin: &RequestOrigin) -> Identity {
    Identity {
        account: account.id,
        login: account.login.clone(),
        address: origin.address.clone(),
        sign_in_step: account.sign_in_step(),
        holder: account.holder(),
    }
}

/// The account of a session of this portal that has not ended. The session is marked as used, for which the caller does not
/// wait.
async fn account_of(services: &Services, token: &str, portal: Portal) -> Result<AccountWithHolder> {
    let (id, now) = (session_id(token), services.now());
    let StoredSession { last_used_at, expires_at, account } = session::Entity::find_by_id(&id)
        .join(JoinType::InnerJoin, session::Relation::Account.def())
        .join(JoinType::LeftJoin, account::Relation::Unit.def())
        .join(JoinType::LeftJoin, account::Relation::Purchaser.def())
        .into_partial_model()
        .one(&services.0.db)
        .await?
        .ok_or(Problem::NotSignedIn)?;
    let ended = now >= expires_at.min(last_used_at + services.settings().session_idle);
    if ended || account.disabled_at.is_some() || account.kind.portal() != portal {
        return Err(Problem::NotSignedIn.into());
    }
    if now - last_used_at >= LAST_USED_PRECISION {
        last_used::note(services, id, now);
    }
    Ok(account)
}
