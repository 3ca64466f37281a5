//! The account and its SMS, on the page of a unit or a purchaser.

use crate::{
    components::{account_badge, card, fact, optional_fact, sms_badge},
    time::moment,
};
use domain::{account::AccountState, calendar::Timestamp, sms::SmsView};
use leptos::prelude::*;
use texts::Lang;

/// An account and its state.
pub(crate) fn account_card(
    lang: Lang,
    title: &'static str,
    login: Option<String>,
    state: AccountState,
    last_sign_in: Option<Timestamp>,
) -> AnyView {
    let login = view! { <span class="digits">{login.unwrap_or_else(|| lang.none().to_owned())}</span> };
    let last_sign_in = last_sign_in.map_or_else(|| lang.never_signed_in().to_owned(), |at| moment(lang, at));
    card(
        "account",
        title,
        view! {
            <dl class="facts">
                {fact(lang.login_name(), login.into_any())}
                {fact(lang.unit_account_state(), account_badge(lang, state))}
                {optional_fact(lang, lang.unit_last_sign_in(), Some(&last_sign_in))}
            </dl>
        }
        .into_any(),
    )
}

/// The SMS about an account.
pub(crate) fn sms_card(lang: Lang, messages: Vec<SmsView>) -> AnyView {
    let body = if messages.is_empty() {
        view! { <p class="card-none">{lang.unit_sms_none()}</p> }.into_any()
    } else {
        let items = messages
            .into_iter()
            .map(|sms| {
                let at = moment(lang, sms.sent_at.unwrap_or(sms.queued_at));
                view! {
                    <li class="row">
                        <div class="row-text">
                            <span>{lang.sms_kind(sms.kind)}</span>
                            <span class="row-more"><span class="digits">{sms.mobile}</span> " · " {at}</span>
                        </div>
                        {sms_badge(lang, sms.state)}
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="rows">{items}</ul> }.into_any()
    };
    card("sms", lang.unit_sms(), body)
}
