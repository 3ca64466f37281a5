//! The menu, and the section of the account.

use crate::{
    components::language_switch, current_account::CurrentAccountSignal, form_draft, routes::Route,
    session::api::SignOut, trade::api::TradeSignOut,
};
use domain::{
    Template,
    account::{AccountKind, Portal},
    report::ReportKind,
    session::{CurrentAccount, SignInStep},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use texts::Lang;

/// An entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Desktop,
    Notices,
    Import,
    Manage,
    Units,
    Disputes,
    PurchasersImport,
    Purchasers,
    Certification,
    Plan,
    ReviewPlans,
    PlanParameters,
    ApiKeys,
    ParkedOrders,
    Execution,
    Shares,
    Filing,
    Accounts,
    Concerns,
    Bulletin,
    Help,
    Sms,
    TradeHome,
    TradeNotices,
    TradeOrders,
    TradeProfile,
    TradePassword,
}

impl Entry {
    /// All. Where the page of an entry is below the page of another one, it comes first.
    const ALL: [Self; 27] = [
        Self::Notices,
        Self::Import,
        Self::PurchasersImport,
        Self::Manage,
        Self::Units,
        Self::Disputes,
        Self::Purchasers,
        Self::Certification,
        Self::PlanParameters,
        Self::Plan,
        Self::ReviewPlans,
        Self::ApiKeys,
        Self::ParkedOrders,
        Self::Shares,
        Self::Filing,
        Self::Accounts,
        Self::Concerns,
        Self::Bulletin,
        Self::Execution,
        Self::Help,
        Self::Sms,
        Self::TradeNotices,
        Self::TradeOrders,
        Self::TradeProfile,
        Self::TradePassword,
        Self::TradeHome,
        Self::Desktop,
    ];

    const fn page(self) -> Route {
        match self {
            Self::Desktop => Route::Home(Portal::Management),
            Self::Notices => Route::Notices(Portal::Management),
            Self::TradeNotices => Route::Notices(Portal::Trading),
            Self::Import => Route::Import(Template::Units),
            Self::PurchasersImport => Route::Import(Template::Purchasers),
            Self::Purchasers => Route::Purchasers,
            Self::Manage => Route::ManageUnits,
            Self::Units => Route::Units,
            Self::Disputes => Route::Disputes,
            Self::Certification => Route::Certifications,
            Self::Plan => Route::Plan,
            Self::ReviewPlans => Route::ReviewPlans,
            Self::PlanParameters => Route::PlanParameters,
            Self::ApiKeys => Route::ApiKeys,
            Self::ParkedOrders => Route::ParkedOrders,
            Self::Execution => Route::Report(ReportKind::Execution),
            Self::Shares => Route::Report(ReportKind::Shares),
            Self::Filing => Route::Report(ReportKind::Filing),
            Self::Accounts => Route::Report(ReportKind::Accounts),
            Self::Concerns => Route::Report(ReportKind::NotReserved),
            Self::Bulletin => Route::Bulletin,
            Self::Help => Route::Help,
            Self::Sms => Route::SentSms,
            Self::TradeHome => Route::Home(Portal::Trading),
            Self::TradeOrders => Route::TradeOrders,
            Self::TradeProfile => Route::Profile(Portal::Trading),
            Self::TradePassword => Route::Password(Portal::Trading),
        }
    }

    /// The entry of a path.
    fn of(path: &str) -> Option<Self> {
        let entry = Self::ALL.into_iter().find(|entry| match entry.page() {
            home @ Route::Home(_) => home.to_string() == path,
            page => page.contains(path),
        })?;
        let last = path.rsplit('/').next().unwrap_or_default();
        Some(match entry {
            // 新增, 编辑 and 重置密码 of units belong to 预算单位管理.
            Self::Units if matches!(last, "new" | "edit" | "reset") => Self::Manage,
            Self::Execution => Self::of_report(last),
            other => other,
        })
    }

    /// The entry of a report that has none of its own.
    fn of_report(report: &str) -> Self {
        match ReportKind::from_name(report) {
            Some(ReportKind::Concerns | ReportKind::ZeroPurchases) => Self::Concerns,
            _ => Self::Execution,
        }
    }
}

/// The menu. The operator has no unit of its own and cannot import.
pub(super) fn menu(lang: Lang, account: &CurrentAccount) -> AnyView {
    let path = use_location().pathname;
    let current = Memo::new(move |_| path.with(|path| Entry::of(path)));
    let session = CurrentAccountSignal::get();
    let entry = move |entry: Entry, label: &'static str| {
        let badge = move || {
            let session = session?;
            let rows_in_error = |template| {
                let rows = session.rows_in_error(template);
                (rows, rows.to_string(), lang.menu_rows_in_error(rows))
            };
            let (count, shown, read_aloud) = match entry {
                Entry::Import => rows_in_error(Template::Units),
                Entry::PurchasersImport => rows_in_error(Template::Purchasers),
                Entry::Notices | Entry::TradeNotices => {
                    let unread = session.unread_notices();
                    (unread, lang.notice_unread_count(unread), lang.notice_unread_badge(unread))
                }
                _ => return None,
            };
            (count > 0).then(|| {
                view! {
                    <span class="menu-badge">
                        <span aria-hidden="true">{shown}</span>
                        <span class="sr-only">{read_aloud}</span>
                    </span>
                }
            })
        };
        view! {
            <li>
                <a href=entry.page() aria-current=move || (current.get() == Some(entry)).then_some("page")>
                    <span>{label}</span>
                    {badge}
                </a>
            </li>
        }
        .into_any()
    };
    if account.kind.portal() == Portal::Trading {
        return view! {
            <nav class="menu" aria-label=lang.menu()>
                <ul>
                    {entry(Entry::TradeHome, lang.trade_home())}
                    {entry(Entry::TradeNotices, lang.notice_title())}
                    {entry(Entry::TradeOrders, lang.trade_orders())}
                    {entry(Entry::TradeProfile, lang.trade_profile())}
                    {entry(Entry::TradePassword, lang.password_title())}
                </ul>
            </nav>
        }
        .into_any();
    }
    let imports = account.unit.is_some();
    let certifies = account.kind == AccountKind::Operator;
    view! {
        <nav class="menu" aria-label=lang.menu()>
            <ul>
                {entry(Entry::Desktop, lang.menu_desktop())}
                {entry(Entry::Notices, lang.notice_title())}
            </ul>
            <h2 id="menu-units">{lang.section(Template::Units)}</h2>
            <ul aria-labelledby="menu-units">
                {imports.then(|| entry(Entry::Import, lang.import_title(Template::Units)))}
                {entry(Entry::Manage, lang.manage_title())}
                {entry(Entry::Units, lang.units_title())}
                {entry(Entry::Disputes, lang.dispute_title())}
            </ul>
            <h2 id="menu-trading">{lang.section(Template::Purchasers)}</h2>
            <ul aria-labelledby="menu-trading">
                {imports.then(|| entry(Entry::PurchasersImport, lang.import_title(Template::Purchasers)))}
                {entry(Entry::Purchasers, lang.purchasers_title())}
                {certifies.then(|| entry(Entry::Certification, lang.certify_title()))}
            </ul>
            <h2 id="menu-plans">{lang.plan_section()}</h2>
            <ul aria-labelledby="menu-plans">
                {imports.then(|| entry(Entry::Plan, lang.plan_title()))}
                {entry(Entry::ReviewPlans, lang.plan_review_title())}
                {imports.then(|| entry(Entry::PlanParameters, lang.plan_parameters_title()))}
            </ul>
            {certifies.then(|| {
                view! {
                    <h2 id="menu-system">{lang.menu_system()}</h2>
                    <ul aria-labelledby="menu-system">
                        {entry(Entry::ParkedOrders, lang.parked_title())}
                        {entry(Entry::ApiKeys, lang.api_keys_title())}
                    </ul>
                }
            })}
            <h2 id="menu-reports">{lang.report_section()}</h2>
            <ul aria-labelledby="menu-reports">
                {entry(Entry::Execution, lang.menu_report(ReportKind::Execution))}
                {entry(Entry::Shares, lang.menu_report(ReportKind::Shares))}
                {entry(Entry::Filing, lang.menu_report(ReportKind::Filing))}
                {entry(Entry::Accounts, lang.menu_report(ReportKind::Accounts))}
                {entry(Entry::Concerns, lang.menu_report(ReportKind::NotReserved))}
                {entry(Entry::Bulletin, lang.bulletin_title())}
            </ul>
            <h2 id="menu-more">{lang.menu_more()}</h2>
            <ul aria-labelledby="menu-more">
                {entry(Entry::Help, lang.help_title())}
                {account.demo.then(|| entry(Entry::Sms, lang.sms_title()))}
            </ul>
        </nav>
    }
    .into_any()
}

/// The section of the account: its name, its page, the language, and 注销.
pub(super) fn account_section(lang: Lang, account: &CurrentAccount) -> AnyView {
    let unit = account.unit.as_ref().map(|unit| &unit.name);
    let name = unit.or(account.purchaser.as_ref().map(|purchaser| &purchaser.name));
    let name = name.cloned().unwrap_or_else(|| lang.operator().to_owned());
    let (profile, sign_out) = match account.kind.portal() {
        Portal::Management => (account.sign_in_step == SignInStep::Open, SignOut::url()),
        // The menu has its page.
        Portal::Trading => (false, TradeSignOut::url()),
    };
    view! {
        <section class="account" aria-label=lang.profile_account()>
            <span class="account-name" title=name.clone()>{name.clone()}</span>
            {profile.then(|| view! { <a href=Route::Profile(Portal::Management)>{lang.profile_title()}</a> })}
            {language_switch(lang)}
            <form method="post" action=sign_out on:submit=|_| form_draft::discard_all()>
                <button type="submit" class="link-button">{lang.sign_out()}</button>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{Entry, Route};
    use domain::{
        account::Portal,
        ids::{DisputeId, NoticeId, OrderId, PurchaserId, UnitId},
        report::ReportKind,
    };

    #[test]
    fn every_page_belongs_to_its_entry() {
        for entry in Entry::ALL {
            assert!(Entry::of(&entry.page().to_string()) == Some(entry), "{}", entry.page());
        }
        let (unit, purchaser) = (UnitId(7), PurchaserId(7));
        for (page, expected) in [
            (Route::Unit(unit), Some(Entry::Units)),
            (Route::EditUnit(unit), Some(Entry::Manage)),
            (Route::ResetUnitPassword(unit), Some(Entry::Manage)),
            (Route::NewUnit, Some(Entry::Manage)),
            (Route::NewPurchaser, Some(Entry::Purchasers)),
            (Route::EditPurchaser(purchaser), Some(Entry::Purchasers)),
            (Route::NewDispute, Some(Entry::Disputes)),
            (Route::Dispute(DisputeId(7)), Some(Entry::Disputes)),
            (Route::NewNotice, Some(Entry::Notices)),
            (Route::EditNotice(NoticeId(7)), Some(Entry::Notices)),
            (Route::Notice(Portal::Trading, NoticeId(7)), Some(Entry::TradeNotices)),
            (Route::RemindPlans, Some(Entry::ReviewPlans)),
            (Route::UnitPlan(unit), Some(Entry::ReviewPlans)),
            (Route::Report(ReportKind::Origins), Some(Entry::Execution)),
            (Route::Report(ReportKind::ZeroPurchases), Some(Entry::Concerns)),
            (Route::Report(ReportKind::Concerns), Some(Entry::Concerns)),
            (Route::EditTradeProfile, Some(Entry::TradeProfile)),
            (Route::TradeOrder(OrderId(7)), Some(Entry::TradeOrders)),
            (Route::Profile(Portal::Management), None),
        ] {
            assert!(Entry::of(&page.to_string()) == expected, "{page}");
        }
    }
}
