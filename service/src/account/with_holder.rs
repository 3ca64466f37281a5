//! An account with the unit or the purchaser that it belongs to.

use crate::{Result, guessable::is_guessable, query::is_any_of};
use domain::{
    Problem,
    account::{AccountHolder, AccountKind, AccountState},
    calendar::Timestamp,
    ids::{AccountId, PurchaserId, UnitId},
    password::{Owner, PolicyFault},
    session::SignInStep,
};
use entity::{UnitKind, account, purchaser, unit};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

/// An account with its holder. The operator's account has none.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "account::Entity")]
pub(crate) struct AccountWithHolder {
    pub(crate) id: AccountId,
    pub(crate) kind: AccountKind,
    pub(crate) login: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) must_change: bool,
    pub(crate) initial_until: Option<Timestamp>,
    pub(crate) activated_at: Option<Timestamp>,
    pub(crate) disabled_at: Option<Timestamp>,
    pub(crate) state: AccountState,
    #[sea_orm(nested)]
    pub(crate) unit: Option<HolderUnit>,
    #[sea_orm(nested)]
    pub(crate) purchaser: Option<HolderPurchaser>,
}

/// The unit of a management account (管理账号).
#[derive(DerivePartialModel)]
#[sea_orm(entity = "unit::Entity")]
pub(crate) struct HolderUnit {
    pub(crate) id: UnitId,
    pub(crate) kind: UnitKind,
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) completed_at: Option<Timestamp>,
}

/// The purchaser of a trading account (交易账号).
#[derive(DerivePartialModel)]
#[sea_orm(entity = "purchaser::Entity")]
pub(crate) struct HolderPurchaser {
    pub(crate) id: PurchaserId,
    pub(crate) unit_path: String,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) contact: String,
    pub(crate) mobile: String,
    pub(crate) completed_at: Option<Timestamp>,
}

impl AccountWithHolder {
    /// The account that fulfils a condition on `account`.
    pub(crate) async fn find(db: &impl ConnectionTrait, condition: Expr) -> Result<Option<Self>> {
        let account = account::Entity::find().filter(condition).left_join(unit::Entity).left_join(purchaser::Entity);
        Ok(account.into_partial_model().one(db).await?)
    }

    /// The same. Its row is locked first, so that nobody changes the account until the transaction ends. PostgreSQL cannot
    /// lock and join optional rows in one query.
    pub(crate) async fn find_and_lock(tx: &DatabaseTransaction, condition: Expr) -> Result<Option<Self>> {
        let lock = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(condition.clone())
            .lock_exclusive()
            .into_tuple::<AccountId>();
        if lock.one(tx).await?.is_none() {
            return Ok(None);
        }
        Self::find(tx, condition).await
    }

    /// The accounts that fulfil a condition, locked in the same way, in the order of their ids: two transactions do not wait
    /// for each other.
    pub(crate) async fn find_and_lock_all(tx: &DatabaseTransaction, condition: Expr) -> Result<Vec<Self>> {
        let lock = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(condition)
            .order_by_asc(account::Column::Id)
            .lock_exclusive()
            .into_tuple::<AccountId>();
        let locked = lock.all(tx).await?;
        let accounts = account::Entity::find()
            .filter(is_any_of(tx, account::Column::Id, locked))
            .left_join(unit::Entity)
            .left_join(purchaser::Entity);
        Ok(accounts.into_partial_model().all(tx).await?)
    }

    /// The owner of the account.
    pub(crate) fn holder(&self) -> Option<AccountHolder> {
        let purchaser = || self.purchaser.as_ref().map(|purchaser| purchaser.id.into());
        self.unit.as_ref().map(|unit| unit.id.into()).or_else(purchaser)
    }

    /// The contact person of the holder.
    pub(crate) fn contact(&self) -> Option<&str> {
        let purchaser = || self.purchaser.as_ref().map(|purchaser| purchaser.contact.as_str());
        self.unit.as_ref().and_then(|unit| unit.contact.as_deref()).or_else(purchaser)
    }

    /// The mobile number of the contact person, in full.
    pub(crate) fn mobile(&self) -> Option<&str> {
        let purchaser = || self.purchaser.as_ref().map(|purchaser| purchaser.mobile.as_str());
        self.unit.as_ref().and_then(|unit| unit.mobile.as_deref()).or_else(purchaser)
    }

    /// The path of the unit that holds the account or to which the purchaser belongs.
    pub(crate) fn unit_path(&self) -> Option<&str> {
        let purchaser = || self.purchaser.as_ref().map(|purchaser| purchaser.unit_path.as_str());
        self.unit.as_ref().map(|unit| unit.path.as_str()).or_else(purchaser)
    }

    /// What the account must do first. The operator has no data to complete.
    pub(crate) fn sign_in_step(&self) -> SignInStep {
        if self.must_change {
            SignInStep::ChangePassword
        } else if self.kind == AccountKind::Operator || self.has_completed_data() {
            SignInStep::Open
        } else {
            SignInStep::CompleteProfile
        }
    }

    fn has_completed_data(&self) -> bool {
        self.unit.as_ref().is_some_and(|unit| unit.completed_at.is_some())
            || self.purchaser.as_ref().is_some_and(|purchaser| purchaser.completed_at.is_some())
    }

    /// Checks a new password of this account against the policy. It costs little, so it comes before hashing.
    pub(crate) fn check_new_password(&self, password: &str) -> Result<()> {
        let unit = self.unit.iter().flat_map(|unit| [Some(&unit.name), unit.code.as_ref(), unit.mobile.as_ref()]);
        let purchaser =
            self.purchaser.iter().flat_map(|purchaser| [&purchaser.name, &purchaser.code, &purchaser.mobile]).map(Some);
        let known: Vec<&str> = unit.chain(purchaser).flatten().map(String::as_str).collect();
        domain::password::check(password, Owner { login: &self.login, unit: &known }).map_err(Problem::Password)?;
        let words: Vec<&str> = known.into_iter().chain([self.login.as_str()]).chain(self.contact()).collect();
        if is_guessable(password, &words) {
            return Err(Problem::Password(PolicyFault::Guessable).into());
        }
        Ok(())
    }
}
