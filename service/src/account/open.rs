//! Opens accounts: with a login name, an initial password and the SMS that holds both.

use crate::{
    PlaintextPassword, Result, Services,
    audit::columns,
    clock::{DAY, millis},
    database::insert,
    ids::{IdSequence, login, take},
    sms,
};
use domain::{
    account::AccountHolder,
    ids::{PurchaserId, UnitId},
};
use domain::{account::AccountKind, sms::SmsKind};
use sea_orm::DatabaseTransaction;

/// What has an account of one kind.
pub(crate) trait Holds: Copy + Into<AccountHolder> {
    const KIND: AccountKind;
}

impl Holds for UnitId {
    const KIND: AccountKind = AccountKind::Management;
}

impl Holds for PurchaserId {
    const KIND: AccountKind = AccountKind::Trading;
}

/// An account to open.
pub(crate) struct Opening<'a, H> {
    pub(crate) holder: H,
    /// Where the SMS goes.
    pub(crate) mobile: &'a str,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
}

/// Opens accounts, of the rows of a batch or one of a form, and queues their SMS; gives the login names. After the commit,
/// [`sms::wake`].
pub(crate) async fn open<H: Holds>(
    services: &Services,
    tx: &DatabaseTransaction,
    batch: Option<i64>,
    openings: &[Opening<'_, H>],
) -> Result<Vec<String>> {
    let Ok(count @ 1..) = u32::try_from(openings.len()) else { return Ok(Vec::new()) };
    let now = services.now();
    let first_account = take(tx, IdSequence::Account, count).await?;
    let first_login = take(tx, IdSequence::Login(H::KIND), count).await?;
    let until = now.saturating_add(millis(DAY * services.settings().public.initial_password_days));
    let logins: Vec<String> = (first_login..).map(|n| login(H::KIND, n)).take(openings.len()).collect();
    let rows = (first_account..).zip(&logins).zip(openings).map(|((account, login), opening)| {
        let (unit, purchaser) = columns(opening.holder.into());
        [
            account.into(),
            H::KIND.into(),
            unit.into(),
            purchaser.into(),
            login.as_str().into(),
            opening.password.1.as_str().into(),
            true.into(),
            until.into(),
            now.into(),
            1.into(),
        ]
    });
    let into = "account (id, kind, unit_id, purchaser_id, login, password_hash, must_change, initial_until, created_at, \
                version)";
    insert(tx, into, rows.collect::<Vec<_>>(), "").await?;
    let news = (first_account..).zip(openings).map(|(account, opening)| sms::New {
        kind: SmsKind::InitialPassword,
        account,
        holder: opening.holder.into(),
        batch,
        mobile: opening.mobile,
        secret: Some(&opening.password.0),
    });
    sms::queue(services, tx, &news.collect::<Vec<_>>()).await?;
    Ok(logins)
}
