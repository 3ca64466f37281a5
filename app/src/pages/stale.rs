//! What was typed into a form, and what is said where somebody else was quicker to save.

use super::{go, lead_to_fault};
use crate::{
    components::{Tone, notice},
    error::ApiError,
};
use domain::{
    Template,
    trade::{TradeForm, TradeProfile},
    view::{Edited, PurchaserEdit, PurchaserForm, UnitEdit, UnitForm},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use serde::{Serialize, de::DeserializeOwned};
use texts::Lang;

/// What was typed.
pub(super) trait Typed: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {
    /// In whose words its data are told.
    const TEMPLATE: Template;

    /// The data by input, as far as they say something to readers.
    fn data(&self) -> Vec<(&'static str, &str)>;
}

impl Typed for UnitForm {
    const TEMPLATE: Template = Template::Units;

    /// The year is the same on both sides, and the superior's id says nothing to readers.
    fn data(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("superior", &self.superior),
            ("admin_level", &self.admin_level),
            ("budget_level", &self.budget_level),
            ("total", &self.total),
            ("ratio", &self.ratio),
            ("share", &self.share),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
            ("remark", &self.remark),
        ]
    }
}

impl Typed for PurchaserForm {
    const TEMPLATE: Template = Template::Purchasers;

    fn data(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("kind", &self.kind),
            ("unit", &self.unit),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
            ("remark", &self.remark),
        ]
    }
}

impl Typed for TradeForm {
    const TEMPLATE: Template = Template::Purchasers;

    fn data(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("kind", &self.kind),
            ("address", &self.address),
            ("delivery_address", &self.delivery_address),
            ("invoice_title", &self.invoice_title),
            ("invoice_tax_number", &self.invoice_tax_number),
            ("invoice_bank", &self.invoice_bank),
            ("invoice_account", &self.invoice_account),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
        ]
    }
}

/// What is stored, to be edited.
pub(super) trait Stored: Send + Sync + 'static {
    /// What it is edited as.
    type Form: Typed;

    /// To be sent back with the edit.
    fn version(&self) -> i32;

    /// The data.
    fn form(&self) -> &Self::Form;

    /// The page of the edit, as it was loaded.
    fn page(&self) -> String;
}

impl Stored for UnitEdit {
    type Form = UnitForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &UnitForm {
        &self.form
    }

    fn page(&self) -> String {
        format!("/units/{}/edit?year={}", self.unit.id, self.form.year)
    }
}

impl Stored for PurchaserEdit {
    type Form = PurchaserForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &PurchaserForm {
        &self.form
    }

    fn page(&self) -> String {
        format!("/purchasers/{}/edit", self.id)
    }
}

impl Stored for TradeProfile {
    type Form = TradeForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &TradeForm {
        &self.form
    }

    /// Who has its data to complete yet is led to that page from here.
    fn page(&self) -> String {
        "/trade/profile/edit".to_owned()
    }
}

/// An edit on its way. A handle: copies share their state.
pub(super) struct Editing<E: Stored> {
    /// Of the data that whoever saves has seen.
    pub(super) version: RwSignal<i32>,
    /// What was sent last.
    pub(super) mine: RwSignal<E::Form>,
    /// Whether it is on its way, or has succeeded and the next page is on its way.
    pub(super) pending: Memo<bool>,
}

impl<E: Stored> Editing<E> {
    /// Goes on `to` a page once it is saved.
    pub(super) fn follow<S>(action: ServerAction<S>, stored: &E, to: String) -> Self
    where
        S: ServerFn<Output = Edited<E>, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let value = action.value();
        let saved = move || value.with(|value| matches!(value, Some(Ok(Edited::Saved))));
        let pending = Memo::new(move |_| action.pending().get() || saved());
        let version = RwSignal::new(stored.version());
        Effect::new(move |_| {
            value.with(|value| match value {
                Some(Ok(Edited::Saved)) => go(&to),
                Some(Ok(Edited::Stale(stored))) => {
                    // Whoever saves now has seen both.
                    version.set(stored.version());
                    lead_to_fault();
                }
                _ => {}
            });
        });
        Self { version, mine: RwSignal::new(E::Form::default()), pending }
    }

    /// Both versions, where somebody else was quicker.
    pub(super) fn stale<S>(&self, lang: Lang, action: ServerAction<S>) -> impl Fn() -> Option<AnyView> + use<S, E>
    where
        S: ServerFn<Output = Edited<E>, Error = ApiError> + Clone + Send + Sync + 'static,
    {
        let (value, mine) = (action.value(), self.mine);
        move || {
            value.with(|value| match value {
                Some(Ok(Edited::Stale(stored))) => Some(mine.with_untracked(|mine| both(lang, mine, &**stored))),
                _ => None,
            })
        }
    }
}

/// The same for a browser without JavaScript, which is led back to the page: `typed` is what it had sent.
pub(super) fn overtaken<E: Stored>(lang: Lang, typed: Option<&E::Form>, stored: &E) -> Option<AnyView> {
    use_query_map().with_untracked(|query| query.get_str("stale").is_some()).then(|| match typed {
        Some(typed) => both(lang, typed, stored),
        None => notice(Tone::Error, lang.not_saved(), lang.form_stale_plain().to_owned()),
    })
}

/// What was typed beside what somebody else has saved meanwhile.
fn both<E: Stored>(lang: Lang, mine: &E::Form, stored: &E) -> AnyView {
    let rows: Vec<_> = mine
        .data()
        .into_iter()
        .zip(stored.form().data())
        .filter(|((_, mine), (_, stored))| mine.trim() != stored.trim())
        .map(|((field, mine), (_, stored))| {
            let say = |text: &str| if text.is_empty() { lang.change_empty().to_owned() } else { text.to_owned() };
            view! {
                <tr>
                    <th scope="row">{lang.change_field(E::Form::TEMPLATE, field)}</th>
                    <td>{say(mine)}</td>
                    <td>{say(stored)}</td>
                </tr>
            }
        })
        .collect();
    let text = if rows.is_empty() { lang.form_stale_same() } else { lang.form_stale_text() };
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{lang.form_stale_field()}</th>
                        <th scope="col">{lang.form_stale_yours()}</th>
                        <th scope="col">{lang.form_stale_stored()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="notice is-error" role="alert" tabindex="-1">
            <h2>{lang.form_stale_title()}</h2>
            <p>{text}</p>
            {table}
            <p><a href=stored.page() rel="external">{lang.form_stale_drop()}</a></p>
        </section>
    }
    .into_any()
}
