//! Bulk actions on the ticked rows of a list: 重新发送账号短信 and 导出.

use super::page_links;
use crate::{
    components::{Tone, confirm_button, confirmation, notice, problem_notice, use_toaster},
    error::ApiError,
    routes::{DoneNotice, Endpoint, ListQuery, Route, parameter},
};
use domain::{Template, bulk::BulkOutcome, count};
use leptos::{ev, form::FromFormData, html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use texts::Lang;
use wasm_bindgen::JsCast;

/// The ids of the ticked rows, as long as the list stays open; `None` before hydration. Boxes that are ticked before then
/// stay ticked.
pub(crate) type SelectedRows = RwSignal<Option<BTreeSet<String>>>;

/// The boxes of the visible rows. A handle: copies share their state.
#[derive(Clone, Copy)]
pub(crate) struct RowSelection {
    template: Template,
    selected: SelectedRows,
    form: NodeRef<html::Form>,
    /// Number of visible rows.
    rows: usize,
}

impl RowSelection {
    /// The boxes of `rows` visible rows.
    pub(crate) fn new(template: Template, selected: SelectedRows, rows: usize) -> Self {
        Self { template, selected, form: NodeRef::new(), rows }
    }

    /// The name of the boxes; a form sends it once for each ticked row.
    const fn name(self) -> &'static str {
        match self.template {
            Template::Units => "units[]",
            Template::Purchasers => "purchasers[]",
        }
    }

    fn count(self) -> usize {
        self.selected.with(|selected| selected.as_ref().map_or(0, BTreeSet::len))
    }

    fn boxes(self) -> Vec<web_sys::HtmlInputElement> {
        let Some(form) = self.form.get_untracked() else { return Vec::new() };
        let inputs = (0..).map_while(|index| form.get_with_index(index)).filter_map(|input| input.dyn_into().ok());
        inputs.filter(|input: &web_sys::HtmlInputElement| input.name() == self.name()).collect()
    }

    /// Reads the ticked rows from the boxes.
    fn read(self) {
        let ticked = self.boxes().into_iter().filter(web_sys::HtmlInputElement::checked).map(|input| input.value());
        self.selected.set(Some(ticked.collect()));
    }

    /// Ticks the boxes of selected rows again after other rows were drawn.
    fn restore(self) {
        self.selected.with_untracked(|selected| {
            if let Some(selected) = selected {
                for input in self.boxes() {
                    input.set_checked(selected.contains(&input.value()));
                }
            }
        });
        self.read();
    }

    /// The head of the column of boxes. Its box ticks all rows; that needs JavaScript.
    pub(crate) fn head(self, lang: Lang) -> AnyView {
        let tick_all = move |event| {
            let checked = event_target_checked(&event);
            self.boxes().iter().for_each(|input| input.set_checked(checked));
            self.read();
        };
        let all = move || self.count() == self.rows;
        let some = move || self.count() > 0 && !all();
        let input = move || {
            let label = lang.manage_choose_all();
            view! { <input type="checkbox" aria-label=label prop:checked=all prop:indeterminate=some on:change=tick_all/> }
        };
        let hydrated = Memo::new(move |_| self.selected.with(Option::is_some));
        view! { <th scope="col" class="cell-choose">{move || hydrated.get().then(input)}</th> }.into_any()
    }

    /// The box of a row.
    pub(crate) fn cell(self, lang: Lang, id: String, name: &str) -> AnyView {
        view! {
            <td class="cell-choose">
                <input type="checkbox" name=self.name() value=id aria-label=lang.manage_choose(name)/>
            </td>
        }
        .into_any()
    }

    /// The form around the table, with its bulk actions.
    fn form<S>(self, lang: Lang, table: AnyView, resend: ServerAction<S>) -> AnyView
    where
        S: ServerFn<Output = Vec<BulkOutcome>, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let (template, exporting) = (self.template, RwSignal::new(false));
        // The rows are drawn before the next frame.
        Effect::new(move |_| request_animation_frame(move || self.restore()));
        let toaster = use_toaster();
        let pending = resend.pending();
        let count = move || self.selected.with(|selected| selected.as_ref().map(|rows| count::of(rows.len())));
        let label = move || if pending.get() { lang.manage_sending() } else { lang.manage_resend() };
        let may_open = move || {
            self.read();
            let any = untrack(|| self.count() > 0);
            if !any {
                toaster.show(&lang.manage_choose_first(template));
            }
            any && !pending.get_untracked()
        };
        let send = view! {
            <button type="submit" class="button" on:click=move |_| exporting.set(false)>
                {lang.manage_resend_yes()}
            </button>
        };
        let question = move || lang.manage_resend_ask(template, count());
        let (disclosure, resend_button) =
            confirm_button("link-button", label.into_any(), question.into_any(), send.into_any(), may_open);
        let submit = move |event: ev::SubmitEvent| {
            self.read();
            if untrack(|| self.count() == 0) {
                event.prevent_default();
                toaster.show(&lang.manage_choose_first(template));
            } else if !exporting.get_untracked() {
                event.prevent_default();
                if !pending.get_untracked()
                    && let Ok(rows) = S::from_event(&event)
                {
                    resend.dispatch(rows);
                }
                if let Some(disclosure) = disclosure.get_untracked() {
                    disclosure.set_open(false);
                }
            }
        };
        let selected = move || count().map(|count| lang.manage_chosen(template, count));
        view! {
            <form method="post" action=S::url() node_ref=self.form on:submit=submit on:change=move |_| self.read()>
                <div class="manage-chosen">
                    <span role="status">{selected}</span>
                    {resend_button}
                    <button
                        type="submit"
                        class="link-button"
                        formmethod="get"
                        formaction=Endpoint::Export(template)
                        name=parameter::CHOSEN
                        value="yes"
                        on:click=move |_| exporting.set(true)
                    >
                        {lang.manage_export_chosen()}
                    </button>
                </div>
                {table}
            </form>
        }
        .into_any()
    }
}

impl RowSelection {
    /// The table in its form, with the links to the neighbouring pages.
    pub(crate) fn list<S>(
        self,
        lang: Lang,
        table: AnyView,
        resend: ServerAction<S>,
        query: &impl ListQuery,
        (previous, next): (Option<String>, Option<String>),
    ) -> AnyView
    where
        S: ServerFn<Output = Vec<BulkOutcome>, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let links = page_links(lang, Route::bulk_list(self.template), query, previous, next);
        view! {
            {self.form(lang, table, resend)}
            {links}
        }
        .into_any()
    }
}

/// The outcome of the last bulk action, or the confirmation of a deletion on another page.
pub(super) fn bulk_outcome<S>(lang: Lang, template: Template, resend: ServerAction<S>) -> AnyView
where
    S: ServerFn<Output = Vec<BulkOutcome>, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let counts_in_address = use_query_map().with_untracked(|query| {
        let number = |name| query.get_str(name).and_then(|number| number.parse::<u32>().ok());
        number(parameter::SENT).zip(number(parameter::REFUSED))
    });
    let value = resend.value();
    let text = move || match value.get() {
        Some(Ok(outcomes)) => resent(lang, template, &outcomes),
        Some(Err(error)) => problem_notice(lang, "", error.problem()),
        None => match counts_in_address {
            Some((sent, refused)) => notice(Tone::Info, "", lang.manage_resent(template, sent, refused)),
            None => confirmation(lang, template, &[DoneNotice::Deleted]).into_any(),
        },
    };
    view! { <div role="status">{text}</div> }.into_any()
}

/// The number of SMS that were sent, and why the others were refused.
fn resent(lang: Lang, template: Template, outcomes: &[BulkOutcome]) -> AnyView {
    let refused: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| {
            let problem = lang.problem(outcome.refused.as_ref()?);
            Some(view! { <li>{outcome.name.clone().unwrap_or_default()} {lang.import_colon()} {problem}</li> })
        })
        .collect();
    let (sent, not_sent) = (count::of(outcomes.len() - refused.len()), count::of(refused.len()));
    let (tone, sign) = if not_sent == 0 { ("is-good", "✓ ") } else { ("is-warning", "! ") };
    view! {
        <section class=format!("notice {tone}")>
            <p><span aria-hidden="true">{sign}</span> {lang.manage_resent(template, sent, not_sent)}</p>
            {(!refused.is_empty()).then(|| view! { <ul>{refused}</ul> })}
        </section>
    }
    .into_any()
}
