//! 删除 and 合并 of a unit. They are hidden behind a disclosure, because they cannot be undone.

use super::{
    UnitField,
    api::{DeleteUnit, MergeUnit},
};
use crate::{
    accounts::{button_form, confirmed_form},
    current_account::own_unit,
    forms::{field_error, problem},
};
use domain::{Template, ids::UnitId, schema::units, unit::UnitDetail};
use leptos::prelude::*;
use texts::Lang;

/// The card; none on the reader's own unit.
pub(super) fn removal_card(lang: Lang, detail: &UnitDetail) -> Option<AnyView> {
    let unit = &detail.unit;
    if own_unit()?.id == unit.id {
        return None;
    }
    let unused = !detail.activated && detail.children == 0;
    let delete = unused.then(|| {
        let action = ServerAction::<DeleteUnit>::new();
        let words = (lang.act_delete_text(), lang.act_delete(), lang.act_delete_ask(&unit.name), lang.act_delete_yes());
        confirmed_form(lang, action, unit_input(unit.id), words)
    });
    let action = ServerAction::<MergeUnit>::new();
    let inputs = view! {
        {unit_input(unit.id)}
        <UnitField
            name="into"
            id_name="into_id"
            label=lang.act_merge_into()
            hint=lang.form_superior_hint()
            error=field_error(lang, Template::Units, problem(action), "into", units::SUPERIOR)
        />
    };
    let merge =
        button_form(lang, action, lang.act_merge_text(), inputs.into_any(), lang.act_merge_submit(), lang.saving());
    Some(
        view! {
            <details class="card unit-actions">
                <summary class="card-head">{lang.act_remove_title()}</summary>
                {delete}
                <h3>{lang.act_merge()}</h3>
                {merge}
            </details>
        }
        .into_any(),
    )
}

fn unit_input(unit: UnitId) -> AnyView {
    view! { <input type="hidden" name="unit" value=unit.to_string()/> }.into_any()
}
