//! A batch: every row with its state, what is wrong and how to mend it, and what can be done next.

use super::{
    downloads,
    drop::on_drop,
    generate::{GenerateBar, JobPanel},
    job::JobWatch,
    path, steps, title,
};
use crate::{
    api::import::{Generate, batch, batch_rows, current_batch},
    components::{
        empty,
        preview::{Filter, Toolbar, findings_summary, rows_view, state_bar},
        skeleton, unavailable,
    },
    error::ApiError,
    i18n::use_lang,
    local_check,
};
use domain::{
    Problem, Severity, Template,
    view::{BatchId, BatchState, BatchView},
};
use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map, use_query_map},
};
use texts::Lang;

/// A batch of a template, by the id in the path.
#[component]
pub fn BatchPage(template: Template) -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get_str("batch").and_then(|id| id.parse::<BatchId>().ok()));
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let generate = ServerAction::<Generate>::new();
    // Counted up when a job has changed the rows.
    let reload = RwSignal::new(0_u32);
    let data = Resource::new(
        move || (id.get(), generate.version().get(), reload.get()),
        move |(id, ..)| async move {
            let found = batch(id.ok_or(Problem::NotFound)?).await?;
            if found.template == template { Ok(found) } else { Err(ApiError::from(Problem::NotFound)) }
        },
    );
    let rows = Resource::new(
        move || (filter.get(), generate.version().get(), reload.get()),
        move |(filter, ..)| async move {
            let batch = data.await?;
            batch_rows(batch.id, filter.query(&batch.counts)).await
        },
    );
    let rows_view = move |batch: &BatchView| {
        let path = path_of(batch);
        view! {
            <Transition fallback=|| skeleton(8)>
                {move || {
                    let path = path.clone();
                    Suspend::new(async move {
                        match rows.await {
                            Ok(page) => rows_view(lang, template, &filter.get_untracked(), &path, page),
                            Err(error) => unavailable(lang, &error),
                        }
                    })
                }}
            </Transition>
        }
        .into_any()
    };
    let navigate = use_navigate();
    on_drop(move |file| {
        local_check::hand_over(file);
        navigate(path(template), NavigateOptions::default());
    });
    view! {
        {title(lang, template, downloads(lang, template))}
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(batch) => {
                        let rows = rows_view(&batch);
                        view! { <Batch batch filter generate reload rows/> }.into_any()
                    }
                    Err(error) => missing(lang, template, &error),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Batch(
    batch: BatchView,
    filter: Memo<Filter>,
    generate: ServerAction<Generate>,
    reload: RwSignal<u32>,
    rows: AnyView,
) -> impl IntoView {
    let lang = use_lang();
    let (template, path) = (batch.template, path_of(&batch));
    let counts = batch.counts;
    // Somebody who has just uploaded is led to what must be mended.
    // The server never hears of the fragment.
    let focus = !cfg!(feature = "ssr") && use_location().hash.get_untracked() == "#checked";
    let step = match batch.state {
        BatchState::Checked | BatchState::Superseded => 2,
        BatchState::Generating => 3,
        BatchState::Generated => 4,
    };
    let open = batch.state == BatchState::Checked;
    let superseded = batch.state == BatchState::Superseded;
    let watch = batch.job.clone().map(|job| JobWatch::new(template, batch.id, job, reload));
    let annotated = batch.kinds.iter().any(|kind| kind.code.severity() > Severity::Info).then(|| {
        view! {
            <a class="button" href=format!("{path}/annotated.xlsx") download rel="external">
                <span aria-hidden="true">"↓ "</span>
                {lang.import_annotated()}
            </a>
        }
    });
    view! {
        <div class="import-page">
            {steps(lang, template, step)}
            {superseded.then(|| view! { <Superseded template/> })}
            <section class="card import-card" id="checked">
                <div class="import-card-line">
                    <h2>{batch.file_name.clone()}</h2>
                    <span class="import-meta">{meta(lang, &batch)}</span>
                    {open.then(|| view! { <ChooseAgain template primary={counts.error > 0} class="wide-only"/> })}
                </div>
                {state_bar(lang, &counts)}
            </section>
            {watch.map(|watch| view! { <JobPanel template watch path=path.clone()/> })}
            {open.then(|| findings_summary(lang, &counts, &batch.kinds, &path, focus)).flatten()}
            // Its rows are gone.
            {(!superseded)
                .then(|| {
                    view! {
                        <Toolbar path=path.clone() counts filter>{annotated}</Toolbar>
                        {rows}
                    }
                })}
            {open.then(|| view! { <GenerateBar batch=batch.clone() generate/> })}
        </div>
    }
    .into_any()
}

/// The page of a batch.
pub(crate) fn path_of(batch: &BatchView) -> String {
    format!("{}/{}", path(batch.template), batch.id)
}

fn meta(lang: Lang, batch: &BatchView) -> String {
    let when = crate::time::moment(lang, batch.uploaded_at);
    let own = crate::session::me().is_some_and(|me| me.login == batch.uploaded_by);
    let by = if own { lang.import_by_own_unit(&when) } else { lang.import_by(&when, &batch.uploaded_by) };
    format!("{} · {by}", lang.import_rows(batch.counts.total()))
}

/// 重新选择文件: opens the file chooser at once and lets the import page check what was chosen. Without JavaScript it
/// is a link to that page.
#[component]
pub(super) fn ChooseAgain(template: Template, primary: bool, class: &'static str) -> impl IntoView {
    let lang = use_lang();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    view! {
        <span class=format!("choose-again {class}")>
            <input
                type="file"
                hidden
                accept=".xls,.xlsx"
                aria-label=lang.import_choose_label()
                node_ref=input
                on:change=move |_| {
                    if let Some(file) = input.get_untracked().and_then(|input| input.files()?.get(0)) {
                        local_check::hand_over(file);
                        navigate(path(template), NavigateOptions::default());
                    }
                }
            />
            <a
                class="button"
                class:is-primary=primary
                href=path(template)
                rel="external"
                on:click=move |event| {
                    if let Some(input) = input.get_untracked() {
                        event.prevent_default();
                        input.click();
                    }
                }
            >
                {lang.import_choose_again()}
            </a>
        </span>
    }
    .into_any()
}

/// Says that a newer upload took this one's place, and where it is.
#[component]
fn Superseded(template: Template) -> impl IntoView {
    let lang = use_lang();
    let current = Resource::new(|| (), move |()| current_batch(template));
    view! {
        <section class="notice is-info">
            <p>
                {lang.import_superseded()} " "
                <Suspense>
                    {move || Suspend::new(async move {
                        let now = current.await.ok().flatten();
                        let href = now.map_or_else(|| path(template).to_owned(), |now| path_of(&now));
                        view! { <a href=href>{lang.import_superseded_open()}</a> }
                    })}
                </Suspense>
            </p>
        </section>
    }
    .into_any()
}

fn missing(lang: Lang, template: Template, error: &ApiError) -> AnyView {
    if error.problem() != &Problem::NotFound {
        return unavailable(lang, error);
    }
    let choose = view! { <a class="button is-primary" href=path(template)>{lang.import_choose()}</a> };
    empty(lang.import_batch_missing(), lang.import_batch_missing_help(), choose.into_any())
}
