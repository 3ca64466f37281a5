//! A batch: its rows with their states, errors and corrections, and the next step.

use super::{
    api::{Generate, batch, batch_rows, current_batch},
    choose_again::ChooseAgain,
    file_drop::on_drop,
    generation::{GenerateBar, JobPanel},
    job_watch::JobWatch,
    local_check::hand_over,
    parts::{downloads, import_title, steps},
};
use crate::{
    components::{
        empty,
        preview::{Filter, Toolbar, file_notices, findings_summary, rows_view, state_bar},
        skeleton, unavailable,
    },
    current_account::current_account,
    error::ApiError,
    i18n::use_lang,
    routes::{BatchEndpoint, Endpoint, Route},
    time::moment,
};
use domain::{
    Problem, Severity, Template,
    ids::BatchId,
    import_batch::{BatchState, BatchView},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map, use_query_map},
};
use texts::Lang;

/// The fragment that leads to the result of the check.
const CHECKED: &str = "#checked";

/// A batch of a template; the id is in the path.
#[component]
pub(crate) fn BatchPage(template: Template) -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get_str("batch").and_then(|id| id.parse::<BatchId>().ok()));
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let generate = ServerAction::<Generate>::new();
    // A job that has changed the rows increments it.
    let reload = RwSignal::new(0_u32);
    let data = Resource::new(
        move || (id.get(), generate.version().get(), reload.get()),
        move |(id, ..)| async move {
            let batch = batch(id.ok_or(Problem::NotFound)?).await?;
            if batch.template == template { Ok(batch) } else { Err(ApiError::from(Problem::NotFound)) }
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
        let path = Route::of_batch(batch).to_string();
        view! {
            <Transition fallback=|| skeleton(8)>
                {move || {
                    let path = path.clone();
                    Suspend::new(async move {
                        match rows.await {
                            Ok(page) => rows_view(lang, template, &filter.get_untracked(), &path, page),
                            Err(error) => unavailable(lang, error.problem()),
                        }
                    })
                }}
            </Transition>
        }
        .into_any()
    };
    let navigate = use_navigate();
    on_drop(move |file| {
        hand_over(file);
        navigate(&Route::Import(template).to_string(), NavigateOptions::default());
    });
    view! {
        {import_title(lang, template, downloads(lang, template))}
        <Transition fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(batch) => {
                        let rows = rows_view(&batch);
                        view! { <Batch batch filter generate reload rows/> }.into_any()
                    }
                    Err(error) => missing(lang, template, error.problem()),
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
    let (template, path) = (batch.template, Route::of_batch(&batch).to_string());
    let counts = batch.counts;
    // After an upload the focus moves to the errors. Only the browser knows the fragment.
    let focus = !cfg!(feature = "ssr") && use_location().hash.get_untracked() == CHECKED;
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
            <a
                class="button"
                href=Endpoint::Batch(template, batch.id, BatchEndpoint::Annotated)
                download
                rel="external"
            >
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
            {watch.map(|watch| view! { <JobPanel template watch generate/> })}
            {open.then(|| findings_summary(lang, &counts, &batch.kinds, &path, focus)).flatten()}
            {open.then(|| file_notices(lang, template, &batch.kinds))}
            // The rows of a superseded batch are deleted.
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

fn meta(lang: Lang, batch: &BatchView) -> String {
    let when = moment(lang, batch.uploaded_at);
    let own = current_account().is_some_and(|account| account.login == batch.uploaded_by);
    let by = if own { lang.import_by_own_unit(&when) } else { lang.import_by(&when, &batch.uploaded_by) };
    format!("{} · {by}", lang.import_rows(batch.counts.total()))
}

/// A link to the newer upload that has replaced this one.
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
                        let batch = current.await.ok().flatten();
                        let page = batch.map_or(Route::Import(template), |batch| Route::of_batch(&batch));
                        view! { <a href=page>{lang.import_superseded_open()}</a> }
                    })}
                </Suspense>
            </p>
        </section>
    }
    .into_any()
}

fn missing(lang: Lang, template: Template, problem: &Problem) -> AnyView {
    if problem != &Problem::NotFound {
        return unavailable(lang, problem);
    }
    #[cfg(feature = "ssr")]
    crate::request::set_status_of(problem);
    let choose = view! { <a class="button is-primary" href=Route::Import(template)>{lang.import_choose()}</a> };
    empty(lang.import_batch_missing(), lang.import_batch_missing_help(), choose.into_any())
}
