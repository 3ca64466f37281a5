//! Choosing a file: checked in the browser at once, uploaded only when a person says so.

use super::{
    batch::path_of,
    downloads,
    drop::on_drop,
    guide, path, steps, templates, title,
    upload::{Stage, Upload},
};
use crate::{
    api::import::current_batch,
    components::{
        Tone, notice,
        preview::{Filter, Toolbar, findings_summary, rows_view, state_bar},
        skeleton, unavailable_page, way_on,
    },
    i18n::use_lang,
    kept,
    local_check::{self, Fate, LocalCheck},
    session::me,
};
use domain::{
    Problem, Template,
    view::{BatchState, BatchView, FileSummary},
};
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use texts::Lang;

/// The import page of a template.
#[component]
pub fn ImportPage(template: Template) -> impl IntoView {
    let lang = use_lang();
    if me().is_none_or(|me| me.unit.is_none()) {
        return unavailable_page(lang, &Problem::Forbidden.into());
    }
    let check = LocalCheck::new();
    let upload = Upload::new(template);
    let sent_back = StoredValue::new(kept::take::<Problem>(path(template)));
    let query = use_query_map();
    let filter = Memo::new(move |_| Filter::from_query(&query.read()));
    let input = NodeRef::<html::Input>::new();
    // Until the page is alive the form is a plain one and nothing in it is switched off.
    let alive = RwSignal::new(false);
    // 导入 was pressed while the file was still being checked.
    let wanted = RwSignal::new(false);

    let navigate = use_navigate();
    let take = move |file: web_sys::File| {
        if upload.stage.with_untracked(Stage::is_busy) {
            return;
        }
        upload.cancel();
        wanted.set(false);
        // What narrowed down another file says nothing of this one.
        if filter.get_untracked().href(path(template)) != path(template) {
            navigate(path(template), NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
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
    // A file may come from the batch page, or have been chosen before the page was alive.
    let (take_waiting, take_sent) = (take_chosen.clone(), take_chosen.clone());
    Effect::new(move |_| {
        alive.set(true);
        match local_check::handed_over() {
            Some(file) => check.check(template, file),
            None => take_waiting(),
        }
    });
    Effect::new(move |_| {
        let filter = filter.get();
        if let Fate::Checked(summary) = check.fate.get() {
            check.ask(&filter.query(&summary.counts));
        }
    });
    // A file that only the server could judge is as refused as one that the worker refuses.
    Effect::new(move |_| {
        if let Stage::Refused(Problem::File(refusal)) = upload.stage.get() {
            upload.cancel();
            check.fate.set(Fate::Refused(refusal));
        }
    });
    // Somebody who comes back from WPS may have saved the file meanwhile.
    let listener = window_event_listener(ev::focus, move |_| check.probe());
    on_cleanup(move || listener.remove());

    let navigate = use_navigate();
    let send = move || {
        let Some(picked) = check.picked.get_untracked() else { return };
        let navigate = navigate.clone();
        upload.send(
            &picked,
            move |batch| navigate(&format!("{}/{batch}#checked", path(template)), NavigateOptions::default()),
            move || check.probe(),
        );
    };
    let send_wanted = send.clone();
    Effect::new(move |_| {
        let fine = check.fate.with(|fate| match fate {
            Fate::Checking { .. } => None,
            Fate::Checked(summary) => Some(summary.counts.error == 0),
            Fate::Unchecked => Some(true),
            Fate::NoFile | Fate::Refused(_) => Some(false),
        });
        if let Some(fine) = fine
            && wanted.get_untracked()
        {
            wanted.set(false);
            if fine {
                send_wanted();
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
        {move || title(lang, template, if has_file.get() { downloads(lang, template) } else { ().into_any() })}
        <form
            class="import-page"
            class:is-over=over
            method="post"
            action=path(template)
            enctype="multipart/form-data"
            novalidate=alive
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                if !is_off(lang, check, upload) {
                    return send();
                }
                if check.fate.with_untracked(|fate| matches!(fate, Fate::NoFile)) {
                    take_sent();
                }
                wanted.set(check.fate.with_untracked(|fate| matches!(fate, Fate::Checking { .. })));
            }
        >
            {move || steps(lang, template, if has_file.get() { 2 } else { 1 })}
            {move || sent_back.get_value().filter(|_| !has_file.get()).map(|problem| refused_notice(lang, &problem))}
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
                                // The same file must be choosable again once it is mended.
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
            {action_bar(lang, template, check, upload, alive, open)}
        </form>
    }
    .into_any()
}

fn first_file(input: &web_sys::HtmlInputElement) -> Option<web_sys::File> {
    input.files()?.get(0)
}

/// What of the file keeps 导入 off; `None` where nothing does.
fn missing(lang: Lang, check: LocalCheck) -> Option<&'static str> {
    if check.changed.get() {
        return Some(lang.import_changed_short());
    }
    check.fate.with(|fate| match fate {
        Fate::NoFile => Some(lang.import_no_file_yet()),
        Fate::Checking { .. } => Some(lang.import_checking()),
        Fate::Refused(_) => Some(lang.import_refused_short()),
        Fate::Unchecked | Fate::Checked(_) => None,
    })
}

fn is_off(lang: Lang, check: LocalCheck, upload: Upload) -> bool {
    upload.stage.with(Stage::is_busy) || missing(lang, check).is_some()
}

/// What an upload without JavaScript was refused for.
fn refused_notice(lang: Lang, problem: &Problem) -> AnyView {
    notice(Tone::Error, lang.import_refused_title(), lang.problem(problem))
}

/// 继续上次的导入, where there is something to go on with.
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
            <a class="button" href=path_of(batch)>{label}</a>
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
            <div class="import-downloads">{templates(lang, template, "")} <a href=guide(template)>{lang.import_guide()}</a></div>
        </section>
    }
    .into_any()
}

/// The chosen file and what became of it.
fn file_view(
    lang: Lang,
    template: Template,
    check: LocalCheck,
    filter: Memo<Filter>,
    open: impl Fn() + Copy + 'static,
) -> Option<AnyView> {
    let name = check.picked.with(|picked| picked.as_ref().map(|picked| picked.name.clone()))?;
    let fate = check.fate.get();
    let primary = !matches!(&fate, Fate::Unchecked | Fate::Checking { .. })
        && !matches!(&fate, Fate::Checked(summary) if summary.counts.error == 0);
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
    let view = match fate {
        Fate::NoFile => return None,
        Fate::Checking { slow } => {
            let rest = view! {
                <progress class="is-late" aria-label=lang.import_checking()></progress>
                <p class="is-late" role="status">
                    {lang.import_checking()} " " {slow.then(|| lang.import_checking_slow())}
                </p>
                {slow
                    .then(|| {
                        view! {
                            <button type="button" class="button" on:click=move |_| check.skip()>
                                {lang.import_checking_skip()}
                            </button>
                        }
                    })}
            };
            card(String::new(), rest.into_any()).into_any()
        }
        Fate::Unchecked => view! {
            {card(String::new(), ().into_any())}
            {changed}
            {notice(Tone::Info, lang.import_unchecked_title(), lang.import_unchecked().to_owned())}
        }
        .into_any(),
        Fate::Refused(refusal) => view! {
            {card(String::new(), ().into_any())}
            <div data-refusal=refusal.code()>
                {notice(Tone::Error, lang.import_refused_title(), lang.refusal(&refusal))}
            </div>
        }
        .into_any(),
        Fate::Checked(summary) => {
            let (path, meta) = (path(template), verdict(lang, &summary));
            view! {
                {card(meta, state_bar(lang, &summary.counts))}
                {changed}
                {findings_summary(lang, &summary.counts, &summary.kinds, path, true)}
                <Toolbar path=path.to_owned() counts=summary.counts filter/>
                {move || match check.page.get() {
                    Some(page) => rows_view(lang, template, &filter.get_untracked(), path, page),
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

/// The bar at the bottom: what can be done now, and what is missing where it cannot.
fn action_bar(
    lang: Lang,
    template: Template,
    check: LocalCheck,
    upload: Upload,
    alive: RwSignal<bool>,
    open: impl Fn() + Copy + Send + 'static,
) -> AnyView {
    let errors = Memo::new(move |_| {
        check.fate.with(|fate| if let Fate::Checked(summary) = fate { summary.counts.error } else { 0 })
    });
    let failed = move || upload.stage.with(|stage| matches!(stage, Stage::Refused(_) | Stage::Lost));
    let text = move || {
        let busy = upload.stage.with(Stage::is_busy);
        if let Some(missing) = missing(lang, check).filter(|_| !busy) {
            return missing.to_owned();
        }
        upload.stage.with(|stage| match stage {
            Stage::Refused(problem) => lang.problem(problem),
            Stage::Lost => lang.import_upload_lost().to_owned(),
            Stage::Server => lang.import_upload_server().to_owned(),
            Stage::Sending(percent) => lang.import_uploading(*percent),
            Stage::Idle if errors.get() > 0 => lang.import_local_errors(errors.get()),
            Stage::Idle if check.fate.with(|fate| matches!(fate, Fate::Checked(_))) => {
                lang.import_local_clean(template).to_owned()
            }
            Stage::Idle => lang.import_unchecked_title().to_owned(),
        })
    };
    let way = move || match upload.stage.get() {
        Stage::Refused(problem) => way_on(lang, &problem),
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
    let off = move || alive.get() && is_off(lang, check, upload);
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
            class:is-idle=move || alive.get() && check.picked.with(Option::is_none)
        >
            <p id="import-why" role="status">
                {move || failed().then(|| view! { <b>{lang.import_upload_failed()} {lang.import_colon()}</b> })}
                {text}
                " "
                {way}
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
