//! 重置密码 of a purchaser's account.

use super::api::get_purchaser_name;
use crate::{
    accounts::{ResetSubject, reset_page},
    forms::{id_in_path, load_one},
};
use domain::{Template, account::AccountHolderName, ids::PurchaserId};
use leptos::prelude::*;

/// The page; the id is in the path.
#[component]
pub(crate) fn ResetPurchaserPage() -> impl IntoView {
    let id = id_in_path::<PurchaserId>();
    let load = |id: PurchaserId| async move {
        let AccountHolderName { name, login } = get_purchaser_name(id).await?;
        Ok(ResetSubject { holder: id.into(), name, login })
    };
    reset_page(Template::Purchasers, load_one(move || id.get(), load))
}
