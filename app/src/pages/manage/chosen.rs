//! What is done to the units that are ticked.

use super::PATH;
use crate::{
    api::account::ResendMany,
    components::use_toaster,
    pages::unit_table::{self, CHOSEN, Choose},
};
use domain::view::{UnitQuery, UnitsPage};
use leptos::{ev, form::FromFormData, html, prelude::*, server_fn::ServerFn};
use texts::Lang;

/// The table, in the form that sends what is ticked.
pub(super) fn form(lang: Lang, query: &UnitQuery, page: UnitsPage, resend: ServerAction<ResendMany>) -> AnyView {
    let (chosen, exporting) = (RwSignal::new(0), RwSignal::new(false));
    let choose = Choose { all: RwSignal::new(false), alive: RwSignal::new(false) };
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| choose.alive.set(true));
    let toaster = use_toaster();
    let pending = resend.pending();
    let submit = move |event: ev::SubmitEvent| {
        if ticked(form) == 0 || pending.get_untracked() {
            event.prevent_default();
            toaster.show(if pending.get_untracked() { lang.manage_sending() } else { lang.manage_choose_first() });
        } else if !exporting.get_untracked() {
            event.prevent_default();
            if let Ok(units) = ResendMany::from_event(&event) {
                resend.dispatch(units);
            }
        }
    };
    // Counted once the boxes have followed.
    let count = move |_| request_animation_frame(move || chosen.set(ticked(form)));
    let tools = view! {
        <div class="manage-chosen">
            <span role="status">{move || choose.alive.get().then(|| lang.manage_chosen(chosen.get()))}</span>
            <button type="submit" class="link-button" on:click=move |_| exporting.set(false)>
                {move || if pending.get() { lang.manage_sending() } else { lang.manage_resend() }}
            </button>
            <button
                type="submit"
                class="link-button"
                formmethod="get"
                formaction="/units/export.xlsx"
                name="chosen"
                value="yes"
                on:click=move |_| exporting.set(true)
            >
                {lang.manage_export_chosen()}
            </button>
        </div>
    }
    .into_any();
    view! {
        <form method="post" action=ResendMany::url() node_ref=form on:submit=submit on:change=count>
            {tools}
            {unit_table::table(lang, PATH, query, page.rows, Some(choose))}
        </form>
        {unit_table::neighbours(lang, PATH, query, page.previous, page.next)}
    }
    .into_any()
}

/// How many boxes are ticked.
fn ticked(form: NodeRef<html::Form>) -> u32 {
    let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
    data.map_or(0, |data| data.get_all(CHOSEN).length())
}
