//! Sessions (会话): browsers that are signed in. They are rows of the database, which several servers share.

mod authenticate;
mod current_account;
mod device;
mod expire;
mod last_used;
mod sign_in;
mod sign_out;
mod token;

pub use authenticate::{authenticate, authenticate_trading};
pub use current_account::{current_account, current_trading_account};
pub use device::DEVICE_LIFETIME;
pub use expire::delete_expired;
pub use sign_in::sign_in;
pub use sign_out::sign_out;

pub(crate) use last_used::LastUsed;
pub(crate) use sign_in::normalized_login;
pub(crate) use token::open;

use crate::{
    Actor, PurchaserActor, Result,
    actor::{OwnPurchaser, OwnUnit, Role},
    audit::AuditActor,
};
use domain::{Problem, account::AccountHolder, ids::AccountId, session::SignInStep};
use std::time::Duration;
use zeroize::Zeroizing;

/// A browser that is signed in at the management portal (采购人管理系统). Its account may still have to take a sign-in step.
#[derive(Clone, Debug)]
pub struct Session {
    pub(crate) identity: Identity,
    pub(crate) role: Role,
}

/// A browser that is signed in at the trading portal (采购人交易平台). It is a type of its own, so that no use case confuses the
/// two.
#[derive(Clone, Debug)]
pub struct TradingSession {
    pub(crate) identity: Identity,
    pub(crate) own: OwnPurchaser,
}

/// The account of a session of either kind, for the use cases in which an account changes itself.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) address: String,
    pub(crate) sign_in_step: SignInStep,
    /// The owner of the account; the operator's account has none.
    pub(crate) holder: Option<AccountHolder>,
}

/// A new session. The token goes into the cookie and nowhere else.
pub struct SignedIn {
    /// The cookie's value.
    pub token: Zeroizing<String>,
    /// How long the cookie may live.
    pub lifetime: Duration,
    /// What the account must do first.
    pub sign_in_step: SignInStep,
    /// The value of the browser's device cookie, if it gets a new one. The cookie may live for [`DEVICE_LIFETIME`].
    pub device: Option<Zeroizing<String>>,
}

impl Session {
    /// The account as an actor. Errors: [`domain::Problem::MustChangePassword`] and [`domain::Problem::MustCompleteProfile`]
    /// until the account has done so.
    pub fn actor(&self) -> Result<Actor> {
        let Identity { account, login, address, .. } = self.identity.open()?.clone();
        Ok(Actor { account, login, address, role: self.role.clone() })
    }

    /// The account, for the use cases in which an account changes itself.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The unit that the account manages; the operator has none.
    pub(crate) fn unit(&self) -> Result<&OwnUnit> {
        match &self.role {
            Role::Management(own) => Ok(own),
            Role::Operator => Err(Problem::Forbidden.into()),
        }
    }
}

impl TradingSession {
    /// The account as an actor. Errors: [`domain::Problem::MustChangePassword`] and [`domain::Problem::MustCompleteProfile`]
    /// until the account has done so.
    pub fn purchaser(&self) -> Result<PurchaserActor> {
        let Identity { account, login, address, .. } = self.identity.open()?.clone();
        Ok(PurchaserActor { account, login, address, own: self.own.clone() })
    }

    /// The account, for the use cases in which an account changes itself.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }
}

impl Identity {
    /// The login name.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// What the account must do first.
    pub const fn sign_in_step(&self) -> SignInStep {
        self.sign_in_step
    }

    /// Itself, once the account has nothing left to do first.
    fn open(&self) -> Result<&Self> {
        match self.sign_in_step {
            SignInStep::ChangePassword => Err(Problem::MustChangePassword.into()),
            SignInStep::CompleteProfile => Err(Problem::MustCompleteProfile.into()),
            SignInStep::Open => Ok(self),
        }
    }

    /// Itself, once the account has a password of its own: enough to complete its data.
    pub(crate) fn with_own_password(&self) -> Result<&Self> {
        match self.sign_in_step {
            SignInStep::ChangePassword => Err(Problem::MustChangePassword.into()),
            SignInStep::CompleteProfile | SignInStep::Open => Ok(self),
        }
    }

    /// The account, as the audit log keeps it.
    pub(crate) fn audit_actor(&self) -> AuditActor {
        AuditActor { account: Some(self.account), login: self.login.clone(), address: self.address.clone() }
    }
}
