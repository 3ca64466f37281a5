//! The fields of a notice.

use crate::{
    components::{Field, FieldError, LongField, SelectField},
    forms::{EditableForm, StoredVersion},
    routes::Route,
};
use domain::{
    Problem, Template,
    notice::{Importance, MAX_TEXT, MAX_TITLE, NoticeForm, NoticeView},
};
use leptos::prelude::*;
use texts::Lang;

impl EditableForm for NoticeForm {
    const TEMPLATE: Template = Template::Units;

    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("notice_title", &self.title),
            ("notice_text", &self.text),
            ("notice_importance", &self.importance),
            ("notice_ends_on", &self.ends_on),
        ]
    }
}

impl StoredVersion for NoticeView {
    type Form = NoticeForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &NoticeForm {
        &self.form
    }

    fn address(&self) -> String {
        Route::EditNotice(self.item.id).to_string()
    }
}

/// The fields, with the server's errors at each.
pub(super) fn fields(lang: Lang, form: NoticeForm, problem: Signal<Option<Problem>>) -> AnyView {
    let error = move |field: &'static str| -> FieldError {
        Signal::derive(move || {
            problem.with(|problem| match problem {
                Some(Problem::Fields(faults)) => {
                    faults.iter().find(|fault| fault.field == field).map(|fault| lang.notice_fault(fault))
                }
                _ => None,
            })
        })
    };
    let length = |most: usize| u16::try_from(most).unwrap_or(u16::MAX);
    let importance = Importance::from_name(&form.importance).unwrap_or_default();
    let levels = Importance::ALL.map(|importance| (importance.as_str(), lang.importance(importance))).to_vec();
    view! {
        <Field
            name="form[title]"
            label=lang.notice_heading()
            maxlength=length(MAX_TITLE)
            value=form.title
            error=error("title")
        />
        <LongField
            name="form[text]"
            label=lang.notice_text()
            hint=lang.notice_text_hint()
            maxlength=length(MAX_TEXT)
            rows=12
            value=form.text
            error=error("text")
        />
        <fieldset>
            <SelectField
                name="form[importance]"
                label=lang.notice_importance()
                options=levels
                value=Some(importance.as_str())
                error=error("importance")
            />
            <Field
                name="form[ends_on]"
                label=lang.notice_ends_on()
                hint=lang.notice_ends_on_hint()
                kind="date"
                optional=true
                value=form.ends_on
                error=error("ends_on")
            />
        </fieldset>
    }
    .into_any()
}
