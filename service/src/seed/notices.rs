//! The notices (通知公告) of the demo data.

use crate::{
    Result,
    ids::{IdSequence, take},
};
use domain::{calendar::Timestamp, ids::NoticeId, notice::Importance};
use entity::{account, notice, notice_read, unit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use std::time::Duration;

/// The author's unit (none for the operator), how many days ago it was published, title, text, importance.
type DemoNotice = (Option<&'static str>, u64, &'static str, &'static str, Importance);

const NOTICES: [DemoNotice; 3] = [
    (
        None,
        6,
        "服务热线和系统维护时间调整",
        "各单位：\n系统维护时间调整为每周日 22:00 至 24:00，期间可能短时无法登录，请提前保存填写的内容。\n\
         服务热线的号码不变，服务时间见帮助页。",
        Importance::Normal,
    ),
    (
        Some("示例省财政厅"),
        3,
        "关于做好年度预留份额填报工作的通知",
        "各市县财政局、省级各部门：\n请组织所属预算单位于 3 月 31 日前完成预留份额填报，没有食堂的单位也要零填报。\n\
         预留比例低于 10% 的，请附批复文号。\n各级财政部门请及时审核，并确认本级汇总。",
        Importance::Important,
    ),
    (
        Some("示例县财政局"),
        1,
        "请核对联系人和手机号码",
        "各单位：\n账号短信发到联系人的手机。请登录后在个人中心核对联系人和手机号码，有变动的当场改好。",
        Importance::Normal,
    ),
];

/// Those that have read the first notice already.
const READERS: [&str; 2] = ["示例县财政局", "样例县财政局"];

/// Adds the notices, unless there are any.
pub(super) async fn add(tx: &DatabaseTransaction, now: Timestamp) -> Result<()> {
    if notice::Entity::find().limit(1).count(tx).await? > 0 {
        return Ok(());
    }
    for (author, days_ago, title, text, importance) in NOTICES {
        let unit_id = match author {
            None => None,
            Some(name) => {
                let unit = unit::Entity::find().filter(unit::Column::NameKey.eq(name)).one(tx).await?;
                let Some(unit) = unit else { continue };
                Some(unit.id)
            }
        };
        let notice = notice::ActiveModel {
            id: Set(NoticeId(take(tx, IdSequence::Notice, 1).await?)),
            unit_id: Set(unit_id),
            title: Set(title.to_owned()),
            text: Set(text.to_owned()),
            importance: Set(importance),
            published_at: Set(now - Duration::from_hours(24 * days_ago)),
            ends_on: Set(None),
            edited_at: Set(None),
            withdrawn_at: Set(None),
            version: Set(1),
        };
        let id = notice.id.clone();
        notice::Entity::insert(notice).exec_without_returning(tx).await?;
        if author.is_none() {
            let readers = account::Entity::find()
                .inner_join(unit::Entity)
                .filter(unit::Column::NameKey.is_in(READERS))
                .all(tx)
                .await?;
            for reader in readers {
                let read =
                    notice_read::ActiveModel { account_id: Set(reader.id), notice_id: id.clone(), read_at: Set(now) };
                notice_read::Entity::insert(read).exec_without_returning(tx).await?;
            }
        }
    }
    Ok(())
}
