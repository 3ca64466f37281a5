//! Signing in and out, and the sessions in the database that several servers share.

use crate::{
    Actor, Error, PurchaserActor, RequestOrigin, Result, Services,
    actor::{OwnPurchaser, OwnUnit, Role},
    audit::{self, AuditActor, AuditEvent},
    clock::millis,
    database::sql,
    password::Verification,
    throttle::{self, Guarded},
};
use domain::{
    Problem, Template,
    account::{AccountHolder, AccountKind, Portal},
    ids::{AccountId, PurchaserId, UnitId},
    import_batch::StateCounts,
    session::{CurrentAccount, RowsInError, SignInStep},
    trade,
    unit::UnitRef,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest, Sha256};
use std::time::Duration;
use zeroize::Zeroizing;

/// How stale the time of last use may become: it is not worth a write a request.
const TOUCH: Duration = Duration::from_mins(1);
/// How long a login name can be; longer ones are not looked up, nor kept.
const LOGIN: usize = 10;

/// A browser that is signed in at the management, whatever still stands between it and the rest of the system.
#[derive(Clone, Debug)]
pub struct Session {
    pub(crate) identity: Identity,
    pub(crate) role: Role,
}

/// A browser that is signed in at the trading portal (采购人交易平台). The two are different types, so that no use case takes
/// the one for the other.
#[derive(Clone, Debug)]
pub struct TradingSession {
    pub(crate) identity: Identity,
    pub(crate) own: OwnPurchaser,
}

/// The account of a session of either kind: for what every account does with itself.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) address: String,
    pub(crate) sign_in_step: SignInStep,
    /// Whose it is; the operator's account is nobody's.
    pub(crate) of: Option<AccountHolder>,
}

/// A new session: the token goes into the cookie and nowhere else.
pub struct SignedIn {
    /// The cookie's value.
    pub token: Zeroizing<String>,
    /// How long the cookie may live.
    pub lifetime: Duration,
    /// What must be done first.
    pub sign_in_step: SignInStep,
}

/// What signing in must know of an account.
#[derive(FromQueryResult)]
struct Candidate {
    id: i64,
    kind: domain::account::AccountKind,
    unit_id: Option<i64>,
    purchaser_id: Option<i64>,
    password_hash: Option<String>,
    must_change: bool,
    initial_until: Option<i64>,
    disabled_at: Option<i64>,
    completed_at: Option<i64>,
}

impl Candidate {
    /// Why the right password does not open it at this portal.
    fn refused(&self, portal: Portal, now: i64) -> Option<Problem> {
        let belongs = AccountKind::from(self.kind).portal();
        if belongs != portal {
            Some(Problem::WrongPortal(belongs))
        } else if self.disabled_at.is_some() {
            Some(Problem::AccountDisabled)
        } else if self.initial_until.is_some_and(|until| until <= now) {
            Some(Problem::InitialPasswordExpired)
        } else {
            None
        }
    }
}

/// Signs an account in at the portal to which its kind belongs: throttled by login name and address, in the same time
/// whether the name exists or not. A session of the same browser (`old_token`) ends.
pub async fn sign_in(
    services: &Services,
    portal: Portal,
    login: &str,
    password: &str,
    old_token: Option<&str>,
    client: &RequestOrigin,
) -> Result<SignedIn> {
    let now = services.now();
    let login = tidied_login(login);
    let guarded = [Some(Guarded::address(&client.address)), login.as_deref().map(Guarded::login)];
    let tx = services.write().await?;
    let mut throttled = Ok(());
    for guarded in guarded.iter().flatten() {
        if throttled.is_ok() {
            throttled = throttle::attempt(&tx, now, guarded).await;
        }
    }
    tx.commit().await?;
    throttled?;

    let account = match &login {
        None => None,
        Some(login) => {
            let found = sql(
                &services.0.db,
                "SELECT a.id, a.kind, a.unit_id, a.purchaser_id, a.password_hash, a.must_change, \
                 a.initial_until, a.disabled_at, COALESCE(u.completed_at, p.completed_at) AS completed_at \
                 FROM account a LEFT JOIN unit u ON u.id = a.unit_id LEFT JOIN purchaser p ON p.id = a.purchaser_id \
                 WHERE a.login = $1",
                [login.as_str().into()],
            );
            Candidate::find_by_statement(found).one(&services.0.db).await?
        }
    };
    let stored = account.as_ref().and_then(|a| a.password_hash.as_deref());
    let verdict = services.0.hasher.verify(password, stored).await?;
    let by = AuditActor {
        account: account.as_ref().map(|a| a.id),
        // What is no login name may be a password typed into the wrong field: never kept.
        login: login.unwrap_or_default(),
        address: client.address.clone(),
    };
    let of = account.as_ref().and_then(|account| holder(account.unit_id, account.purchaser_id));
    let refused = match &account {
        Some(account) if verdict != Verification::Wrong => account.refused(portal, now),
        _ => Some(Problem::SignInFailed),
    };
    let rehashed = match (&refused, verdict) {
        (None, Verification::RightRehash) => Some(services.0.hasher.hash(password).await?),
        _ => None,
    };

    let tx = services.write().await?;
    let event = |action, why: Option<&Problem>| AuditEvent {
        action,
        of,
        object: "account",
        object_id: by.account,
        after: why.map(|problem| serde_json::json!({ "refused": problem.code() }).to_string()),
        ..AuditEvent::default()
    };
    if verdict != Verification::Wrong {
        let [address, login] = &guarded;
        if let Some(address) = address {
            throttle::take_back(&tx, address).await?;
        }
        if let Some(login) = login {
            throttle::forget(&tx, login).await?;
        }
    }
    let (Some(account), None) = (account, &refused) else {
        let problem = refused.unwrap_or(Problem::SignInFailed);
        audit::record(&tx, now, &by, vec![event("sign-in-failed", Some(&problem))]).await?;
        tx.commit().await?;
        return Err(problem.into());
    };
    // Guards against a password that was changed, or an account that was disabled, while this one was being verified.
    let signed_in = sql(
        &tx,
        "UPDATE account SET last_sign_in_at = $1, password_hash = COALESCE($2, password_hash) \
         WHERE id = $3 AND password_hash = $4 AND disabled_at IS NULL",
        [now.into(), rehashed.into(), account.id.into(), account.password_hash.into()],
    );
    if tx.execute_raw(signed_in).await?.rows_affected() != 1 {
        return Err(Problem::SignInFailed.into());
    }
    if let Some(old) = old_token {
        end(&tx, &stored_id(old)).await?;
    }
    let token = open(services, &tx, account.id, client).await?;
    audit::record(&tx, now, &by, vec![event("sign-in", None)]).await?;
    tx.commit().await?;
    let sign_in_step = sign_in_step(account.kind, account.must_change, account.completed_at);
    Ok(SignedIn { token, lifetime: services.settings().session_lifetime, sign_in_step })
}

/// A login name as it is stored: upper case, half-width, without spaces; `None` where it cannot be one.
pub(crate) fn tidied_login(typed: &str) -> Option<String> {
    let mut login = domain::normalize::compact(typed).unwrap_or_else(|| typed.to_owned());
    login.make_ascii_uppercase();
    let (kind, number) = login.split_at_checked(2)?;
    let fits = login.len() == LOGIN
        && kind.bytes().all(|b| b.is_ascii_uppercase())
        && number.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(login)
}

/// Whose an account is.
fn holder(unit: Option<i64>, purchaser: Option<i64>) -> Option<AccountHolder> {
    unit.map(|id| UnitId(id).into()).or_else(|| purchaser.map(|id| PurchaserId(id).into()))
}

/// What must be done first. The operator has no data to complete.
pub(crate) fn sign_in_step(
    kind: domain::account::AccountKind,
    must_change: bool,
    completed_at: Option<i64>,
) -> SignInStep {
    if must_change {
        SignInStep::ChangePassword
    } else if kind != domain::account::AccountKind::Operator && completed_at.is_none() {
        SignInStep::CompleteProfile
    } else {
        SignInStep::Open
    }
}

/// A new session of an account, and its token: 256 random bits.
pub(crate) async fn open(
    services: &Services,
    tx: &impl ConnectionTrait,
    account: i64,
    client: &RequestOrigin,
) -> Result<Zeroizing<String>> {
    let token = Zeroizing::new(hex::encode(rand::random::<[u8; 32]>()));
    let now = services.now();
    let expires = now.saturating_add(millis(services.settings().session_lifetime));
    let insert = sql(
        tx,
        "INSERT INTO session (id, account_id, address, created_at, last_used_at, expires_at) \
         VALUES ($1, $2, $3, $4, $4, $5)",
        [stored_id(&token).into(), account.into(), client.address.as_str().into(), now.into(), expires.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(token)
}

/// What the table keeps of a token.
fn stored_id(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Deletes a session and answers whose it was.
async fn end(tx: &impl ConnectionTrait, id: &str) -> Result<Option<i64>> {
    let ended = sql(tx, "DELETE FROM session WHERE id = $1 RETURNING account_id", [id.into()]);
    let row = tx.query_one_raw(ended).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// A session with its account, and whose that is.
#[derive(FromQueryResult)]
struct Found {
    last_used_at: i64,
    expires_at: i64,
    account_id: i64,
    login: String,
    kind: domain::account::AccountKind,
    must_change: bool,
    disabled_at: Option<i64>,
    unit_id: Option<i64>,
    unit_name: Option<String>,
    path: Option<String>,
    unit_completed_at: Option<i64>,
    purchaser_id: Option<i64>,
    purchaser_name: Option<String>,
    purchaser_completed_at: Option<i64>,
}

impl Found {
    fn identity(&self, client: &RequestOrigin) -> Identity {
        Identity {
            account: AccountId(self.account_id),
            login: self.login.clone(),
            address: client.address.clone(),
            sign_in_step: sign_in_step(
                self.kind,
                self.must_change,
                self.unit_completed_at.or(self.purchaser_completed_at),
            ),
            of: holder(self.unit_id, self.purchaser_id),
        }
    }
}

/// The session of the management's cookie; [`domain::Problem::NotSignedIn`] where there is none, and for a trading account.
pub async fn authenticate(services: &Services, token: &str, client: &RequestOrigin) -> Result<Session> {
    let found = known(services, token, Portal::Management).await?;
    let identity = found.identity(client);
    let role = match (found.kind, found.unit_id, found.unit_name, found.path) {
        (domain::account::AccountKind::Operator, ..) => Role::Operator,
        (_, Some(id), Some(name), Some(path)) => Role::Management(OwnUnit { id: UnitId(id), name, path }),
        _ => return Err(Error::internal("a management account without a unit")),
    };
    Ok(Session { identity, role })
}

/// The session of the trading portal's cookie; [`domain::Problem::NotSignedIn`] where there is none, and for any other kind
/// of account.
pub async fn authenticate_trading(services: &Services, token: &str, client: &RequestOrigin) -> Result<TradingSession> {
    let found = known(services, token, Portal::Trading).await?;
    let identity = found.identity(client);
    let own = match (found.purchaser_id, found.purchaser_name) {
        (Some(id), Some(name)) => OwnPurchaser { id: PurchaserId(id), name },
        _ => return Err(Error::internal("a trading account without a purchaser")),
    };
    Ok(TradingSession { identity, own })
}

/// A session of this portal that has not run out, marked as used.
async fn known(services: &Services, token: &str, portal: Portal) -> Result<Found> {
    let (id, now) = (stored_id(token), services.now());
    let found = sql(
        &services.0.db,
        "SELECT s.last_used_at, s.expires_at, s.account_id, a.login, a.kind, a.must_change, a.disabled_at, a.unit_id, \
         u.name AS unit_name, u.path, u.completed_at AS unit_completed_at, a.purchaser_id, p.name AS purchaser_name, \
         p.completed_at AS purchaser_completed_at \
         FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN unit u ON u.id = a.unit_id \
         LEFT JOIN purchaser p ON p.id = a.purchaser_id WHERE s.id = $1",
        [id.as_str().into()],
    );
    let found = Found::find_by_statement(found).one(&services.0.db).await?.ok_or(Problem::NotSignedIn)?;
    let idle_until = found.last_used_at.saturating_add(millis(services.settings().session_idle));
    let over = now >= found.expires_at.min(idle_until) || found.disabled_at.is_some();
    if over || AccountKind::from(found.kind).portal() != portal {
        return Err(Problem::NotSignedIn.into());
    }
    if now - found.last_used_at >= millis(TOUCH) {
        let touched = "UPDATE session SET last_used_at = $1 WHERE id = $2 AND last_used_at < $1";
        let writer = &services.0.writer;
        writer.execute_raw(sql(writer, touched, [now.into(), id.into()])).await?;
    }
    Ok(found)
}

/// Ends a session; an unknown token is no error.
pub async fn sign_out(services: &Services, token: &str, client: &RequestOrigin) -> Result<()> {
    let tx = services.write().await?;
    let Some(account) = end(&tx, &stored_id(token)).await? else { return Ok(()) };
    let whose = sql(&tx, "SELECT login, unit_id, purchaser_id FROM account WHERE id = $1", [account.into()]);
    let row = tx.query_one_raw(whose).await?.ok_or_else(|| Error::internal("a session without an account"))?;
    let by = AuditActor { account: Some(account), login: row.try_get("", "login")?, address: client.address.clone() };
    let of = holder(row.try_get("", "unit_id")?, row.try_get("", "purchaser_id")?);
    let event =
        AuditEvent { action: "sign-out", of, object: "account", object_id: Some(account), ..AuditEvent::default() };
    audit::record(&tx, services.now(), &by, vec![event]).await?;
    Ok(tx.commit().await?)
}

/// Who is signed in, for the frame of every page.
pub async fn me(services: &Services, session: &Session) -> Result<CurrentAccount> {
    let (kind, unit) = match &session.role {
        Role::Operator => (AccountKind::Operator, None),
        Role::Management(own) => (AccountKind::Management, Some(UnitRef { id: own.id, name: own.name.clone() })),
    };
    let rows_in_error = match &unit {
        None => RowsInError::default(),
        Some(unit) => rows_in_error(services, unit.id).await?,
    };
    Ok(CurrentAccount { unit, rows_in_error, ..of(services, &session.identity, kind) })
}

async fn rows_in_error(services: &Services, unit: UnitId) -> Result<RowsInError> {
    let db = &services.0.db;
    let batches = "SELECT template, counts FROM import_batch WHERE unit_id = $1 AND state = 'checked'";
    let mut rows = RowsInError::default();
    for batch in db.query_all_raw(sql(db, batches, [unit.0.into()])).await? {
        let (template, counts): (String, String) = (batch.try_get_by_index(0)?, batch.try_get_by_index(1)?);
        let error = serde_json::from_str::<StateCounts>(&counts)?.error;
        match Template::from_name(&template) {
            Some(Template::Units) => rows.units = error,
            Some(Template::Purchasers) => rows.purchasers = error,
            None => {}
        }
    }
    Ok(rows)
}

/// Who is signed in at the trading portal, for the frame of every page there.
pub async fn trading_me(services: &Services, session: &TradingSession) -> Result<CurrentAccount> {
    let db = &services.0.db;
    let own = "SELECT certification FROM purchaser WHERE id = $1";
    let row = db.query_one_raw(sql(db, own, [session.own.id.0.into()])).await?.ok_or(Problem::NotSignedIn)?;
    let certification: domain::Certification = row.try_get_by_index(0)?;
    let purchaser = trade::OwnPurchaser { name: session.own.name.clone(), certification: certification.into() };
    Ok(CurrentAccount { purchaser: Some(purchaser), ..of(services, &session.identity, AccountKind::Trading) })
}

/// What is the same for everybody.
fn of(services: &Services, identity: &Identity, kind: AccountKind) -> CurrentAccount {
    CurrentAccount {
        login: identity.login.clone(),
        kind,
        unit: None,
        purchaser: None,
        sign_in_step: identity.sign_in_step,
        rows_in_error: RowsInError::default(),
        demo: services.settings().demo,
        now: services.clock().now(),
    }
}

/// Deletes sessions and throttles that have run out.
pub async fn sweep(services: &Services) -> Result<()> {
    let (now, writer) = (services.now(), &services.0.writer);
    let idle = now.saturating_sub(millis(services.settings().session_idle));
    let sessions = "DELETE FROM session WHERE expires_at <= $1 OR last_used_at <= $2";
    writer.execute_raw(sql(writer, sessions, [now.into(), idle.into()])).await?;
    let throttles = "DELETE FROM throttle WHERE window_until <= $1 AND blocked_until <= $1";
    writer.execute_raw(sql(writer, throttles, [now.into()])).await?;
    Ok(())
}

impl Session {
    /// Who acts, once its gate is open; else [`domain::Problem::MustChangePassword`] or
    /// [`domain::Problem::MustCompleteProfile`].
    pub fn actor(&self) -> Result<Actor> {
        let Identity { account, login, address, .. } = self.identity.open()?.clone();
        Ok(Actor { account, login, address, role: self.role.clone() })
    }

    /// The account, for what it does with itself.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The unit that it manages; the operator has none.
    pub(crate) fn unit(&self) -> Result<&OwnUnit> {
        match &self.role {
            Role::Management(own) => Ok(own),
            Role::Operator => Err(Problem::Forbidden.into()),
        }
    }
}

impl TradingSession {
    /// Who acts, once its gate is open; else [`domain::Problem::MustChangePassword`] or
    /// [`domain::Problem::MustCompleteProfile`].
    pub fn purchaser(&self) -> Result<PurchaserActor> {
        let Identity { account, login, address, .. } = self.identity.open()?.clone();
        Ok(PurchaserActor { account, login, address, own: self.own.clone() })
    }

    /// The account, for what it does with itself.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }
}

impl Identity {
    /// Its login name.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// What must be done first.
    pub const fn sign_in_step(&self) -> SignInStep {
        self.sign_in_step
    }

    /// Itself, once its gate is open.
    fn open(&self) -> Result<&Self> {
        match self.sign_in_step {
            SignInStep::ChangePassword => Err(Problem::MustChangePassword.into()),
            SignInStep::CompleteProfile => Err(Problem::MustCompleteProfile.into()),
            SignInStep::Open => Ok(self),
        }
    }

    /// Itself, once the password is its own: for completing its data.
    pub(crate) fn trusted(&self) -> Result<&Self> {
        match self.sign_in_step {
            SignInStep::ChangePassword => Err(Problem::MustChangePassword.into()),
            SignInStep::CompleteProfile | SignInStep::Open => Ok(self),
        }
    }

    /// Who does it, as the audit log keeps it.
    pub(crate) fn by(&self) -> AuditActor {
        AuditActor { account: Some(self.account.0), login: self.login.clone(), address: self.address.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::tidied_login;
    use rstest::rstest;

    #[rstest]
    #[case("GL00000001", Some("GL00000001"))]
    #[case(" gl00000001 ", Some("GL00000001"))]
    #[case("ＧＬ００００ ０００１", Some("GL00000001"))]
    #[case("GL0000001", None)]
    #[case("GL000000012", None)]
    #[case("G100000001", None)]
    #[case("中0000001", None)]
    #[case("", None)]
    fn login_names(#[case] typed: &str, #[case] tidied: Option<&str>) {
        assert_eq!(tidied_login(typed).as_deref(), tidied);
    }
}
