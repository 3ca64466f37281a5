//! 生成预算单位管理账号 and 生成采购人交易账号: the obstacles, the question, the progress and the result.

use super::{
    api::Generate,
    choose_again::ChooseAgain,
    job_watch::{JobWatch, is_over},
};
use crate::{
    components::{Dialog, preview::Filter, problem_action},
    forms::ServerForm,
    i18n::use_lang,
    routes::{BatchEndpoint, Endpoint, Route, UrlQuery, parameter},
};
use domain::{
    Template,
    ids::BatchId,
    import_batch::{BatchView, RowState, StateCounts},
    job::{JobState, JobView},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The bar at the bottom of a batch whose accounts are not generated yet.
#[component]
pub(super) fn GenerateBar(batch: BatchView, generate: ServerAction<Generate>) -> impl IntoView {
    let lang = use_lang();
    let (template, counts) = (batch.template, batch.counts);
    let asking = RwSignal::new(false);
    let ready = counts.error == 0 && counts.to_generate() > 0;
    let failure = move || {
        generate.value().get().and_then(Result::err).map(|error| {
            view! { <b role="alert">{lang.problem(error.problem())} " " {problem_action(lang, error.problem())}</b> " " }
        })
    };
    let missing = if counts.error > 0 {
        let rest = counts.total() - counts.error;
        view! { <b>{lang.import_not_yet()}</b> {lang.import_mend_first(counts.error, rest)} }.into_any()
    } else if ready {
        lang.import_ready().into_any()
    } else {
        lang.import_nothing(template).into_any()
    };
    let label = lang.import_generate(template, counts.to_generate() + counts.error);
    let path = Route::of_batch(&batch).to_string();
    // Without JavaScript the question is a page of its own.
    let asked = use_query_map().with_untracked(|query| query.get_str(parameter::CONFIRM).is_some());
    if ready && asked {
        return view! {
            <section class="card confirm-card">
                <h2>{lang.import_confirm_title(template)}</h2>
                {confirm(lang, &batch, path, generate, asking)}
            </section>
        }
        .into_any();
    }
    let action = if ready {
        view! {
            <form method="get" action=path.clone()>
                <button
                    class="button is-primary"
                    name=parameter::CONFIRM
                    value="1"
                    on:click=move |event| {
                        event.prevent_default();
                        asking.set(true);
                    }
                >
                    {label}
                </button>
            </form>
            <Dialog open=asking title=lang.import_confirm_title(template)>
                {confirm(lang, &batch, path, generate, asking)}
            </Dialog>
        }
        .into_any()
    } else {
        view! {
            <button type="button" class="button wide-only" aria-disabled="true" aria-describedby="generate-why">{label}</button>
        }
        .into_any()
    };
    view! {
        <div class="action-bar">
            <p id="generate-why">{failure} {missing}</p>
            <ChooseAgain template primary={counts.error > 0} class="narrow-only"/>
            {action}
        </div>
    }
    .into_any()
}

/// The question: the numbers of accounts and SMS, and that this cannot be undone.
fn confirm(
    lang: Lang,
    batch: &BatchView,
    path: String,
    generate: ServerAction<Generate>,
    asking: RwSignal<bool>,
) -> AnyView {
    let (id, template, counts) = (batch.id.to_string(), batch.template, batch.counts);
    let pending = generate.pending();
    view! {
        <ServerForm action=generate>
            <input type="hidden" name="id" value=id/>
            {what_happens(lang, template, counts)}
            <p class="confirm-note">{lang.import_confirm_note()}</p>
            <div class="dialog-actions">
                <a
                    class="button"
                    href=path
                    on:click=move |event| {
                        if asking.get_untracked() {
                            event.prevent_default();
                            asking.set(false);
                        }
                    }
                >
                    {lang.import_cancel()}
                </a>
                <button type="submit" class="button is-primary" aria-disabled=move || pending.get().then_some("true")>
                    {move || if pending.get() { lang.import_starting() } else { lang.import_confirm() }}
                </button>
            </div>
        </ServerForm>
    }
    .into_any()
}

fn what_happens(lang: Lang, template: Template, counts: StateCounts) -> AnyView {
    let new = counts.correct + counts.warning;
    view! {
        <ul class="confirm-list">
            {(new > 0).then(|| view! { <li>{lang.import_confirm_new(template, new)}</li> })}
            {(counts.update > 0).then(|| view! { <li>{lang.import_confirm_update(template, counts.update)}</li> })}
            {(counts.existing > 0).then(|| view! { <li>{lang.import_confirm_unchanged(template, counts.existing)}</li> })}
        </ul>
    }
    .into_any()
}

/// The progress of the job, and its result.
#[component]
pub(super) fn JobPanel(template: Template, watch: JobWatch, generate: ServerAction<Generate>) -> impl IntoView {
    let lang = use_lang();
    let over = Memo::new(move |_| watch.job.with(is_over));
    view! {
        <section class="card job-panel" aria-labelledby="job-title">
            {move || {
                if over.get() {
                    result(lang, template, &watch.job.get_untracked())
                } else {
                    progress(lang, template, watch)
                }
            }}
            {counts(lang, template, watch.job)}
            {move || over.get().then(|| next(lang, template, watch, generate))}
        </section>
    }
    .into_any()
}

fn progress(lang: Lang, template: Template, watch: JobWatch) -> AnyView {
    let job = watch.job;
    let line = move || {
        job.with(|job| match job.state {
            JobState::Queued => lang.import_queued().to_owned(),
            _ => lang.import_progress(job.done, job.total),
        })
    };
    view! {
        <h2 id="job-title">{lang.import_generating(template)}</h2>
        <progress
            max=move || job.with(|job| job.total.max(1))
            value=move || job.with(|job| job.done)
            aria-labelledby="job-title"
        ></progress>
        <p class="job-line">{line}</p>
        <p class="job-note" role="status">
            {move || if watch.offline.get() { lang.import_offline() } else { lang.import_generating_note() }}
        </p>
    }
    .into_any()
}

fn result(lang: Lang, template: Template, job: &JobView) -> AnyView {
    let (title, help) = match job.state {
        JobState::Failed => (lang.import_job_failed(), Some(lang.import_job_failed_help())),
        _ if job.failed > 0 => (lang.import_done_partly(), None),
        _ => (lang.import_done_title(template), None),
    };
    let sign = if job.state == JobState::Done && job.failed == 0 { "✓" } else { "!" };
    view! {
        <div role="status">
            <h2 id="job-title"><span class="job-sign" data-sign=sign aria-hidden="true">{sign}</span> {title}</h2>
            {help.map(|help| view! { <p class="job-line">{lang.import_progress(job.done, job.total)}</p> <p>{help}</p> })}
        </div>
    }
    .into_any()
}

/// What can be done once the job is over.
fn next(lang: Lang, template: Template, watch: JobWatch, generate: ServerAction<Generate>) -> AnyView {
    let (batch, job) = (watch.batch, watch.job.get_untracked());
    let is_interrupted = job.state == JobState::Failed;
    let failed_rows = (job.failed > 0).then(|| {
        let rows = format!("{}#rows", Filter::of_state(RowState::Failed).href(Route::Batch(template, batch)));
        view! { <a class="button" href=rows>{lang.import_failed_rows(job.failed)}</a> }
    });
    view! {
        {is_interrupted.then(|| go_on_failure(lang, generate))}
        <div class="job-actions">
            {is_interrupted.then(|| go_on(lang, batch, generate))}
            <a class="button" class:is-primary=!is_interrupted href=Route::list(template)>{lang.import_to_list(template)}</a>
            <a
                class="button"
                href=Endpoint::Batch(template, batch, BatchEndpoint::Accounts)
                download
                rel="external"
            >
                <span aria-hidden="true">"↓ "</span>
                {lang.import_accounts()}
            </a>
            {failed_rows}
            <a class="button" href=Route::Import(template)>{lang.import_another()}</a>
        </div>
    }
    .into_any()
}

/// 继续生成: starts a job again that was given up.
fn go_on(lang: Lang, batch: BatchId, generate: ServerAction<Generate>) -> AnyView {
    let pending = generate.pending();
    view! {
        <ServerForm action=generate>
            <input type="hidden" name="id" value=batch.to_string()/>
            <button type="submit" class="button is-primary" aria-disabled=move || pending.get().then_some("true")>
                {move || if pending.get() { lang.import_starting() } else { lang.import_go_on() }}
            </button>
        </ServerForm>
    }
    .into_any()
}

/// Why the job could not be started again.
fn go_on_failure(lang: Lang, generate: ServerAction<Generate>) -> impl Fn() -> Option<AnyView> {
    move || {
        generate.value().get().and_then(Result::err).map(|error| {
            view! { <p role="alert">{lang.problem(error.problem())} " " {problem_action(lang, error.problem())}</p> }
                .into_any()
        })
    }
}

fn counts(lang: Lang, template: Template, job: RwSignal<JobView>) -> AnyView {
    let count = |label: &'static str, value: fn(&JobView) -> String| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd>{move || job.with(value)}</dd>
            </div>
        }
    };
    view! {
        <dl class="job-counts">
            {count(lang.import_count_created(template), |job| job.created.to_string())}
            {count(lang.import_count_updated(template), |job| job.updated.to_string())}
            {count(lang.import_count_failed(), |job| job.failed.to_string())}
            {count(lang.import_count_sms(), |job| format!("{} / {}", job.sms_sent, job.created))}
        </dl>
    }
    .into_any()
}
