//! Random accounts, plans, parameters, purchases, moves and mergers: the kept counts are those of a plain count, and those that are
//! computed anew.

use crate::{
    check, check_lists, own_canteen, sourced, with_union,
    world::{OWN, World, days_before, record},
};
use domain::{
    PurchaserKind,
    form::UnitForm,
    ids::{PurchaserId, UnitId},
    order::{OrderRecord, RefundRecord},
    plan_filing::{FilingAction, FilingForm},
    plan_parameters::{FilingTo, ParameterSet, PlanDay},
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rstest::rstest;
use service::{
    Services,
    ledger::{OrderSource, rebuild, receive},
    plan::{self, Decision},
    situation::recount,
};
use std::collections::BTreeMap;
use testdb::Backend;

const UNITS: u32 = 12;
const PURCHASERS: u32 = 6;

#[derive(Clone, Debug)]
enum Step {
    AddUnit {
        superior: u8,
    },
    DeleteUnit {
        unit: u8,
    },
    MoveUnit {
        unit: u8,
        superior: u8,
    },
    Merge {
        from: u8,
        into: u8,
    },
    /// What a superior or the holder does with an account, as the row that remains.
    Account {
        unit: u8,
        state: u8,
    },
    Sms {
        unit: u8,
        failed: bool,
    },
    MovePurchaser {
        purchaser: u8,
        unit: u8,
    },
    DisablePurchaser {
        purchaser: u8,
    },
    Submit {
        unit: u8,
        total: u8,
        ratio: u8,
        canteen: u8,
    },
    Decide {
        unit: u8,
        action: FilingAction,
    },
    Withdraw {
        unit: u8,
    },
    RequestChange {
        unit: u8,
    },
    Confirm,
    SetBySuperior {
        unit: u8,
        total: u8,
        ratio: u8,
    },
    PlanOfLastYear {
        unit: u8,
        total: u8,
    },
    Parameters {
        unit: u8,
        minimum: Option<u8>,
        last_day: Option<u8>,
    },
    Order {
        purchaser: u8,
        number: u8,
        refunded: bool,
        last_year: bool,
    },
    /// Orders come and a unit moves while units are counted.
    Together {
        purchaser: u8,
        number: u8,
        refunded: bool,
        unit: u8,
        superior: u8,
    },
    Recount,
    Rebuild,
}

fn steps() -> impl Strategy<Value = Step> {
    let any = any::<u8>;
    let action = prop_oneof![
        4 => Just(FilingAction::Approve),
        2 => Just(FilingAction::Return),
        1 => Just(FilingAction::GrantChange),
        1 => Just(FilingAction::DenyChange),
    ];
    let some = || proptest::option::weighted(0.7, any());
    prop_oneof![
        2 => any().prop_map(|superior| Step::AddUnit { superior }),
        1 => any().prop_map(|unit| Step::DeleteUnit { unit }),
        3 => (any(), any()).prop_map(|(unit, superior)| Step::MoveUnit { unit, superior }),
        1 => (any(), any()).prop_map(|(from, into)| Step::Merge { from, into }),
        3 => (any(), any()).prop_map(|(unit, state)| Step::Account { unit, state }),
        2 => (any(), proptest::bool::ANY).prop_map(|(unit, failed)| Step::Sms { unit, failed }),
        2 => (any(), any()).prop_map(|(purchaser, unit)| Step::MovePurchaser { purchaser, unit }),
        1 => any().prop_map(|purchaser| Step::DisablePurchaser { purchaser }),
        6 => (any(), any(), any(), any())
            .prop_map(|(unit, total, ratio, canteen)| Step::Submit { unit, total, ratio, canteen }),
        6 => (any(), action).prop_map(|(unit, action)| Step::Decide { unit, action }),
        1 => any().prop_map(|unit| Step::Withdraw { unit }),
        1 => any().prop_map(|unit| Step::RequestChange { unit }),
        1 => Just(Step::Confirm),
        3 => (any(), any(), any()).prop_map(|(unit, total, ratio)| Step::SetBySuperior { unit, total, ratio }),
        2 => (any(), any()).prop_map(|(unit, total)| Step::PlanOfLastYear { unit, total }),
        3 => (any(), some(), some())
            .prop_map(|(unit, minimum, last_day)| Step::Parameters { unit, minimum, last_day }),
        5 => (any(), 0..8_u8, proptest::bool::ANY, proptest::bool::weighted(0.2))
            .prop_map(|(purchaser, number, refunded, last_year)| Step::Order { purchaser, number, refunded, last_year }),
        3 => (any(), 0..8_u8, proptest::bool::ANY, any(), any()).prop_map(
            |(purchaser, number, refunded, unit, superior)| Step::Together { purchaser, number, refunded, unit, superior }
        ),
        4 => Just(Step::Recount),
        1 => Just(Step::Rebuild),
    ]
}

/// What the test knows of the world.
struct Model {
    world: World,
    second: Services,
    year: i32,
    /// The department and the units below it that exist.
    units: Vec<(UnitId, String)>,
    purchasers: Vec<(PurchaserId, String)>,
    revisions: BTreeMap<u8, u32>,
    last_unit: u32,
    last_sms: i64,
}

fn pick<T>(items: &[T], choice: u8) -> &T {
    &items[usize::from(choice) % items.len()]
}

impl Model {
    async fn new(backend: Backend) -> Self {
        let world = World::new(backend).await;
        let mut units = vec![world.unit(OWN).await];
        for number in 1..=UNITS {
            // The shape of a heap: some subtrees are large, most are small.
            let superior = units[(number as usize - 1) / 2].clone();
            units.push(world.add_unit(number, &superior).await);
        }
        let mut purchasers = Vec::new();
        for number in 1..=PURCHASERS {
            let unit = units[(number as usize * 5) % units.len()].clone();
            purchasers.push(world.add_purchaser(100 + number, &unit, PurchaserKind::Canteen).await);
        }
        let second = world.app.second().await;
        let year = world.services().clock().year();
        Self {
            world,
            second,
            year,
            units,
            purchasers,
            revisions: BTreeMap::new(),
            last_unit: UNITS,
            last_sms: 1_000_000,
        }
    }

    /// A unit below the department.
    fn below(&self, choice: u8) -> UnitId {
        pick(&self.units[1..], choice).0
    }

    /// The next revision of an order that is paid and accepted.
    fn order(&mut self, purchaser: u8, number: u8, refunded: bool, last_year: bool) -> OrderRecord {
        let revision = self.revisions.entry(number).or_default();
        *revision += 1;
        let now = self.world.services().clock().now();
        let at = days_before(now, if last_year { 366 } else { 1 });
        let (_, login) = pick(&self.purchasers, purchaser);
        let refund = RefundRecord { line: None, amount: 5_000, at };
        OrderRecord {
            paid_at: Some(at),
            accepted_at: Some(at),
            refunds: refunded.then_some(refund).into_iter().collect(),
            ..record(&format!("XS{number}"), *revision, login, 5_000, at)
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm a step")]
    async fn run(&mut self, step: &Step) {
        let (services, year) = (self.world.services().clone(), self.year);
        match step {
            Step::AddUnit { superior } => {
                let superior = pick(&self.units, *superior).clone();
                self.last_unit += 1;
                let unit = self.world.add_unit(self.last_unit, &superior).await;
                self.units.push(unit);
            }
            Step::DeleteUnit { unit } => {
                let unit = self.below(*unit);
                if self.units.len() > 6 && service::unit::delete(&services, &self.world.own, unit).await.is_ok() {
                    self.units.retain(|(other, _)| *other != unit);
                }
            }
            Step::MoveUnit { unit, superior } => {
                // A unit may not go below itself.
                let (unit, superior) = (pick(&self.units, *unit).0, pick(&self.units, *superior).clone());
                let _ = self.world.move_unit(unit, &superior).await;
            }
            Step::Merge { from, into } => {
                if self.units.len() > 6 {
                    let (from, into) = (self.below(*from), self.below(*into));
                    if service::unit::merge(&services, &self.world.own, from, into).await.is_ok() {
                        self.units.retain(|(unit, _)| *unit != from);
                    }
                }
            }
            Step::Account { unit, state } => {
                let unit = self.below(*unit);
                let set = *pick(
                    &[
                        "activated_at = NULL, disabled_at = NULL",
                        "activated_at = created_at, disabled_at = NULL",
                        "disabled_at = created_at",
                    ],
                    *state,
                );
                self.world.execute(&format!("UPDATE account SET {set} WHERE unit_id = {unit}")).await;
            }
            Step::Sms { unit, failed } => {
                let unit = self.below(*unit);
                let account = self.world.texts(&format!("SELECT id FROM account WHERE unit_id = {unit}")).await;
                let state = if *failed { "failed" } else { "sent" };
                self.last_sms += 1;
                let id = self.last_sms;
                // It waits before its state is known.
                for sql in [
                    format!(
                        "INSERT INTO sms_outbox (id, kind, account_id, unit_id, mobile, state, attempts, next_at, created_at) \
                         VALUES ({id}, 'login-name', {}, {unit}, '13800136021', 'waiting', 0, 1, 1)",
                        account[0]
                    ),
                    format!("UPDATE sms_outbox SET state = '{state}' WHERE id = {id}"),
                ] {
                    self.world.execute(&sql).await;
                }
            }
            Step::MovePurchaser { purchaser, unit } => {
                let (purchaser, _) = pick(&self.purchasers, *purchaser);
                let unit = pick(&self.units, *unit);
                self.world.change_purchaser(*purchaser, unit, PurchaserKind::Canteen).await;
            }
            Step::DisablePurchaser { purchaser } => {
                let (purchaser, _) = pick(&self.purchasers, *purchaser);
                let set = "disabled_at = CASE WHEN disabled_at IS NULL THEN created_at END";
                self.world.execute(&format!("UPDATE account SET {set} WHERE purchaser_id = {purchaser}")).await;
            }
            Step::Submit { unit, total, ratio, canteen } => {
                let form = own_canteen(u32::from(*total) + 1, u16::from(ratio % 40));
                let form = match canteen % 4 {
                    0 => FilingForm::zero("王芳"),
                    1 => with_union(form, u32::from(*total) + 1, u32::from(*ratio) + 1),
                    2 => FilingForm { canteen: "shared-lead".to_owned(), ..form },
                    _ => form,
                };
                self.world.submit(self.below(*unit), &form).await;
            }
            Step::Decide { unit, action } => {
                let decision = match action {
                    FilingAction::Approve => Decision::Approve,
                    FilingAction::Return => Decision::Return("请核对"),
                    FilingAction::GrantChange => Decision::GrantChange,
                    _ => Decision::DenyChange("请核对"),
                };
                self.world.decide(self.below(*unit), decision).await;
            }
            Step::Withdraw { unit } => {
                let unit = self.below(*unit);
                let actor = self.world.act_as_unit(unit).await;
                let version = self.world.version(unit, year).await;
                let _ = plan::withdraw(&services, &actor, year, version).await;
            }
            Step::RequestChange { unit } => {
                let unit = self.below(*unit);
                let actor = self.world.act_as_unit(unit).await;
                let version = self.world.version(unit, year).await;
                let _ = plan::request_change(&services, &actor, year, version, "请核对").await;
            }
            Step::Confirm => {
                // Whoever has nothing gets a plan, so that the summary can be confirmed.
                for (unit, _) in self.units.clone().iter().skip(1) {
                    self.world.decide(*unit, Decision::Approve).await;
                }
                let _ = plan::confirm(&services, &self.world.own, year).await;
            }
            Step::SetBySuperior { unit, total, ratio } => {
                let unit = self.below(*unit);
                let edit = service::unit::form(&services, &self.world.own, unit, None).await.unwrap();
                let ratio = 10 + u16::from(ratio % 30);
                let form = UnitForm { total: total.to_string(), ratio: ratio.to_string(), ..edit.form };
                service::unit::edit(&services, &self.world.own, unit, edit.version, &form).await.unwrap();
            }
            Step::PlanOfLastYear { unit, total } => {
                let (unit, total) = (self.below(*unit), i64::from(*total) * 1_000);
                self.world
                    .execute(&format!(
                        "INSERT INTO reserve_plan (unit_id, year, total, ratio, share, updated_at, version) \
                         VALUES ({unit}, {}, {total}, 1000, {}, 1, 1) ON CONFLICT DO NOTHING",
                        year - 1,
                        total / 10
                    ))
                    .await;
            }
            Step::Parameters { unit, minimum, last_day } => {
                let minimum = minimum.and_then(|minimum| domain::Ratio::from_hundredths(u16::from(minimum % 40) * 100));
                // Days before and after today, whatever day it is: the last one of the year is never over.
                let last_day = last_day.and_then(|last| PlanDay::new(*pick(&[1, 12], last), *pick(&[5, 31], last)));
                let set = ParameterSet {
                    minimum_ratio: minimum.and_then(sourced),
                    filing_to: last_day.and_then(|day| sourced(FilingTo(day))),
                    ..ParameterSet::default()
                };
                self.world.set_parameters(pick(&self.units, *unit).0, year, &set).await;
            }
            Step::Order { purchaser, number, refunded, last_year } => {
                let order = self.order(*purchaser, *number, *refunded, *last_year);
                self.world.receive(vec![order]).await;
            }
            Step::Together { purchaser, number, refunded, unit, superior } => {
                let order = self.order(*purchaser, *number, *refunded, false);
                let (unit, superior) = (pick(&self.units, *unit).0, pick(&self.units, *superior).clone());
                let source = OrderSource::console();
                let (received, _, counted, counted_again) = tokio::join!(
                    receive(&self.second, &source, vec![order]),
                    self.world.move_unit(unit, &superior),
                    recount(&self.second),
                    recount(&services),
                );
                received.unwrap();
                counted.unwrap();
                counted_again.unwrap();
            }
            Step::Recount => drop(recount(&services).await.unwrap()),
            Step::Rebuild => drop(rebuild(&self.second).await.unwrap()),
        }
    }
}

#[rstest]
#[case(Backend::Sqlite, 3)]
#[case(Backend::Postgres, 3)]
fn counts_are_those_of_a_plain_count(#[case] backend: Backend, #[case] cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let cases = std::env::var("SITUATION_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    // Each case takes seconds, so that a failed one is not made smaller.
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let mut runner = match std::env::var("SITUATION_SEED") {
        Ok(seed) => {
            let mut bytes = [0; 32];
            bytes[..seed.len()].copy_from_slice(seed.as_bytes());
            TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
        }
        Err(_) => TestRunner::new(config),
    };
    let outcome = runner.run(&vec(steps(), 20..60), |steps| {
        runtime.block_on(async {
            let mut model = Model::new(backend).await;
            for step in &steps {
                model.run(step).await;
            }
            check(&model.world, model.year, "as kept").await?;
            recount(model.world.services()).await.unwrap();
            prop_assert_eq!(model.world.texts("SELECT id FROM unit_to_recount").await, Vec::<String>::new());
            check(&model.world, model.year, "counted again").await?;
            let top = model.world.texts("SELECT id FROM unit WHERE path < '~' AND parent_id IS NULL LIMIT 1").await;
            for unit in [UnitId(top[0].parse().unwrap()), model.units[0].0, model.units[1].0] {
                check_lists(&model.world, unit).await?;
            }
            let kept = model.world.texts("SELECT unit_id FROM subtree_count ORDER BY 1").await;
            rebuild(model.world.services()).await.unwrap();
            check(&model.world, model.year, "computed anew").await?;
            // A subtree that was larger before keeps its counts until then.
            for unit in model.world.texts("SELECT unit_id FROM subtree_count ORDER BY 1").await {
                prop_assert!(kept.contains(&unit), "unit {} has no counts", unit);
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
