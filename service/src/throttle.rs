//! Slows down the guessing of passwords without locking their owners out.
//!
//! An attempt is counted before the password is verified and taken back when the password was right. Counting and blocking
//! are one statement, so that many attempts at once get no further than as many one after another. An attempt that is
//! refused leaves no count behind: its password was not verified.
//!
//! # How a sign-in is counted
//!
//! | the attempt comes from | it is counted under | failures before a block | blocks | forgotten after |
//! |---|---|---|---|---|
//! | a browser that has signed in to this account before | the device | 5 | 1 minute, doubling to 15 | an hour |
//! | any other | the address | 50 | the same | an hour |
//! | | the login name at that address | 5 | the same | an hour |
//! | | the login name at all addresses: the brake | 100 | 1 minute each | a day |
//! | one of the first three of an address, while the brake blocks | the reserve of the login name | 300 | 1 minute each | an hour |
//!
//! Nobody can block another person's browser: its device has a key of its own, which the address and the brake do not touch.
//! An attacker at one address blocks the login name at that address only. Many addresses together turn the brake on. While it
//! is on, a right password is refused too, because the answer to a guess would be worth the same to an attacker as without a
//! brake. But the refusal lasts a minute, is not counted, and does not meet an address that has failed less than three times
//! within the hour: it has the reserve, which takes a hundred addresses an hour to use up. Even so, a login name takes
//! fewer than 10,000 wrong passwords a day, from however many addresses. A test computes it.
//!
//! A superior who resets the password, enables the account or sends another initial password makes all of this forget the
//! login name ([`forget_accounts`]).

use crate::{Error, Result, sql::text::beginning};
use domain::{Problem, calendar::Timestamp, ids::AccountId};
use entity::{
    account,
    throttle::{ActiveModel, Column, Entity},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict},
};
use std::{net::Ipv6Addr, time::Duration};

/// The first block; every further one is twice as long.
const SHORTEST_BLOCK: Duration = Duration::from_mins(1);
const LONGEST_BLOCK: Duration = Duration::from_mins(15);
/// Failures are forgotten when none was added for this long.
const WINDOW: Duration = Duration::from_hours(1);
/// The same for the brake.
const BRAKE_WINDOW: Duration = Duration::from_hours(24);
/// The failures of an address within an hour that go to the reserve while the brake blocks.
const FAILURES_FROM_RESERVE: i32 = 3;

/// The name under which attempts are counted, and the limit.
#[derive(Clone, Debug)]
pub(crate) struct ThrottleKey {
    /// For example "address:192.0.2.1". All names of a login name begin as [`of_login`] says.
    name: String,
    /// The failure that blocks for the first time.
    limit: i32,
    /// Whether each block is twice as long as the one before, up to [`LONGEST_BLOCK`].
    doubles: bool,
    /// Failures are forgotten when none was added for this long.
    window: Duration,
}

/// The beginning of all names that belong to a login name. Login names have one length, so that no name begins like the name
/// of another one.
fn of_login(login: &str) -> String {
    format!("login:{login}")
}

impl ThrottleKey {
    fn doubling(name: String, limit: i32) -> Self {
        Self { name, limit, doubles: true, window: WINDOW }
    }

    /// Sign-ins to one account from all addresses, also to an account that does not exist.
    fn brake(login: &str) -> Self {
        Self { name: of_login(login), limit: 100, doubles: false, window: BRAKE_WINDOW }
    }

    /// Sign-ins to one account from addresses with few failures while the brake blocks.
    fn reserve(login: &str) -> Self {
        Self { name: format!("{} reserve", of_login(login)), limit: 300, doubles: false, window: WINDOW }
    }

    /// Sign-ins to one account from one address.
    fn login_at(login: &str, address: &str) -> Self {
        Self::doubling(format!("{} {}", of_login(login), address_name(address)), 5)
    }

    /// Sign-ins to one account from a browser that has signed in to it before.
    fn device(login: &str, device: &str) -> Self {
        Self::doubling(format!("{} device:{device}", of_login(login)), 5)
    }

    /// Sign-ins from one address. A whole office may share an address, so the limit is higher.
    fn address(address: &str) -> Self {
        Self::doubling(address_name(address), 50)
    }

    /// Attempts at the own password of an account that is signed in: somebody else may sit at that browser.
    pub(crate) fn own_password(login: &str) -> Self {
        Self::doubling(format!("password:{login}"), 5)
    }

    /// The length of a block by the number of blocks before it.
    fn block(&self, earlier: i32) -> Duration {
        if self.doubles { (SHORTEST_BLOCK * (1 << earlier.clamp(0, 4))).min(LONGEST_BLOCK) } else { SHORTEST_BLOCK }
    }
}

/// The name of an address. A subscriber of IPv6 has 2^64 addresses, so the network counts there.
fn address_name(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => format!("address:{address}"),
    }
}

/// The sender of an attempt to sign in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignInSource<'a> {
    /// The login name, if the text can be one.
    pub(crate) login: Option<&'a str>,
    /// The network address.
    pub(crate) address: &'a str,
    /// The id of the device, if this browser has signed in to this account before.
    pub(crate) device: Option<&'a str>,
}

/// An attempt to sign in that was counted.
#[derive(Debug)]
pub(crate) struct CountedSignIn {
    /// What a right password makes forget: the failures of the person at this browser or address.
    own: Option<ThrottleKey>,
    /// What counts others too: a right password takes back this attempt only.
    shared: Vec<ThrottleKey>,
}

/// Counts an attempt to sign in as failed. [`Problem::SignInThrottled`] if it may not be made: then the caller must roll back.
/// Otherwise the caller must commit before the password is verified.
pub(crate) async fn count_sign_in(
    tx: &impl ConnectionTrait,
    now: Timestamp,
    source: SignInSource<'_>,
) -> Result<CountedSignIn> {
    if let (Some(login), Some(device)) = (source.login, source.device) {
        let own = ThrottleKey::device(login, device);
        attempt(tx, now, &own).await?;
        return Ok(CountedSignIn { own: Some(own), shared: Vec::new() });
    }
    let address = ThrottleKey::address(source.address);
    attempt(tx, now, &address).await?;
    let Some(login) = source.login else { return Ok(CountedSignIn { own: None, shared: vec![address] }) };
    let own = ThrottleKey::login_at(login, source.address);
    attempt(tx, now, &own).await?;
    let brake = ThrottleKey::brake(login);
    let counted = match attempt(tx, now, &brake).await {
        Err(Error::Problem(Problem::SignInThrottled { .. })) if has_reserve(tx, &own).await? => {
            let reserve = ThrottleKey::reserve(login);
            attempt(tx, now, &reserve).await?;
            reserve
        }
        counted => counted.map(|()| brake)?,
    };
    Ok(CountedSignIn { own: Some(own), shared: vec![address, counted] })
}

/// Whether the login name has so few failures at an address, the one that was just counted among them, that the address may
/// use the reserve.
async fn has_reserve(tx: &impl ConnectionTrait, login_at: &ThrottleKey) -> Result<bool> {
    let throttle = Entity::find_by_id(&login_at.name).one(tx).await?;
    Ok(throttle.is_some_and(|throttle| throttle.failures <= FAILURES_FROM_RESERVE))
}

/// Undoes the count of a sign-in, as its password was right.
pub(crate) async fn take_back_sign_in(tx: &impl ConnectionTrait, counted: &CountedSignIn) -> Result<()> {
    // In the order of counting, so that two transactions do not wait for each other.
    let mut shared = counted.shared.iter();
    if let Some(address) = shared.next() {
        take_back(tx, address).await?;
    }
    if let Some(own) = &counted.own {
        forget(tx, own).await?;
    }
    for key in shared {
        take_back(tx, key).await?;
    }
    Ok(())
}

/// Forgets all failures at some accounts, from every address and device, as a superior or the operator has opened them again.
pub(crate) async fn forget_accounts(tx: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    let logins: Vec<String> = account::Entity::find()
        .select_only()
        .column(account::Column::Login)
        .filter(crate::query::is_any_of(tx, account::Column::Id, accounts.iter().copied()))
        .into_tuple()
        .all(tx)
        .await?;
    let Some(length) = logins.first().map(|login| of_login(login).len()) else { return Ok(()) };
    let own_passwords = logins.iter().map(|login| ThrottleKey::own_password(login).name);
    let sign_ins = logins.iter().map(|login| of_login(login));
    Entity::delete_many()
        .filter(
            Column::Name
                .is_in(own_passwords)
                .or(Expr::from(beginning(Column::Name.into_expr(), length)).is_in(sign_ins)),
        )
        .exec(tx)
        .await?;
    Ok(())
}

/// Counts an attempt as failed, and blocks the key if the count reaches the limit. While the key is blocked, nothing is
/// counted and the answer is [`Problem::SignInThrottled`]. The caller must commit the count whether or not the attempt
/// succeeds.
pub(crate) async fn attempt(db: &impl ConnectionTrait, now: Timestamp, key: &ThrottleKey) -> Result<()> {
    let first = ActiveModel {
        name: Set(key.name.clone()),
        failures: Set(1),
        window_until: Set(now + key.window),
        blocked_until: Set(Timestamp(0)),
    };
    let counted = Entity::insert(first).on_conflict(count_and_block(now, key)).exec_without_returning(db).await?;
    if counted > 0 {
        return Ok(());
    }
    let until = Entity::find_by_id(&key.name).one(db).await?.map_or(now, |throttle| throttle.blocked_until);
    // Whole seconds first: the clock of another request may have been read some milliseconds later.
    let minutes = Ord::max(1, (until - now).as_secs().div_ceil(60)).try_into().map_err(Error::internal)?;
    Err(Problem::SignInThrottled { minutes }.into())
}

/// Changes the insertion of a first failure into an update if the key has failures already and is not blocked.
fn count_and_block(now: Timestamp, key: &ThrottleKey) -> OnConflict {
    let stored = |column: Column| Expr::col((Entity, column));
    let failures: Expr = CaseStatement::new()
        .case(stored(Column::WindowUntil).lte(now), 1)
        .finally(stored(Column::Failures).add(1))
        .into();
    // From the fifth block on all are equally long.
    let blocked_until = (0..4).fold(
        CaseStatement::new().case(failures.clone().lt(key.limit), stored(Column::BlockedUntil)),
        |case, earlier| case.case(failures.clone().eq(key.limit + earlier), now + key.block(earlier)),
    );
    OnConflict::column(Column::Name)
        .value(Column::BlockedUntil, blocked_until.finally(now + key.block(4)))
        .value(Column::Failures, failures)
        .update_column(Column::WindowUntil)
        .action_and_where(stored(Column::BlockedUntil).lte(now))
        .to_owned()
}

/// Subtracts an attempt that was counted as failed although its password was right.
async fn take_back(db: &impl ConnectionTrait, key: &ThrottleKey) -> Result<()> {
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
    let counts_nothing = Column::WindowUntil.lte(now).or(Column::Failures.lte(0));
    Entity::delete_many().filter(counts_nothing).filter(Column::BlockedUntil.lte(now)).exec(db).await?;
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
        let key = ThrottleKey::address("192.0.2.1");
        let minutes: Vec<_> = [0, 1, 2, 3, 4, 5, i32::MAX].map(|n| key.block(n).as_secs() / 60).into();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 15, 15]);
    }

    /// The most failures that a key takes within some minutes: after each run of failures the attacker either waits for the end
    /// of the block or until everything is forgotten.
    fn most_failures(key: &ThrottleKey, minutes: u64) -> u64 {
        let window = key.window.as_secs() / 60;
        let mut most = vec![0; usize::try_from(minutes).unwrap() + 1];
        for remaining in 0..=minutes {
            let (mut elapsed, mut failures, mut best) = (0, u64::try_from(key.limit).unwrap(), 0);
            for earlier in 0.. {
                let rest =
                    remaining.checked_sub(elapsed + window).map_or(0, |rest| most[usize::try_from(rest).unwrap()]);
                best = Ord::max(best, failures + rest);
                elapsed += key.block(earlier).as_secs() / 60;
                failures += 1;
                if elapsed > remaining {
                    break;
                }
            }
            most[usize::try_from(remaining).unwrap()] = best;
        }
        most[usize::try_from(minutes).unwrap()]
    }

    /// The most wrong passwords that one login name takes in a day from so many addresses.
    #[rstest]
    #[case(1, 182)]
    #[case(10, 1_820)]
    #[case(100, 9_040)]
    #[case(1_000_000, 9_040)]
    fn guessing_is_bounded(#[case] addresses: u64, #[case] at_most: u64) {
        const DAY: u64 = 24 * 60;
        let (login, address) = ("GL00000001", "192.0.2.1");
        let by_address = Ord::min(
            most_failures(&ThrottleKey::login_at(login, address), DAY),
            most_failures(&ThrottleKey::address(address), DAY),
        );
        let by_login =
            most_failures(&ThrottleKey::brake(login), DAY) + most_failures(&ThrottleKey::reserve(login), DAY);
        let guesses = Ord::min(by_login, addresses * by_address);
        assert!(guesses <= at_most, "{guesses}");
        // A stolen device cookie is worth no more than one address.
        assert_eq!(most_failures(&ThrottleKey::device(login, "id"), DAY), by_address);
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
        let key = ThrottleKey::login_at("GL00000001", "192.0.2.1");
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
