//! 填报参数: what applies to the own unit and who has set it; for finance departments, the form to set it.

use super::{
    api::{SetPlanParameters, get_plan_parameters},
    parts::{is_above_form, section, set_by, year_chips, year_in_address},
};
use crate::{
    components::{
        Field, PageTitle, SubmitButton, aria_invalid, card, confirmation, described_by, field_frame, skeleton,
        table_head, unavailable_page,
    },
    document, form_echo,
    forms::{ServerForm, failure_of, focus_first_error, focus_first_error_on, problem},
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{
    Template,
    plan_finding::PlanFinding,
    plan_parameters::{
        CompletionBasis, FallRule, MAX_SOURCE, OwnParameters, Parameter, ParameterForm, ParametersAnswer,
        ParametersView,
    },
};
use leptos::prelude::*;
use texts::Lang;

/// The page; the year is in the address.
#[component]
pub(crate) fn PlanParametersPage() -> impl IntoView {
    let lang = use_lang();
    let year = year_in_address();
    let echo = StoredValue::new(form_echo::take_at::<ParameterForm>(Route::PlanParameters));
    let data = Resource::new(move || year.get(), |year| get_plan_parameters(None, year));
    view! {
        <Transition fallback=|| skeleton(10)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => page(lang, view, echo.get_value()),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(lang: Lang, view: ParametersView, echo: Option<ParameterForm>) -> AnyView {
    let lead = if view.own.is_some() { lang.plan_parameters_lead() } else { lang.plan_parameters_read() };
    let year = view.year;
    view! {
        <PageTitle title=lang.plan_parameters_title() crumbs=vec![section(lang)] lead/>
        {year_chips(lang, Route::PlanParameters, &view.years, year)}
        {confirmation(lang, Template::Units, &[DoneNotice::PlanParametersSaved])}
        {applied(lang, &view)}
        {view.own.map(|OwnParameters { form, version }| {
            // A form that was sent without JavaScript and refused is checked again.
            let refused = echo.as_ref().and_then(|echo| echo.check(year, &view.unit, &view.above).err());
            view! { <OwnForm year version form=echo.unwrap_or(form) refused=refused.unwrap_or_default()/> }
        })}
    }
    .into_any()
}

/// The value of each parameter, who has set it, and where it is written.
fn applied(lang: Lang, view: &ParametersView) -> AnyView {
    let rows = view
        .applied
        .list()
        .into_iter()
        .map(|applied| {
            let by = set_by(lang, &applied);
            view! {
                <tr>
                    <th scope="row" class="cell-wide">{lang.plan_parameter_name(applied.parameter)}</th>
                    <td data-label=lang.plan_applied()><b>{lang.plan_value(applied.value)}</b></td>
                    <td data-label=lang.plan_set_by()>{by}</td>
                </tr>
            }
        })
        .collect_view();
    let table = view! {
        <table class="table is-inside is-cards">
            {table_head([(lang.plan_parameter(), None), (lang.plan_applied(), None), (lang.plan_set_by(), None)])}
            <tbody>{rows}</tbody>
        </table>
    };
    card("applied", lang.plan_rules(), table.into_any())
}

/// The form of a finance department.
#[component]
fn OwnForm(
    year: i32,
    version: i32,
    form: ParameterForm,
    /// What was found in a form that was sent without JavaScript.
    refused: Vec<PlanFinding>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SetPlanParameters>::new();
    let failed = problem(action);
    focus_first_error_on(failed);
    let value = action.value();
    let findings = Memo::new(move |_| {
        value.with(|value| match value {
            Some(Ok(ParametersAnswer::Refused(findings))) => findings.clone(),
            Some(_) => Vec::new(),
            None => refused.clone(),
        })
    });
    Effect::new(move |_| match value.get() {
        Some(Ok(ParametersAnswer::Set(address))) => document::open(&address),
        Some(Ok(ParametersAnswer::Refused(_))) => focus_first_error(),
        Some(Err(_)) | None => {}
    });
    let is_sent = move || value.with(|value| matches!(value, Some(Ok(ParametersAnswer::Set(_)))));
    let sending = action.pending();
    let pending = Memo::new(move |_| sending.get() || is_sent());
    let fields = Parameter::ALL.iter().map(|parameter| fields(lang, *parameter, &form, findings)).collect_view();
    view! {
        <section class="card form-card plan-parameters" aria-labelledby="own">
            <h2 id="own">{lang.plan_own_parameters()}</h2>
            <p class="quiet">{lang.plan_own_hint()}</p>
            {failure_of(lang, lang.not_saved(), failed, is_above_form)}
            <ServerForm action>
                <input type="hidden" name="year" value=year.to_string()/>
                <input type="hidden" name="version" value=version.to_string()/>
                {fields}
                <div class="form-actions">
                    <SubmitButton label=lang.save() busy=lang.saving() pending=pending/>
                </div>
            </ServerForm>
        </section>
    }
    .into_any()
}

/// The value and its source, side by side.
fn fields(lang: Lang, parameter: Parameter, form: &ParameterForm, findings: Memo<Vec<PlanFinding>>) -> AnyView {
    let (value_name, source_name) = names(parameter);
    let error_of = move |field: &'static str| {
        Signal::derive(move || {
            let finding = findings.with(|findings| findings.iter().find(|finding| finding.field == field).cloned());
            finding.map(|finding| lang.plan_finding(&finding))
        })
    };
    let error = error_of(parameter.field());
    let label = lang.plan_parameter_name(parameter);
    let value = form.value(parameter).to_owned();
    let input = match parameter {
        Parameter::FilingFrom | Parameter::FilingTo | Parameter::YearEnd => {
            view! { <Field name=value_name label kind="date" optional=true value error/> }.into_any()
        }
        Parameter::NotBelowLastYear => {
            let options = FallRule::ALL.map(|rule| (rule.as_str(), lang.plan_fall_rule(rule)));
            choice(lang, value_name, label, &options, &value, error)
        }
        Parameter::Completion => {
            let options = CompletionBasis::ALL.map(|basis| (basis.as_str(), lang.plan_completion(basis)));
            choice(lang, value_name, label, &options, &value, error)
        }
        Parameter::MinimumRatio
        | Parameter::EncouragedRatio
        | Parameter::UnionRatio
        | Parameter::UnionPerMember
        | Parameter::UnionWithoutCanteen => {
            view! { <Field name=value_name label maxlength=20 optional=true value error/> }.into_any()
        }
    };
    let source_error = error_of(parameter.source_field());
    let source = form.source(parameter).to_owned();
    let length = u16::try_from(MAX_SOURCE).unwrap_or(u16::MAX);
    view! {
        <div class="plan-parameter" role="group" aria-label=label>
            {input}
            <Field name=source_name label=lang.plan_source() hint=lang.plan_source_hint() maxlength=length optional=true value=source error=source_error/>
        </div>
    }
    .into_any()
}

/// A choice that may stay empty.
fn choice(
    lang: Lang,
    name: &'static str,
    label: &'static str,
    options: &[(&'static str, &'static str)],
    value: &str,
    error: Signal<Option<String>>,
) -> AnyView {
    let options = options
        .iter()
        .map(|(word, text)| view! { <option value=*word selected=*word == value>{*text}</option> })
        .collect_view();
    let select = view! {
        <select id=name name=name aria-invalid=aria_invalid(error) aria-describedby=described_by(name, false)>
            <option value="">{lang.plan_inherit()}</option>
            {options}
        </select>
    };
    field_frame(name, label, None, error, select.into_any())
}

/// The names of the inputs of a parameter and of its source.
const fn names(parameter: Parameter) -> (&'static str, &'static str) {
    match parameter {
        Parameter::MinimumRatio => ("form[minimum_ratio]", "form[minimum_ratio_source]"),
        Parameter::EncouragedRatio => ("form[encouraged_ratio]", "form[encouraged_ratio_source]"),
        Parameter::FilingFrom => ("form[filing_from]", "form[filing_from_source]"),
        Parameter::FilingTo => ("form[filing_to]", "form[filing_to_source]"),
        Parameter::NotBelowLastYear => ("form[not_below_last_year]", "form[not_below_last_year_source]"),
        Parameter::UnionRatio => ("form[union_ratio]", "form[union_ratio_source]"),
        Parameter::UnionPerMember => ("form[union_per_member]", "form[union_per_member_source]"),
        Parameter::UnionWithoutCanteen => ("form[union_without_canteen]", "form[union_without_canteen_source]"),
        Parameter::Completion => ("form[completion]", "form[completion_source]"),
        Parameter::YearEnd => ("form[year_end]", "form[year_end_source]"),
    }
}
