//! The name of the unit below which a list is searched.

use super::api::get_unit_name;
use domain::{ids::UnitId, unit::UnitRef};
use leptos::prelude::*;

/// The unit, once it is loaded; `None` without an id, and where the reader may not see the unit.
pub(crate) fn unit_name(id: impl Fn() -> Option<UnitId> + Send + Sync + 'static) -> Resource<Option<UnitRef>> {
    let id = Memo::new(move |_| id());
    let load = async |id: Option<UnitId>| {
        let id = id?;
        Some(UnitRef { id, name: get_unit_name(id).await.ok()?.name })
    };
    Resource::new(move || id.get(), load)
}
