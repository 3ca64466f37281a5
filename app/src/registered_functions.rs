//! Every registered server function has the account-bound client and sets the status of its response.

use crate::{
    account_bound_client::AccountBoundClient, accounts, api_keys, certification, demo, desktop, disputes,
    error::ApiError, import, notices, parked_orders, plans, profile, purchasers, server_function::Api, session,
    statistics, trade, units,
};
use leptos::server_fn::{ServerFn, axum::server_fn_paths};
use std::collections::BTreeSet;

trait SetsStatus {}
impl<Arguments> SetsStatus for Api<Arguments> {}

fn path<S>() -> &'static str
where
    S: ServerFn<Client = AccountBoundClient, Error = ApiError, Protocol: SetsStatus>,
{
    S::PATH
}

macro_rules! paths {
    ($($module:ident::{$($function:ident),+ $(,)?}),+ $(,)?) => {
        BTreeSet::from([$($(path::<$module::api::$function>()),+),+])
    };
}

/// Compares the list, whose types the compiler checks, with the functions that are registered.
#[test]
fn every_server_function_is_bound_to_the_account_of_its_page() {
    let bound = paths![
        accounts::{IssuePassword, ResendSms, ResendToPurchasers, ResendToUnits, ResetPassword, SetAccountEnabled},
        api_keys::{IssueApiKey, ListApiKeys, RevokeApiKey},
        certification::{Certify, GetCertification, ListCertifications, ReturnCertification},
        demo::{ListSms},
        desktop::{GetDesktop},
        disputes::{
            DeleteDisputedUnit, FileDispute, GetDispute, ListDisputes, MoveDisputedUnit, RejectDispute, UpholdDispute,
            WithdrawDispute,
        },
        import::{Batch, BatchRows, CurrentBatch, Generate},
        notices::{
            EditNotice, GetNotice, GetNoticeForm, GetTradeNotice, ListNotices, ListTradeNotices, PublishNotice, WithdrawNotice,
        },
        parked_orders::{ListParkedOrders, MatchParkedOrders},
        plans::{
            ConfirmPlans, DecidePlan, DecidePlans, FilePlan, GetPlan, GetPlanParameters, GetPlanProgress,
            GetReminderPreview, ListPlans, RequestPlanChange, SendReminders, SetPlanParameters, WithdrawPlan,
        },
        profile::{GetProfile, SaveProfile},
        purchasers::{
            CreatePurchaser, DeletePurchaser, EditPurchaser, GetPurchaser, GetPurchaserForm, GetPurchaserName,
            ListPurchasers,
        },
        session::{ChangePassword, SignIn, SignOut, Who},
        statistics::{GetBulletin, GetCompletion, GetReport},
        trade::{
            GetOrder, GetTradeDesktop, GetTradeProfile, ListOrders, SaveTradeProfile, SubmitCertification, TradeChangePassword, TradeSignIn, TradeSignOut,
            TradeWho,
        },
        units::{
            ChangePlanYear, CreateUnit, DeleteUnit, EditUnit, FindSuperiors, GetUnit, GetUnitForm, GetUnitName,
            ListUnits, MergeUnit, OpenUnitTree, UnitTree,
        },
    ];
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(bound, registered);
}
