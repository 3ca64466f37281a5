//! The pages 新增 and 编辑 of a record (a unit or a purchaser), without their fields.

use super::{
    EditInProgress, EditableForm, LiveValidation, RowForm, StoredVersion, conflict_without_script, follow, pending,
    problem,
};
use crate::{
    components::{Crumb, Field, PageTitle, SubmitButton, skeleton},
    document,
    error::ApiError,
    form_draft, form_echo,
    i18n::use_lang,
    routes::{DoneNotice, Route},
};
use domain::{Problem, edit::EditResult};
use leptos::{ev, html, prelude::*, server_fn::ServerFn};
use serde_json::{Value, from_value, to_value};
use texts::Lang;

/// Such a page, without its fields.
pub(crate) struct RecordPage {
    pub(crate) title: &'static str,
    pub(crate) lead: String,
    pub(crate) crumbs: Vec<Crumb>,
    /// Label of the button that sends the form.
    pub(crate) submit: &'static str,
    /// The page of the record, or the list: 取消 leads there.
    pub(crate) back: Route,
}

/// 新增 on the page `page`. The input is stored as a draft until it is saved or given up; `draft` tells drafts of one page
/// apart.
pub(crate) fn new_page<F, S>(
    page: Route,
    draft: String,
    words: RecordPage,
    empty: F,
    request: impl Fn(F) -> S + 'static,
    fields: impl Fn(LiveValidation<F>, F) -> AnyView + Send + 'static,
) -> AnyView
where
    F: RowForm,
    S: ServerFn<Output = String, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let lang = use_lang();
    let draft_key = StoredValue::new(draft);
    let discard_draft = move || draft_key.with_value(|key| form_draft::discard(key));
    let action = ServerAction::<S>::new();
    follow(action);
    let validation = LiveValidation::new(lang, problem(action));
    let value = action.value();
    Effect::new(move |_| {
        if value.with(|value| matches!(value, Some(Ok(_)))) {
            discard_draft();
        }
    });
    Effect::new(move |_| {
        validation.checked.with(|checked| {
            if let Some((form, _)) = checked {
                draft_key.with_value(|key| form_draft::store(key, form));
            }
        });
    });
    // The echo of a form that was sent without JavaScript is newer than a draft.
    let echo = form_echo::take_at::<F>(page);
    let has_echo = echo.is_some();
    let (shown, restored) = (RwSignal::new(echo.unwrap_or(empty)), RwSignal::new(false));
    let node = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if !has_echo
            && let Some(draft) = draft_key.with_value(|key| form_draft::load::<F>(key))
            && let Some(typed) = LiveValidation::input(node)
        {
            let drawn = shown.get_untracked();
            shown.set(merge_draft(&drawn, &draft, typed));
            restored.set(true);
            request_animation_frame(move || drop(validation.check(node)));
        }
    });
    let start_again = move |_| {
        discard_draft();
        document::reload();
    };
    let notice = move || {
        restored.get().then(|| {
            view! {
                <p class="notice is-info" role="status">
                    {lang.form_restored()}
                    " "
                    <button type="button" class="link-button" on:click=start_again>{lang.form_restored_drop()}</button>
                </p>
            }
        })
    };
    let send = move |form| {
        action.dispatch(request(form));
    };
    let fields = move || fields(validation, shown.get());
    let pending = pending(action);
    let fields = view! { {fields} {buttons(lang, &words, pending, discard_draft)} };
    let form = form(validation, node, S::url(), pending, send, fields.into_any());
    card_page(words, Some(notice.into_any()), view! { {validation.failure()} {form} }.into_any())
}

/// The draft, without the fields that the reader has changed since the page was drawn.
fn merge_draft<F: EditableForm>(drawn: &F, draft: &F, typed: F) -> F {
    match (to_value(drawn), to_value(draft), to_value(&typed)) {
        (Ok(Value::Object(drawn)), Ok(Value::Object(mut draft)), Ok(Value::Object(typed_fields))) => {
            draft.extend(typed_fields.into_iter().filter(|(field, text)| drawn.get(field) != Some(text)));
            from_value(Value::Object(draft)).unwrap_or(typed)
        }
        _ => typed,
    }
}

/// 编辑, once the record is loaded. `page` is the page of the form; it is drawn with the echo of a form that was sent from
/// there without JavaScript.
pub(crate) fn when_stored<E: StoredVersion + Clone>(
    data: Resource<Result<E, ApiError>>,
    page: Option<Route>,
    draw: impl Fn(E, Option<E::Form>) -> AnyView + Copy + Send + Sync + 'static,
    unavailable: fn(Lang, &Problem) -> AnyView,
) -> AnyView {
    let lang = use_lang();
    let echo = StoredValue::new(page.and_then(form_echo::take_at::<E::Form>));
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(stored) => draw(stored, echo.get_value()),
                    Err(error) => unavailable(lang, error.problem()),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// 编辑 of a stored record, below a notice. `request` makes the request from the version that the reader has seen and the
/// form.
pub(crate) fn edit_page<E, S>(
    words: RecordPage,
    notice: Option<AnyView>,
    stored: &E,
    id: String,
    echo: Option<E::Form>,
    request: impl Fn(i32, E::Form) -> S + 'static,
    fields: impl FnOnce(LiveValidation<E::Form>, E::Form) -> AnyView,
) -> AnyView
where
    E: StoredVersion<Form: RowForm>,
    S: ServerFn<Output = EditResult<E>, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let lang = use_lang();
    let action = ServerAction::<S>::new();
    let validation = LiveValidation::new(lang, problem(action));
    let edit = EditInProgress::follow(action, stored, words.back.done(DoneNotice::Edited));
    let conflict = edit.conflict(lang, action);
    let notice = notice.or_else(|| conflict_without_script(lang, echo.as_ref(), stored));
    let EditInProgress { version, sent, pending } = edit;
    let send = move |form: E::Form| {
        sent.set(form.clone());
        action.dispatch(request(version.get_untracked(), form));
    };
    let fields = view! {
        <input type="hidden" name="id" value=id/>
        {version_input(version)}
        {fields(validation, echo.unwrap_or_else(|| stored.form().clone()))}
        {buttons(lang, &words, pending, || ())}
    }
    .into_any();
    let form = form(validation, NodeRef::new(), S::url(), pending, send, fields);
    card_page(words, notice, view! { {validation.failure()} {conflict} {form} }.into_any())
}

/// The input with the version that the reader has seen.
pub(crate) fn version_input(version: RwSignal<i32>) -> AnyView {
    let version = move || version.get().to_string();
    view! { <input type="hidden" name="version" value=version prop:value=version/> }.into_any()
}

fn card_page(words: RecordPage, notice: Option<AnyView>, card: AnyView) -> AnyView {
    let RecordPage { title, lead, crumbs, .. } = words;
    view! {
        <PageTitle title crumbs lead/>
        {notice}
        <section class="card form-card unit-form">{card}</section>
    }
    .into_any()
}

/// 保存 and 取消.
fn buttons(lang: Lang, words: &RecordPage, pending: Memo<bool>, on_cancel: impl Fn() + 'static) -> AnyView {
    view! {
        <div class="form-actions">
            <SubmitButton label=words.submit busy=lang.saving() pending/>
            <a class="button" href=words.back on:click=move |_| on_cancel()>{lang.cancel()}</a>
        </div>
    }
    .into_any()
}

/// The form. It is validated while it is filled in, and sent once it has no errors.
fn form<F: RowForm>(
    validation: LiveValidation<F>,
    form: NodeRef<html::Form>,
    url: &'static str,
    pending: Memo<bool>,
    send: impl Fn(F) + 'static,
    fields: AnyView,
) -> AnyView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = validation.ready(form, pending) {
            send(form);
        }
    };
    view! {
        <form
            method="post"
            action=url
            node_ref=form
            on:submit=submit
            on:input=move |event| validation.on_input(form, &event)
            on:change=move |event| validation.on_change(form, &event)
        >
            {fields}
        </form>
    }
    .into_any()
}

/// The contact, to whom SMS go, and the remark.
pub(crate) fn contact_fields<F: RowForm>(
    validation: LiveValidation<F>,
    contact: String,
    mobile: String,
    remark: String,
) -> AnyView {
    let lang = validation.lang;
    view! {
        <fieldset>
            <legend>{lang.form_contact()}</legend>
            <Field
                name="form[contact]"
                label=lang.unit_contact()
                maxlength=50
                value=contact
                error=validation.error("contact")
            />
            <Field
                name="form[mobile]"
                label=lang.unit_mobile()
                hint=lang.unit_mobile_hint()
                kind="tel"
                maxlength=20
                value=mobile
                error=validation.error("mobile")
            />
            <Field
                name="form[remark]"
                label=lang.unit_remark()
                optional=true
                value=remark
                error=validation.error("remark")
            />
        </fieldset>
    }
    .into_any()
}
