//! Slows down the guessing of passwords: attempts are counted by account and by network address.
//!
//! An attempt is counted before the password is verified and taken back when the password was right. Counting and blocking
//! are one statement, so that many attempts at once get no further than as many one after another.

use crate::{Error, Result};
use domain::{Problem, calendar::Timestamp};
use entity::throttle::{ActiveModel, Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict},
};
use std::{net::Ipv6Addr, time::Duration};

/// The first block; every further one is twice as long.
const SHORTEST_BLOCK: Duration = Duration::from_mins(1);
const LONGEST_BLOCK: Duration = Duration::from_mins(15);
/// Failures are forgotten when none was added for this long.
const WINDOW: Duration = Duration::from_hours(1);

/// The name under which attempts are counted, and the limit.
#[derive(Clone, Debug)]
pub(crate) struct ThrottleKey {
    /// For example "login:GL00000001".
    name: String,
    /// The failure that blocks for the first time.
    limit: i32,
}

impl ThrottleKey {
    /// Sign-ins to one account, also to an account that does not exist.
    pub(crate) fn login(login: &str) -> Self {
        Self { name: format!("login:{login}"), limit: 5 }
    }

    /// Sign-ins from one address. A whole office may share an address, so the limit is higher. A subscriber of IPv6 has 2^64
    /// addresses, so the network counts there.
    pub(crate) fn address(address: &str) -> Self {
        let name = match address.parse::<Ipv6Addr>() {
            Ok(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Err(_) => format!("address:{address}"),
        };
        Self { name, limit: 50 }
    }

    /// Attempts at the own password of an account that is signed in: somebody else may sit at that browser.
    pub(crate) fn own_password(login: &str) -> Self {
        Self { name: format!("password:{login}"), limit: 5 }
    }
}

/// Counts an attempt as failed, and blocks the key if the count reaches the limit. While the key is blocked, nothing is
/// counted and the answer is [`Problem::SignInThrottled`]. The caller must commit the count whether or not the attempt
/// succeeds.
pub(crate) async fn attempt(db: &impl ConnectionTrait, now: Timestamp, key: &ThrottleKey) -> Result<()> {
    let first = ActiveModel {
        name: Set(key.name.clone()),
        failures: Set(1),
        window_until: Set(now + WINDOW),
        blocked_until: Set(Timestamp(0)),
    };
    let counted = Entity::insert(first).on_conflict(count_and_block(now, key.limit)).exec_without_returning(db).await?;
    if counted > 0 {
        return Ok(());
    }
    let until = Entity::find_by_id(&key.name).one(db).await?.map_or(now, |throttle| throttle.blocked_until);
    // Whole seconds first: the clock of another request may have been read some milliseconds later.
    let minutes = Ord::max(1, (until - now).as_secs().div_ceil(60)).try_into().map_err(Error::internal)?;
    Err(Problem::SignInThrottled { minutes }.into())
}

/// Changes the insertion of a first failure into an update if the key has failures already and is not blocked.
fn count_and_block(now: Timestamp, limit: i32) -> OnConflict {
    let stored = |column: Column| Expr::col((Entity, column));
    let failures: Expr = CaseStatement::new()
        .case(stored(Column::WindowUntil).lte(now), 1)
        .finally(stored(Column::Failures).add(1))
        .into();
    // From the fifth block on all are equally long.
    let blocked_until = (0..4)
        .fold(CaseStatement::new().case(failures.clone().lt(limit), stored(Column::BlockedUntil)), |case, earlier| {
            case.case(failures.clone().eq(limit + earlier), now + block(earlier))
        });
    OnConflict::column(Column::Name)
        .value(Column::BlockedUntil, blocked_until.finally(now + block(4)))
        .value(Column::Failures, failures)
        .update_column(Column::WindowUntil)
        .action_and_where(stored(Column::BlockedUntil).lte(now))
        .to_owned()
}

/// The length of a block by the number of blocks before it.
fn block(earlier: i32) -> Duration {
    (SHORTEST_BLOCK * (1 << earlier.clamp(0, 4))).min(LONGEST_BLOCK)
}

/// Subtracts an attempt that was counted as failed although its password was right.
pub(crate) async fn take_back(db: &impl ConnectionTrait, key: &ThrottleKey) -> Result<()> {
    let blocked_until = CaseStatement::new()
        .case(Column::Failures.lte(key.limit), Timestamp(0))
        .finally(Column::BlockedUntil.into_expr());
    Entity::update_many()
        .col_expr(Column::Failures, Column::Failures.into_expr().sub(1))
        .col_expr(Column::BlockedUntil, blocked_until.into())
        .filter(Column::Name.eq(&key.name))
        .filter(Column::Failures.gt(0))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets all failures, as the owner of the account has given the right password.
pub(crate) async fn forget(db: &impl ConnectionTrait, key: &ThrottleKey) -> Result<()> {
    Entity::delete_by_id(&key.name).exec(db).await?;
    Ok(())
}

/// Deletes the rows that neither count nor block any more.
pub(crate) async fn delete_expired(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    Entity::delete_many().filter(Column::WindowUntil.lte(now)).filter(Column::BlockedUntil.lte(now)).exec(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        database::{Pools, connect},
        settings::SqliteSynchronous,
    };
    use rstest::rstest;
    use testdb::{Backend, TestDb};

    #[test]
    fn networks_of_ipv6_count_as_one_address() {
        let name = |address| ThrottleKey::address(address).name;
        assert_eq!(name("2001:db8:0:7::1"), name("2001:db8:0:7:ffff::9"));
        assert_ne!(name("2001:db8:0:7::1"), name("2001:db8:0:8::1"));
        assert_ne!(name("192.0.2.1"), name("192.0.2.2"));
    }

    #[test]
    fn blocks_double_up_to_a_quarter_of_an_hour() {
        let minutes: Vec<_> = [0, 1, 2, 3, 4, 5, i32::MAX].map(|n| block(n).as_secs() / 60).into();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 15, 15]);
    }

    #[rstest]
    #[tokio::test]
    async fn each_failure_over_the_limit_blocks_for_longer(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    ) {
        use migration::MigratorTrait;
        let db = TestDb::create(backend).await;
        let Pools { write, .. } = connect(db.url(), 4, SqliteSynchronous::Full).await.unwrap();
        migration::Migrator::up(&write, None).await.unwrap();
        let key = ThrottleKey::login("GL00000001");
        let mut now = Timestamp(1_000_000);
        for _ in 0..4 {
            attempt(&write, now, &key).await.unwrap();
        }
        for minutes in [1, 2, 4, 8, 15, 15] {
            attempt(&write, now, &key).await.unwrap();
            let refused = attempt(&write, now, &key).await.unwrap_err().into_problem();
            assert_eq!(refused, Problem::SignInThrottled { minutes });
            now = now + Duration::from_mins(minutes.into());
        }
        // The attempt with the right password is subtracted. If it was the one that reached the limit, its block ends too.
        forget(&write, &key).await.unwrap();
        for _ in 0..5 {
            attempt(&write, now, &key).await.unwrap();
        }
        take_back(&write, &key).await.unwrap();
        attempt(&write, now, &key).await.unwrap();
        assert!(attempt(&write, now, &key).await.is_err());
        // After the window a failure is the first one again.
        now = now + WINDOW + LONGEST_BLOCK;
        for _ in 0..5 {
            attempt(&write, now, &key).await.unwrap();
        }
        assert!(attempt(&write, now, &key).await.is_err());
    }
}
