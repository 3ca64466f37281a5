//! How many SMS a mobile number gets, whatever they are about.
//!
//! An SMS has a place in time when it is queued ([`Column::NotBefore`]). No number has more places within an hour or a day than
//! the settings allow. What somebody waits for takes a place at once or is refused. What a generation queues takes the next
//! free place, but never the last third of the places, so that a large file leaves room for what people ask for. An SMS that
//! was withdrawn before it was handed to the gateway gives its place back.

use crate::{
    Error, Result, Services,
    ids::{IdSequence, take},
    query::is_any_of,
    settings::SmsLimits,
    sql,
};
use domain::{Problem, calendar::Timestamp, sms::SmsState};
use entity::{
    Count,
    sms_outbox::{Column, Entity},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::ExprTrait};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

const HOUR: Duration = Duration::from_hours(1);

/// The places of some mobile numbers. Until the transaction ends, nobody else takes a place.
pub(crate) struct Quota {
    limits: SmsLimits,
    now: Timestamp,
    places: HashMap<String, Vec<Timestamp>>,
}

impl Quota {
    /// Reads the places of these numbers in a transaction that takes some of them.
    pub(crate) async fn load<'a>(
        services: &Services,
        tx: &impl ConnectionTrait,
        mobiles: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        // Whoever queues an SMS takes a number of this sequence, which is locked until the transaction ends.
        take(tx, IdSequence::Sms, 0).await?;
        Self::read(services, tx, mobiles).await
    }

    /// Reads the places of these numbers for somebody who only wants to know whether they have room.
    pub(crate) async fn read<'a>(
        services: &Services,
        tx: &impl ConnectionTrait,
        mobiles: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let now = sql::clock::read(tx, services.clock()).await?;
        let mobiles: BTreeSet<String> = mobiles.into_iter().map(str::to_owned).collect();
        let never_handed_over = Column::State.eq(SmsState::Withdrawn).and(Column::Attempts.eq(Count(0)));
        let since = now - crate::clock::DAY;
        let stored: Vec<(String, Timestamp, Option<Timestamp>)> = Entity::find()
            .select_only()
            .columns([Column::Mobile, Column::CreatedAt, Column::NotBefore])
            .filter(is_any_of(tx, Column::Mobile, mobiles))
            .filter(Column::CreatedAt.gt(since).or(Column::NotBefore.gt(since)))
            .filter(never_handed_over.not())
            .into_tuple()
            .all(tx)
            .await?;
        let mut places: HashMap<String, Vec<Timestamp>> = HashMap::new();
        for (mobile, created_at, not_before) in stored {
            places.entry(mobile).or_default().push(not_before.unwrap_or(created_at));
        }
        for places in places.values_mut() {
            places.sort_unstable();
        }
        Ok(Self { limits: services.settings().sms_limits, now, places })
    }

    /// Takes a place for an SMS that goes at once. [`Problem::SmsLimit`] says when there will be one.
    pub(crate) fn take_now(&mut self, mobile: &str) -> Result<Timestamp> {
        let places = self.places.entry(mobile.to_owned()).or_default();
        let free = first_free(places, self.now, self.limits);
        if free > self.now {
            let minutes = Ord::max(1, (free - self.now).as_secs().div_ceil(60));
            return Err(Problem::SmsLimit { minutes: minutes.try_into().map_err(Error::internal)? }.into());
        }
        places.insert(places.partition_point(|place| *place <= free), free);
        Ok(free)
    }

    /// Takes a place for an SMS that goes at once or not at all, and that leaves room for what people ask for. Returns whether
    /// there was one.
    pub(crate) fn take_spare(&mut self, mobile: &str) -> bool {
        let places = self.places.entry(mobile.to_owned()).or_default();
        let is_free = next_in_order(places, self.now, self.limits) <= self.now;
        if is_free {
            places.push(self.now);
        }
        is_free
    }

    /// Takes the next place for an SMS that may wait.
    pub(crate) fn take_next(&mut self, mobile: &str) -> Timestamp {
        let places = self.places.entry(mobile.to_owned()).or_default();
        let next = next_in_order(places, self.now, self.limits);
        places.push(next);
        next
    }
}

/// The periods with their limits.
fn periods(limits: SmsLimits) -> [(Duration, usize); 2] {
    [(HOUR, limits.per_number_hour), (crate::clock::DAY, limits.per_number_day)]
        .map(|(period, limit)| (period, usize::try_from(limit).unwrap_or(usize::MAX).max(1)))
}

/// The first moment from `now` on at which one more place keeps the limits. `places` is sorted and may go on in the future.
fn first_free(places: &[Timestamp], now: Timestamp, limits: SmsLimits) -> Timestamp {
    let fits = |moment: Timestamp| {
        periods(limits).into_iter().all(|(period, limit)| {
            let from = places.partition_point(|place| *place + period <= moment);
            let to = places.partition_point(|place| *place < moment + period);
            let around = places.get(from..to).unwrap_or_default();
            around.windows(limit).all(|window| {
                let first = window.first().map_or(moment, |first| Ord::min(moment, *first));
                let last = window.last().map_or(moment, |last| Ord::max(moment, *last));
                last - first >= period
            })
        })
    };
    let ends = periods(limits).into_iter().flat_map(|(period, _)| places.iter().map(move |place| *place + period));
    let mut moments: Vec<Timestamp> = ends.filter(|end| *end > now).collect();
    moments.sort_unstable();
    std::iter::once(now).chain(moments).find(|moment| fits(*moment)).unwrap_or(now)
}

/// The first moment from `now` on that is not before any place, and at which one more place leaves a third of the limits free.
fn next_in_order(places: &[Timestamp], now: Timestamp, limits: SmsLimits) -> Timestamp {
    let last = places.last().map_or(now, |last| Ord::max(now, *last));
    periods(limits).into_iter().fold(last, |next, (period, limit)| {
        let limit = (limit - limit / 3).max(1);
        let earlier = places.len().checked_sub(limit).and_then(|index| places.get(index));
        earlier.map_or(next, |earlier| Ord::max(next, *earlier + period))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    const LIMITS: SmsLimits = SmsLimits { per_number_hour: 5, per_number_day: 20 };

    fn quota() -> Quota {
        Quota { limits: LIMITS, now: Timestamp(1_000_000_000), places: HashMap::new() }
    }

    #[test]
    fn the_problem_says_when_the_next_sms_is_possible() {
        let mut quota = quota();
        for _ in 0..5 {
            quota.take_now("1").unwrap();
            quota.now = quota.now + Duration::from_mins(1);
        }
        assert_eq!(quota.take_now("1").unwrap_err().into_problem(), Problem::SmsLimit { minutes: 55 });
        quota.take_now("2").unwrap();
        quota.now = quota.now + Duration::from_mins(55);
        quota.take_now("1").unwrap();
    }

    #[test]
    fn a_large_file_waits_and_leaves_room_for_people() {
        let mut quota = quota();
        let now = quota.now;
        let places: Vec<u64> = (0..16).map(|_| (quota.take_next("1") - now).as_secs() / 60).collect();
        assert_eq!(places, [0, 0, 0, 0, 60, 60, 60, 60, 120, 120, 120, 120, 180, 180, 24 * 60, 24 * 60]);
        quota.take_now("1").unwrap();
        assert!(quota.take_now("1").is_err());
    }

    #[test]
    fn a_reminder_leaves_room_for_people() {
        let mut quota = quota();
        assert_eq!((0..6).filter(|_| quota.take_spare("1")).count(), 4);
        quota.take_now("1").unwrap();
        assert!(quota.take_now("1").is_err() && quota.take_spare("2"));
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Wait(u16),
        Now,
        Next,
    }

    proptest! {
        #[test]
        fn no_hour_and_no_day_has_more_than_the_limits(steps in vec(prop_oneof![
            (0..600u16).prop_map(Step::Wait), Just(Step::Now), Just(Step::Now), Just(Step::Next), Just(Step::Next)
        ], 1..120)) {
            let mut quota = quota();
            for step in steps {
                match step {
                    Step::Wait(minutes) => quota.now = quota.now + Duration::from_mins(minutes.into()),
                    Step::Now => {
                        if let Err(refused) = quota.take_now("1") {
                            let Problem::SmsLimit { minutes } = refused.into_problem() else { panic!() };
                            let mut later = Quota { now: quota.now + Duration::from_mins(minutes.into()), ..quota_of(&quota) };
                            prop_assert!(later.take_now("1").is_ok());
                        }
                    }
                    Step::Next => drop(quota.take_next("1")),
                }
            }
            let places = quota.places.get("1").cloned().unwrap_or_default();
            for (period, limit) in periods(LIMITS) {
                for window in places.windows(limit + 1) {
                    prop_assert!(window[limit] - window[0] >= period, "{places:?}");
                }
            }
        }
    }

    fn quota_of(quota: &Quota) -> Quota {
        Quota { limits: quota.limits, now: quota.now, places: quota.places.clone() }
    }
}
