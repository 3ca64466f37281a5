//! Choosing a file. The browser checks it at once, and uploads it only when the reader says so.

use super::{
    api::current_batch,
    file_drop::on_drop,
    local_check::{CheckState, LocalCheck, UncheckedReason, handed_over},
    parts::{downloads, import_title, steps},
    upload::{Stage, Upload},
};
use crate::{
    components::{
        Tone, notice,
        preview::{Filter, Toolbar, file_notices, findings_summary, rows_view, state_bar},
        problem_action, skeleton, template_downloads, template_guide, unavailable_page,
    },
    current_account::own_unit,
    form_echo,
    i18n::use_lang,
    routes::{Route, UrlQuery},
};
use domain::{
    Problem, Template,
    import_batch::{BatchState, BatchView, FileSummary},
};
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use texts::Lang;

/// The page.
#[component]
pub(crate) fn ImportPage(template: Template) -> impl IntoView {
    let lang = use_lang();
    if own_unit().is_none() {
        return unavailable_page(lang, &Problem::Forbidden);
    }
    let page = StoredValue::new(Route::Import(template).to_string());
    let check = LocalCheck::new();
    let upload = Upload::new(template);
    let echo = StoredValue::new(form_echo::take_at::<Problem>(Route::Import(template)));
    let query = use_query_map();
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let input = NodeRef::<html::Input>::new();
    // Before hydration the form is a plain one, and no part of it is disabled.
    let hydrated = RwSignal::new(false);
    // 导入 was pressed while the file was still being checked.
    let send_requested = RwSignal::new(false);

    let navigate = use_navigate();
    let take = move |file: web_sys::File| {
        if upload.stage.with_untracked(Stage::is_busy) {
            return;
        }
        upload.cancel();
        send_requested.set(false);
        // The filter belongs to another file.
        if !filter.get_untracked().parameters().is_empty() {
            page.with_value(|page| {
                navigate(page, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
            });
        }
        check.check(template, file);
    };
    let over = on_drop(take.clone());
    Effect::new(move |_| {
        if over.get() {
            check.warm_up();
        }
    });
    let take_chosen = move || {
        if let Some(file) = input.get_untracked().and_then(|input| first_file(&input)) {
            take(file);
        }
    };
    // A file may come from the batch page, or have been chosen before hydration.
    let (take_waiting, take_sent) = (take_chosen.clone(), take_chosen.clone());
    Effect::new(move |_| {
        hydrated.set(true);
        match handed_over() {
            Some(file) => check.check(template, file),
            None => take_waiting(),
        }
    });
    Effect::new(move |_| {
        let filter = filter.get();
        if let CheckState::Checked(summary) = check.state.get() {
            check.request_rows(&filter.query(&summary.counts));
        }
    });
    // A file that only the server has refused is shown in the same way as one that the worker has refused.
    Effect::new(move |_| {
        if let Stage::Refused(Problem::File(refusal)) = upload.stage.get() {
            upload.cancel();
            check.state.set(CheckState::Refused(refusal));
        }
    });
    // The reader may have saved the file in WPS in the meantime.
    let listener = window_event_listener(ev::focus, move |_| check.detect_change());
    on_cleanup(move || listener.remove());

    let navigate = use_navigate();
    let send = move || {
        let Some(picked) = check.picked.get_untracked() else { return };
        let navigate = navigate.clone();
        upload.send(
            &picked,
            move |batch| navigate(&Route::Batch(template, batch).section("checked"), NavigateOptions::default()),
            move || check.detect_change(),
        );
    };
    let send_when_checked = send.clone();
    Effect::new(move |_| {
        let can_send = check.state.with(|state| match state {
            CheckState::Checking { .. } => None,
            CheckState::Checked(summary) => Some(summary.counts.error == 0),
            CheckState::Unchecked(_) => Some(true),
            CheckState::NoFile | CheckState::Refused(_) => Some(false),
        });
        if let Some(can_send) = can_send
            && send_requested.get_untracked()
        {
            send_requested.set(false);
            if can_send {
                send_when_checked();
            }
        }
    });
    let open = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let has_file = Memo::new(move |_| check.picked.with(Option::is_some));
    view! {
        {move || import_title(lang, template, if has_file.get() { downloads(lang, template) } else { ().into_any() })}
        <form
            class="import-page"
            class:is-over=over
            method="post"
            action=Route::Import(template)
            enctype="multipart/form-data"
            novalidate=hydrated
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                if !is_off(lang, check, upload) {
                    return send();
                }
                if check.state.with_untracked(|state| matches!(state, CheckState::NoFile)) {
                    take_sent();
                }
                send_requested.set(check.state.with_untracked(|state| matches!(state, CheckState::Checking { .. })));
            }
        >
            {move || steps(lang, template, if has_file.get() { 2 } else { 1 })}
            {move || echo.get_value().filter(|_| !has_file.get()).map(|problem| refused_notice(lang, &problem))}
            <div class="import-start" hidden=has_file>
                <CurrentBatch template/>
                {fill_card(lang, template)}
                <section class="card import-choose" aria-labelledby="choose-title">
                    <h2 id="choose-title">{lang.import_choose_heading()}</h2>
                    <p>{lang.import_choose_lead()}</p>
                    <div class="import-zone" on:pointerenter=move |_| check.warm_up()>
                        <input
                            id="file"
                            class="import-file"
                            type="file"
                            name="file"
                            required
                            accept=".xls,.xlsx"
                            aria-label=lang.import_choose_label()
                            node_ref=input
                            on:focus=move |_| check.warm_up()
                            on:click=move |_| {
                                // Otherwise the browser would ignore the same file after its correction.
                                if let Some(input) = input.get_untracked() {
                                    input.set_value("");
                                }
                                check.warm_up();
                            }
                            on:change=move |_| take_chosen()
                        />
                        <label for="file" class="button is-primary">{lang.import_choose()}</label>
                        <span class="import-drop">
                            {move || if over.get() { lang.import_drop_now() } else { lang.import_drop() }}
                        </span>
                        <span class="import-formats">{lang.import_formats()}</span>
                    </div>
                </section>
            </div>
            {move || file_view(lang, template, check, filter, open)}
            {action_bar(lang, template, check, upload, hydrated, open)}
        </form>
    }
    .into_any()
}

fn first_file(input: &web_sys::HtmlInputElement) -> Option<web_sys::File> {
    input.files()?.get(0)
}

/// Why the file cannot be sent; `None` where it can.
fn obstacle(lang: Lang, check: LocalCheck) -> Option<&'static str> {
    if check.changed.get() {
        return Some(lang.import_changed_short());
    }
    check.state.with(|state| match state {
        CheckState::NoFile => Some(lang.import_no_file_yet()),
        CheckState::Checking { .. } => Some(lang.import_checking()),
        CheckState::Refused(_) => Some(lang.import_refused_short()),
        CheckState::Unchecked(_) | CheckState::Checked(_) => None,
    })
}

fn is_off(lang: Lang, check: LocalCheck, upload: Upload) -> bool {
    upload.stage.with(Stage::is_busy) || obstacle(lang, check).is_some()
}

/// Why an upload without JavaScript was refused.
fn refused_notice(lang: Lang, problem: &Problem) -> AnyView {
    notice(Tone::Error, lang.import_refused_title(), lang.problem(problem))
}

/// 继续上次的导入, where there is a current batch.
#[component]
fn CurrentBatch(template: Template) -> impl IntoView {
    let lang = use_lang();
    let current = Resource::new(|| (), move |()| current_batch(template));
    view! {
        <Suspense>
            {move || Suspend::new(async move { current.await.ok().flatten().map(|batch| current_card(lang, &batch)) })}
        </Suspense>
    }
    .into_any()
}

fn current_card(lang: Lang, batch: &BatchView) -> AnyView {
    let (title, what, label) = match batch.state {
        BatchState::Checked if batch.counts.error > 0 => {
            (lang.import_continue(), lang.import_continue_errors(batch.counts.error), lang.import_continue_open())
        }
        BatchState::Checked => (
            lang.import_continue(),
            lang.import_continue_ready(batch.counts.to_generate()),
            lang.import_continue_open(),
        ),
        BatchState::Generating => {
            (lang.import_last(), lang.import_generating(batch.template).to_owned(), lang.import_continue_progress())
        }
        BatchState::Generated | BatchState::Superseded => {
            (lang.import_last(), lang.import_done_title(batch.template).to_owned(), lang.import_continue_result())
        }
    };
    view! {
        <section class="card import-current" aria-labelledby="current-title">
            <div>
                <h2 id="current-title">{title}</h2>
                <p>
                    <b>{batch.file_name.clone()}</b>
                    " · "
                    {lang.import_rows(batch.counts.total())}
                    " · "
                    {what}
                </p>
            </div>
            <a class="button" href=Route::of_batch(batch)>{label}</a>
            {state_bar(lang, &batch.counts)}
        </section>
    }
    .into_any()
}

fn fill_card(lang: Lang, template: Template) -> AnyView {
    view! {
        <section class="card import-fill" aria-labelledby="fill-title">
            <h2 id="fill-title">{lang.import_step_fill()}</h2>
            <p>{lang.import_fill_lead(template)}</p>
            <ul>
                <li>{lang.import_fill_header(template)}</li>
                <li>{lang.import_fill_required(template)}</li>
                <li>{lang.import_fill_list(template)}</li>
            </ul>
            <div class="import-downloads">{template_downloads(lang, template, "")} <a href=template_guide(template)>{lang.import_guide()}</a></div>
        </section>
    }
    .into_any()
}

/// The chosen file and the state of its check.
fn file_view(
    lang: Lang,
    template: Template,
    check: LocalCheck,
    filter: Memo<Filter>,
    open: impl Fn() + Copy + 'static,
) -> Option<AnyView> {
    let name = check.picked.with(|picked| picked.as_ref().map(|picked| picked.name.clone()))?;
    let state = check.state.get();
    let primary = !matches!(&state, CheckState::Unchecked(_) | CheckState::Checking { .. })
        && !matches!(&state, CheckState::Checked(summary) if summary.counts.error == 0);
    let again = view! {
        <button type="button" class="button wide-only" class:is-primary=primary on:click=move |_| open()>
            {lang.import_choose_again()}
        </button>
    };
    let card = |meta: String, rest: AnyView| {
        view! {
            <section class="card import-card" id="checked">
                <div class="import-card-line">
                    <h2>{name}</h2>
                    <span class="import-meta">{meta}</span>
                    {again}
                </div>
                {rest}
            </section>
        }
    };
    let changed = move || {
        check
            .changed
            .get()
            .then(|| notice(Tone::Warning, lang.import_changed_title(), lang.import_changed().to_owned()))
    };
    let view = match state {
        CheckState::NoFile => return None,
        CheckState::Checking { slow } => {
            let rest = view! {
                <progress class="is-late" aria-label=lang.import_checking()></progress>
                <p class="is-late" role="status">
                    {lang.import_checking()} " " {slow.then(|| lang.import_checking_slow())}
                </p>
                {slow
                    .then(|| {
                        view! {
                            <button type="button" class="button" on:click=move |_| check.skip(UncheckedReason::Unavailable)>
                                {lang.import_checking_skip()}
                            </button>
                        }
                    })}
            };
            card(String::new(), rest.into_any()).into_any()
        }
        CheckState::Unchecked(reason) => {
            let (tone, text) = match reason {
                UncheckedReason::Unavailable => (Tone::Info, lang.import_unchecked()),
                UncheckedReason::TooSlow => (Tone::Warning, lang.import_unchecked_too_slow()),
                UncheckedReason::Failed => (Tone::Warning, lang.import_unchecked_failed()),
            };
            view! {
                {card(String::new(), ().into_any())}
                {changed}
                {notice(tone, lang.import_unchecked_title(), text.to_owned())}
            }
            .into_any()
        }
        CheckState::Refused(refusal) => view! {
            {card(String::new(), ().into_any())}
            <div data-refusal=refusal.code()>
                {notice(Tone::Error, lang.import_refused_title(), lang.refusal(&refusal))}
            </div>
        }
        .into_any(),
        CheckState::Checked(summary) => {
            let (path, meta) = (Route::Import(template).to_string(), verdict(lang, &summary));
            view! {
                {card(meta, state_bar(lang, &summary.counts))}
                {changed}
                {findings_summary(lang, &summary.counts, &summary.kinds, &path, true)}
                {file_notices(lang, template, &summary.kinds)}
                <Toolbar path=path.clone() counts=summary.counts filter/>
                {move || match check.page.get() {
                    Some(page) => rows_view(lang, template, &filter.get_untracked(), &path, page),
                    None => skeleton(8),
                }}
            }
            .into_any()
        }
    };
    Some(view)
}

fn verdict(lang: Lang, summary: &FileSummary) -> String {
    let (counts, total) = (&summary.counts, summary.counts.total());
    match (counts.error, counts.warning) {
        (0, 0) => lang.import_all_correct(total),
        (0, _) => lang.import_no_errors(total),
        (wrong, _) => lang.import_verdict(total, wrong),
    }
}

/// The bar at the bottom: the next action, or the obstacle to it.
fn action_bar(
    lang: Lang,
    template: Template,
    check: LocalCheck,
    upload: Upload,
    hydrated: RwSignal<bool>,
    open: impl Fn() + Copy + Send + 'static,
) -> AnyView {
    let errors = Memo::new(move |_| {
        check.state.with(|state| if let CheckState::Checked(summary) = state { summary.counts.error } else { 0 })
    });
    let failed = move || upload.stage.with(|stage| matches!(stage, Stage::Refused(_) | Stage::Lost));
    let text = move || {
        let busy = upload.stage.with(Stage::is_busy);
        if let Some(obstacle) = obstacle(lang, check).filter(|_| !busy) {
            return obstacle.to_owned();
        }
        upload.stage.with(|stage| match stage {
            Stage::Refused(problem) => lang.problem(problem),
            Stage::Lost => lang.import_upload_lost().to_owned(),
            Stage::Server => lang.import_upload_server().to_owned(),
            Stage::Sending(percent) => lang.import_uploading(*percent),
            Stage::Idle if errors.get() > 0 => lang.import_local_errors(errors.get()),
            Stage::Idle if check.state.with(|state| matches!(state, CheckState::Checked(_))) => {
                lang.import_local_clean(template).to_owned()
            }
            Stage::Idle => lang.import_unchecked_title().to_owned(),
        })
    };
    let action = move || match upload.stage.get() {
        Stage::Refused(problem) => problem_action(lang, &problem),
        _ => None,
    };
    let label = move || {
        if failed() {
            lang.import_upload_retry()
        } else if errors.get() > 0 {
            lang.import_submit_anyway()
        } else {
            lang.import_submit()
        }
    };
    let busy = Memo::new(move |_| upload.stage.with(Stage::is_busy));
    let progress = move || {
        busy.get().then(|| {
            view! {
                <progress
                    max="100"
                    value=move || match upload.stage.get() {
                        Stage::Sending(percent) => Some(percent),
                        _ => None,
                    }
                    aria-label=lang.import_upload_progress()
                ></progress>
                <button type="button" class="button" on:click=move |_| upload.cancel()>{lang.import_upload_cancel()}</button>
            }
        })
    };
    let off = move || hydrated.get() && is_off(lang, check, upload);
    let again = move || {
        (check.picked.with(Option::is_some) && !busy.get()).then(|| {
            view! {
                <button type="button" class="button narrow-only" class:is-primary={errors.get() > 0} on:click=move |_| open()>
                    {lang.import_choose_again()}
                </button>
            }
        })
    };
    view! {
        <div
            class="action-bar"
            class:is-failed=failed
            class:is-idle=move || hydrated.get() && check.picked.with(Option::is_none)
        >
            <p id="import-why" role="status">
                {move || failed().then(|| view! { <b>{lang.import_upload_failed()} {lang.import_colon()}</b> })}
                {text}
                " "
                {action}
            </p>
            {progress}
            {again}
            <button
                type="submit"
                class="button"
                class:is-primary=move || errors.get() == 0 || failed()
                aria-disabled=move || off().then_some("true")
                aria-describedby="import-why"
            >
                {label}
            </button>
        </div>
    }
    .into_any()
}
