//! The pages: each asks its server functions and draws the answer.

mod certify;
mod chosen;
mod demo;
mod desktop;
mod help;
mod live;
mod manage;
mod not_found;
mod password;
mod profile;
mod purchaser;
mod purchaser_form;
mod purchasers;
mod reset;
mod row_form;
mod sign_in;
mod stale;
mod trade;
mod unit;
mod unit_actions;
mod unit_form;
mod unit_table;
mod units;

pub mod import;

pub(crate) use certify::{CertificationPage, CertificationsPage};
pub(crate) use demo::SentSmsPage;
pub(crate) use desktop::DesktopPage;
pub(crate) use help::HelpPage;
pub(crate) use manage::ManagePage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use password::{PasswordPage, TradePasswordPage};
pub(crate) use profile::{CompletePage, ProfilePage};
pub(crate) use purchaser::PurchaserPage;
pub(crate) use purchaser_form::{EditPurchaserPage, NewPurchaserPage};
pub(crate) use purchasers::PurchasersPage;
pub(crate) use reset::ResetPage;
pub(crate) use sign_in::{SignInPage, TradeSignInPage};
pub(crate) use trade::{DataPage, EditDataPage, HomePage, OrdersPage, TradeCompletePage};
pub(crate) use unit::UnitPage;
pub(crate) use unit_form::{EditUnitPage, NewUnitPage};
pub(crate) use units::UnitsPage;

use crate::{api::unit::get_unit, components::refused, error::ApiError};
use domain::{
    Code, Finding, Problem, Template,
    view::{Total, UnitId, UnitRef},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;
use texts::Lang;

/// Opens a page of this site as a whole, so that nothing of what was known before stays.
pub(crate) fn go(path: &str) {
    // Refused only for an address that is none.
    let _ = window().location().assign(path);
}

/// The id in the path; none where that is no id.
fn id_in_path<I>() -> Memo<Option<I>>
where
    I: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.read().get_str("id").and_then(|id| id.parse().ok()))
}

/// What a page of one thing shows; without a key there is no such thing.
fn one<K, T, F>(
    key: impl Fn() -> Option<K> + Send + Sync + 'static,
    load: impl Fn(K) -> F + Send + Sync + 'static,
) -> Resource<Result<T, ApiError>>
where
    K: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    Resource::new(key, move |key| {
        let found = key.map(&load);
        async move {
            match found {
                Some(found) => found.await,
                None => Err(ApiError::from(Problem::NotFound)),
            }
        }
    })
}

/// 导出 and, for who adds to it, 新增 above a list.
fn list_actions(
    lang: Lang,
    export: impl Fn() -> String + Send + Sync + 'static,
    add: Option<(&'static str, &'static str)>,
) -> AnyView {
    view! {
        <a class="button" href=export download rel="external">
            <span aria-hidden="true">"↓ "</span>
            {lang.manage_export()}
        </a>
        {add
            .map(|(path, label)| {
                view! {
                    <a class="button is-primary" href=path>
                        <span aria-hidden="true">"＋ "</span>
                        {label}
                    </a>
                }
            })}
    }
    .into_any()
}

/// How many there are, and by what they were found, each with a way to do without it; then the way to do without all; below
/// it the list. Where there is none at all, what stands in the list's place says so itself.
fn found_by(
    lang: Lang,
    text: String,
    total: Total,
    chips: Vec<(String, String)>,
    clear: Option<&'static str>,
    list: AnyView,
) -> AnyView {
    if total.number() == 0 && clear.is_none() {
        return list;
    }
    let chip = |(label, without): (String, String)| {
        view! {
            <a class="chip" href=without data-noscroll="true">
                {label}
                <span aria-hidden="true">"✕"</span>
                <span class="sr-only">{lang.manage_remove_filter()}</span>
            </a>
        }
    };
    let more = matches!(total, Total::MoreThan(_)).then_some("+");
    view! {
        <div class="found manage-found">
            <span role="status">{text} {more}</span>
            {chips.into_iter().map(chip).collect_view()}
            {clear.map(|path| view! { <a href=path>{lang.clear_search()}</a> })}
        </div>
        {list}
    }
    .into_any()
}

/// The unit below which a list is searched.
fn named(unit: Memo<Option<UnitId>>) -> Resource<Option<UnitRef>> {
    let name = async |unit: Option<UnitId>| {
        let unit = get_unit(unit?).await.ok()?.unit;
        Some(UnitRef { id: unit.id, name: unit.name })
    };
    Resource::new(move || unit.get(), name)
}

/// What was done on the page before. It goes, by style alone, once something is refused on this one.
fn done_notice(text: &'static str) -> AnyView {
    view! {
        <p class="notice is-good is-done" role="status">
            <span aria-hidden="true">"✓ "</span>
            {text}
        </p>
    }
    .into_any()
}

/// Goes on to where a form's server function says, once it has succeeded.
fn go_on<S>(action: ServerAction<S>)
where
    S: ServerFn<Output = String, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move |_| {
        if let Some(Ok(to)) = value.get() {
            go(&to);
        }
    });
}

/// Whether a form is on its way, or has succeeded and the next page is on its way.
fn pending<S>(action: ServerAction<S>) -> Memo<bool>
where
    S: ServerFn<Output = String, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let (pending, value) = (action.pending(), action.value());
    Memo::new(move |_| pending.get() || value.with(|value| matches!(value, Some(Ok(_)))))
}

/// Why a form failed.
fn problem<S>(action: ServerAction<S>) -> Signal<Option<Problem>>
where
    S: ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || {
        value.with(|value| match value {
            Some(Err(error)) => Some(error.problem().clone()),
            _ => None,
        })
    })
}

/// Why nothing was done, where no field is to blame.
fn failure(lang: Lang, title: &'static str, problem: Signal<Option<Problem>>) -> impl Fn() -> Option<AnyView> {
    move || {
        let problem = problem.get().filter(|problem| !matches!(problem, Problem::Fields(_)))?;
        Some(refused(lang, title, &problem))
    }
}

/// What is wrong with a field, in the words that a spreadsheet's cell of this column gets.
fn field_error(
    lang: Lang,
    template: Template,
    problem: Signal<Option<Problem>>,
    field: &'static str,
    column: u8,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(Problem::Fields(faults)) => {
                let fault = faults.iter().find(|fault| fault.field == field)?;
                Some(found(lang, template, &Finding::new(0, column, fault.code)))
            }
            _ => None,
        })
    })
}

/// A finding at a field.
fn found(lang: Lang, template: Template, finding: &Finding) -> String {
    match finding.code {
        Code::Required => lang.field_required().to_owned(),
        // A form has no other rows to name.
        Code::SuperiorCycle => lang.field_superior_cycle().to_owned(),
        Code::DuplicateCode => lang.field_code_known().to_owned(),
        Code::DuplicateName => lang.field_name_known().to_owned(),
        _ => lang.finding_at_field(template, finding),
    }
}

/// Leads to the first field in error, or to the notice where no field is to blame.
fn focus_fault(problem: Signal<Option<Problem>>) {
    Effect::new(move |_| {
        if problem.with(Option::is_some) {
            lead_to_fault();
        }
    });
}

/// The same, now.
fn lead_to_fault() {
    // The error is drawn first.
    request_animation_frame(|| {
        let first = document().query_selector("[aria-invalid=true], .notice.is-error").ok().flatten();
        if let Some(element) = first {
            use wasm_bindgen::JsCast;
            let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    });
}
