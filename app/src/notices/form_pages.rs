//! 发布通知 and 修改.

use super::{
    api::{EditNotice, PublishNotice, get_notice_form, list_notices},
    form::fields,
};
use crate::{
    components::{PageTitle, SubmitButton, skeleton, unavailable_page},
    current_account::is_operator,
    form_draft, form_echo,
    forms::{
        EditInProgress, ServerForm, conflict_without_script, failure, focus_first_error_on, follow, id_in_path,
        load_one, pending, problem, version_input,
    },
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{
    account::Portal,
    ids::NoticeId,
    notice::{NoticeForm, NoticeView},
};
use leptos::{ev, form::FromFormData, html, prelude::*, server_fn::ServerFn};
use texts::Lang;

/// 发布通知. Whoever may list notices of its own may write them.
#[component]
pub(crate) fn NewNoticePage() -> impl IntoView {
    let lang = use_lang();
    let echo = StoredValue::new(form_echo::take_at::<NoticeForm>(Route::NewNotice));
    let allowed = Resource::new(|| (), |()| list_notices(true, None));
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match allowed.await {
                    Ok(_) => view! { <NewForm echo=echo.get_value()/> }.into_any(),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The input is stored as a draft until it is published or given up.
#[component]
fn NewForm(
    /// The echo of a form that was sent without JavaScript.
    #[prop(optional_no_strip)]
    echo: Option<NoticeForm>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<PublishNotice>::new();
    let problem = problem(action);
    follow(action);
    focus_first_error_on(problem);
    let discard_draft = || form_draft::discard(&Route::NewNotice.to_string());
    let value = action.value();
    Effect::new(move |_| {
        if value.with(|value| matches!(value, Some(Ok(_)))) {
            discard_draft();
        }
    });
    let has_echo = echo.is_some();
    let shown = RwSignal::new(echo.unwrap_or_default());
    let frame = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let draft = form_draft::load::<NoticeForm>(&Route::NewNotice.to_string());
        let untouched = input(frame).is_some_and(|typed| typed.title.is_empty() && typed.text.is_empty());
        if let Some(draft) = draft.filter(|_| !has_echo && untouched) {
            shown.set(draft);
        }
    });
    let store_draft = move |_| {
        if let Some(typed) = input(frame) {
            form_draft::store(&Route::NewNotice.to_string(), &typed);
        }
    };
    let lead = if is_operator() { lang.notice_new_lead_all() } else { lang.notice_new_lead() };
    let pending = pending(action);
    view! {
        <PageTitle title=lang.notice_new() crumbs=vec![crumb(lang)] lead/>
        <section class="card form-card unit-form">
            {failure(lang, lang.not_saved(), problem)}
            <div node_ref=frame on:input=store_draft>
                <ServerForm action>
                    {move || fields(lang, shown.get(), problem)}
                    <div class="form-actions">
                        <SubmitButton label=lang.notice_publish() busy=lang.notice_publishing() pending/>
                        <a class="button" href=Route::Notices(Portal::Management) on:click=move |_| discard_draft()>
                            {lang.cancel()}
                        </a>
                    </div>
                </ServerForm>
            </div>
        </section>
    }
    .into_any()
}

/// The present input of the form in a frame.
fn input(frame: NodeRef<html::Div>) -> Option<NoticeForm> {
    use wasm_bindgen::JsCast;
    let form = frame.get_untracked()?.query_selector("form").ok().flatten()?;
    let data = web_sys::FormData::new_with_form(form.unchecked_ref()).ok()?;
    Some(PublishNotice::from_form_data(&data).ok()?.form)
}

/// 修改; the id is in the path.
#[component]
pub(crate) fn EditNoticePage() -> impl IntoView {
    let lang = use_lang();
    let id = id_in_path::<NoticeId>();
    let echo = id.get_untracked().and_then(|id| form_echo::take_at::<NoticeForm>(Route::EditNotice(id)));
    let echo = StoredValue::new(echo);
    let data = load_one(move || id.get(), get_notice_form);
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(notice) => view! { <EditForm notice echo=echo.get_value()/> }.into_any(),
                    Err(error) => unavailable_page(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn EditForm(
    /// The stored notice.
    notice: NoticeView,
    /// The echo of a form that was sent without JavaScript.
    #[prop(optional_no_strip)]
    echo: Option<NoticeForm>,
) -> impl IntoView {
    let lang = use_lang();
    let page = Route::Notice(Portal::Management, notice.item.id);
    let action = ServerAction::<EditNotice>::new();
    let problem = problem(action);
    focus_first_error_on(problem);
    let edit = EditInProgress::follow(action, &notice, page.done(DoneNotice::NoticeEdited));
    let conflict = edit.conflict(lang, action);
    let earlier_conflict = conflict_without_script(lang, echo.as_ref(), &notice);
    let EditInProgress { version, sent, pending } = edit;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked()
            && let Ok(data) = EditNotice::from_event(&event)
        {
            sent.set(data.form.clone());
            action.dispatch(data);
        }
    };
    let crumbs = vec![crumb(lang), (notice.item.title.clone(), Some(page))];
    let form = echo.unwrap_or_else(|| notice.form.clone());
    view! {
        <PageTitle title=lang.notice_edit_title() crumbs lead=lang.notice_edit_lead()/>
        {earlier_conflict}
        <section class="card form-card unit-form">
            {failure(lang, lang.not_saved(), problem)}
            {conflict}
            <form method="post" action=EditNotice::url() on:submit=submit>
                <input type="hidden" name="id" value=notice.item.id.to_string()/>
                {version_input(version)}
                {fields(lang, form, problem)}
                <div class="form-actions">
                    <SubmitButton label=lang.save() busy=lang.saving() pending/>
                    <a class="button" href=page>{lang.cancel()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn crumb(lang: Lang) -> crate::components::Crumb {
    (lang.notice_title().to_owned(), Some(Route::Notices(Portal::Management)))
}
