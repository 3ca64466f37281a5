//! What the frame offers: the manual's menu as far as it exists, and the account's own corner.

use crate::{
    api::{session::SignOut, trade::TradeSignOut},
    draft,
    pages::import,
    session::SignedIn,
};
use domain::{
    Template,
    view::{AccountKind, Gate, Me, Portal},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use texts::Lang;

/// An entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Desktop,
    Import,
    Manage,
    Units,
    PurchasersImport,
    Purchasers,
    Certification,
    Help,
    Sms,
    TradeHome,
    TradeOrders,
    TradeProfile,
    TradePassword,
}

impl Entry {
    const fn href(self) -> &'static str {
        match self {
            Self::Desktop => "/",
            Self::Import => import::path(Template::Units),
            Self::PurchasersImport => import::path(Template::Purchasers),
            Self::Purchasers => "/purchasers",
            Self::Manage => "/units/manage",
            Self::Units => "/units",
            Self::Certification => "/certification",
            Self::Help => "/help",
            Self::Sms => "/demo/sms",
            Self::TradeHome => "/trade",
            Self::TradeOrders => "/trade/orders",
            Self::TradeProfile => "/trade/profile",
            Self::TradePassword => "/trade/password",
        }
    }

    /// The entry to which a path belongs.
    fn of(path: &str) -> Option<Self> {
        let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if path == "/" {
            Some(Self::Desktop)
        } else if path == "/trade" {
            Some(Self::TradeHome)
        } else if below("/trade/orders") {
            Some(Self::TradeOrders)
        } else if below("/trade/profile") {
            Some(Self::TradeProfile)
        } else if below("/trade/password") {
            Some(Self::TradePassword)
        } else if below("/certification") {
            Some(Self::Certification)
        } else if below("/purchasers/import") {
            Some(Self::PurchasersImport)
        } else if below("/purchasers") {
            Some(Self::Purchasers)
        } else if below("/units/import") {
            Some(Self::Import)
        } else if below("/units/manage") || path == "/units/new" || path.ends_with("/edit") || path.ends_with("/reset")
        {
            Some(Self::Manage)
        } else if below("/units") {
            Some(Self::Units)
        } else if below("/help") {
            Some(Self::Help)
        } else {
            None
        }
    }
}

/// The menu. The operator has no unit of its own and imports nothing.
pub(super) fn menu(lang: Lang, me: &Me) -> AnyView {
    let path = use_location().pathname;
    let current = Memo::new(move |_| path.with(|path| Entry::of(path)));
    let session = SignedIn::get();
    let entry = move |entry: Entry, label: &'static str| {
        let badge = move || {
            let rows = match entry {
                Entry::Import => Template::Units,
                Entry::PurchasersImport => Template::Purchasers,
                _ => return None,
            };
            let rows = session.map_or(0, |session| session.rows_in_error(rows));
            (rows > 0).then(|| {
                view! {
                    <span class="menu-badge">
                        <span aria-hidden="true">{rows}</span>
                        <span class="sr-only">{lang.menu_rows_in_error(rows)}</span>
                    </span>
                }
            })
        };
        view! {
            <li>
                <a href=entry.href() aria-current=move || (current.get() == Some(entry)).then_some("page")>
                    <span>{label}</span>
                    {badge}
                </a>
            </li>
        }
        .into_any()
    };
    if me.kind.portal() == Portal::Trading {
        return view! {
            <nav class="menu" aria-label=lang.menu()>
                <ul>
                    {entry(Entry::TradeHome, lang.trade_home())}
                    {entry(Entry::TradeOrders, lang.trade_orders())}
                    {entry(Entry::TradeProfile, lang.trade_profile())}
                    {entry(Entry::TradePassword, lang.password_title())}
                </ul>
            </nav>
        }
        .into_any();
    }
    let imports = me.unit.is_some();
    let certifies = me.kind == AccountKind::Operator;
    view! {
        <nav class="menu" aria-label=lang.menu()>
            <ul>{entry(Entry::Desktop, lang.menu_desktop())}</ul>
            <h2 id="menu-units">{lang.section(Template::Units)}</h2>
            <ul aria-labelledby="menu-units">
                {imports.then(|| entry(Entry::Import, lang.import_title(Template::Units)))}
                {entry(Entry::Manage, lang.manage_title())}
                {entry(Entry::Units, lang.units_title())}
            </ul>
            <h2 id="menu-trading">{lang.section(Template::Purchasers)}</h2>
            <ul aria-labelledby="menu-trading">
                {imports.then(|| entry(Entry::PurchasersImport, lang.import_title(Template::Purchasers)))}
                {entry(Entry::Purchasers, lang.purchasers_title())}
                {certifies.then(|| entry(Entry::Certification, lang.certify_title()))}
            </ul>
            <h2 id="menu-more">{lang.menu_more()}</h2>
            <ul aria-labelledby="menu-more">
                {entry(Entry::Help, lang.help_title())}
                {me.demo.then(|| entry(Entry::Sms, lang.sms_title()))}
            </ul>
        </nav>
    }
    .into_any()
}

/// The account's corner: whose it is, its page, the language, and the way out.
pub(super) fn account(lang: Lang, me: &Me) -> AnyView {
    let unit = me.unit.as_ref().map(|unit| &unit.name);
    let name = unit.or(me.purchaser.as_ref().map(|own| &own.name));
    let name = name.cloned().unwrap_or_else(|| lang.operator().to_owned());
    let (profile, sign_out) = match me.kind.portal() {
        Portal::Management => (me.gate == Gate::Open, SignOut::url()),
        // Its page stands in the menu.
        Portal::Trading => (false, TradeSignOut::url()),
    };
    view! {
        <section class="account" aria-label=lang.profile_account()>
            <span class="account-name" title=name.clone()>{name.clone()}</span>
            {profile.then(|| view! { <a href="/profile">{lang.profile_title()}</a> })}
            {language_switch(lang)}
            <form method="post" action=sign_out on:submit=|_| draft::drop_all()>
                <button type="submit" class="link-button">{lang.sign_out()}</button>
            </form>
        </section>
    }
    .into_any()
}

/// The other language, in its own words. A plain form: the whole page is drawn anew.
pub(crate) fn language_switch(lang: Lang) -> AnyView {
    let location = use_location();
    let back = move || {
        let query = location.search.get();
        let path = location.pathname.get();
        if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
    };
    let other = lang.other();
    view! {
        <form method="post" action="/lang" class="language">
            <input type="hidden" name="lang" value=other.tag()/>
            <input type="hidden" name="back" value=back/>
            <button type="submit" class="link-button" lang=other.tag()>{other.language_name()}</button>
        </form>
    }
    .into_any()
}
