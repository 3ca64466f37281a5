//! The notices that an account has received, and its own.

use super::{Author, Reader, may_write, today};
use crate::{
    Actor, Error, PurchaserActor, Result, Services,
    query::{count_bounded, count_rows},
};
use domain::{
    calendar::{Day, Timestamp},
    ids::{AccountId, NoticeId},
    notice::{Importance, MOST_UNREAD, NOTICES_PER_PAGE, NoticeListItem, NoticeState, NoticesPage},
    paging::BoundedCount,
};
use entity::{
    notice::{Column, Entity, Relation},
    notice_read, unit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait, Select,
    sea_query::{Expr, ExprTrait, Query},
};
use std::fmt;

/// A notice as a list reads it.
#[derive(FromQueryResult)]
pub(super) struct Row {
    id: NoticeId,
    title: String,
    importance: Importance,
    /// The name of the unit that has written it.
    author: Option<String>,
    published_at: Timestamp,
    ends_on: Option<Day>,
    withdrawn_at: Option<Timestamp>,
    read_at: Option<Timestamp>,
}

impl Row {
    pub(super) const fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    pub(super) fn into_item(self, today: Day) -> NoticeListItem {
        NoticeListItem {
            id: self.id,
            title: self.title,
            importance: self.importance,
            author: self.author,
            published_at: self.published_at,
            ends_on: self.ends_on,
            state: NoticeState::of(self.withdrawn_at, self.ends_on, today),
            is_read: self.read_at.is_some(),
        }
    }
}

/// Selects [`Row`]s, with what an account has read.
pub(super) fn rows(notices: Select<Entity>, account: AccountId) -> Select<Entity> {
    let is_readers = Expr::col((notice_read::Entity, notice_read::Column::NoticeId))
        .equals((Entity, Column::Id))
        .and(notice_read::Column::AccountId.eq(account));
    let mut rows = notices
        .select_only()
        .columns([
            Column::Id,
            Column::Title,
            Column::Importance,
            Column::PublishedAt,
            Column::EndsOn,
            Column::WithdrawnAt,
        ])
        .column_as(unit::Column::Name, "author")
        .column_as(notice_read::Column::ReadAt, "read_at")
        .join(JoinType::LeftJoin, Relation::Unit.def());
    QuerySelect::query(&mut rows).join(JoinType::LeftJoin, notice_read::Entity, is_readers);
    rows
}

/// The last notice of a page, and whether it was read: unread ones come first. `u302` or `r302`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    is_read: bool,
    id: NoticeId,
}

impl Cursor {
    /// Reads a cursor back. Any other text means the first page.
    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_at_checked(1)?;
        let is_read = match kind {
            "u" => false,
            "r" => true,
            _ => return None,
        };
        Some(Self { is_read, id: id.parse().ok()? })
    }

    /// The rows behind it.
    fn behind(self) -> Expr {
        let (is_read, is_older) = (notice_read::Column::ReadAt.is_not_null(), Column::Id.lt(self.id));
        if self.is_read { is_read.and(is_older) } else { is_read.or(is_older) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_read { 'r' } else { 'u' }, self.id)
    }
}

/// A page of notices: those of others that the actor may read, or its `own` ones, also those that have ended or were
/// withdrawn. Unread ones come first, then the newest. `after` is [`NoticesPage::next`] of the page before.
/// [`domain::Problem::Forbidden`] for the own ones of an account that writes none.
pub async fn list(services: &Services, actor: &Actor, own: bool, after: Option<&str>) -> Result<NoticesPage> {
    let db = &services.0.db;
    let (reader, may_write) = (Reader::new(actor), may_write(db, actor).await?);
    if own && !may_write {
        return Err(domain::Problem::Forbidden.into());
    }
    let today = today(services);
    let notices = if own { Entity::find().filter(Author::of(actor).is_own()) } else { reader.received(today) };
    let page = page(db, notices, reader.account, today, after).await?;
    Ok(NoticesPage { may_write, own, ..page })
}

/// The same for a purchaser, who writes none.
pub async fn list_for_purchaser(
    services: &Services,
    purchaser: &PurchaserActor,
    after: Option<&str>,
) -> Result<NoticesPage> {
    let db = &services.0.db;
    let (reader, today) = (Reader::of_purchaser(db, purchaser).await?, today(services));
    page(db, reader.received(today), reader.account, today, after).await
}

async fn page(
    db: &impl ConnectionTrait,
    notices: Select<Entity>,
    account: AccountId,
    today: Day,
    after: Option<&str>,
) -> Result<NoticesPage> {
    let count = count_bounded(db, notices.clone()).await?;
    let mut found: Vec<Row> = rows(notices, account)
        .apply_if(after.and_then(Cursor::parse), |rows, cursor| rows.filter(cursor.behind()))
        .order_by(notice_read::Column::ReadAt.is_null(), Order::Desc)
        .order_by_desc(Column::Id)
        .limit(u64::from(NOTICES_PER_PAGE) + 1)
        .into_model()
        .all(db)
        .await?;
    let page = usize::try_from(NOTICES_PER_PAGE).map_err(Error::internal)?;
    let has_more = found.len() > page;
    found.truncate(page);
    let cursor = |last: &Row| Cursor { is_read: last.is_read(), id: last.id }.to_string();
    let next = found.last().filter(|_| has_more).map(cursor);
    let rows = found.into_iter().map(|row| row.into_item(today)).collect();
    Ok(NoticesPage { rows, total: BoundedCount::counted(count), next, may_write: false, own: false })
}

/// The number of notices that the account has not read; it stops at one more than [`MOST_UNREAD`], because every page shows it.
pub(crate) async fn unread(services: &Services, actor: &Actor) -> Result<u32> {
    unread_by(services, &Reader::new(actor)).await
}

/// The same for the trading account of a purchaser.
pub(crate) async fn unread_of_purchaser(services: &Services, purchaser: &PurchaserActor) -> Result<u32> {
    unread_by(services, &Reader::of_purchaser(&services.0.db, purchaser).await?).await
}

pub(super) async fn unread_by(services: &Services, reader: &Reader) -> Result<u32> {
    let read = Query::select()
        .expr(notice_read::Column::NoticeId.into_expr())
        .from(notice_read::Entity)
        .and_where(notice_read::Column::AccountId.eq(reader.account))
        .to_owned();
    let unread = reader
        .received(today(services))
        .filter(Column::Id.not_in_subquery(read))
        .select_only()
        .column(Column::Id)
        .limit(u64::from(MOST_UNREAD) + 1);
    count_rows(&services.0.db, unread.into_query()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_back() {
        for cursor in [Cursor { is_read: false, id: NoticeId(302) }, Cursor { is_read: true, id: NoticeId(1) }] {
            assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
        for nonsense in ["", "u", "x5", "5", "u5x", "中5", "r99999999999999999999"] {
            assert_eq!(Cursor::parse(nonsense), None);
        }
    }
}
