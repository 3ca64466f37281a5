//! Opens accounts (账号): with a login name, an initial password and the SMS that holds both.

use crate::{
    PlaintextPassword, Result, Services,
    audit::holder_columns,
    ids::{IdSequence, login, take},
    query::insert_many,
    sms::{self, NewSms, OverLimit},
};
use domain::{
    account::{AccountHolder, AccountKind},
    ids::{AccountId, BatchId, PurchaserId, UnitId},
    sms::SmsKind,
};
use entity::account;
use sea_orm::{DatabaseTransaction, Set};

/// An id of something that has accounts, which are all of one kind.
pub(crate) trait HasAccount: Copy + Into<AccountHolder> {
    const KIND: AccountKind;
}

impl HasAccount for UnitId {
    const KIND: AccountKind = AccountKind::Management;
}

impl HasAccount for PurchaserId {
    const KIND: AccountKind = AccountKind::Trading;
}

/// An account to open.
pub(crate) struct NewAccount<'a, H> {
    pub(crate) holder: H,
    /// The number that the SMS goes to.
    pub(crate) mobile: &'a str,
    /// The initial password and its hash.
    pub(crate) password: &'a (PlaintextPassword, String),
}

/// Opens the accounts of the rows of a batch or of one form and queues their SMS. Returns the login names in the same order.
/// After the commit the caller calls [`sms::wake`].
pub(crate) async fn open<H: HasAccount>(
    services: &Services,
    tx: &DatabaseTransaction,
    batch: Option<BatchId>,
    accounts: &[NewAccount<'_, H>],
) -> Result<Vec<String>> {
    let count = u32::try_from(accounts.len()).map_err(crate::Error::internal)?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let now = services.now();
    let first_id = take(tx, IdSequence::Account, count).await?;
    let first_login = take(tx, IdSequence::Login(H::KIND), count).await?;
    let logins: Vec<String> = (first_login..).map(|number| login(H::KIND, number)).take(accounts.len()).collect();
    let rows = (first_id..).zip(&logins).zip(accounts).map(|((id, login), new)| {
        let (unit_id, purchaser_id) = holder_columns(new.holder.into());
        account::ActiveModel {
            id: Set(AccountId(id)),
            kind: Set(H::KIND),
            unit_id: Set(unit_id),
            purchaser_id: Set(purchaser_id),
            login: Set(login.clone()),
            password_hash: Set(Some(new.password.1.clone())),
            must_change: Set(true),
            initial_until: Set(Some(now + services.settings().initial_password_lifetime())),
            created_at: Set(now),
            version: Set(1),
            ..Default::default()
        }
    });
    insert_many(tx, rows.collect::<Vec<_>>(), None).await?;
    let messages = (first_id..).zip(accounts).map(|(id, new)| NewSms {
        kind: SmsKind::InitialPassword,
        account: AccountId(id),
        holder: new.holder.into(),
        batch,
        mobile: new.mobile,
        secret: Some(&new.password.0),
        last_day: None,
    });
    // A generation is not stopped by one number that many rows share.
    let over_limit = if batch.is_some() { OverLimit::Wait } else { OverLimit::Refuse };
    sms::queue(services, tx, &messages.collect::<Vec<_>>(), over_limit).await?;
    Ok(logins)
}
