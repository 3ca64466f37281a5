//! Who acts, and what it may see: the one mechanism of authorization.

use crate::{Error, Result};
use domain::{
    Problem,
    ids::{AccountId, PurchaserId, UnitId},
};

/// Where a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestOrigin {
    /// The address, for the audit log and for throttling.
    pub address: String,
}

/// Who acts. Only [`crate::Session::actor`] gives one, and only once nothing stands between the account and the rest of
/// the system: a use case that takes an `Actor` cannot be called by somebody who is not signed in.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) address: String,
    pub(crate) role: Role,
}

/// What the account is.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// 平台运维: sees every unit, imports none.
    Operator,
    /// 管理账号 of this unit.
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
    /// The own unit; the operator has none and may not do what needs one.
    pub(crate) fn unit(&self) -> Result<&OwnUnit> {
        match &self.role {
            Role::Management(own) => Ok(own),
            Role::Operator => Err(Problem::Forbidden.into()),
        }
    }

    /// Only the operator.
    pub(crate) fn operator(&self) -> Result<()> {
        match self.role {
            Role::Operator => Ok(()),
            Role::Management(_) => Err(Error::from(Problem::Forbidden)),
        }
    }

    /// The units that it may see.
    pub(crate) fn subtree(&self) -> Subtree {
        match &self.role {
            Role::Management(own) => Subtree::of(&own.path),
            Role::Operator => Subtree::everything(),
        }
    }
}

/// A purchaser (采购人) who acts. Only [`crate::TradingSession::purchaser`] gives one, once nothing stands between the account
/// and the portal. It is no [`Actor`]: no use case of the management takes it, and none of the portal takes an `Actor`.
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

/// A range of unit paths: one subtree is one range of the index, `from <= path AND path < to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtree {
    /// The first path inside.
    pub from: String,
    /// The first path behind.
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

    /// Whether a unit stands inside.
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
    fn a_subtree_is_a_range(#[case] path: &str, #[case] inside: bool) {
        assert_eq!(Subtree::of("1/45/").contains(path), inside);
        assert!(Subtree::everything().contains(path));
    }
}
