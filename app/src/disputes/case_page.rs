//! A dispute as the operator sees it: both sides side by side, ways to free the code, and the decision.

use super::api::{DeleteDisputedUnit, MoveDisputedUnit, RejectDispute, UpholdDispute, get_dispute};
use crate::{
    accounts::{account_card, confirmed_form},
    components::{
        LongField, PageTitle, SubmitButton, Tone, badge, card, comparison, confirmation, dispute_badge, fact, notice,
        optional_fact, section_crumb, skeleton, unavailable_page,
    },
    forms::{
        ServerForm, failure, finding_at_field, focus_first_error_on, follow, id_in_path, load_one, pending, problem,
    },
    i18n::use_lang,
    routes::{DoneNotice, Route, UrlQuery},
    time::moment,
    units::plans_card,
};
use domain::{
    Finding, Problem, Template,
    dispute::{CodeHolder, DisputeCase, DisputeState, HoldingUnit},
    ids::DisputeId,
    normalize::same_name,
    purchaser::PurchaserQuery,
    schema::units,
    unit::UnitRef,
};
use leptos::prelude::*;
use texts::Lang;

/// The page; the id is in the path.
#[component]
pub(crate) fn DisputePage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path();
    let data = load_one(move || id.get(), get_dispute);
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

fn page(lang: Lang, case: &DisputeCase) -> AnyView {
    let crumbs = vec![section_crumb(lang, Template::Units), (lang.dispute_title().to_owned(), Some(Route::Disputes))];
    let (holder_cards, means) = match &case.holder {
        CodeHolder::Unit(unit) => (Some(holder(lang, unit)), means(lang, case, unit)),
        CodeHolder::Nobody | CodeHolder::Dissolved { .. } => (None, None),
    };
    view! {
        <PageTitle title=case.dispute.name.clone() crumbs lead=case.dispute.code.clone()/>
        {confirmation(lang, Template::Units, &[DoneNotice::Edited, DoneNotice::Deleted])}
        <div class="detail">
            <div class="detail-main">
                {sides(lang, case)}
                {card("grounds", lang.dispute_reason(), view! { <p class="dispute-reason">{case.reason.clone()}</p> }.into_any())}
                {holder_cards}
            </div>
            <div class="detail-side">{means} {decision(lang, case)}</div>
        </div>
    }
    .into_any()
}

/// In place of what the holder does not have.
const NONE: &str = "—";

/// Both sides side by side; differences are marked.
fn sides(lang: Lang, case: &DisputeCase) -> AnyView {
    let none = || NONE.into_any();
    let unit = match &case.holder {
        CodeHolder::Unit(unit) => Some(unit),
        CodeHolder::Nobody | CodeHolder::Dissolved { .. } => None,
    };
    let of_holder = |value: fn(Lang, &HoldingUnit) -> AnyView| unit.map_or_else(none, |unit| value(lang, unit));
    let is_same_name = unit.map(|unit| same_name(&unit.detail.unit.name) == same_name(&case.dispute.name));
    let superior = case.path.last().map(|superior| superior.id);
    let is_same_superior = unit.map(|unit| unit.detail.path.last().map(|superior| superior.id) == superior);
    let asked_superior = if case.path.is_empty() { case.dispute.superior.clone().into_any() } else { way(&case.path) };
    let holder_name = match &case.holder {
        CodeHolder::Nobody => badge(Tone::Good, "✓", lang.dispute_code_free()),
        CodeHolder::Dissolved { name, .. } => name.clone().into_any(),
        CodeHolder::Unit(unit) => {
            view! { <a href=Route::Unit(unit.id())>{unit.detail.unit.name.clone()}</a> }.into_any()
        }
    };
    let filed = lang.dispute_at_by(&moment(lang, case.dispute.filed_at), &case.login);
    let requester = view! { <a href=Route::Unit(case.requester.id)>{case.requester.name.clone()}</a> <span class="cell-more">{filed}</span> };
    let held_contact =
        of_holder(|lang, unit| contact(lang, unit.detail.unit.contact.as_deref(), unit.detail.unit.mobile.as_deref()));
    let data = [
        (lang.unit_name(), [case.dispute.name.clone().into_any(), holder_name], is_same_name),
        (lang.unit_superior(), [asked_superior, of_holder(|_, unit| way(&unit.detail.path))], is_same_superior),
        (lang.unit_contact(), [contact(lang, Some(&case.contact), Some(&case.mobile)), held_contact], None),
        (lang.dispute_added_by(), [requester.into_any(), of_holder(added)], None),
    ];
    comparison(lang, "sides", lang.dispute_sides(), [lang.dispute_by(), lang.dispute_of_holder()], data)
}

/// The units from the top of the tree down.
fn way(path: &[UnitRef]) -> AnyView {
    let steps =
        path.iter().map(|unit| view! { <li><a href=Route::Unit(unit.id)>{unit.name.clone()}</a></li> }).collect_view();
    view! { <ol class="way">{steps}</ol> }.into_any()
}

fn contact(lang: Lang, contact: Option<&str>, mobile: Option<&str>) -> AnyView {
    match (contact, mobile) {
        (None, None) => lang.none().into_any(),
        (contact, mobile) => view! {
            {contact.map(str::to_owned)}
            " "
            <span class="digits quiet">{mobile.map(str::to_owned)}</span>
        }
        .into_any(),
    }
}

/// When the holder was added, and by whom.
fn added(lang: Lang, unit: &HoldingUnit) -> AnyView {
    let at = moment(lang, unit.added_at);
    let by = unit.added_by.as_deref().unwrap_or_else(|| lang.dispute_preset());
    lang.dispute_at_by(&at, by).into_any()
}

/// What the operator weighs before it changes the holder: its levels, its account, its purchasers and its plans.
fn holder(lang: Lang, unit: &HoldingUnit) -> AnyView {
    let detail = &unit.detail;
    let purchasers = PurchaserQuery { unit: Some(unit.id()), ..PurchaserQuery::default() }.href(Route::Purchasers);
    let facts = view! {
        <dl class="facts">
            {fact(lang.unit_admin_level(), lang.admin_level(detail.unit.admin_level).into_any())}
            {optional_fact(lang, lang.unit_budget_level(), detail.budget_level.map(|level| lang.budget_level(level)))}
            {fact(lang.unit_children(), lang.unit_children_count(detail.children).into_any())}
            {fact(lang.dispute_purchasers(), view! { <a href=purchasers>{unit.purchasers}</a> }.into_any())}
        </dl>
    };
    view! {
        {card("holder", lang.dispute_holder(), facts.into_any())}
        {account_card(lang, lang.units_account(), detail.unit.login.clone(), detail.unit.account, detail.last_sign_in)}
        {plans_card(lang, &detail.plans)}
    }
    .into_any()
}

/// The ways to free the code, or to bring its unit to the requester. `None` once that is done, and after the decision.
fn means(lang: Lang, case: &DisputeCase, unit: &HoldingUnit) -> Option<AnyView> {
    if case.dispute.state != DisputeState::Open || case.is_settled() {
        return None;
    }
    let name = &unit.detail.unit.name;
    let inputs = || {
        view! {
            <input type="hidden" name="id" value=case.dispute.id.to_string()/>
            <input type="hidden" name="unit" value=unit.id().to_string()/>
        }
    };
    let destination = case.path.last().filter(|_| !unit.is_preset);
    let moving = destination.map(|destination| {
        let action = ServerAction::<MoveDisputedUnit>::new();
        let question = lang.dispute_move_ask(name, &destination.name);
        let words = (lang.dispute_move_text(), lang.dispute_move(), question, lang.dispute_move_yes());
        let inputs = view! {
            {move_faults(lang, problem(action))}
            {inputs()}
            <input type="hidden" name="version" value=unit.version.to_string()/>
        };
        confirmed_form(lang, action, inputs.into_any(), words)
    });
    let deletion = unit.is_unused().then(|| {
        let action = ServerAction::<DeleteDisputedUnit>::new();
        let question = lang.dispute_delete_ask(name);
        let words = (lang.dispute_delete_text(), lang.dispute_delete(), question, lang.dispute_delete_yes());
        confirmed_form(lang, action, inputs().into_any(), words)
    });
    let preset = unit.is_preset.then(|| view! { <p class="card-none">{lang.dispute_preset_text()}</p> });
    Some(
        view! {
            <section class="card unit-actions" aria-labelledby="means">
                <h2 id="means" class="card-head">{lang.dispute_means()}</h2>
                <div class="unit-action">
                    <p>{lang.dispute_correct_text()}</p>
                    <a class="button" href=Route::EditUnit(unit.id())>{lang.dispute_correct()}</a>
                </div>
                {moving}
                {deletion}
                {preset}
            </section>
        }
        .into_any(),
    )
}

/// Why the holder was not moved: what is wrong with its data below the new superior.
fn move_faults(lang: Lang, problem: Signal<Option<Problem>>) -> AnyView {
    let shown = move || match problem.get() {
        Some(Problem::Fields(faults)) => {
            let texts = faults.iter().map(|fault| {
                let column = domain::form::column_of(&fault.field).unwrap_or(units::TOTAL);
                let finding = Finding::new(0, column, fault.code);
                let label = lang.column_label(Template::Units, column);
                format!("{label}{}{}", lang.import_colon(), finding_at_field(lang, Template::Units, &finding))
            });
            let texts = texts.collect::<Vec<_>>().join("；");
            Some(notice(Tone::Error, lang.dispute_not_moved(), format!("{} {texts}", lang.dispute_move_fields())))
        }
        _ => None,
    };
    shown.into_any()
}

/// 处理: the decision, or the form for it.
fn decision(lang: Lang, case: &DisputeCase) -> AnyView {
    let dispute = &case.dispute;
    let body = if dispute.state == DisputeState::Open {
        let dissolved = match &case.holder {
            CodeHolder::Dissolved { name, into } => Some(lang.dispute_dissolved(name, &into.name)),
            CodeHolder::Nobody | CodeHolder::Unit(_) => None,
        };
        view! { <DecisionForms id=dispute.id version=dispute.version settled=case.is_settled() dissolved/> }.into_any()
    } else {
        let at = dispute.closed_at.map(|at| moment(lang, at)).unwrap_or_default();
        view! {
            <dl class="facts">
                {fact(lang.dispute_state(), dispute_badge(lang, dispute.state))}
                {optional_fact(lang, lang.dispute_closed_at(), Some(&at))}
                {dispute.answer.clone().map(|answer| fact(lang.dispute_answer(), answer.into_any()))}
            </dl>
        }
        .into_any()
    };
    view! {
        <section class="card unit-actions" aria-labelledby="decide">
            <h2 id="decide" class="card-head">{lang.dispute_decide()}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// 支持 or 驳回. `dissolved` says why the code can never be freed.
#[component]
fn DecisionForms(id: DisputeId, version: i32, settled: bool, dissolved: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let (uphold, reject) = (ServerAction::<UpholdDispute>::new(), ServerAction::<RejectDispute>::new());
    let (uphold_problem, reject_problem) = (problem(uphold), problem(reject));
    follow(uphold);
    follow(reject);
    focus_first_error_on(uphold_problem);
    focus_first_error_on(reject_problem);
    let answer = move |problem: Signal<Option<Problem>>| {
        Signal::derive(move || match problem.get() {
            Some(Problem::Fields(faults)) => {
                let fault = faults.first()?;
                let finding = Finding::new(0, units::REMARK, fault.code);
                Some(finding_at_field(lang, Template::Units, &finding))
            }
            _ => None,
        })
    };
    let failed = Signal::derive(move || uphold_problem.get().or_else(|| reject_problem.get()));
    let hidden = move || {
        view! {
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
        }
    };
    let upholding = if settled {
        view! {
            <p>{lang.dispute_uphold_text()}</p>
            <ServerForm action=uphold>
                {hidden()}
                <LongField
                    name="note"
                    label=lang.dispute_uphold_answer()
                    hint=lang.dispute_answer_hint()
                    error=answer(uphold_problem)
                    optional=true
                />
                <SubmitButton label=lang.dispute_uphold() busy=lang.certify_deciding() pending=pending(uphold)/>
            </ServerForm>
        }
        .into_any()
    } else {
        let why = dissolved.unwrap_or_else(|| lang.dispute_uphold_wait().to_owned());
        view! {
            <p id="uphold-why">{why}</p>
            <button type="button" class="button is-primary" aria-disabled="true" aria-describedby="uphold-why">
                {lang.dispute_uphold()}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="unit-action">
            {failure(lang, lang.not_saved(), failed)}
            {upholding}
        </div>
        <div class="unit-action">
            <ServerForm action=reject>
                {hidden()}
                <LongField
                    name="answer"
                    label=lang.dispute_reject_answer()
                    hint=lang.dispute_answer_hint()
                    error=answer(reject_problem)
                />
                <SubmitButton label=lang.dispute_reject() busy=lang.certify_deciding() pending=pending(reject) aside=true/>
            </ServerForm>
        </div>
    }
    .into_any()
}
