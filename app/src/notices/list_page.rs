//! The list: the notices that the account has received, unread ones first, or those that it has published.

use super::api::{list_notices, list_trade_notices};
use crate::{
    components::{PageTitle, Tone, badge, empty, onwards, skeleton, table_head, unavailable_page},
    current_account::is_operator,
    error::ApiError,
    i18n::use_lang,
    routes::{Route, parameter},
    time::moment,
};
use domain::{
    account::Portal,
    notice::{Importance, NoticeListItem, NoticeState, NoticesPage as Page},
    paging::BoundedCount,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The word in the address for the notices that the account has published.
const OWN: &str = "own";

/// The page of the management. The operator stands above all others and receives none: it sees its own.
#[component]
pub(crate) fn NoticesPage() -> impl IntoView {
    let query = use_query_map();
    let operator = is_operator();
    let own = Memo::new(move |_| operator || query.read().get_str(parameter::STATE) == Some(OWN));
    let after = cursor();
    let data = Resource::new(move || (own.get(), after.get()), |(own, after)| list_notices(own, after));
    page(Portal::Management, after, data)
}

/// The page of the trading portal.
#[component]
pub(crate) fn TradeNoticesPage() -> impl IntoView {
    let after = cursor();
    let data = Resource::new(move || after.get(), list_trade_notices);
    page(Portal::Trading, after, data)
}

fn cursor() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get(parameter::CURSOR))
}

fn page(portal: Portal, after: Memo<Option<String>>, data: Resource<Result<Page, ApiError>>) -> AnyView {
    let lang = use_lang();
    view! {
        <Transition fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(page) => content(lang, portal, page, after.get_untracked().is_some()),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn content(lang: Lang, portal: Portal, page: Page, has_cursor: bool) -> AnyView {
    let lead = if page.own { lang.notice_own_lead() } else { lang.notice_lead() };
    let add = page.may_write.then(|| {
        view! {
            <a class="button is-primary" href=Route::NewNotice>
                <span aria-hidden="true">"＋ "</span>
                {lang.notice_new()}
            </a>
        }
    });
    let chips = (page.may_write && !is_operator()).then(|| chips(lang, page.own));
    // The crumbs leave room for the link to the help beside them; the trading portal has no such link.
    let crumbs = match portal {
        Portal::Management => vec![(lang.menu_desktop().to_owned(), Some(Route::Home(portal)))],
        Portal::Trading => Vec::new(),
    };
    view! {
        <PageTitle title=lang.notice_title() crumbs lead>{add}</PageTitle>
        {chips}
        {list(lang, portal, page, has_cursor)}
    }
    .into_any()
}

/// 收到的通知 and 我发布的通知.
fn chips(lang: Lang, own: bool) -> AnyView {
    let chip = |label: &'static str, page: String, current: bool| {
        view! { <a class="chip" href=page aria-current=current.then_some("true")>{label}</a> }
    };
    view! {
        <nav class="chips" aria-label=lang.notice_filter()>
            {chip(lang.notice_received(), Route::Notices(Portal::Management).to_string(), !own)}
            {chip(lang.notice_published(), own_notices(&[]), own)}
        </nav>
    }
    .into_any()
}

fn own_notices(more: &[(&'static str, String)]) -> String {
    Route::Notices(Portal::Management).with(&[&[(parameter::STATE, OWN.to_owned())], more].concat())
}

fn list(lang: Lang, portal: Portal, page: Page, has_cursor: bool) -> AnyView {
    let own = page.own;
    let at = |cursor: &[(&'static str, String)]| {
        if own { own_notices(cursor) } else { Route::Notices(portal).with(cursor) }
    };
    let back = has_cursor.then(|| view! { <a class="button" href=at(&[])>{lang.notice_first()}</a> });
    if page.rows.is_empty() {
        let (title, help) = if own {
            (lang.notice_own_none(), lang.notice_own_none_help())
        } else {
            (lang.notice_none(), lang.notice_none_help())
        };
        return empty(title, help, back.into_any());
    }
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let next = page.next.map(|cursor| at(&[(parameter::CURSOR, cursor)]));
    let heads = [
        Some((lang.notice_heading(), None)),
        (!own).then_some((lang.notice_author(), None)),
        Some((lang.notice_published_at(), None)),
        Some((lang.notice_ends_on(), None)),
        Some((if own { lang.notice_state_head() } else { lang.notice_reading() }, None)),
    ];
    let rows = page.rows.into_iter().map(|row| self::row(lang, portal, row, own)).collect_view();
    view! {
        <p class="found" role="status">{lang.notice_found(page.total.number())} {more}</p>
        <div class="table-frame">
            <table class="table is-cards">
                {table_head(heads.into_iter().flatten())}
                <tbody>{rows}</tbody>
            </table>
        </div>
        {onwards(lang, back, next)}
    }
    .into_any()
}

fn row(lang: Lang, portal: Portal, row: NoticeListItem, own: bool) -> AnyView {
    let importance = important_badge(lang, row.importance);
    let is_unread = !own && !row.is_read;
    let state = if own {
        state_badge(lang, row.state)
    } else if is_unread {
        badge(Tone::Info, "●", lang.notice_unread())
    } else {
        badge(Tone::Quiet, "✓", lang.notice_read())
    };
    let state_label = if own { lang.notice_state_head() } else { lang.notice_reading() };
    let author = (!own).then(|| {
        let author = author(lang, &row);
        view! { <td data-label=lang.notice_author()>{author}</td> }
    });
    let ends_on = row.ends_on.map_or_else(|| lang.notice_no_end().to_owned(), |day| day.to_string());
    view! {
        <tr class:is-unread=is_unread>
            <td class="cell-main notice-heading">
                {importance}
                <a href=Route::Notice(portal, row.id)>{row.title}</a>
            </td>
            {author}
            <td class="cell-time" data-label=lang.notice_published_at()>{moment(lang, row.published_at)}</td>
            <td class="cell-time digits" data-label=lang.notice_ends_on()>{ends_on}</td>
            <td class="cell-time" data-label=state_label>{state}</td>
        </tr>
    }
    .into_any()
}

/// Who has written a notice.
pub(super) fn author(lang: Lang, notice: &NoticeListItem) -> String {
    notice.author.clone().unwrap_or_else(|| lang.operator().to_owned())
}

/// Marks an important notice.
pub(super) fn important_badge(lang: Lang, importance: Importance) -> Option<AnyView> {
    (importance == Importance::Important).then(|| badge(Tone::Warning, "!", lang.importance(importance)))
}

/// The state of an own notice.
pub(super) fn state_badge(lang: Lang, state: NoticeState) -> AnyView {
    let (tone, sign) = match state {
        NoticeState::Published => (Tone::Good, "✓"),
        NoticeState::Ended | NoticeState::Withdrawn => (Tone::Quiet, "–"),
    };
    badge(tone, sign, lang.notice_state(state))
}
