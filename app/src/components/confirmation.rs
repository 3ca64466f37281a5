//! The confirmation of an action on the previous page.

use crate::routes::{DoneNotice, parameter};
use domain::Template;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use texts::Lang;

/// The notice in the page's address, where it is one that the page shows.
pub fn notice_in_address(shown: &[DoneNotice]) -> Option<DoneNotice> {
    use_query_map()
        .with_untracked(|query| query.get_str(parameter::DONE).and_then(DoneNotice::from_name))
        .filter(|notice| shown.contains(notice))
}

/// The confirmation of the notice in the page's address. `template` says whether the page is about units or purchasers.
pub fn confirmation(lang: Lang, template: Template, shown: &[DoneNotice]) -> Option<AnyView> {
    let text = match (notice_in_address(shown)?, template) {
        (DoneNotice::Issued, _) => lang.issued(),
        (DoneNotice::Added, Template::Units) => lang.done_added(),
        (DoneNotice::Added, Template::Purchasers) => lang.purchaser_added(),
        (DoneNotice::Edited | DoneNotice::NoticeEdited, _) => lang.done_edited(),
        (DoneNotice::Resent, _) => lang.done_resent(),
        (DoneNotice::Reset, _) => lang.done_reset(),
        (DoneNotice::Disabled, _) => lang.done_disabled(),
        (DoneNotice::Enabled, _) => lang.done_enabled(),
        (DoneNotice::Merged, _) => lang.done_merged(),
        (DoneNotice::Deleted, Template::Units) => lang.manage_deleted(),
        (DoneNotice::Deleted, Template::Purchasers) => lang.purchasers_deleted(),
        (DoneNotice::Password, _) => lang.password_saved(),
        (DoneNotice::Profile, _) => lang.profile_saved(),
        (DoneNotice::Certified, _) => lang.certify_certified(),
        (DoneNotice::Returned, _) => lang.certify_returned(),
        (DoneNotice::DisputeFiled, _) => lang.dispute_filed(),
        (DoneNotice::DisputeWithdrawn, _) => lang.dispute_withdrawn(),
        (DoneNotice::DisputeUpheld, _) => lang.dispute_upheld(),
        (DoneNotice::DisputeRejected, _) => lang.dispute_rejected(),
        (DoneNotice::PlanSaved, _) => lang.plan_saved(),
        (DoneNotice::PlanSubmitted, _) => lang.plan_submitted(),
        (DoneNotice::PlanWithdrawn, _) => lang.plan_withdrawn(),
        (DoneNotice::PlanChangeRequested, _) => lang.plan_requested(),
        (DoneNotice::PlanApproved, _) => lang.plan_approved_done(),
        (DoneNotice::PlanReturned, _) => lang.plan_returned_done(),
        (DoneNotice::PlanChangeGranted, _) => lang.plan_granted_done(),
        (DoneNotice::PlanChangeDenied, _) => lang.plan_denied_done(),
        (DoneNotice::PlansConfirmed, _) => lang.plan_confirmed_done(),
        (DoneNotice::PlanParametersSaved, _) => lang.plan_parameters_saved(),
        (DoneNotice::ApiKeyRevoked, _) => lang.api_key_revoked_done(),
        (DoneNotice::NoticePublished, _) => lang.notice_published_done(),
        (DoneNotice::NoticeWithdrawn, _) => lang.notice_withdrawn_done(),
        (DoneNotice::Saved, _) => lang.trade_saved(),
        (DoneNotice::Submitted, _) => lang.trade_submitted(),
    };
    // It disappears, by style alone, once a problem is shown on this page.
    Some(
        view! {
            <p class="notice is-good is-done" role="status">
                <span aria-hidden="true">"✓ "</span>
                {text}
            </p>
        }
        .into_any(),
    )
}
