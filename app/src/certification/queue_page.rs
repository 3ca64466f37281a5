//! 采购人认证: the queue of waiting purchasers.

use super::api::list_certifications;
use crate::{
    components::{PageTitle, confirmation, empty, onwards, section_crumb, skeleton, table_head, unavailable},
    i18n::use_lang,
    routes::{DoneNotice, Route, parameter},
    time::moment,
};
use domain::{
    Template,
    paging::BoundedCount,
    trade::{CertificationQueueItem, CertificationQueuePage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The page.
#[component]
pub(crate) fn CertificationsPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.read().get(parameter::CURSOR));
    let data = Resource::new(move || cursor.get(), list_certifications);
    view! {
        <PageTitle title=lang.certify_title() crumbs=vec![section_crumb(lang, Template::Purchasers)] lead=lang.certify_lead()/>
        {confirmation(lang, Template::Purchasers, &[DoneNotice::Certified, DoneNotice::Returned])}
        <Transition fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(page) => queue(lang, page, cursor.get_untracked().is_some()),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn queue(lang: Lang, page: CertificationQueuePage, has_cursor: bool) -> AnyView {
    let back = has_cursor.then(|| view! { <a class="button" href=Route::Certifications>{lang.certify_first()}</a> });
    if page.rows.is_empty() {
        return empty(lang.certify_none(), lang.certify_none_help(), back.into_any());
    }
    let more = matches!(page.total, BoundedCount::MoreThan(_)).then_some("+");
    let rows = page.rows.into_iter().map(|row| waiting(lang, row)).collect_view();
    let next = page.next.map(|cursor| Route::Certifications.with(&[(parameter::CURSOR, cursor)]));
    let heads = [(lang.trade_name(), None), (lang.trade_kind(), None), (lang.certify_since(), None)];
    view! {
        <p class="found" role="status">{lang.certify_found(page.total.number())} {more}</p>
        <div class="table-frame">
            <table class="table is-cards">
                {table_head(heads)}
                <tbody>{rows}</tbody>
            </table>
        </div>
        {onwards(lang, back, next)}
    }
    .into_any()
}

fn waiting(lang: Lang, row: CertificationQueueItem) -> AnyView {
    view! {
        <tr>
            <td class="cell-main">
                <a href=Route::Certification(row.id)>{row.name}</a>
                <span class="cell-more">{row.unit}</span>
            </td>
            <td data-label=lang.trade_kind()>{lang.purchaser_kind(row.kind)}</td>
            <td data-label=lang.certify_since()>{moment(lang, row.submitted_at)}</td>
        </tr>
    }
    .into_any()
}
