//! 我的订单.

use crate::{
    components::{PageTitle, empty},
    i18n::use_lang,
    session::me,
};
use domain::Certification;
use leptos::prelude::*;
use texts::Lang;

/// The page. Until the ledger is there it says what belongs here, and who may purchase.
#[component]
pub(crate) fn OrdersPage() -> impl IntoView {
    let lang = use_lang();
    let state = me().and_then(|me| me.purchaser).map_or(Certification::None, |own| own.certification);
    let step = (state != Certification::Certified)
        .then(|| view! { <a class="button is-primary" href="/trade/profile">{lang.trade_profile()}</a> });
    view! {
        <PageTitle title=lang.trade_orders()/>
        {empty(lang.trade_orders_none(), none(lang, state), step.into_any())}
    }
    .into_any()
}

/// Why there is none.
pub(super) const fn none(lang: Lang, state: Certification) -> &'static str {
    match state {
        Certification::Certified => lang.trade_orders_certified(),
        _ => lang.trade_orders_uncertified(),
    }
}
