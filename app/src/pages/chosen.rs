//! The rows of a list that are ticked, and what is done to them together: 重新发送账号短信 and 导出.

use super::done_notice;
use crate::{
    components::{Tone, ask, notice, refused, use_toaster},
    error::ApiError,
};
use domain::{Template, view::Outcome};
use leptos::{ev, form::FromFormData, html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use texts::Lang;
use wasm_bindgen::JsCast;

/// The ids that are ticked, for as long as the page of the list stays open; none before its code is there. Boxes that are
/// ticked before then stay so.
pub(super) type Ticked = RwSignal<Option<BTreeSet<String>>>;

/// How the rows on show are chosen. A handle: copies share their state.
#[derive(Clone, Copy)]
pub(super) struct Choose {
    template: Template,
    ticked: Ticked,
    form: NodeRef<html::Form>,
    /// How many rows are on show.
    rows: usize,
}

impl Choose {
    pub(super) fn new(template: Template, ticked: Ticked, rows: usize) -> Self {
        Self { template, ticked, form: NodeRef::new(), rows }
    }

    /// The name of the boxes; one for each value.
    const fn name(self) -> &'static str {
        match self.template {
            Template::Units => "units[]",
            Template::Purchasers => "purchasers[]",
        }
    }

    const fn export(self) -> &'static str {
        match self.template {
            Template::Units => "/units/export.xlsx",
            Template::Purchasers => "/purchasers/export.xlsx",
        }
    }

    fn count(self) -> usize {
        self.ticked.with(|ticked| ticked.as_ref().map_or(0, BTreeSet::len))
    }

    fn boxes(self) -> Vec<web_sys::HtmlInputElement> {
        let Some(form) = self.form.get_untracked() else { return Vec::new() };
        let inputs = (0..).map_while(|at| form.get_with_index(at)).filter_map(|input| input.dyn_into().ok());
        inputs.filter(|input: &web_sys::HtmlInputElement| input.name() == self.name()).collect()
    }

    /// Notes what is ticked.
    fn read(self) {
        let ticked = self.boxes().into_iter().filter(web_sys::HtmlInputElement::checked).map(|one| one.value());
        self.ticked.set(Some(ticked.collect()));
    }

    /// Ticks what was ticked, where other rows have come to stand in the same boxes.
    fn follow(self) {
        self.ticked.with_untracked(|ticked| {
            if let Some(ticked) = ticked {
                for one in self.boxes() {
                    one.set_checked(ticked.contains(&one.value()));
                }
            }
        });
        self.read();
    }

    /// The head of the boxes' column. Ticking all takes a script.
    pub(super) fn head(self, lang: Lang) -> AnyView {
        let all = move |event| {
            let tick = event_target_checked(&event);
            self.boxes().iter().for_each(|one| one.set_checked(tick));
            self.read();
        };
        let every = move || self.count() == self.rows;
        let some = move || self.count() > 0 && !every();
        let input = move || {
            let label = lang.manage_choose_all();
            view! { <input type="checkbox" aria-label=label prop:checked=every prop:indeterminate=some on:change=all/> }
        };
        let alive = Memo::new(move |_| self.ticked.with(Option::is_some));
        view! { <th scope="col" class="cell-choose">{move || alive.get().then(input)}</th> }.into_any()
    }

    /// The box of a row.
    pub(super) fn cell(self, lang: Lang, id: String, name: &str) -> AnyView {
        view! {
            <td class="cell-choose">
                <input type="checkbox" name=self.name() value=id aria-label=lang.manage_choose(name)/>
            </td>
        }
        .into_any()
    }

    /// The table, in the form that sends what is ticked.
    pub(super) fn form<S>(self, lang: Lang, table: AnyView, resend: ServerAction<S>) -> AnyView
    where
        S: ServerFn<Output = Vec<Outcome>, Error = ApiError> + DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let (template, exporting) = (self.template, RwSignal::new(false));
        // Once the rows are drawn.
        Effect::new(move |_| request_animation_frame(move || self.follow()));
        let toaster = use_toaster();
        let pending = resend.pending();
        let chosen = move || {
            let count = self.ticked.with(|ticked| ticked.as_ref().map(BTreeSet::len))?;
            Some(u32::try_from(count).unwrap_or(u32::MAX))
        };
        let label = move || if pending.get() { lang.manage_sending() } else { lang.manage_resend() };
        let may = move || {
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
        let words = move || lang.manage_resend_ask(template, chosen());
        let (asking, question) = ask("link-button", label.into_any(), words.into_any(), send.into_any(), may);
        let submit = move |event: ev::SubmitEvent| {
            self.read();
            if untrack(|| self.count() == 0) {
                event.prevent_default();
                toaster.show(&lang.manage_choose_first(template));
            } else if !exporting.get_untracked() {
                event.prevent_default();
                if !pending.get_untracked()
                    && let Ok(chosen) = S::from_event(&event)
                {
                    resend.dispatch(chosen);
                }
                if let Some(asking) = asking.get_untracked() {
                    asking.set_open(false);
                }
            }
        };
        let chosen = move || chosen().map(|count| lang.manage_chosen(template, count));
        view! {
            <form method="post" action=S::url() node_ref=self.form on:submit=submit on:change=move |_| self.read()>
                <div class="manage-chosen">
                    <span role="status">{chosen}</span>
                    {question}
                    <button
                        type="submit"
                        class="link-button"
                        formmethod="get"
                        formaction=self.export()
                        name="chosen"
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

/// What was done last: on another page, where something was `deleted`, or to what is ticked.
pub(super) fn told<S>(lang: Lang, template: Template, resend: ServerAction<S>, deleted: &'static str) -> AnyView
where
    S: ServerFn<Output = Vec<Outcome>, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let (done, plain) = use_query_map().with_untracked(|query| {
        let number = |name| query.get_str(name).and_then(|number| number.parse::<u32>().ok());
        (query.get_str("done") == Some("deleted"), number("sent").zip(number("refused")))
    });
    let value = resend.value();
    let told = move || match value.get() {
        Some(Ok(outcomes)) => outcome(lang, template, &outcomes),
        Some(Err(error)) => refused(lang, "", error.problem()),
        None => match plain {
            Some((sent, refused)) => notice(Tone::Info, "", lang.manage_resent(template, sent, refused)),
            None => done.then(|| done_notice(deleted)).into_any(),
        },
    };
    view! { <div role="status">{told}</div> }.into_any()
}

/// To how many the SMS went out again, and why not to the others.
fn outcome(lang: Lang, template: Template, outcomes: &[Outcome]) -> AnyView {
    let refused: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| {
            let problem = lang.problem(outcome.refused.as_ref()?);
            Some(view! { <li>{outcome.name.clone().unwrap_or_default()} {lang.import_colon()} {problem}</li> })
        })
        .collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (sent, not) = (count(outcomes.len() - refused.len()), count(refused.len()));
    let (tone, sign) = if not == 0 { ("is-good", "✓ ") } else { ("is-warning", "! ") };
    view! {
        <section class=format!("notice {tone}")>
            <p><span aria-hidden="true">{sign}</span> {lang.manage_resent(template, sent, not)}</p>
            {(!refused.is_empty()).then(|| view! { <ul>{refused}</ul> })}
        </section>
    }
    .into_any()
}
