//! The pages 新增 and 编辑 of units and of purchasers: all but their fields.

use super::{
    go_on,
    live::{Live, Row},
    pending, problem,
    stale::{Editing, Stored, Typed, overtaken},
};
use crate::{
    components::{Field, PageTitle, SubmitButton, skeleton},
    document::load_anew,
    draft,
    error::ApiError,
    i18n::use_lang,
    kept,
};
use domain::view::Edited;
use leptos::{ev, html, prelude::*, server_fn::ServerFn};
use texts::Lang;

/// What such a page says around its fields.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: String,
    /// The section, and the list to which the thing belongs.
    pub(super) crumbs: Vec<(String, Option<&'static str>)>,
    /// What sends the form.
    pub(super) submit: &'static str,
    /// Where somebody goes who gives it up: the thing's own page, or the list.
    pub(super) back: String,
}

/// 新增, on the page at `path`: what is typed is kept until it is saved or given up.
pub(super) fn adding<F, S>(
    path: &'static str,
    words: Words,
    empty: F,
    send: impl Fn(F) -> S + 'static,
    fields: impl Fn(Live<F>, F) -> AnyView + Send + 'static,
) -> AnyView
where
    F: Row,
    S: ServerFn<Output = String, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let lang = use_lang();
    let action = ServerAction::<S>::new();
    go_on(action);
    let live = Live::new(lang, problem(action));
    let value = action.value();
    Effect::new(move |_| {
        if value.with(|value| matches!(value, Some(Ok(_)))) {
            draft::drop_at(path);
        }
    });
    Effect::new(move |_| {
        live.checked.with(|checked| {
            if let Some((form, _)) = checked {
                draft::keep(path, form);
            }
        });
    });
    // What a browser without JavaScript had sent comes before what was kept.
    let sent_back = kept::take::<F>(path);
    let nothing_sent = sent_back.is_none();
    let (shown, restored) = (RwSignal::new(sent_back.unwrap_or(empty)), RwSignal::new(false));
    let node = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if nothing_sent
            && let Some(kept) = draft::find::<F>(path)
            && let Some(typed) = Live::held(node)
        {
            let drawn = shown.get_untracked();
            shown.set(newer(&drawn, &kept, typed));
            restored.set(true);
            request_animation_frame(move || live.look(node));
        }
    });
    let again = move |_| {
        draft::drop_at(path);
        load_anew();
    };
    let notice = move || {
        restored.get().then(|| {
            view! {
                <p class="notice is-info" role="status">
                    {lang.form_restored()}
                    " "
                    <button type="button" class="link-button" on:click=again>{lang.form_restored_drop()}</button>
                </p>
            }
        })
    };
    let send = move |form| {
        action.dispatch(send(form));
    };
    let fields = move || fields(live, shown.get());
    let given_up = move || draft::drop_at(path);
    let pending = pending(action);
    let fields = view! { {fields} {buttons(lang, &words, pending, given_up)} };
    let form = form(live, node, S::url(), pending, send, fields.into_any());
    page(words, Some(notice.into_any()), view! { {live.failure()} {form} }.into_any())
}

/// What was kept, but for the fields into which something else has been typed than was `drawn`.
fn newer<F: Typed>(drawn: &F, kept: &F, typed: F) -> F {
    use serde_json::{Value, from_value, to_value};
    match (to_value(drawn), to_value(kept), to_value(&typed)) {
        (Ok(Value::Object(drawn)), Ok(Value::Object(mut kept)), Ok(Value::Object(new))) => {
            kept.extend(new.into_iter().filter(|(field, text)| drawn.get(field) != Some(text)));
            from_value(Value::Object(kept)).unwrap_or(typed)
        }
        _ => typed,
    }
}

/// 编辑, once what is stored is there; drawn with what a browser without JavaScript had sent from the page at `path`.
pub(super) fn stored<E: Stored + Clone>(
    data: Resource<Result<E, ApiError>>,
    path: Option<String>,
    draw: impl Fn(E, Option<E::Form>) -> AnyView + Copy + Send + Sync + 'static,
    refused: fn(Lang, &ApiError) -> AnyView,
) -> AnyView {
    let lang = use_lang();
    let typed = StoredValue::new(path.and_then(|path| kept::take::<E::Form>(&path)));
    view! {
        <Suspense fallback=|| skeleton(8)>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(edit) => draw(edit, typed.get_value()),
                    Err(error) => refused(lang, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// 编辑 of what is `stored`, below a notice; `send` makes the request, of the version that was seen and the form.
pub(super) fn editing<E, S>(
    words: Words,
    notice: Option<AnyView>,
    stored: &E,
    id: String,
    typed: Option<E::Form>,
    send: impl Fn(i32, E::Form) -> S + 'static,
    fields: impl FnOnce(Live<E::Form>, E::Form) -> AnyView,
) -> AnyView
where
    E: Stored<Form: Row>,
    S: ServerFn<Output = Edited<E>, Error = ApiError> + Clone + Send + Sync + 'static,
{
    let lang = use_lang();
    let action = ServerAction::<S>::new();
    let live = Live::new(lang, problem(action));
    let editing = Editing::follow(action, stored, format!("{}?done=edited", words.back));
    let stale = editing.stale(lang, action);
    let notice = notice.or_else(|| overtaken(lang, typed.as_ref(), stored));
    let Editing { version, mine, pending } = editing;
    let send = move |form: E::Form| {
        mine.set(form.clone());
        action.dispatch(send(version.get_untracked(), form));
    };
    let stored_version = move || version.get().to_string();
    let fields = view! {
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="version" value=stored_version prop:value=stored_version/>
        {fields(live, typed.unwrap_or_else(|| stored.form().clone()))}
        {buttons(lang, &words, pending, || ())}
    }
    .into_any();
    let form = form(live, NodeRef::new(), S::url(), pending, send, fields);
    page(words, notice, view! { {live.failure()} {stale} {form} }.into_any())
}

fn page(words: Words, notice: Option<AnyView>, card: AnyView) -> AnyView {
    let Words { title, lead, crumbs, .. } = words;
    view! {
        <PageTitle title crumbs lead/>
        {notice}
        <section class="card form-card unit-form">{card}</section>
    }
    .into_any()
}

/// What sends a form, and what gives it up.
fn buttons(lang: Lang, words: &Words, pending: Memo<bool>, given_up: impl Fn() + 'static) -> AnyView {
    view! {
        <div class="form-actions">
            <SubmitButton label=words.submit busy=lang.saving() pending/>
            <a class="button" href=words.back.clone() on:click=move |_| given_up()>{lang.cancel()}</a>
        </div>
    }
    .into_any()
}

/// The form, which is checked while it is filled in and sent once nothing must be mended.
fn form<F: Row>(
    live: Live<F>,
    form: NodeRef<html::Form>,
    url: &'static str,
    pending: Memo<bool>,
    send: impl Fn(F) + 'static,
    fields: AnyView,
) -> AnyView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = live.ready(form, pending) {
            send(form);
        }
    };
    view! {
        <form
            method="post"
            action=url
            node_ref=form
            on:submit=submit
            on:input=move |event| live.typed(form, &event)
            on:change=move |event| live.left(form, &event)
        >
            {fields}
        </form>
    }
    .into_any()
}

/// Whom the SMS goes to, and the remark.
pub(super) fn contact<F: Row>(live: Live<F>, contact: String, mobile: String, remark: String) -> AnyView {
    let lang = live.lang;
    view! {
        <fieldset>
            <legend>{lang.form_contact()}</legend>
            <Field name="form[contact]" label=lang.unit_contact() maxlength=50 value=contact error=live.error("contact")/>
            <Field
                name="form[mobile]"
                label=lang.unit_mobile()
                hint=lang.unit_mobile_hint()
                kind="tel"
                maxlength=20
                value=mobile
                error=live.error("mobile")
            />
            <Field name="form[remark]" label=lang.unit_remark() optional=true value=remark error=live.error("remark")/>
        </fieldset>
    }
    .into_any()
}
