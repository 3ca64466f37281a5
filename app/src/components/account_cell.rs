//! The account in a row of a list.

use super::{Tone, account_badge, badge};
use domain::{account::AccountState, sms::SmsState};
use leptos::prelude::*;
use texts::Lang;

/// The login name, the state of the account, and a warning if no SMS has reached the contact.
pub fn account_cell(lang: Lang, login: Option<String>, account: AccountState, sms: Option<SmsState>) -> AnyView {
    let failed = (sms == Some(SmsState::Failed) && account != AccountState::Active)
        .then(|| badge(Tone::Error, "✕", lang.units_sms_failed()));
    view! {
        <td class="cell-wide cell-account">
            <span class="digits">{login.unwrap_or_default()}</span>
            <span class="cell-badges">{account_badge(lang, account)} {failed}</span>
        </td>
    }
    .into_any()
}
