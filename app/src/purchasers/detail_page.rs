//! A purchaser: its facts, its certification, its account and its history.

use super::api::{DeletePurchaser, get_purchaser};
use crate::{
    accounts::{HolderPage, confirmed_form, holder_page},
    components::{card, certification_badge, fact, optional_fact, text_fact},
    current_account::own_unit,
    routes::Route,
    time::moment,
};
use domain::{
    Certification, Template,
    purchaser::{PurchaserDetail, PurchaserListItem},
};
use leptos::prelude::*;
use texts::Lang;

/// The page; the id is in the path.
#[component]
pub(crate) fn PurchaserPage() -> impl IntoView {
    holder_page(get_purchaser, page)
}

fn page(lang: Lang, detail: PurchaserDetail) -> HolderPage {
    let edits = own_unit().is_some();
    let main = view! {
        {facts(lang, &detail)}
        {completion(lang, &detail)}
    }
    .into_any();
    let PurchaserDetail { purchaser, sms, events, last_sign_in, activated, .. } = detail;
    HolderPage {
        template: Template::Purchasers,
        holder: purchaser.id.into(),
        name: purchaser.name.clone(),
        list: (lang.purchasers_title().to_owned(), Some(Route::Purchasers)),
        edit: edits.then_some(Route::EditPurchaser(purchaser.id)),
        main,
        account_title: lang.purchasers_account(),
        login: purchaser.login.clone(),
        account: purchaser.account,
        last_sign_in,
        account_form: None,
        sms,
        events,
        removal: (edits && !activated).then(|| removal_card(lang, &purchaser)),
    }
}

fn facts(lang: Lang, detail: &PurchaserDetail) -> AnyView {
    let purchaser = &detail.purchaser;
    let code = view! { <span class="digits">{purchaser.code.clone()}</span> };
    let unit = view! { <a href=Route::Unit(purchaser.unit.id)>{purchaser.unit.name.clone()}</a> };
    let contact = view! {
        {purchaser.contact.clone()}
        " "
        <span class="digits quiet">{purchaser.mobile.clone()}</span>
    };
    card(
        "facts",
        lang.trade_profile(),
        view! {
            <dl class="facts">
                {fact(lang.trade_code(), code.into_any())}
                {fact(lang.trade_kind(), lang.purchaser_kind(purchaser.kind).into_any())}
                {fact(lang.trade_unit(), unit.into_any())}
                {fact(lang.trade_contact(), contact.into_any())}
                {fact(lang.trade_state(), certification(lang, detail))}
                {optional_fact(lang, lang.unit_remark(), detail.remark.as_deref())}
            </dl>
        }
        .into_any(),
    )
}

/// The state of the certification, since when, and why it was returned.
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
    let body = if detail.completed_at.is_some() {
        view! {
            <dl class="facts">
                {text_fact(lang, lang.trade_address(), &data.address)}
                {text_fact(lang, lang.trade_delivery(), &data.delivery_address)}
                {text_fact(lang, lang.trade_invoice_title(), &data.invoice_title)}
                {text_fact(lang, lang.trade_tax_number(), &data.invoice_tax_number)}
                {text_fact(lang, lang.trade_bank_plain(), &data.invoice_bank)}
                {text_fact(lang, lang.trade_bank_account_plain(), &data.invoice_account)}
            </dl>
        }
        .into_any()
    } else {
        view! { <p class="card-none">{lang.purchaser_not_completed()}</p> }.into_any()
    };
    card("completion", lang.purchaser_completion(), body)
}

/// 删除, hidden behind a disclosure, because it cannot be undone.
fn removal_card(lang: Lang, purchaser: &PurchaserListItem) -> AnyView {
    let id = view! { <input type="hidden" name="id" value=purchaser.id.to_string()/> }.into_any();
    let action = ServerAction::<DeletePurchaser>::new();
    let (text, label) = (lang.purchaser_delete_text(), lang.purchaser_delete());
    let question = lang.act_delete_ask(&purchaser.name);
    let delete = confirmed_form(lang, action, id, (text, label, question, lang.act_delete_yes()));
    view! {
        <details class="card unit-actions">
            <summary class="card-head">{label}</summary>
            {delete}
        </details>
    }
    .into_any()
}
