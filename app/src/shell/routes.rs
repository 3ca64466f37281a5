//! The pages behind the sign-in, in two bundles loaded when the first page of each opens: whoever is about to sign in does
//! not wait for them, and a purchaser never for those of the management.

use domain::view::Portal;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;

macro_rules! bundle {
    ($open:ident, $preload:ident, { $($page:ident => $view:expr),* $(,)? }) => {
        use leptos::prelude::*;
        use leptos_router::LazyRoute;

        enum Page {
            $($page),*
        }

        /// The way into the bundle. One for all its pages: each way in would make a bundle of its own, and what several of
        /// them share one more each.
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

/// Loads what comes behind the sign-in, while somebody types.
pub(crate) fn warm_up(portal: Portal) {
    Effect::new(move |_| {
        spawn_local(async move {
            match portal {
                Portal::Management => management::Desktop::preload().await,
                Portal::Trading => trade::Home::preload().await,
            }
        });
    });
}

/// Of management accounts and the operator.
pub(super) mod management {
    use crate::pages::{
        CertificationPage, CertificationsPage, CompletePage, DesktopPage, EditPurchaserPage, EditUnitPage, HelpPage,
        ManagePage, NewPurchaserPage, NewUnitPage, PasswordPage, ProfilePage, PurchaserPage, PurchasersPage, ResetPage,
        SentSmsPage, UnitPage, UnitsPage,
        import::{BatchPage, ImportPage},
    };
    use domain::Template;

    bundle!(management, __preload_management, {
        Batch => view! { <BatchPage template=Template::Units/> },
        Certification => CertificationPage(),
        Certifications => CertificationsPage(),
        Complete => CompletePage(),
        Desktop => DesktopPage(),
        EditPurchaser => EditPurchaserPage(),
        EditUnit => EditUnitPage(),
        Help => HelpPage(),
        Import => view! { <ImportPage template=Template::Units/> },
        Manage => ManagePage(),
        NewPurchaser => NewPurchaserPage(),
        NewUnit => NewUnitPage(),
        Password => PasswordPage(),
        Profile => ProfilePage(),
        Purchaser => PurchaserPage(),
        Purchasers => PurchasersPage(),
        PurchasersBatch => view! { <BatchPage template=Template::Purchasers/> },
        PurchasersImport => view! { <ImportPage template=Template::Purchasers/> },
        Reset => view! { <ResetPage template=Template::Units/> },
        ResetPurchaser => view! { <ResetPage template=Template::Purchasers/> },
        SentSms => SentSmsPage(),
        Unit => UnitPage(),
        Units => UnitsPage(),
    });
}

/// Of the trading portal.
pub(super) mod trade {
    use crate::pages::{DataPage, EditDataPage, HomePage, OrdersPage, TradeCompletePage, TradePasswordPage};

    bundle!(trade, __preload_trade, {
        Complete => TradeCompletePage(),
        Data => DataPage(),
        EditData => EditDataPage(),
        Home => HomePage(),
        Orders => OrdersPage(),
        Password => TradePasswordPage(),
    });
}
