//! Random orders, revisions, refunds, moves and mergers: the amounts that are kept are those of a plain sum, and those that are
//! computed anew.

use crate::{
    naive::{self, Today},
    world::{World, days_before, line, record},
};
use domain::{
    PurchaserKind,
    calendar::{Day, Timestamp},
    ids::{PurchaserId, UnitId},
    order::{OrderRecord, Outcome, PayerKind, ProductCategory, RefundRecord},
    purchases::PurchaseQuery,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use rstest::rstest;
use service::{
    Services,
    ledger::{OrderSource, Recheck, match_parked, rebuild, receive},
    statistics,
};
use std::collections::{BTreeMap, BTreeSet};
use testdb::Backend;

/// Numbers of orders, purchasers and units of a test.
const NUMBERS: u8 = 14;
const PURCHASERS: u32 = 7;
const UNITS: u32 = 12;
/// Counties of the origins; the empty one is none.
const ORIGINS: [&str; 4] = ["522325", "110101", "653123", ""];

/// A record before its purchaser has a login name.
#[derive(Clone, Debug)]
struct RandomRecord {
    number: u8,
    revision: u8,
    purchaser: u8,
    payer: u8,
    /// Category, amount in fen, origin.
    lines: Vec<(u8, u16, u8)>,
    /// Quarters of a day before now.
    ordered: u16,
    /// Quarters of a day after the order.
    paid: Option<u8>,
    accepted: Option<u8>,
    /// Quarters of a day after the acceptance.
    evaluated: Option<u8>,
    /// Quarters of a day after the order, line, and part of what remains in percent.
    refunds: Vec<(u8, u8, u8)>,
}

#[derive(Clone, Debug)]
enum Step {
    Receive(Vec<RandomRecord>),
    ReceiveOnTwoConnections(Vec<RandomRecord>, Vec<RandomRecord>),
    AddUnit {
        superior: u8,
    },
    MoveUnit {
        unit: u8,
        superior: u8,
    },
    Merge {
        from: u8,
        into: u8,
    },
    ChangePurchaser {
        purchaser: u8,
        unit: u8,
        kind: u8,
    },
    /// Orders come while a unit moves.
    ReceiveWhileMoving {
        records: Vec<RandomRecord>,
        unit: u8,
        superior: u8,
    },
    Promote,
    MatchParked,
    Rebuild,
}

fn records() -> impl Strategy<Value = RandomRecord> {
    let identity = (0..NUMBERS, 1..6_u8, any::<u8>(), any::<u8>());
    // Most orders are near the last two turns of the year, or now.
    let ordered = prop_oneof![0..40_u16, 1_280..1_400_u16, 0..2_700_u16];
    let quarters = || proptest::option::weighted(0.7, 0..200_u8);
    let lines = vec((any::<u8>(), 1..60_000_u16, any::<u8>()), 1..4);
    let refunds = vec((any::<u8>(), any::<u8>(), 1..=100_u8), 0..3);
    (identity, lines, ordered, quarters(), quarters(), quarters(), refunds).prop_map(
        |((number, revision, purchaser, payer), lines, ordered, paid, accepted, evaluated, refunds)| RandomRecord {
            number,
            revision,
            purchaser,
            payer,
            lines,
            ordered,
            paid,
            accepted,
            evaluated,
            refunds,
        },
    )
}

fn steps() -> impl Strategy<Value = Step> {
    let several = || vec(records(), 1..8);
    let any = any::<u8>;
    prop_oneof![
        6 => several().prop_map(Step::Receive),
        4 => (several(), several()).prop_map(|(one, two)| Step::ReceiveOnTwoConnections(one, two)),
        1 => any().prop_map(|superior| Step::AddUnit { superior }),
        3 => (any(), any()).prop_map(|(unit, superior)| Step::MoveUnit { unit, superior }),
        1 => (any(), any()).prop_map(|(from, into)| Step::Merge { from, into }),
        3 => (any(), any(), any()).prop_map(|(purchaser, unit, kind)| Step::ChangePurchaser { purchaser, unit, kind }),
        2 => (several(), any(), any())
            .prop_map(|(records, unit, superior)| Step::ReceiveWhileMoving { records, unit, superior }),
        2 => Just(Step::Promote),
        1 => Just(Step::MatchParked),
        1 => Just(Step::Rebuild),
    ]
}

/// What the test knows of the world.
struct Model {
    world: World,
    second: Services,
    now: Timestamp,
    /// The department and the units below it that exist.
    units: Vec<(UnitId, String)>,
    purchasers: Vec<(PurchaserId, String)>,
    /// The newest accepted revision of each number.
    orders: BTreeMap<String, OrderRecord>,
    last_unit: u32,
}

fn pick<T>(items: &[T], choice: u8) -> &T {
    &items[usize::from(choice) % items.len()]
}

impl Model {
    async fn new(backend: Backend) -> Self {
        let world = World::new(backend).await;
        let mut units = vec![world.unit(crate::world::OWN).await];
        for number in 1..=UNITS {
            // The shape of a heap: some subtrees are large, most are small.
            let superior = units[(number as usize - 1) / 2].clone();
            units.push(world.add_unit(number, &superior).await);
        }
        let mut purchasers = Vec::new();
        for number in 1..=PURCHASERS {
            let unit = units[(number as usize * 5) % units.len()].clone();
            let kind = *pick(&PurchaserKind::ALL, u8::try_from(number).unwrap());
            purchasers.push(world.add_purchaser(100 + number, &unit, kind).await);
        }
        let second = world.app.second().await;
        let now = world.services().clock().now();
        Self { world, second, now, units, purchasers, orders: BTreeMap::new(), last_unit: UNITS }
    }

    fn record(&self, random: &RandomRecord) -> OrderRecord {
        let quarter =
            |from: Timestamp, quarters: u16| Timestamp(Ord::min(from.0 + i64::from(quarters) * 21_600_000, self.now.0));
        let ordered_at = Timestamp(self.now.0 - i64::from(random.ordered) * 21_600_000);
        let accepted_at = random.accepted.map(|after| quarter(ordered_at, after.into()));
        let (_, login) = pick(&self.purchasers, random.purchaser);
        let number = format!("XS{:03}", random.number);
        let lines: Vec<_> = random
            .lines
            .iter()
            .map(|(category, fen, origin)| {
                let origin = Some(*pick(&ORIGINS, *origin)).filter(|origin| !origin.is_empty());
                line(pick(&ProductCategory::ALL, *category).as_str(), i64::from(*fen), origin)
            })
            .collect();
        let mut remaining: Vec<i64> = lines.iter().map(|line| line.amount).collect();
        let mut refunds: Vec<_> = random.refunds.clone();
        refunds.sort_unstable();
        let refunds = refunds.into_iter().filter_map(|(after, index, percent)| {
            let index = usize::from(index) % lines.len();
            let amount = remaining[index] * i64::from(percent) / 100;
            remaining[index] -= amount;
            // The only line may also be meant by a refund without a line.
            let line = (lines.len() > 1 || percent % 2 == 0).then_some(u32::try_from(index + 1).unwrap());
            (amount > 0).then_some(RefundRecord { at: quarter(ordered_at, after.into()), amount, line })
        });
        let refunds = refunds.collect();
        OrderRecord {
            payer: pick(&PayerKind::ALL, random.payer).as_str().to_owned(),
            lines,
            paid_at: random.paid.map(|after| quarter(ordered_at, after.into())),
            accepted_at,
            evaluated_at: random.evaluated.map(|after| quarter(accepted_at.unwrap_or(ordered_at), after.into())),
            refunds,
            ..record(&number, random.revision.into(), login, 1, ordered_at)
        }
    }

    /// Receives records and notes those that count.
    async fn receive(&mut self, calls: [Vec<OrderRecord>; 2]) {
        let source = OrderSource::console();
        let [one, two] = calls;
        let (first, second) = tokio::join!(
            receive(self.world.services(), &source, one.clone()),
            receive(&self.second, &source, two.clone())
        );
        let verdicts = [first.unwrap(), second.unwrap()].concat();
        self.note(one.into_iter().chain(two), verdicts);
    }

    fn note(&mut self, records: impl Iterator<Item = OrderRecord>, verdicts: Vec<domain::order::Verdict>) {
        for (record, verdict) in records.zip(verdicts) {
            match verdict.outcome {
                Outcome::Added | Outcome::Revised => {
                    let known = self.orders.get(&record.number);
                    if known.is_none_or(|known| known.revision < record.revision) {
                        self.orders.insert(record.number.clone(), record);
                    }
                }
                Outcome::Unchanged | Outcome::Conflict | Outcome::Stale => {}
                Outcome::Parked(_) | Outcome::Refused(_) => panic!("{verdict:?}\n{record:?}"),
            }
        }
    }

    async fn run(&mut self, step: &Step) {
        let all = |records: &[RandomRecord]| records.iter().map(|random| self.record(random)).collect::<Vec<_>>();
        match step {
            Step::Receive(records) => self.receive([all(records), Vec::new()]).await,
            Step::ReceiveOnTwoConnections(one, two) => self.receive([all(one), all(two)]).await,
            Step::AddUnit { superior } => {
                let superior = pick(&self.units, *superior).clone();
                self.last_unit += 1;
                let unit = self.world.add_unit(self.last_unit, &superior).await;
                self.units.push(unit);
            }
            Step::MoveUnit { unit, superior } => {
                // A unit may not go below itself.
                let (unit, superior) = (pick(&self.units, *unit).0, pick(&self.units, *superior).clone());
                let _ = self.world.move_unit(unit, &superior).await;
            }
            Step::Merge { from, into } => {
                // Enough units stay for the other steps.
                if self.units.len() > 6 {
                    let (from, into) = (pick(&self.units, *from).0, pick(&self.units, *into).0);
                    let merged = service::unit::merge(self.world.services(), &self.world.own, from, into).await;
                    if merged.is_ok() {
                        self.units.retain(|(unit, _)| *unit != from);
                    }
                }
            }
            Step::ChangePurchaser { purchaser, unit, kind } => {
                let (purchaser, _) = pick(&self.purchasers, *purchaser);
                let kind = *pick(&PurchaserKind::ALL, *kind);
                self.world.change_purchaser(*purchaser, pick(&self.units, *unit), kind).await;
            }
            Step::ReceiveWhileMoving { records, unit, superior } => {
                let records = all(records);
                let (unit, superior) = (pick(&self.units, *unit).0, pick(&self.units, *superior).clone());
                let source = OrderSource::console();
                let (verdicts, _) = tokio::join!(
                    receive(&self.second, &source, records.clone()),
                    self.world.move_unit(unit, &superior)
                );
                self.note(records.into_iter(), verdicts.unwrap());
            }
            Step::Promote => drop(statistics::promote(self.world.services()).await.unwrap()),
            Step::MatchParked => {
                assert_eq!(match_parked(self.world.services(), Recheck::Everything).await.unwrap(), 0);
            }
            Step::Rebuild => {
                let rebuilt = rebuild(&self.second).await.unwrap();
                assert_eq!(rebuilt.orders, self.orders.len() as u64);
            }
        }
    }

    /// Compares the reports on every unit with plain sums.
    async fn check(&self, when: &str) -> Result<(), TestCaseError> {
        let stored = self.world.rows("SELECT number, revision FROM purchase_order ORDER BY number").await;
        let accepted = self.orders.values().map(|record| [record.number.clone(), record.revision.to_string()]);
        prop_assert_eq!(stored, accepted.collect::<Vec<_>>(), "{}", when);
        let today = Today::read(&self.world).await;
        let orders = today.orders(self.orders.values());
        let year = Day::of(self.now).year();
        let days: BTreeSet<Day> = [
            Day::of(self.now),
            Day::of(days_before(self.now, 3)),
            Day::of(days_before(self.now, 47)),
            Day::from_number(year * 10_000 + 131).unwrap(),
            Day::from_number(year * 10_000 + 105).unwrap(),
            Day::last_of_year(year - 1),
            Day::from_number((year - 1) * 10_000 + 1_230).unwrap(),
        ]
        .into();
        let mut units: Vec<UnitId> = self.units.iter().map(|(unit, _)| *unit).collect();
        // The units above, which the operator sees.
        let mut above = today.units[&units[0]].parent;
        while let Some(unit) = above {
            units.push(unit);
            above = today.units[&unit].parent;
        }
        for unit in units {
            let actor =
                if self.units.iter().any(|(own, _)| *own == unit) { &self.world.own } else { &self.world.operator };
            for until in &days {
                let query = PurchaseQuery::until(Some(unit), *until);
                let (report, origins) = naive::report(&orders, |inside| today.is_below(inside, unit), *until);
                let context = format!("{when}, unit {unit}, until {}", until.number());
                let services = self.world.services();
                let found = statistics::purchases(services, actor, &query).await.unwrap();
                prop_assert_eq!(found, report, "{}", context);
                let found = statistics::origins(services, actor, &query).await.unwrap();
                prop_assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), origins, "origins {}", context);
                let found = statistics::children(services, actor, &query).await.unwrap();
                let expected = naive::children(&orders, &today, unit, *until);
                prop_assert_eq!((found.own, found.children), expected, "children {}", context);
            }
        }
        Ok(())
    }

    /// A filter by class leaves out the same everywhere.
    async fn check_filters(&self) -> Result<(), TestCaseError> {
        let services = self.world.services();
        for payer in PayerKind::ALL {
            let all = PurchaseQuery::until(Some(self.units[0].0), Day::of(self.now));
            let query = PurchaseQuery { payer: Some(payer), ..all };
            let report = statistics::purchases(services, &self.world.own, &all).await.unwrap();
            let filtered = statistics::purchases(services, &self.world.own, &query).await.unwrap();
            let of_payer = report.payers.iter().find(|(of, _)| *of == payer).map(|(_, amounts)| *amounts);
            prop_assert_eq!(filtered.total, of_payer.unwrap_or_default());
            let children = statistics::children(services, &self.world.own, &query).await.unwrap();
            let mut sum = children.own;
            for (_, amounts) in children.children {
                sum += amounts;
            }
            prop_assert_eq!(sum, filtered.total);
        }
        Ok(())
    }
}

#[rstest]
#[case(Backend::Sqlite, 5)]
#[case(Backend::Postgres, 5)]
fn amounts_are_those_of_a_plain_sum(#[case] backend: Backend, #[case] cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // Each case takes seconds, so that a failed one is not made smaller.
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let cases = std::env::var("LEDGER_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(config.cases);
    let config = Config { cases, ..config };
    let mut runner = match std::env::var("LEDGER_SEED") {
        Ok(seed) => {
            let mut bytes = [0; 32];
            bytes[..seed.len()].copy_from_slice(seed.as_bytes());
            TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
        }
        Err(_) => TestRunner::new(config),
    };
    let outcome = runner.run(&vec(steps(), 10..40), |steps| {
        runtime.block_on(async {
            let mut model = Model::new(backend).await;
            for step in &steps {
                model.run(step).await;
            }
            model.check("as kept").await?;
            model.check_filters().await?;
            statistics::promote(model.world.services()).await.unwrap();
            model.check("after new totals").await?;
            rebuild(model.world.services()).await.unwrap();
            model.check("computed anew").await
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
