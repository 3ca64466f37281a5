//! How many of the accounts addressed have read a notice. Neither number scans the accounts: those addressed are in the kept counts
//! of subtrees, and those that have read it are counted in the index of one notice, up to a bound.

use super::Author;
use crate::{
    Result, Services, Subtree,
    query::{count_bounded, is_within},
    situation::accounts_of,
};
use domain::{ids::NoticeId, notice::NoticeReaders, paging::BoundedCount, situation::AccountCounts};
use entity::{account, notice_read, purchaser, unit};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, sea_query::ExprTrait};

/// The readers of a notice of an author, who is no reader itself. Accounts that have left the author's subtree do not count.
pub(super) async fn count(services: &Services, author: Author, id: NoticeId) -> Result<NoticeReaders> {
    let tx = services.read().await?;
    let (path, AccountCounts { issued, trading_issued, .. }) = accounts_of(&tx, author.unit()).await?;
    let mut readers = notice_read::Entity::find().filter(notice_read::Column::NoticeId.eq(id));
    if let Some(path) = path {
        let subtree = Subtree::of(&path);
        let of_units = is_within(unit::Column::Path.into_expr(), &subtree);
        let of_purchasers = is_within(purchaser::Column::UnitPath.into_expr(), &subtree);
        readers = readers
            .join(JoinType::InnerJoin, notice_read::Relation::Account.def())
            .join(JoinType::LeftJoin, account::Relation::Unit.def())
            .join(JoinType::LeftJoin, account::Relation::Purchaser.def())
            .filter(of_units.or(of_purchasers));
    }
    let read = count_bounded(&tx, readers).await?;
    let own = i64::from(author.unit().is_some());
    let addressed = u32::try_from(issued + trading_issued - own).unwrap_or_default();
    Ok(NoticeReaders { read: BoundedCount::counted(read), addressed })
}
