//! 发布, 修改 and 撤回: what an author does with its notices.

use super::{Author, may_write, open, today};
use crate::{
    Actor, Result, Services,
    audit::{self, AuditAction, AuditActor, AuditEvent},
    ids::{IdSequence, take},
};
use domain::{
    Problem,
    calendar::Day,
    edit::EditResult,
    ids::NoticeId,
    notice::{Importance, NoticeForm, NoticeInput, NoticeView},
};
use entity::notice::{ActiveModel, Entity, Model};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set, Unchanged};
use serde_json::{Value, json};

/// [`Problem::Forbidden`] unless the actor may write notices.
async fn require_author(tx: &DatabaseTransaction, actor: &Actor) -> Result<Author> {
    if may_write(tx, actor).await? { Ok(Author::of(actor)) } else { Err(Problem::Forbidden.into()) }
}

/// Publishes a notice. [`Problem::Forbidden`] unless the actor is the operator or a finance department or central competent
/// unit, [`Problem::Fields`] names the fields to correct.
pub async fn publish(services: &Services, actor: &Actor, form: &NoticeForm) -> Result<NoticeId> {
    let now = services.now();
    let tx = services.write().await?;
    let author = require_author(&tx, actor).await?;
    let input = form.check(today(services)).map_err(Problem::Fields)?;
    let id = NoticeId(take(&tx, IdSequence::Notice, 1).await?);
    let after = logged(&input.title, &input.text, input.importance, input.ends_on);
    let NoticeInput { title, text, importance, ends_on } = input;
    let notice = ActiveModel {
        id: Set(id),
        unit_id: Set(author.unit()),
        title: Set(title),
        text: Set(text),
        importance: Set(importance),
        published_at: Set(now),
        ends_on: Set(ends_on),
        edited_at: Set(None),
        withdrawn_at: Set(None),
        version: Set(1),
    };
    Entity::insert(notice).exec_without_returning(&tx).await?;
    let event = AuditEvent { after: Some(after), ..event(AuditAction::NoticePublished, author, id) };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a notice of the actor's own. Those who have read it have read it still. [`Problem::NotFound`] for one of others and
/// for one that was withdrawn, [`Problem::Fields`] names the fields to correct. The result says if somebody else has changed it
/// since the form was loaded.
pub async fn edit(
    services: &Services,
    actor: &Actor,
    id: NoticeId,
    version: i32,
    form: &NoticeForm,
) -> Result<EditResult<NoticeView>> {
    let now = services.now();
    let tx = services.write().await?;
    let author = require_author(&tx, actor).await?;
    let stored = find_and_lock(&tx, author, id).await?;
    if stored.version != version {
        tx.rollback().await?;
        let stored = open::own(services, actor, id).await?.ok_or(Problem::NotFound)?;
        return Ok(EditResult::Conflict(Box::new(stored)));
    }
    let input = form.check(today(services)).map_err(Problem::Fields)?;
    let before = logged(&stored.title, &stored.text, stored.importance, stored.ends_on);
    let after = logged(&input.title, &input.text, input.importance, input.ends_on);
    if before == after {
        return Ok(EditResult::Saved);
    }
    let NoticeInput { title, text, importance, ends_on } = input;
    let edited = ActiveModel {
        id: Unchanged(id),
        title: Set(title),
        text: Set(text),
        importance: Set(importance),
        ends_on: Set(ends_on),
        edited_at: Set(Some(now)),
        version: Set(version + 1),
        ..Default::default()
    };
    edited.update(&tx).await?;
    let event = AuditEvent { before: Some(before), after: Some(after), ..event(AuditAction::NoticeEdited, author, id) };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    tx.commit().await?;
    Ok(EditResult::Saved)
}

/// Withdraws a notice of the actor's own: nobody else sees it any more. [`Problem::NotFound`] for one of others and for one that
/// was withdrawn, [`Problem::Stale`] if somebody else has changed it in the meantime.
pub async fn withdraw(services: &Services, actor: &Actor, id: NoticeId, version: i32) -> Result<()> {
    let now = services.now();
    let tx = services.write().await?;
    let author = require_author(&tx, actor).await?;
    let stored = find_and_lock(&tx, author, id).await?;
    if stored.version != version {
        return Err(Problem::Stale.into());
    }
    let withdrawn = ActiveModel {
        id: Unchanged(id),
        withdrawn_at: Set(Some(now)),
        version: Set(version + 1),
        ..Default::default()
    };
    withdrawn.update(&tx).await?;
    let before = json!({ "notice_title": stored.title });
    let event = AuditEvent { before: Some(before), ..event(AuditAction::NoticeWithdrawn, author, id) };
    audit::record(&tx, now, &AuditActor::from(actor), vec![event]).await?;
    Ok(tx.commit().await?)
}

/// A notice of an author that was not withdrawn, locked until the transaction ends.
async fn find_and_lock(tx: &DatabaseTransaction, author: Author, id: NoticeId) -> Result<Model> {
    let own = Entity::find_by_id(id).filter(author.is_own()).lock_exclusive().one(tx).await?;
    Ok(own.filter(|notice| notice.withdrawn_at.is_none()).ok_or(Problem::NotFound)?)
}

/// An event in the history of the author's unit. The operator has none.
fn event(action: AuditAction, author: Author, id: NoticeId) -> AuditEvent {
    AuditEvent::new(action, author.unit().map(Into::into), id)
}

/// A notice for the audit log.
fn logged(title: &str, text: &str, importance: Importance, ends_on: Option<Day>) -> Value {
    json!({
        "notice_title": title,
        "notice_text": text,
        "notice_importance": importance.as_str(),
        "notice_ends_on": ends_on.map(|day| day.to_string()),
    })
}
