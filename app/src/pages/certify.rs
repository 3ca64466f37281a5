//! 采购人认证: the operator's queue, and the page on which it decides.

use super::{
    done_notice, failure, focus_fault, go_on, id_in_path, one, pending, problem,
    trade::{certification_badge, fact},
};
use crate::{
    api::certification::{Certify, ReturnCertification, get_certification, list_certifications},
    components::{LongField, PageTitle, SubmitButton, Tone, badge, empty, skeleton, unavailable, unavailable_page},
    i18n::use_lang,
    time::moment,
};
use domain::{
    Certification, Problem, Template,
    trade::{Case, Pair, QueuePage, QueueRow},
    view::{PurchaserId, Total},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

const PATH: &str = "/certification";

/// The queue.
#[component]
pub(crate) fn CertificationsPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let at = Memo::new(move |_| query.read().get("at"));
    let data = Resource::new(move || at.get(), list_certifications);
    let done = query.with_untracked(|query| match query.get_str("done") {
        Some("certified") => Some(lang.certify_certified()),
        Some("returned") => Some(lang.certify_returned()),
        _ => None,
    });
    let crumbs = vec![(lang.section(Template::Purchasers).to_owned(), None)];
    view! {
        <PageTitle title=lang.certify_title() crumbs lead=lang.certify_lead()/>
        {done.map(done_notice)}
        <Transition fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(page) => queue(lang, page, at.get_untracked().is_some()),
                    Err(error) => unavailable(lang, &error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn queue(lang: Lang, page: QueuePage, behind: bool) -> AnyView {
    let back = behind.then(|| view! { <a class="button" href=PATH>{lang.certify_first()}</a> });
    if page.rows.is_empty() {
        return empty(lang.certify_none(), lang.certify_none_help(), back.into_any());
    }
    let more = matches!(page.total, Total::MoreThan(_)).then_some("+");
    let rows = page.rows.into_iter().map(|row| waiting(lang, row)).collect_view();
    let next = page.next.map(|at| {
        view! { <a class="button" href=format!("{PATH}?at={at}") rel="next">{lang.import_next()}</a> }
    });
    view! {
        <p class="found" role="status">{lang.certify_found(page.total.number())} {more}</p>
        <div class="table-frame">
            <table class="table is-cards">
                <thead>
                    <tr>
                        <th scope="col">{lang.trade_name()}</th>
                        <th scope="col">{lang.trade_kind()}</th>
                        <th scope="col">{lang.certify_since()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <nav class="pager" aria-label=lang.import_pages()>{back} {next}</nav>
    }
    .into_any()
}

fn waiting(lang: Lang, row: QueueRow) -> AnyView {
    view! {
        <tr>
            <td class="cell-main">
                <a href=format!("{PATH}/{}", row.id)>{row.name}</a>
                <span class="cell-more">{row.unit}</span>
            </td>
            <td data-label=lang.trade_kind()>{lang.purchaser_kind(row.kind)}</td>
            <td data-label=lang.certify_since()>{moment(lang, row.submitted_at)}</td>
        </tr>
    }
    .into_any()
}

/// A purchaser's data beside its unit's, by the id in the path.
#[component]
pub(crate) fn CertificationPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let data = one(move || id.get(), get_certification);
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(case) => page(lang, &case),
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, case: &Case) -> AnyView {
    let crumbs =
        vec![(lang.section(Template::Purchasers).to_owned(), None), (lang.certify_title().to_owned(), Some(PATH))];
    let decision = if case.certification == Certification::Submitted {
        view! { <Decide id=case.id version=case.version/> }.into_any()
    } else {
        view! { <p class="card-none">{certification_badge(lang, case.certification)}</p> }.into_any()
    };
    view! {
        <PageTitle title=case.name.clone() crumbs/>
        <div class="detail">
            <div class="detail-main">
                {compare(lang, &case.pairs)}
                {more(lang, case)}
            </div>
            <div class="detail-side">
                <section class="card unit-actions" aria-labelledby="decide">
                    <h2 id="decide" class="card-head">{lang.certify_decide()}</h2>
                    {decision}
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// What both have: where they differ is marked.
fn compare(lang: Lang, pairs: &[Pair]) -> AnyView {
    let rows = pairs
        .iter()
        .map(|pair| {
            let mark = if pair.same {
                badge(Tone::Good, "✓", lang.certify_same())
            } else {
                badge(Tone::Warning, "!", lang.certify_differs())
            };
            view! {
                <tr class:is-different=!pair.same>
                    <th scope="row" class="cell-wide">{lang.certify_datum_of(pair.datum)}</th>
                    <td data-label=lang.trade_section_purchaser()>{pair.purchaser.clone()}</td>
                    <td data-label=lang.trade_unit()>{pair.unit.clone().unwrap_or_else(|| lang.none().to_owned())}</td>
                    <td class="cell-wide">{mark}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="compare">
            <h2 id="compare" class="card-head">{lang.certify_compare()}</h2>
            <table class="table is-inside is-cards certify-compare">
                <thead>
                    <tr>
                        <th scope="col">{lang.certify_datum()}</th>
                        <th scope="col">{lang.trade_section_purchaser()}</th>
                        <th scope="col">{lang.trade_unit()}</th>
                        <th scope="col">{lang.certify_verdict()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// What the purchaser alone has.
fn more(lang: Lang, case: &Case) -> AnyView {
    let data = &case.completion;
    let at = |at: Option<_>| at.map(|at| moment(lang, at)).unwrap_or_default();
    let note = case.note.as_ref().map(|note| view! { <p class="card-none">{lang.certify_last(note)}</p> });
    view! {
        <section class="card" aria-labelledby="more">
            <h2 id="more" class="card-head">{lang.certify_more()}</h2>
            <dl class="facts">
                {fact(lang, lang.trade_kind(), lang.purchaser_kind(case.kind))}
                {fact(lang, lang.trade_address(), &data.address)}
                {fact(lang, lang.trade_delivery(), &data.delivery_address)}
                {fact(lang, lang.trade_bank_plain(), &data.invoice_bank)}
                {fact(lang, lang.trade_bank_account_plain(), &data.invoice_account)}
                {fact(lang, lang.login_name(), &case.login)}
                {fact(lang, lang.certify_since(), &at(case.submitted_at))}
            </dl>
            {note}
        </section>
    }
    .into_any()
}

/// 通过认证 or 退回.
#[component]
fn Decide(id: PurchaserId, version: i32) -> impl IntoView {
    let lang = use_lang();
    let (approve, back) = (ServerAction::<Certify>::new(), ServerAction::<ReturnCertification>::new());
    let (refused, returned) = (problem(approve), problem(back));
    go_on(approve);
    go_on(back);
    focus_fault(refused);
    focus_fault(returned);
    let reason = Signal::derive(move || match returned.get() {
        Some(Problem::Fields(faults)) => faults.first().map(|fault| lang.trade_fault(fault)),
        _ => None,
    });
    let failed = Signal::derive(move || refused.get().or_else(|| returned.get()));
    let hidden = move || {
        view! {
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
        }
    };
    view! {
        <div class="unit-action">
            {failure(lang, lang.not_saved(), failed)}
            <p>{lang.certify_sms()}</p>
            <ActionForm action=approve>
                {hidden()}
                <SubmitButton label=lang.certify_approve() busy=lang.certify_deciding() pending=pending(approve)/>
            </ActionForm>
        </div>
        <div class="unit-action">
            <ActionForm action=back>
                {hidden()}
                <LongField
                    name="reason"
                    label=lang.certify_reason()
                    hint=lang.certify_reason_hint()
                    error=reason
                />
                <SubmitButton label=lang.certify_return() busy=lang.certify_deciding() pending=pending(back) aside=true/>
            </ActionForm>
        </div>
    }
    .into_any()
}
