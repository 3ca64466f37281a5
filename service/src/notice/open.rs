//! Opens a notice, by which the account has read it.

use super::{
    Author, Reader,
    list::{Row, rows, unread_by},
    readers, today,
};
use crate::{Actor, PurchaserActor, Result, Services, query::insert_many};
use domain::{
    Problem,
    calendar::{Day, Timestamp},
    ids::{AccountId, NoticeId},
    notice::{NoticeForm, NoticeReaders, NoticeView},
};
use entity::{
    notice::{Column, Entity},
    notice_read,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select, Set,
    sea_query::OnConflict,
};

/// A notice in full.
#[derive(FromQueryResult)]
struct FullRow {
    #[sea_orm(nested)]
    row: Row,
    text: String,
    edited_at: Option<Timestamp>,
    version: i32,
}

impl FullRow {
    fn into_view(self, today: Day, readers: Option<NoticeReaders>, unread: u32) -> NoticeView {
        let item = self.row.into_item(today);
        let form = NoticeForm {
            title: item.title.clone(),
            text: self.text,
            importance: item.importance.as_str().to_owned(),
            ends_on: item.ends_on.map(|day| day.to_string()).unwrap_or_default(),
        };
        NoticeView { item, version: self.version, form, edited_at: self.edited_at, readers, unread }
    }
}

async fn find(db: &impl ConnectionTrait, notices: Select<Entity>, account: AccountId) -> Result<Option<FullRow>> {
    let full = rows(notices, account).columns([Column::Text, Column::EditedAt, Column::Version]);
    Ok(full.into_model().one(db).await?)
}

/// A notice that the actor may read, or one of its own in any state. [`Problem::NotFound`] for any other. One of others counts
/// as read from then on.
pub async fn open(services: &Services, actor: &Actor, id: NoticeId) -> Result<NoticeView> {
    match own(services, actor, id).await? {
        Some(own) => Ok(own),
        None => open_received(services, &Reader::new(actor), id).await,
    }
}

/// A notice of the actor's own that it may change. [`Problem::NotFound`] for any other.
pub async fn form(services: &Services, actor: &Actor, id: NoticeId) -> Result<NoticeView> {
    let own = own(services, actor, id).await?;
    Ok(own.filter(NoticeView::may_change).ok_or(Problem::NotFound)?)
}

/// A notice of the actor's own, in any state; `None` if it has no such notice.
pub(super) async fn own(services: &Services, actor: &Actor, id: NoticeId) -> Result<Option<NoticeView>> {
    let author = Author::of(actor);
    let notices = Entity::find_by_id(id).filter(author.is_own());
    let Some(found) = find(&services.0.db, notices, actor.account).await? else { return Ok(None) };
    let readers = readers::count(services, author, id).await?;
    let unread = unread_by(services, &Reader::new(actor)).await?;
    Ok(Some(found.into_view(today(services), Some(readers), unread)))
}

/// A notice that the purchaser may read. [`Problem::NotFound`] for any other. It counts as read from then on.
pub async fn open_for_purchaser(services: &Services, purchaser: &PurchaserActor, id: NoticeId) -> Result<NoticeView> {
    open_received(services, &Reader::of_purchaser(&services.0.db, purchaser).await?, id).await
}

async fn open_received(services: &Services, reader: &Reader, id: NoticeId) -> Result<NoticeView> {
    let today = today(services);
    let received = reader.received(today).filter(Column::Id.eq(id));
    let found = find(&services.0.db, received, reader.account).await?.ok_or(Problem::NotFound)?;
    // A notice is shown also if it cannot be noted that it was read. It stays unread then.
    if !found.row.is_read()
        && let Err(error) = mark_read(services, reader.account, id).await
    {
        tracing::warn!(error = %error.with_causes(), notice = id.0, "a notice could not be marked as read");
    }
    let unread = unread_by(services, reader).await?;
    Ok(found.into_view(today, None, unread))
}

/// Notes that an account has read a notice. The first time stays.
async fn mark_read(services: &Services, account: AccountId, id: NoticeId) -> Result<()> {
    let read = notice_read::ActiveModel { account_id: Set(account), notice_id: Set(id), read_at: Set(services.now()) };
    let key = [notice_read::Column::AccountId, notice_read::Column::NoticeId];
    let once = OnConflict::columns(key).do_nothing().to_owned();
    let tx = services.write().await?;
    insert_many(&tx, [read], Some(once)).await?;
    Ok(tx.commit().await?)
}
