//! The pages behind the sign-in, in two bundles. Each is loaded when its first page opens: the sign-in page does not wait for
//! them, and purchasers never load the management's.

use domain::account::Portal;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;

macro_rules! bundle {
    ($open:ident, $preload:ident, { $($page:ident => $view:expr),* $(,)? }) => {
        use leptos::prelude::*;
        use leptos_router::LazyRoute;

        enum Page {
            $($page),*
        }

        /// The entry of the bundle. All its pages share it: every entry makes a bundle of its own, and code that several
        /// bundles share makes further ones.
        #[lazy]
        fn $open(page: Page) -> AnyView {
            match page {
                $(Page::$page => $view.into_any()),*
            }
        }

        $(
            pub(crate) struct $page;

            impl LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    $open(Page::$page).await
                }

                async fn preload() {
                    #[cfg(target_arch = "wasm32")]
                    $preload().await;
                }
            }
        )*
    };
}

/// Loads the bundle behind the sign-in page while the reader types.
pub(super) fn preload_behind_sign_in(portal: Portal) {
    Effect::new(move |_| {
        spawn_local(async move {
            match portal {
                Portal::Management => management::Desktop::preload().await,
                Portal::Trading => trade::TradeHome::preload().await,
            }
        });
    });
}

/// The pages of management accounts and the operator.
pub(super) mod management {
    use crate::{
        api_keys::ApiKeysPage,
        certification::{CertificationPage, CertificationsPage},
        demo::SentSmsPage,
        desktop::DesktopPage,
        disputes::{DisputePage, DisputesPage, NewDisputePage},
        help::HelpPage,
        import::{BatchPage, ImportPage},
        notices::{EditNoticePage, NewNoticePage, NoticePage, NoticesPage},
        parked_orders::ParkedOrdersPage,
        plans::{PlanPage, PlanParametersPage, RemindPlansPage, ReviewPlansPage, UnitPlanPage},
        profile::{CompleteProfilePage, ProfilePage},
        purchasers::{EditPurchaserPage, NewPurchaserPage, PurchaserPage, PurchasersPage, ResetPurchaserPage},
        session::PasswordPage,
        statistics::{BulletinPage, ReportPage},
        units::{EditUnitPage, ManageUnitsPage, NewUnitPage, ResetUnitPage, UnitPage, UnitsPage},
    };
    use domain::Template;

    bundle!(management, __preload_management, {
        ApiKeys => ApiKeysPage(),
        Bulletin => BulletinPage(),
        UnitsBatch => view! { <BatchPage template=Template::Units/> },
        Certification => CertificationPage(),
        Certifications => CertificationsPage(),
        CompleteProfile => CompleteProfilePage(),
        Desktop => DesktopPage(),
        Dispute => DisputePage(),
        Disputes => DisputesPage(),
        EditNotice => EditNoticePage(),
        EditPurchaser => EditPurchaserPage(),
        EditUnit => EditUnitPage(),
        Help => HelpPage(),
        ImportUnits => view! { <ImportPage template=Template::Units/> },
        ManageUnits => ManageUnitsPage(),
        NewDispute => NewDisputePage(),
        NewNotice => NewNoticePage(),
        NewPurchaser => NewPurchaserPage(),
        NewUnit => NewUnitPage(),
        Notice => NoticePage(),
        Notices => NoticesPage(),
        ParkedOrders => ParkedOrdersPage(),
        Password => PasswordPage(),
        Plan => PlanPage(),
        PlanParameters => PlanParametersPage(),
        Profile => ProfilePage(),
        Purchaser => PurchaserPage(),
        Purchasers => PurchasersPage(),
        PurchasersBatch => view! { <BatchPage template=Template::Purchasers/> },
        ImportPurchasers => view! { <ImportPage template=Template::Purchasers/> },
        RemindPlans => RemindPlansPage(),
        Report => ReportPage(),
        ResetPurchaserPassword => ResetPurchaserPage(),
        ResetUnitPassword => ResetUnitPage(),
        ReviewPlans => ReviewPlansPage(),
        SentSms => SentSmsPage(),
        Unit => UnitPage(),
        UnitPlan => UnitPlanPage(),
        Units => UnitsPage(),
    });
}

/// The pages of the trading portal.
pub(super) mod trade {
    use crate::{
        notices::{TradeNoticePage, TradeNoticesPage},
        session::TradePasswordPage,
        trade::{CompleteTradeProfilePage, EditTradeProfilePage, HomePage, OrderPage, OrdersPage, TradeProfilePage},
    };

    bundle!(trade, __preload_trade, {
        CompleteTradeProfile => CompleteTradeProfilePage(),
        EditTradeProfile => EditTradeProfilePage(),
        TradeHome => HomePage(),
        TradeNotice => TradeNoticePage(),
        TradeNotices => TradeNoticesPage(),
        TradeOrder => OrderPage(),
        TradeOrders => OrdersPage(),
        TradePassword => TradePasswordPage(),
        TradeProfile => TradeProfilePage(),
    });
}
