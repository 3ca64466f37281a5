//! A labelled input with its hint and its error, wired for those who hear the page.

use crate::i18n::use_lang;
use leptos::{html, prelude::*};

/// What is wrong with a field, empty where nothing is.
pub type FieldError = Signal<Option<String>>;

/// The label above, the hint and the error below an input.
pub(super) fn frame(
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    error: FieldError,
    input: AnyView,
) -> AnyView {
    view! {
        <div class="field" class:is-error=move || error.with(Option::is_some)>
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })}
            {input}
            <p class="field-error" id=format!("{name}-error") aria-live="polite">
                {move || {
                    error
                        .get()
                        .map(|text| view! { <span aria-hidden="true">"✕ "</span> {text} })
                }}
            </p>
        </div>
    }
    .into_any()
}

/// The ids that describe an input.
pub(super) fn described_by(name: &str, hint: bool) -> String {
    if hint { format!("{name}-hint {name}-error") } else { format!("{name}-error") }
}

pub(super) fn invalid(error: FieldError) -> impl Fn() -> Option<&'static str> + Send + 'static {
    move || error.with(|error| error.is_some().then_some("true"))
}

/// A line of text.
#[component]
pub fn Field(
    /// The input's name, its id too.
    name: &'static str,
    /// What belongs in it.
    label: &'static str,
    /// How to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong.
    #[prop(optional, into)]
    error: FieldError,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// `tel`, `search` … `text` by default.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Longest input, in characters.
    #[prop(default = 200)]
    maxlength: u16,
    /// May be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let input = view! {
        <input
            id=name
            name=name
            type=kind
            value=value
            autocomplete=autocomplete
            autocapitalize="off"
            spellcheck="false"
            autofocus=autofocus
            maxlength=maxlength.to_string()
            aria-required=(!optional).then_some("true")
            aria-invalid=invalid(error)
            aria-describedby=described_by(name, hint.is_some())
        />
    };
    frame(name, label, hint, error, input.into_any())
}

/// A password, which its owner may look at while typing.
#[component]
pub fn PasswordField(
    /// The input's name, its id too.
    name: &'static str,
    /// What belongs in it.
    label: &'static str,
    /// How to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong.
    #[prop(optional, into)]
    error: FieldError,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What is typed, for a meter beside it.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let lang = use_lang();
    let shown = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let field = view! {
        <div class="password">
            <input
                id=name
                name=name
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                maxlength="200"
                aria-required="true"
                aria-invalid=invalid(error)
                aria-describedby=described_by(name, hint.is_some())
                node_ref=input
                on:input=move |_| {
                    if let (Some(typed), Some(input)) = (typed, input.get_untracked()) {
                        typed.set(input.value());
                    }
                }
            />
            <button
                type="button"
                class="password-show"
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                aria-controls=name
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || if shown.get() { lang.hide_password() } else { lang.show_password() }}
                <span class="sr-only">{format!("{}{label}", lang.import_colon())}</span>
            </button>
        </div>
    };
    frame(name, label, hint, error, field.into_any())
}

/// A text of several lines.
#[component]
pub fn LongField(
    /// The input's name, its id too.
    name: &'static str,
    /// What belongs in it.
    label: &'static str,
    /// How to fill it in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong.
    #[prop(optional, into)]
    error: FieldError,
    /// Longest input, in characters.
    #[prop(default = 200)]
    maxlength: u16,
) -> impl IntoView {
    let input = view! {
        <textarea
            id=name
            name=name
            rows="3"
            autocomplete="off"
            maxlength=maxlength.to_string()
            aria-required="true"
            aria-invalid=invalid(error)
            aria-describedby=described_by(name, hint.is_some())
        ></textarea>
    };
    frame(name, label, hint, error, input.into_any())
}

/// One of a few.
#[component]
pub fn SelectField(
    /// The input's name, its id too.
    name: &'static str,
    /// What belongs in it.
    label: &'static str,
    /// How to choose.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong.
    #[prop(optional, into)]
    error: FieldError,
    /// Values with what they are called.
    options: Vec<(&'static str, &'static str)>,
    /// The value chosen at first.
    value: Option<&'static str>,
) -> impl IntoView {
    let lang = use_lang();
    let options = options
        .into_iter()
        .map(|(word, text)| view! { <option value=word selected={value == Some(word)}>{text}</option> })
        .collect_view();
    let input = view! {
        <select
            id=name
            name=name
            aria-required="true"
            aria-invalid=invalid(error)
            aria-describedby=described_by(name, hint.is_some())
        >
            <option value="" selected=value.is_none()>{lang.choose()}</option>
            {options}
        </select>
    };
    frame(name, label, hint, error, input.into_any())
}
