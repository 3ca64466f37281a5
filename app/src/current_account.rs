//! The account that is signed in, for everything inside the frame.

use domain::{Template, account::AccountKind, session::CurrentAccount, unit::UnitRef};
use leptos::prelude::*;

/// The account: as the server knew it when it drew the page, then as [`CurrentAccountSignal::set`] has updated it.
#[derive(Clone, Copy)]
pub(crate) struct CurrentAccountSignal(RwSignal<Option<CurrentAccount>>);

/// Puts the account into the context. The value is there before anything is drawn: a frame that waited for it would draw its
/// page more than once.
pub(crate) fn provide_current_account() {
    let account = SharedValue::new(requesting_account).into_inner();
    provide_context(CurrentAccountSignal(RwSignal::new(account)));
}

#[cfg(feature = "ssr")]
fn requesting_account() -> Option<CurrentAccount> {
    use_context::<crate::request::Visitor>().and_then(|visitor| visitor.me)
}

/// In the browser the value comes with the page.
#[cfg(not(feature = "ssr"))]
const fn requesting_account() -> Option<CurrentAccount> {
    None
}

/// The account that is signed in; `None` if nobody is signed in.
pub fn current_account() -> Option<CurrentAccount> {
    use_context::<CurrentAccountSignal>().and_then(|account| account.0.get_untracked())
}

/// The unit that the account manages; `None` for the operator and for purchasers. Only accounts with a unit add, edit and
/// import.
pub(crate) fn own_unit() -> Option<UnitRef> {
    current_account()?.unit
}

/// Whether the account is the operator's.
pub(crate) fn is_operator() -> bool {
    current_account().is_some_and(|account| account.kind == AccountKind::Operator)
}

impl CurrentAccountSignal {
    /// The signal of this page.
    pub(crate) fn get() -> Option<Self> {
        use_context()
    }

    /// Replaces the account.
    pub(crate) fn set(self, account: CurrentAccount) {
        self.0.set(Some(account));
    }

    /// The number of rows in error in the current batch of a template, for the menu's badge.
    pub(crate) fn rows_in_error(self, template: Template) -> u32 {
        self.0.with(|account| account.as_ref().map_or(0, |account| account.rows_in_error.of(template)))
    }

    /// The number of unread notices, for the menu's badge.
    pub(crate) fn unread_notices(self) -> u32 {
        self.0.with(|account| account.as_ref().map_or(0, |account| account.unread_notices))
    }

    /// Sets the number of unread notices, after a notice was opened.
    pub(crate) fn set_unread_notices(self, unread: u32) {
        self.0.update(|account| {
            if let Some(account) = account {
                account.unread_notices = unread;
            }
        });
    }
}
