//! One notice: its text, and for its author how many have read it and what can be done with it.

use super::{
    api::{WithdrawNotice, get_notice, get_trade_notice},
    list_page::{author, important_badge, state_badge},
};
use crate::{
    accounts::confirmed_form,
    components::{PageTitle, confirmation, fact, skeleton, unavailable_page},
    current_account::{CurrentAccountSignal, is_operator},
    error::ApiError,
    forms::{id_in_path, load_one},
    i18n::use_lang,
    routes::{DoneNotice, Route},
    time::moment,
};
use domain::{
    Template,
    account::Portal,
    ids::NoticeId,
    notice::{NoticeReaders, NoticeView},
};
use leptos::prelude::*;
use texts::Lang;

/// The page of the management; the id is in the path.
#[component]
pub(crate) fn NoticePage() -> impl IntoView {
    let id = id_in_path::<NoticeId>();
    page(Portal::Management, load_one(move || id.get(), get_notice))
}

/// The page of the trading portal.
#[component]
pub(crate) fn TradeNoticePage() -> impl IntoView {
    let id = id_in_path::<NoticeId>();
    page(Portal::Trading, load_one(move || id.get(), get_trade_notice))
}

fn page(portal: Portal, data: Resource<Result<NoticeView, ApiError>>) -> AnyView {
    let lang = use_lang();
    let account = CurrentAccountSignal::get();
    // The server has noted that the notice was read. The menu, which was drawn before, follows.
    Effect::new(move |_| {
        if let (Some(account), Some(Ok(notice))) = (account, data.get()) {
            account.set_unread_notices(notice.unread);
        }
    });
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(notice) => content(lang, portal, &notice),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn content(lang: Lang, portal: Portal, notice: &NoticeView) -> AnyView {
    let item = &notice.item;
    let crumbs = vec![(lang.notice_title().to_owned(), Some(Route::Notices(portal)))];
    let lead = lang.notice_by(&author(lang, item), &moment(lang, item.published_at));
    let state = notice.readers.is_some().then(|| state_badge(lang, item.state));
    let ends_on = item.ends_on.map(|day| view! { <span class="quiet">{lang.notice_until(&day.to_string())}</span> });
    let edited =
        notice.edited_at.map(|at| view! { <span class="quiet">{lang.notice_edited(&moment(lang, at))}</span> });
    let paragraphs = notice.paragraphs().map(|text| view! { <p>{text.to_owned()}</p> }).collect_view();
    let edit = notice.may_change().then(|| {
        view! { <a class="button" href=Route::EditNotice(item.id)>{lang.notice_edit()}</a> }
    });
    let done = [DoneNotice::NoticePublished, DoneNotice::NoticeEdited, DoneNotice::NoticeWithdrawn];
    let side = notice.readers.map(|readers| view! { <div class="detail-side">{own(lang, notice, readers)}</div> });
    view! {
        <PageTitle title=item.title.clone() crumbs lead>{edit}</PageTitle>
        {confirmation(lang, Template::Units, &done)}
        <div class="detail">
            <div class="detail-main">
                <article class="card notice-article">
                    <p class="notice-facts">{important_badge(lang, item.importance)} {state} {ends_on} {edited}</p>
                    {paragraphs}
                </article>
                <p><a href=Route::Notices(portal)>{lang.notice_back()}</a></p>
            </div>
            {side}
        </div>
    }
    .into_any()
}

/// What the author sees beside the text.
fn own(lang: Lang, notice: &NoticeView, readers: NoticeReaders) -> AnyView {
    let read = lang.notice_read_by(readers.read, readers.addressed);
    let hint = if is_operator() { lang.notice_readers_hint_all() } else { lang.notice_readers_hint() };
    let withdrawal = notice.may_change().then(|| {
        let action = ServerAction::<WithdrawNotice>::new();
        let inputs = view! {
            <input type="hidden" name="id" value=notice.item.id.to_string()/>
            <input type="hidden" name="version" value=notice.version.to_string()/>
        };
        let question = lang.notice_withdraw_ask(&notice.item.title);
        let words = (lang.notice_withdraw_text(), lang.notice_withdraw(), question, lang.notice_withdraw_yes());
        confirmed_form(lang, action, inputs.into_any(), words)
    });
    view! {
        <section class="card unit-actions" aria-labelledby="manage">
            <h2 id="manage" class="card-head">{lang.notice_manage()}</h2>
            <dl class="facts">{fact(lang.notice_readers(), view! { {read} <span class="cell-more">{hint}</span> }.into_any())}</dl>
            {withdrawal}
        </section>
    }
    .into_any()
}
