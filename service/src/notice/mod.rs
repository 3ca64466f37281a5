//! 通知公告: the operator writes notices for everybody, finance departments and central competent units for their subtrees.
//! Who may read a notice follows today's tree: its author is the operator, or lies on the path of the reader's unit.

mod list;
mod open;
mod readers;
mod write;

pub use list::{list, list_for_purchaser};
pub(crate) use list::{unread, unread_of_purchaser};
pub use open::{form, open, open_for_purchaser};
pub use write::{edit, publish, withdraw};

use crate::{Actor, PurchaserActor, Result, Services, actor::Role, totals::units_on_path};
use domain::{
    Problem,
    calendar::Day,
    ids::{AccountId, UnitId},
};
use entity::{
    UnitKind,
    notice::{Column, Entity},
    purchaser, unit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

/// An account as a reader of notices.
struct Reader {
    account: AccountId,
    /// The units above it, from the top of the tree down, its own included. The operator has none.
    units: Vec<UnitId>,
    /// Whose notices are its own, and therefore never unread.
    author: Option<Author>,
}

/// Who writes notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Author {
    Operator,
    Unit(UnitId),
}

impl Author {
    fn of(actor: &Actor) -> Self {
        match &actor.role {
            Role::Operator => Self::Operator,
            Role::Management(own) => Self::Unit(own.id),
        }
    }

    /// The column `unit_id` of its notices.
    const fn unit(self) -> Option<UnitId> {
        match self {
            Self::Operator => None,
            Self::Unit(unit) => Some(unit),
        }
    }

    /// Whether a notice is one of its own.
    fn is_own(self) -> Expr {
        match self {
            Self::Operator => Column::UnitId.is_null(),
            Self::Unit(unit) => Column::UnitId.eq(unit),
        }
    }
}

impl Reader {
    fn new(actor: &Actor) -> Self {
        let units = match &actor.role {
            Role::Operator => Vec::new(),
            Role::Management(own) => units_on_path(&own.path).collect(),
        };
        Self { account: actor.account, units, author: Some(Author::of(actor)) }
    }

    /// A trading account reads what its unit reads.
    async fn of_purchaser(db: &impl ConnectionTrait, purchaser: &PurchaserActor) -> Result<Self> {
        let path: Option<String> = purchaser::Entity::find_by_id(purchaser.own.id)
            .select_only()
            .column(purchaser::Column::UnitPath)
            .into_tuple()
            .one(db)
            .await?;
        let path = path.ok_or(Problem::NotSignedIn)?;
        Ok(Self { account: purchaser.account, units: units_on_path(&path).collect(), author: None })
    }

    /// The notices of others that it may read on a day. The operator's reach everybody.
    fn received(&self, today: Day) -> Select<Entity> {
        let of_above = Column::UnitId.is_null().or(Column::UnitId.is_in(self.units.iter().copied()));
        let is_shown = Column::EndsOn.is_null().or(Column::EndsOn.gte(today));
        let shown = Entity::find().filter(of_above).filter(Column::WithdrawnAt.is_null()).filter(is_shown);
        match self.author {
            // A comparison with the unit would leave out the operator's, which have none.
            Some(Author::Unit(own)) => shown.filter(Column::UnitId.is_null().or(Column::UnitId.ne(own))),
            Some(Author::Operator) => shown.filter(Column::UnitId.is_not_null()),
            None => shown,
        }
    }
}

/// Whether the actor may write notices: the operator, and units that administer others by their kind.
async fn may_write(db: &impl ConnectionTrait, actor: &Actor) -> Result<bool> {
    let Role::Management(own) = &actor.role else { return Ok(true) };
    let kind: Option<UnitKind> =
        unit::Entity::find_by_id(own.id).select_only().column(unit::Column::Kind).into_tuple().one(db).await?;
    Ok(kind.is_some_and(|kind| kind != UnitKind::Budget))
}

/// The day of today in China.
fn today(services: &Services) -> Day {
    Day::of(services.now())
}
