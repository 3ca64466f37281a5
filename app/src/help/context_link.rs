//! The link of a page to the part of the help that is about it.

use crate::{components::template_guide, i18n::use_lang, routes::Route};
use domain::{Template, account::Portal, report::ReportKind};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use texts::help::HelpTopic;

/// The link of the page that is open. It is hidden where the help has nothing about the page.
pub(crate) fn context_link() -> AnyView {
    let lang = use_lang();
    let path = use_location().pathname;
    let address = Memo::new(move |_| path.with(|path| address_for(path)));
    // The element is always there: a reader who follows a link before the page's code has taken over changes the address, and the
    // code must find the elements that the server has drawn.
    let page = move || address.get().unwrap_or_else(|| Route::Help.to_string());
    view! {
        <p class="page-help" hidden=move || address.with(Option::is_none)>
            <a href=page>
                <span class="sign" aria-hidden="true">"?"</span>
                {lang.help_of_page()}
            </a>
        </p>
    }
    .into_any()
}

/// Where the help is about the page with this path. The longer of two paths decides.
fn address_for(path: &str) -> Option<String> {
    let topic = |topic: HelpTopic| Route::Help.section(topic.id());
    let pages = [
        (Route::Import(Template::Units), template_guide(Template::Units)),
        (Route::Import(Template::Purchasers), template_guide(Template::Purchasers)),
        (Route::ManageUnits, topic(HelpTopic::Accounts)),
        (Route::Plan, topic(HelpTopic::Plans)),
        (Route::ReviewPlans, topic(HelpTopic::Plans)),
        (Route::Report(ReportKind::Execution), topic(HelpTopic::Reports)),
        (Route::Units, topic(HelpTopic::Units)),
        (Route::Disputes, topic(HelpTopic::Units)),
        (Route::Purchasers, topic(HelpTopic::Purchasers)),
        (Route::Certifications, topic(HelpTopic::Purchasers)),
        (Route::Notices(Portal::Management), topic(HelpTopic::Notices)),
        (Route::ParkedOrders, topic(HelpTopic::Orders)),
        (Route::ApiKeys, topic(HelpTopic::Orders)),
        (Route::Profile(Portal::Management), topic(HelpTopic::Accounts)),
        (Route::Password(Portal::Management), topic(HelpTopic::Accounts)),
    ];
    pages.into_iter().find(|(page, _)| page.contains(path)).map(|(_, address)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_leads_to_what_is_about_it() {
        for (path, expected) in [
            ("/units/import", Some("/help#units")),
            ("/units/import/7", Some("/help#units")),
            ("/purchasers/import/7", Some("/help#purchasers")),
            ("/units", Some("/help#about-units")),
            ("/units/7/edit", Some("/help#about-units")),
            ("/units/manage", Some("/help#about-accounts")),
            ("/purchasers/7", Some("/help#about-purchasers")),
            ("/plan", Some("/help#about-plans")),
            ("/plan/parameters", Some("/help#about-plans")),
            ("/plans/7", Some("/help#about-plans")),
            ("/statistics/origins", Some("/help#about-reports")),
            ("/notices/7/edit", Some("/help#about-notices")),
            ("/statistics/bulletin", Some("/help#about-reports")),
            ("/system/parked-orders", Some("/help#about-orders")),
            ("/system/keys", Some("/help#about-orders")),
            ("/profile", Some("/help#about-accounts")),
            ("/", None),
            ("/help", None),
            ("/trade", None),
        ] {
            assert_eq!(address_for(path).as_deref(), expected, "{path}");
        }
    }
}
