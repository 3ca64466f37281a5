//! 采购人资料: the stored data, 完善采购人资料 at the first sign-in, and 修改资料.

use super::{
    api::get_trade_profile,
    certification_state::{SubmitForm, certification_state},
    profile_form::TradeProfileForm,
};
use crate::{
    components::{PageTitle, Tone, card, confirmation, skeleton, text_fact, unavailable},
    form_echo,
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{Certification, PurchaserKind, Template, account::Portal, trade::TradeProfile};
use leptos::prelude::*;
use texts::Lang;

/// 采购人资料: the stored data and the state of their certification. The reader checks them here before submission.
#[component]
pub(crate) fn TradeProfilePage() -> impl IntoView {
    let lang = use_lang();
    view! {
        <PageTitle title=lang.trade_profile()/>
        {confirmation(lang, Template::Purchasers, &[DoneNotice::Saved, DoneNotice::Submitted])}
        {when_loaded(move |profile| stored_data(lang, &profile))}
    }
    .into_any()
}

/// 请完善采购人资料. A purchaser must complete its data before any other page opens.
#[component]
pub(crate) fn CompleteTradeProfilePage() -> impl IntoView {
    let lang = use_lang();
    let echo = StoredValue::new(form_echo::take_at(Route::Home(Portal::Trading)));
    let form = move |profile| {
        view! { <TradeProfileForm profile echo=echo.get_value() save=lang.trade_complete_save()/> }.into_any()
    };
    view! {
        <PageTitle title=lang.trade_complete_title() lead=lang.trade_complete_lead()/>
        <div class="form-page">
            <section class="card form-card trade-form">
                {when_loaded(form)}
            </section>
            <aside class="card form-aside">
                <h2>{lang.trade_complete_why_title()}</h2>
                <p>{lang.trade_complete_why_certify()}</p>
                <p>{lang.trade_complete_why_invoice()}</p>
                <p>{lang.trade_complete_why_contact()}</p>
            </aside>
        </div>
    }
    .into_any()
}

/// 修改资料.
#[component]
pub(crate) fn EditTradeProfilePage() -> impl IntoView {
    let lang = use_lang();
    let crumbs = vec![(lang.trade_profile().to_owned(), Some(Route::Profile(Portal::Trading)))];
    let echo = StoredValue::new(form_echo::take_at(Route::Home(Portal::Trading)));
    let form = move |profile: TradeProfile| {
        let (tone, text) = match profile.certification {
            Certification::None => (Tone::Info, lang.trade_complete_lead().to_owned()),
            Certification::Submitted => (Tone::Warning, lang.trade_edit_submitted().to_owned()),
            Certification::Returned => {
                (Tone::Error, lang.trade_returned_text(profile.note.as_deref().unwrap_or_default()))
            }
            Certification::Certified => (Tone::Warning, lang.trade_edit_certified().to_owned()),
        };
        view! {
            <p class=format!("notice {}", tone.class())>{text}</p>
            <section class="card form-card unit-form">
                <TradeProfileForm profile echo=echo.get_value() save=lang.save() cancel=true/>
            </section>
        }
        .into_any()
    };
    view! {
        <PageTitle title=lang.trade_edit() crumbs/>
        {when_loaded(form)}
    }
    .into_any()
}

fn when_loaded(draw: impl Fn(TradeProfile) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
    let lang = use_lang();
    let data = Resource::new(|| (), |()| get_trade_profile());
    view! {
        <Suspense fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(profile) => draw(profile),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn stored_data(lang: Lang, profile: &TradeProfile) -> AnyView {
    let open = matches!(profile.certification, Certification::None | Certification::Returned);
    let action = if open {
        view! { <SubmitForm profile=profile.clone()/> }.into_any()
    } else {
        view! { <p><a class="button" href=Route::EditTradeProfile>{lang.trade_edit()}</a></p> }.into_any()
    };
    let form = &profile.form;
    let kind = PurchaserKind::from_label(&form.kind).map(|kind| lang.purchaser_kind(kind)).unwrap_or_default();
    view! {
        <div class="trade-data">
            {certification_state(lang, profile, action)}
            {card("purchaser", lang.trade_section_purchaser(), view! {
                <dl class="facts">
                    {text_fact(lang, lang.trade_name(), &profile.name)}
                    {text_fact(lang, lang.trade_code(), &profile.code)}
                    {text_fact(lang, lang.trade_unit(), &profile.unit)}
                    {text_fact(lang, lang.trade_kind(), kind)}
                    {text_fact(lang, lang.trade_address(), &form.address)}
                    {text_fact(lang, lang.trade_delivery(), &form.delivery_address)}
                </dl>
                <p class="card-none">{lang.trade_ask(&profile.unit)}</p>
            }.into_any())}
            {card("invoice", lang.trade_section_invoice(), view! {
                <dl class="facts">
                    {text_fact(lang, lang.trade_invoice_title(), &form.invoice_title)}
                    {text_fact(lang, lang.trade_tax_number(), &form.invoice_tax_number)}
                    {text_fact(lang, lang.trade_bank_plain(), &form.invoice_bank)}
                    {text_fact(lang, lang.trade_bank_account_plain(), &form.invoice_account)}
                </dl>
            }.into_any())}
            {card("contact", lang.trade_section_contact(), view! {
                <dl class="facts">
                    {text_fact(lang, lang.trade_contact(), &form.contact)}
                    {text_fact(lang, lang.trade_mobile(), &form.mobile)}
                </dl>
            }.into_any())}
        </div>
    }
    .into_any()
}
