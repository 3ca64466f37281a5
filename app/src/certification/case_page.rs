//! 采购人认证 of one purchaser: its data beside those of its unit, and the decision.

use super::api::{Certify, ReturnCertification, get_certification};
use crate::{
    components::{
        LongField, PageTitle, SubmitButton, card, certification_badge, comparison, section_crumb, skeleton, text_fact,
        unavailable_page,
    },
    forms::{ServerForm, failure, focus_first_error_on, follow, id_in_path, load_one, pending, problem},
    i18n::use_lang,
    routes::Route,
    time::moment,
};
use domain::{
    Certification, Problem, Template,
    ids::PurchaserId,
    trade::{CertificationCase, ComparedItem},
};
use leptos::prelude::*;
use texts::Lang;

/// The page; the id is in the path.
#[component]
pub(crate) fn CertificationPage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let data = load_one(move || id.get(), get_certification);
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(case) => page(lang, &case),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn page(lang: Lang, case: &CertificationCase) -> AnyView {
    let crumbs =
        vec![section_crumb(lang, Template::Purchasers), (lang.certify_title().to_owned(), Some(Route::Certifications))];
    let decision = if case.certification == Certification::Submitted {
        view! { <DecisionForms id=case.id version=case.version/> }.into_any()
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

/// The data that purchaser and unit both have; differences are marked.
fn compare(lang: Lang, pairs: &[ComparedItem]) -> AnyView {
    let data = pairs.iter().map(|pair| {
        let of_unit = pair.unit.clone().unwrap_or_else(|| lang.none().to_owned());
        (lang.certify_datum_of(pair.datum), [pair.purchaser.clone().into_any(), of_unit.into_any()], Some(pair.same))
    });
    let sides = [lang.trade_section_purchaser(), lang.trade_unit()];
    comparison(lang, "compare", lang.certify_compare(), sides, data)
}

/// The data that only the purchaser has.
fn more(lang: Lang, case: &CertificationCase) -> AnyView {
    let data = &case.completion;
    let at = |at: Option<_>| at.map(|at| moment(lang, at)).unwrap_or_default();
    let note = case.note.as_ref().map(|note| view! { <p class="card-none">{lang.certify_last(note)}</p> });
    card(
        "more",
        lang.certify_more(),
        view! {
            <dl class="facts">
                {text_fact(lang, lang.trade_kind(), lang.purchaser_kind(case.kind))}
                {text_fact(lang, lang.trade_address(), &data.address)}
                {text_fact(lang, lang.trade_delivery(), &data.delivery_address)}
                {text_fact(lang, lang.trade_bank_plain(), &data.invoice_bank)}
                {text_fact(lang, lang.trade_bank_account_plain(), &data.invoice_account)}
                {text_fact(lang, lang.login_name(), &case.login)}
                {text_fact(lang, lang.certify_since(), &at(case.submitted_at))}
            </dl>
            {note}
        }
        .into_any(),
    )
}

/// 通过认证 or 退回.
#[component]
fn DecisionForms(id: PurchaserId, version: i32) -> impl IntoView {
    let lang = use_lang();
    let (approve, send_back) = (ServerAction::<Certify>::new(), ServerAction::<ReturnCertification>::new());
    let (approve_problem, send_back_problem) = (problem(approve), problem(send_back));
    follow(approve);
    follow(send_back);
    focus_first_error_on(approve_problem);
    focus_first_error_on(send_back_problem);
    let reason = Signal::derive(move || match send_back_problem.get() {
        Some(Problem::Fields(faults)) => faults.first().map(|fault| lang.trade_fault(fault)),
        _ => None,
    });
    let failed = Signal::derive(move || approve_problem.get().or_else(|| send_back_problem.get()));
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
            <ServerForm action=approve>
                {hidden()}
                <SubmitButton label=lang.certify_approve() busy=lang.certify_deciding() pending=pending(approve)/>
            </ServerForm>
        </div>
        <div class="unit-action">
            <ServerForm action=send_back>
                {hidden()}
                <LongField
                    name="reason"
                    label=lang.certify_reason()
                    hint=lang.certify_reason_hint()
                    error=reason
                />
                <SubmitButton label=lang.certify_return() busy=lang.certify_deciding() pending=pending(send_back) aside=true/>
            </ServerForm>
        </div>
    }
    .into_any()
}
