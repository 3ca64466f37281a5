//! 采购人资料: read, completed at the first sign-in, mended and submitted.

use super::{Submit, state};
use crate::{
    api::trade::{SaveTradeProfile, get_trade_profile},
    components::{Field, FieldError, PageTitle, SelectField, SubmitButton, Tone, skeleton, unavailable},
    i18n::use_lang,
    kept,
    pages::{
        done_notice, failure, focus_fault, problem,
        stale::{Editing, overtaken},
    },
    session::TRADE,
};
use domain::{
    Certification, Problem, PurchaserKind,
    trade::{TradeForm, TradeProfile},
};
use leptos::{ev, form::FromFormData, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// 采购人资料: what is stored and how far it is certified, to be checked before it is submitted.
#[component]
pub(crate) fn DataPage() -> impl IntoView {
    let lang = use_lang();
    let done = use_query_map().with_untracked(|query| match query.get_str("done") {
        Some("saved") => Some(lang.trade_saved()),
        Some("submitted") => Some(lang.trade_submitted()),
        _ => None,
    });
    view! {
        <PageTitle title=lang.trade_profile()/>
        {done.map(done_notice)}
        {when_there(move |profile| read(lang, &profile))}
    }
    .into_any()
}

/// 请完善采购人资料: before anything else opens.
#[component]
pub(crate) fn CompletePage() -> impl IntoView {
    let lang = use_lang();
    let typed = StoredValue::new(kept::take(TRADE));
    let form =
        move |profile| view! { <DataForm profile typed=typed.get_value() save=lang.trade_complete_save()/> }.into_any();
    view! {
        <PageTitle title=lang.trade_complete_title() lead=lang.trade_complete_lead()/>
        <div class="form-page">
            <section class="card form-card trade-form">
                {when_there(form)}
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

/// 修改资料
#[component]
pub(crate) fn EditDataPage() -> impl IntoView {
    let lang = use_lang();
    let crumbs = vec![(lang.trade_profile().to_owned(), Some("/trade/profile"))];
    let typed = StoredValue::new(kept::take(TRADE));
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
                <DataForm profile typed=typed.get_value() save=lang.save() cancel=true/>
            </section>
        }
        .into_any()
    };
    view! {
        <PageTitle title=lang.trade_edit() crumbs/>
        {when_there(form)}
    }
    .into_any()
}

fn when_there(draw: impl Fn(TradeProfile) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
    let lang = use_lang();
    let data = Resource::new(|| (), |()| get_trade_profile());
    view! {
        <Suspense fallback=|| skeleton(6)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(profile) => draw(profile),
                    Err(error) => unavailable(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn read(lang: Lang, profile: &TradeProfile) -> AnyView {
    let open = matches!(profile.certification, Certification::None | Certification::Returned);
    let action = if open {
        view! { <Submit profile=profile.clone()/> }.into_any()
    } else {
        view! { <p><a class="button" href="/trade/profile/edit">{lang.trade_edit()}</a></p> }.into_any()
    };
    let form = &profile.form;
    let kind = PurchaserKind::from_label(&form.kind).map(|kind| lang.purchaser_kind(kind)).unwrap_or_default();
    view! {
        <div class="trade-data">
            {state(lang, profile, action)}
            <section class="card" aria-labelledby="purchaser">
                <h2 id="purchaser" class="card-head">{lang.trade_section_purchaser()}</h2>
                <dl class="facts">
                    {fact(lang, lang.trade_name(), &profile.name)}
                    {fact(lang, lang.trade_code(), &profile.code)}
                    {fact(lang, lang.trade_unit(), &profile.unit)}
                    {fact(lang, lang.trade_kind(), kind)}
                    {fact(lang, lang.trade_address(), &form.address)}
                    {fact(lang, lang.trade_delivery(), &form.delivery_address)}
                </dl>
                <p class="card-none">{lang.trade_ask(&profile.unit)}</p>
            </section>
            <section class="card" aria-labelledby="invoice">
                <h2 id="invoice" class="card-head">{lang.trade_section_invoice()}</h2>
                <dl class="facts">
                    {fact(lang, lang.trade_invoice_title(), &form.invoice_title)}
                    {fact(lang, lang.trade_tax_number(), &form.invoice_tax_number)}
                    {fact(lang, lang.trade_bank_plain(), &form.invoice_bank)}
                    {fact(lang, lang.trade_bank_account_plain(), &form.invoice_account)}
                </dl>
            </section>
            <section class="card" aria-labelledby="contact">
                <h2 id="contact" class="card-head">{lang.trade_section_contact()}</h2>
                <dl class="facts">
                    {fact(lang, lang.trade_contact(), &form.contact)}
                    {fact(lang, lang.trade_mobile(), &form.mobile)}
                </dl>
            </section>
        </div>
    }
    .into_any()
}

/// What on the left, value on the right.
pub(crate) fn fact(lang: Lang, what: &'static str, value: &str) -> AnyView {
    let value = if value.is_empty() { lang.none().to_owned() } else { value.to_owned() };
    view! {
        <div>
            <dt>{what}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

#[component]
fn DataForm(
    profile: TradeProfile,
    #[prop(optional_no_strip)] typed: Option<TradeForm>,
    save: &'static str,
    /// Whether the form may be left as it is.
    #[prop(optional)]
    cancel: bool,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SaveTradeProfile>::new();
    let problem = problem(action);
    focus_fault(problem);
    let editing = Editing::follow(action, &profile, "/trade/profile?done=saved".to_owned());
    let stale = editing.stale(lang, action);
    let overtaken = overtaken(lang, typed.as_ref(), &profile);
    let Editing { version, mine, pending } = editing;
    let form = typed.unwrap_or_else(|| likely(&profile));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked()
            && let Ok(data) = SaveTradeProfile::from_event(&event)
        {
            mine.set(data.form.clone());
            action.dispatch(data);
        }
    };
    let stored_version = move || version.get().to_string();
    view! {
        {overtaken}
        {failure(lang, lang.not_saved(), problem)}
        {stale}
        <form method="post" action=SaveTradeProfile::url() on:submit=submit>
            <input type="hidden" name="version" value=stored_version prop:value=stored_version/>
            {purchaser(lang, &form, problem)}
            {invoice(lang, &form, problem)}
            {contact(lang, &form, problem)}
            <div class="form-actions">
                <SubmitButton label=save busy=lang.saving() pending/>
                {cancel.then(|| view! { <a class="button" href="/trade/profile">{lang.cancel()}</a> })}
            </div>
        </form>
    }
    .into_any()
}

/// What is stored; invoices are likely made out to the purchaser itself.
fn likely(profile: &TradeProfile) -> TradeForm {
    let or = |stored: &str, likely: &str| if stored.is_empty() { likely.to_owned() } else { stored.to_owned() };
    TradeForm {
        invoice_title: or(&profile.form.invoice_title, &profile.name),
        invoice_tax_number: or(&profile.form.invoice_tax_number, &profile.code),
        ..profile.form.clone()
    }
}

/// What is wrong with a field.
fn error(lang: Lang, problem: Signal<Option<Problem>>, field: &'static str) -> FieldError {
    Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(Problem::Fields(faults)) => {
                faults.iter().find(|fault| fault.field == field).map(|fault| lang.trade_fault(fault))
            }
            _ => None,
        })
    })
}

fn purchaser(lang: Lang, form: &TradeForm, problem: Signal<Option<Problem>>) -> AnyView {
    let kinds = PurchaserKind::ALL.into_iter().map(|kind| (kind.label(), lang.purchaser_kind(kind))).collect();
    view! {
        <fieldset>
            <legend>{lang.trade_section_purchaser()}</legend>
            <SelectField
                name="form[kind]"
                label=lang.trade_kind()
                options=kinds
                value=PurchaserKind::from_label(&form.kind).map(PurchaserKind::label)
                error=error(lang, problem, "kind")
            />
            <Field
                name="form[address]"
                label=lang.trade_address()
                autocomplete="street-address"
                maxlength=100
                value=form.address.clone()
                error=error(lang, problem, "address")
            />
            <Field
                name="form[delivery_address]"
                label=lang.trade_delivery()
                hint=lang.trade_delivery_hint()
                autocomplete="shipping street-address"
                maxlength=100
                value=form.delivery_address.clone()
                error=error(lang, problem, "delivery_address")
            />
        </fieldset>
    }
    .into_any()
}

fn invoice(lang: Lang, form: &TradeForm, problem: Signal<Option<Problem>>) -> AnyView {
    view! {
        <fieldset>
            <legend>{lang.trade_section_invoice()}</legend>
            <Field
                name="form[invoice_title]"
                label=lang.trade_invoice_title()
                maxlength=100
                value=form.invoice_title.clone()
                error=error(lang, problem, "invoice_title")
            />
            <Field
                name="form[invoice_tax_number]"
                label=lang.trade_tax_number()
                hint=lang.trade_tax_number_hint()
                maxlength=40
                value=form.invoice_tax_number.clone()
                error=error(lang, problem, "invoice_tax_number")
            />
            <Field
                name="form[invoice_bank]"
                label=lang.trade_bank()
                maxlength=100
                optional=true
                value=form.invoice_bank.clone()
                error=error(lang, problem, "invoice_bank")
            />
            <Field
                name="form[invoice_account]"
                label=lang.trade_bank_account()
                maxlength=50
                optional=true
                value=form.invoice_account.clone()
                error=error(lang, problem, "invoice_account")
            />
        </fieldset>
    }
    .into_any()
}

fn contact(lang: Lang, form: &TradeForm, problem: Signal<Option<Problem>>) -> AnyView {
    view! {
        <fieldset>
            <legend>{lang.trade_section_contact()}</legend>
            <Field
                name="form[contact]"
                label=lang.trade_contact()
                autocomplete="name"
                maxlength=50
                value=form.contact.clone()
                error=error(lang, problem, "contact")
            />
            <Field
                name="form[mobile]"
                label=lang.trade_mobile()
                hint=lang.trade_mobile_hint()
                kind="tel"
                autocomplete="tel-national"
                maxlength=20
                value=form.mobile.clone()
                error=error(lang, problem, "mobile")
            />
        </fieldset>
    }
    .into_any()
}
