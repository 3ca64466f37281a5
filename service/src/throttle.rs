//! Slows down guessing of passwords, by what is guessed at and by where the guesses come from.
//!
//! An attempt is counted before the password is verified and taken back when it was right: many guesses at once get no
//! further than as many one after another.

use crate::{Result, clock::millis, database::sql};
use domain::Problem;
use sea_orm::ConnectionTrait;
use std::{net::Ipv6Addr, time::Duration};

const MINUTE: i64 = 60_000;
/// The longest block.
const LONGEST: i64 = 15 * MINUTE;
/// Failures are forgotten when none was added for this long.
const WINDOW: Duration = Duration::from_hours(1);

/// What is counted.
#[derive(Clone, Debug)]
pub(crate) struct Guarded {
    /// "login:GL00000001"
    name: String,
    /// Failures from which on it is blocked.
    allowed: i32,
}

impl Guarded {
    /// Attempts at one account, also at one that does not exist.
    pub(crate) fn login(login: &str) -> Self {
        Self { name: format!("login:{login}"), allowed: 5 }
    }

    /// Attempts from one address, behind which may be a whole office. A subscriber of IPv6 has 2^64 of them: there the
    /// network counts.
    pub(crate) fn address(address: &str) -> Self {
        let name = match address.parse::<Ipv6Addr>() {
            Ok(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Err(_) => format!("address:{address}"),
        };
        Self { name, allowed: 50 }
    }

    /// Attempts at the old password by whoever has a signed-in browser in hand.
    pub(crate) fn old_password(login: &str) -> Self {
        Self { name: format!("password:{login}"), allowed: 5 }
    }
}

/// Counts an attempt as failed; refused with [`Problem::SignInThrottled`] while blocked. Must be committed whatever comes
/// of the attempt.
pub(crate) async fn attempt(db: &impl ConnectionTrait, now: i64, guarded: &Guarded) -> Result<()> {
    let name = guarded.name.as_str();
    let counted = sql(
        db,
        "INSERT INTO throttle AS t (name, failures, window_until, blocked_until) VALUES ($1, 1, $2, 0) \
         ON CONFLICT (name) DO UPDATE SET window_until = excluded.window_until, \
         failures = CASE WHEN t.window_until <= $3 THEN 1 ELSE t.failures + 1 END \
         WHERE t.blocked_until <= $3 RETURNING failures",
        [name.into(), (now + millis(WINDOW)).into(), now.into()],
    );
    if let Some(row) = db.query_one_raw(counted).await? {
        let failures: i32 = row.try_get_by_index(0)?;
        if failures >= guarded.allowed {
            let until = now + block(failures - guarded.allowed);
            let blocked = "UPDATE throttle SET blocked_until = $1 WHERE name = $2";
            db.execute_raw(sql(db, blocked, [until.into(), name.into()])).await?;
        }
        return Ok(());
    }
    let until = sql(db, "SELECT blocked_until FROM throttle WHERE name = $1", [name.into()]);
    let until: i64 = db.query_one_raw(until).await?.map_or(Ok(now), |row| row.try_get_by_index(0))?;
    // Whole seconds first: another request's clock may have been read some milliseconds later than this one's.
    let seconds = u32::try_from((until - now) / 1000).unwrap_or(0);
    let minutes = seconds.div_ceil(60).max(1);
    Err(Problem::SignInThrottled { minutes }.into())
}

/// How long the failure with this many blocked ones before it blocks: a minute, doubling.
fn block(earlier: i32) -> i64 {
    (MINUTE << earlier.clamp(0, 4)).min(LONGEST)
}

/// The attempt was right: it is taken back.
pub(crate) async fn take_back(db: &impl ConnectionTrait, guarded: &Guarded) -> Result<()> {
    let sql = sql(
        db,
        "UPDATE throttle SET failures = failures - 1, \
         blocked_until = CASE WHEN failures <= $2 THEN 0 ELSE blocked_until END WHERE name = $1 AND failures > 0",
        [guarded.name.as_str().into(), guarded.allowed.into()],
    );
    db.execute_raw(sql).await?;
    Ok(())
}

/// The owner showed itself: earlier failures are forgotten too.
pub(crate) async fn forget(db: &impl ConnectionTrait, guarded: &Guarded) -> Result<()> {
    db.execute_raw(sql(db, "DELETE FROM throttle WHERE name = $1", [guarded.name.as_str().into()])).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Guarded, MINUTE, block};

    #[test]
    fn networks_of_ipv6_count_as_one_address() {
        let name = |address| Guarded::address(address).name;
        assert_eq!(name("2001:db8:0:7::1"), name("2001:db8:0:7:ffff::9"));
        assert_ne!(name("2001:db8:0:7::1"), name("2001:db8:0:8::1"));
        assert_ne!(name("192.0.2.1"), name("192.0.2.2"));
    }

    #[test]
    fn blocks_double_up_to_a_quarter_of_an_hour() {
        let minutes: Vec<_> = [0, 1, 2, 3, 4, 5, i32::MAX].map(|n| block(n) / MINUTE).into();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 15, 15]);
    }
}
