//! A purchaser in full: what it is, how far it is certified, its account and what happened to it.

use super::{
    done_notice, id_in_path, one,
    trade::certification_badge,
    unit::{account, done, events, fact, messages, text},
    unit_actions,
};
use crate::{
    api::purchaser::{DeletePurchaser, get_purchaser},
    components::{PageTitle, skeleton, unavailable_page},
    i18n::use_lang,
    session::me,
    time::moment,
};
use domain::{
    Certification, Template,
    view::{PurchaserDetail, PurchaserRow},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The page, by the id in the path.
#[component]
pub(crate) fn PurchaserPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let data = one(move || id.get(), get_purchaser);
    view! {
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(detail) => page(lang, detail),
                    Err(error) => unavailable_page(lang, &error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, detail: PurchaserDetail) -> AnyView {
    let done = use_query_map().with_untracked(|query| match query.get_str("done") {
        Some("added") => Some(lang.purchaser_added()),
        Some(what) => done(lang, what),
        None => None,
    });
    let edits = me().is_some_and(|me| me.unit.is_some());
    let crumbs = vec![
        (lang.section(Template::Purchasers).to_owned(), None),
        (lang.purchasers_title().to_owned(), Some("/purchasers")),
    ];
    let facts = facts(lang, &detail);
    let completion = completion(lang, &detail);
    let PurchaserDetail { purchaser, sms, events: happened, last_sign_in, activated, .. } = detail;
    view! {
        <PageTitle title=purchaser.name.clone() crumbs>
            {edits
                .then(|| {
                    view! {
                        <a class="button is-primary" href=format!("/purchasers/{}/edit", purchaser.id)>
                            {lang.manage_edit()}
                        </a>
                    }
                })}
        </PageTitle>
        {done.map(done_notice)}
        <div class="detail">
            <div class="detail-main">
                {facts}
                {completion}
                {events(lang, Template::Purchasers, happened)}
            </div>
            <div class="detail-side">
                {account(lang, lang.purchasers_account(), purchaser.login.clone(), purchaser.account, last_sign_in)}
                {unit_actions::account(lang, purchaser.id.into(), purchaser.account)}
                {messages(lang, sms)}
                {(edits && !activated).then(|| removal(lang, &purchaser))}
            </div>
        </div>
    }
    .into_any()
}

fn facts(lang: Lang, detail: &PurchaserDetail) -> AnyView {
    let purchaser = &detail.purchaser;
    let code = view! { <span class="digits">{purchaser.code.clone()}</span> };
    let unit = view! { <a href=format!("/units/{}", purchaser.unit.id)>{purchaser.unit.name.clone()}</a> };
    let contact = view! {
        {purchaser.contact.clone()}
        " "
        <span class="digits quiet">{purchaser.mobile.clone()}</span>
    };
    view! {
        <section class="card" aria-labelledby="facts">
            <h2 id="facts" class="card-head">{lang.trade_profile()}</h2>
            <dl class="facts">
                {fact(lang.trade_code(), code.into_any())}
                {fact(lang.trade_kind(), lang.purchaser_kind(purchaser.kind).into_any())}
                {fact(lang.trade_unit(), unit.into_any())}
                {fact(lang.trade_contact(), contact.into_any())}
                {fact(lang.trade_state(), certification(lang, detail))}
                {fact(lang.unit_remark(), text(lang, detail.remark.clone()))}
            </dl>
        </section>
    }
    .into_any()
}

/// How far it is certified, since when, and why it was returned.
fn certification(lang: Lang, detail: &PurchaserDetail) -> AnyView {
    let state = detail.purchaser.certification;
    let at = match state {
        Certification::None => None,
        Certification::Submitted => detail.submitted_at,
        Certification::Returned | Certification::Certified => detail.decided_at,
    };
    let at = at.map(|at| view! { " " <span class="quiet">{moment(lang, at)}</span> });
    let note = detail.certification_note.as_ref().filter(|_| state == Certification::Returned);
    let note = note.map(|note| view! { <span class="cell-more">{lang.trade_returned_text(note)}</span> });
    view! { {certification_badge(lang, state)} {at} {note} }.into_any()
}

fn completion(lang: Lang, detail: &PurchaserDetail) -> AnyView {
    let data = &detail.completion;
    let given = |value: &String| text(lang, Some(value.clone()).filter(|value| !value.is_empty()));
    let body = if detail.completed_at.is_some() {
        view! {
            <dl class="facts">
                {fact(lang.trade_address(), given(&data.address))}
                {fact(lang.trade_delivery(), given(&data.delivery_address))}
                {fact(lang.trade_invoice_title(), given(&data.invoice_title))}
                {fact(lang.trade_tax_number(), given(&data.invoice_tax_number))}
                {fact(lang.trade_bank_plain(), given(&data.invoice_bank))}
                {fact(lang.trade_bank_account_plain(), given(&data.invoice_account))}
            </dl>
        }
        .into_any()
    } else {
        view! { <p class="card-none">{lang.purchaser_not_completed()}</p> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="completion">
            <h2 id="completion" class="card-head">{lang.purchaser_completion()}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// 删除, behind a disclosure as it cannot be undone.
fn removal(lang: Lang, purchaser: &PurchaserRow) -> AnyView {
    let id = view! { <input type="hidden" name="id" value=purchaser.id.to_string()/> }.into_any();
    let action = ServerAction::<DeletePurchaser>::new();
    let (text, label) = (lang.purchaser_delete_text(), lang.purchaser_delete());
    let question = lang.act_delete_ask(&purchaser.name);
    let delete = unit_actions::asked(lang, action, id, (text, label, question, lang.act_delete_yes()));
    view! {
        <details class="card unit-actions">
            <summary class="card-head">{label}</summary>
            {delete}
        </details>
    }
    .into_any()
}
