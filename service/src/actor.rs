//! Authorization: the account that acts, and the units that it may see. There is no other mechanism.

use crate::{Error, Result, Secret};
use domain::{
    Problem,
    ids::{AccountId, PurchaserId, UnitId},
};

/// The origin of a request.
#[derive(Clone, Debug, Default)]
pub struct RequestOrigin {
    /// The network address, for the audit log and for throttling.
    pub address: String,
    /// The token of the browser's device cookie, if it sent one.
    pub device: Option<Secret<String>>,
}

/// The signed-in account that calls a use case. Only [`crate::Session::actor`] creates an actor, and only after the account
/// has changed its initial password and completed its data. Therefore nobody can call a use case that takes an `Actor`
/// without signing in.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) address: String,
    pub(crate) role: Role,
}

/// The role of the account.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// 平台运维. It sees every unit, but cannot import.
    Operator,
    /// The 管理账号 of this unit.
    Management(OwnUnit),
}

/// The unit that a management account manages.
#[derive(Clone, Debug)]
pub(crate) struct OwnUnit {
    pub(crate) id: UnitId,
    pub(crate) name: String,
    pub(crate) path: String,
}

impl Actor {
    /// The own unit. [`Problem::Forbidden`] for the operator, who has none.
    pub(crate) fn unit(&self) -> Result<&OwnUnit> {
        match &self.role {
            Role::Management(own) => Ok(own),
            Role::Operator => Err(Problem::Forbidden.into()),
        }
    }

    /// [`Problem::Forbidden`] for every account except the operator.
    pub(crate) fn require_operator(&self) -> Result<()> {
        match self.role {
            Role::Operator => Ok(()),
            Role::Management(_) => Err(Error::from(Problem::Forbidden)),
        }
    }

    /// The units that the actor may see.
    pub(crate) fn subtree(&self) -> Subtree {
        match &self.role {
            Role::Management(own) => Subtree::of(&own.path),
            Role::Operator => Subtree::everything(),
        }
    }
}

/// The purchaser (采购人) that calls a use case. Only [`crate::TradingSession::purchaser`] creates it, and only after the
/// account has changed its initial password and completed its data. It is a different type than [`Actor`], so that a
/// purchaser cannot call the use cases of the management portal, and a management account cannot call those of the trading
/// portal.
#[derive(Clone, Debug)]
pub struct PurchaserActor {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) address: String,
    pub(crate) own: OwnPurchaser,
}

/// The purchaser that a trading account (交易账号) belongs to.
#[derive(Clone, Debug)]
pub(crate) struct OwnPurchaser {
    pub(crate) id: PurchaserId,
    pub(crate) name: String,
}

/// A subtree as a range of unit paths, `from <= path AND path < to`. The database reads it as one range of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtree {
    /// The first path in the range.
    pub from: String,
    /// The end of the range, which is not part of it.
    pub to: String,
}

impl Subtree {
    /// A unit and everything below it. Paths end in `/`, and `0` follows `/` in byte order.
    pub fn of(path: &str) -> Self {
        Self { from: path.to_owned(), to: format!("{}0", path.trim_end_matches('/')) }
    }

    /// Every unit: paths begin with a digit.
    pub fn everything() -> Self {
        Self { from: "0".to_owned(), to: ":".to_owned() }
    }

    /// Whether the unit with this path is in the subtree.
    pub fn contains(&self, path: &str) -> bool {
        (self.from.as_str()..self.to.as_str()).contains(&path)
    }
}

#[cfg(test)]
mod tests {
    use super::Subtree;
    use rstest::rstest;

    #[rstest]
    #[case("1/45/", true)]
    #[case("1/45/302/", true)]
    #[case("1/45/302/9/", true)]
    #[case("1/450/", false)]
    #[case("1/4/", false)]
    #[case("1/", false)]
    #[case("1/46/", false)]
    fn a_subtree_contains_the_paths_that_begin_with_its_path(#[case] path: &str, #[case] inside: bool) {
        assert_eq!(Subtree::of("1/45/").contains(path), inside);
        assert!(Subtree::everything().contains(path));
    }
}
