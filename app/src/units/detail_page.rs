//! A unit: its facts, its plans, its account and its history.

use super::{api::get_unit, issue_form::IssueForm, removal::removal_card};
use crate::{
    accounts::{HolderPage, holder_page},
    components::{NUMBER, card, fact, notice_in_address, optional_fact, table_head},
    current_account::{is_operator, own_unit},
    routes::{DoneNotice, Route, UrlQuery},
};
use domain::{Template, account::AccountState, plan::PlanView, purchaser::PurchaserQuery, unit::UnitDetail};
use leptos::prelude::*;
use texts::Lang;

/// The page; the id is in the path.
#[component]
pub(crate) fn UnitPage() -> impl IntoView {
    holder_page(get_unit, page)
}

fn page(lang: Lang, detail: UnitDetail) -> HolderPage {
    let unit = &detail.unit;
    let issued = notice_in_address(&[DoneNotice::Issued]).is_some();
    let issuable =
        is_operator() && matches!(unit.account, AccountState::NotIssued | AccountState::NotActivated) && !issued;
    let issue_form = issuable
        .then(|| view! { <IssueForm unit=unit.id contact=unit.contact.clone().unwrap_or_default()/> }.into_any());
    let edits = own_unit().is_some_and(|own| own.id != unit.id);
    HolderPage {
        template: Template::Units,
        holder: unit.id.into(),
        name: unit.name.clone(),
        list: (lang.units_title().to_owned(), Some(Route::Units)),
        edit: edits.then_some(Route::EditUnit(unit.id)),
        main: view! {
            {facts(lang, &detail)}
            {plans_card(lang, &detail.plans)}
        }
        .into_any(),
        account_title: lang.units_account(),
        login: unit.login.clone(),
        account: unit.account,
        last_sign_in: detail.last_sign_in,
        account_form: issue_form,
        removal: removal_card(lang, &detail),
        sms: detail.sms,
        events: detail.events,
    }
}

fn facts(lang: Lang, detail: &UnitDetail) -> AnyView {
    let unit = &detail.unit;
    let code = view! { <span class="digits">{unit.code.clone().unwrap_or_else(|| lang.none().to_owned())}</span> };
    let contact = match (&unit.contact, &unit.mobile) {
        (None, None) => lang.none().into_any(),
        (contact, mobile) => view! {
            {contact.clone()}
            " "
            <span class="digits quiet">{mobile.clone()}</span>
        }
        .into_any(),
    };
    let purchasers = PurchaserQuery { unit: Some(unit.id), ..PurchaserQuery::default() }.href(Route::Purchasers);
    let purchasers = view! { <a href=purchasers>{lang.purchasers_of_unit()}</a> };
    let former = (!detail.former.is_empty()).then(|| fact(lang.act_former(), detail.former.join("、").into_any()));
    card("facts", lang.unit_facts(), view! {
            <dl class="facts">
                {fact(lang.unit_code(), code.into_any())}
                {superiors(detail).map(|way| fact(lang.unit_superior(), way))}
                {fact(lang.unit_admin_level(), lang.admin_level(unit.admin_level).into_any())}
                {optional_fact(lang, lang.unit_budget_level(), detail.budget_level.map(|level| lang.budget_level(level)))}
                {fact(lang.unit_contact(), contact)}
                {fact(lang.unit_children(), lang.unit_children_count(detail.children).into_any())}
                {fact(lang.purchaser(), purchasers.into_any())}
                {former}
                {optional_fact(lang, lang.unit_remark(), detail.remark.as_deref())}
            </dl>
        }.into_any())
}

/// The superiors from the reader's own unit down to this one.
fn superiors(detail: &UnitDetail) -> Option<AnyView> {
    if detail.path.is_empty() {
        return detail.unit.superior.clone().map(IntoAny::into_any);
    }
    let steps = detail
        .path
        .iter()
        .map(|unit| view! { <li><a href=Route::Unit(unit.id)>{unit.name.clone()}</a></li> })
        .collect_view();
    Some(view! { <ol class="way">{steps}</ol> }.into_any())
}

/// The plans of all years.
pub(crate) fn plans_card(lang: Lang, plans: &[PlanView]) -> AnyView {
    if plans.is_empty() {
        return card(
            "plans",
            lang.unit_plans(),
            view! {
                <p class="card-none">{lang.unit_plans_none()}</p>
            }
            .into_any(),
        );
    }
    let amounts = texts::amounts(&plans.iter().flat_map(|plan| [plan.total, plan.share]).collect::<Vec<_>>());
    let mut amounts = amounts.into_iter();
    let rows = plans
        .iter()
        .map(|plan| {
            let (total, share) = (amounts.next(), amounts.next());
            view! {
                <tr>
                    <th scope="row">{plan.year}</th>
                    <td class="number">{total}</td>
                    <td class="number">{format!("{}%", plan.ratio)}</td>
                    <td class="number">{share}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = [
        (lang.plan_year(), None),
        (lang.units_total(), NUMBER),
        (lang.units_ratio(), NUMBER),
        (lang.plan_share(), NUMBER),
    ];
    card(
        "plans",
        lang.unit_plans(),
        view! {
            <table class="table is-inside">
                {table_head(heads)}
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any(),
    )
}
