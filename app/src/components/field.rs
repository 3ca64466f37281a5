//! An input with its label, hint and error, connected for screen readers.

use crate::i18n::use_lang;
use leptos::{html, prelude::*};

/// The error of a field; `None` for a valid one.
pub type FieldError = Signal<Option<String>>;

/// The label above, the hint and the error below an input.
pub fn field_frame(
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

/// The ids of the elements that describe an input.
pub fn described_by(name: &str, hint: bool) -> String {
    if hint { format!("{name}-hint {name}-error") } else { format!("{name}-error") }
}

/// The value of `aria-invalid`.
pub fn aria_invalid(error: FieldError) -> impl Fn() -> Option<&'static str> + Send + 'static {
    move || error.with(|error| error.is_some().then_some("true"))
}

/// A line of text.
#[component]
pub fn Field(
    /// Name and id of the input.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// How to fill the field in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Error.
    #[prop(optional, into)]
    error: FieldError,
    /// Initial text.
    #[prop(optional, into)]
    value: String,
    /// `tel`, `search` … `text` by default.
    #[prop(default = "text")]
    kind: &'static str,
    /// Kind of data that the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether the field takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Maximum length, in characters.
    #[prop(default = 200)]
    maxlength: u16,
    /// Whether the field may stay empty.
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
            aria-invalid=aria_invalid(error)
            aria-describedby=described_by(name, hint.is_some())
        />
    };
    field_frame(name, label, hint, error, input.into_any())
}

/// A password field that can show its text.
#[component]
pub fn PasswordField(
    /// Name and id of the input.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// How to fill the field in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Error.
    #[prop(optional, into)]
    error: FieldError,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// The typed text, for a meter beside the field.
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
                aria-invalid=aria_invalid(error)
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
    field_frame(name, label, hint, error, field.into_any())
}

/// A text of several lines.
#[component]
pub fn LongField(
    /// Name and id of the input.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// How to fill the field in.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Error.
    #[prop(optional, into)]
    error: FieldError,
    /// Initial text.
    #[prop(optional)]
    value: String,
    /// Maximum length, in characters.
    #[prop(default = 200)]
    maxlength: u16,
    /// Number of lines that are visible.
    #[prop(default = 3)]
    rows: u16,
    /// Whether the field may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    // The server writes the children of a text area as they are, as if they were markup.
    #[cfg(feature = "ssr")]
    let value = html_escape::encode_text(&value).into_owned();
    let input = view! {
        <textarea
            id=name
            name=name
            rows=rows.to_string()
            autocomplete="off"
            maxlength=maxlength.to_string()
            aria-required=(!optional).then_some("true")
            aria-invalid=aria_invalid(error)
            aria-describedby=described_by(name, hint.is_some())
        >
            {value}
        </textarea>
    };
    field_frame(name, label, hint, error, input.into_any())
}

/// A choice of one option.
#[component]
pub fn SelectField(
    /// Name and id of the input.
    name: &'static str,
    /// Label.
    label: &'static str,
    /// How to choose an option.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Error.
    #[prop(optional, into)]
    error: FieldError,
    /// Values with their labels.
    options: Vec<(&'static str, &'static str)>,
    /// Initial value.
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
            aria-invalid=aria_invalid(error)
            aria-describedby=described_by(name, hint.is_some())
        >
            <option value="" selected=value.is_none()>{lang.choose()}</option>
            {options}
        </select>
    };
    field_frame(name, label, hint, error, input.into_any())
}
