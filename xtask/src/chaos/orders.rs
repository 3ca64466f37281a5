//! Another system that sends orders with signed calls: new orders, then revisions of them that are paid, accepted and refunded.

use super::{
    client::{Client, Failure},
    ledger::SentOrder,
    load::{PAUSE, until_confirmed},
    world::{World, lock},
};
use crate::shell::Outcome;
use fastrand::Rng;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The address of calls.
pub(super) const CALLS: &str = "/api/v1/orders";
/// The most new orders of a call.
const NEW_ORDERS: u32 = 40;
/// The counties that products come from, by GB/T 2260.
const ORIGINS: [&str; 3] = ["522325", "522326", "522327"];
/// The age of an order when it is sent, so that its later times are not in the future.
const AGE: Duration = Duration::from_hours(2);

/// A key of the interface for orders.
#[derive(Clone)]
pub(super) struct Key {
    public_id: String,
    secret: String,
}

impl Key {
    /// Lets the operator issue a key.
    pub(super) fn issue(operator: &Client<'_>, name: &str) -> Outcome<Self> {
        let fields = [("form[name]", name), ("form[lifetime]", "unlimited")];
        let answer = operator.call("/system/keys", "issue_api_key", &fields);
        let answer = answer.map_err(|why| format!("no key for orders: {why}"))?;
        let issued: Value = serde_json::from_str(answer.text()).map_err(|why| format!("no key for orders: {why}"))?;
        let text = |name: &str| issued.get(name).and_then(Value::as_str).map(str::to_owned);
        let (public_id, secret) = (text("public_id"), text("secret"));
        let (Some(public_id), Some(secret)) = (public_id, secret) else {
            return Err("the answer to a new key has no id or no secret".to_owned());
        };
        Ok(Self { public_id, secret })
    }

    /// The header `Authorization` of a call with this body: `docs/orders-api.md`.
    pub(super) fn sign(&self, body: &[u8]) -> Outcome<String> {
        let Self { public_id, secret } = self;
        let time = now().as_secs();
        let nonce = format!("{:032x}", fastrand::u128(..));
        let text = format!(
            "PMS1-HMAC-SHA256\nPOST\n{CALLS}\n{public_id}\n{time}\n{nonce}\n{}",
            hex::encode(Sha256::digest(body))
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|why| why.to_string())?;
        mac.update(text.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        Ok(format!("PMS1-HMAC-SHA256 key={public_id}, time={time}, nonce={nonce}, signature={signature}"))
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// An order, as the platform knows it.
#[derive(Clone)]
struct PlacedOrder {
    number: String,
    purchaser: String,
    /// When it was ordered, in milliseconds since 1970.
    ordered_at: u64,
    fen: u64,
    refunded_fen: u64,
    origin: &'static str,
    revision: u32,
}

impl PlacedOrder {
    /// The record of its revision: the first one is ordered, the second one paid, the third one accepted, and each later one has a
    /// refund more.
    fn record(&self) -> Value {
        let Self { number, purchaser, ordered_at, fen, refunded_fen, origin, revision } = self;
        let minutes = |minutes: u64| ordered_at + minutes * 60_000;
        let mut record = json!({
            "number": number,
            "revision": revision,
            "purchaser": purchaser,
            "supplier": "示例县合作社",
            "payer": "canteen",
            "lines": [{
                "product": "大米", "category": "grain-and-oil", "quantity": "1", "unit_price": fen, "amount": fen,
                "origin": origin,
            }],
            "ordered_at": ordered_at,
        });
        if *revision > 1 {
            record["paid_at"] = minutes(10).into();
        }
        if *revision > 2 {
            record["shipped_at"] = minutes(20).into();
            record["accepted_at"] = minutes(30).into();
        }
        if *refunded_fen > 0 {
            record["refunds"] = json!([{ "at": minutes(40), "amount": refunded_fen }]);
        }
        record
    }

    fn revise(&mut self, rng: &mut Rng) {
        self.revision += 1;
        if self.revision > 3 {
            self.refunded_fen += rng.u64(0..=(self.fen - self.refunded_fen));
        }
    }
}

/// Sends new orders of a purchaser and revisions of earlier ones, call after call. A call without an answer is repeated, as the
/// documentation of the interface says.
pub(super) fn send(world: &World, client: &Client<'_>, key: &Key, purchaser: &str, name: &str, mut rng: Rng) {
    let mut placed: Vec<PlacedOrder> = Vec::new();
    let mut calls = 0;
    while !world.is_stopping() {
        calls += 1;
        let mut sent: Vec<PlacedOrder> = (0..rng.u32(1..NEW_ORDERS))
            .map(|place| PlacedOrder {
                number: format!("{name}-{calls}-{place}"),
                purchaser: purchaser.to_owned(),
                ordered_at: u64::try_from(now().saturating_sub(AGE).as_millis()).unwrap_or_default(),
                fen: rng.u64(100..1_000_000),
                refunded_fen: 0,
                origin: ORIGINS.get(rng.usize(0..ORIGINS.len())).copied().unwrap_or_default(),
                revision: 1,
            })
            .collect();
        for _ in 0..rng.usize(0..=placed.len().min(20)) {
            let mut order = placed.swap_remove(rng.usize(0..placed.len()));
            order.revise(&mut rng);
            sent.push(order);
        }
        let body = Value::from(sent.iter().map(PlacedOrder::record).collect::<Vec<_>>()).to_string();
        let answer = until_confirmed(world, "a call with orders", || {
            let header = key.sign(body.as_bytes()).map_err(Failure::Unanswered)?;
            client.send_orders(&header, body.as_bytes())
        });
        // What the server has done with a call that is given up is not known, so that nothing is expected of its orders.
        let Some(answer) = answer else { continue };
        judge(world, &sent, answer.text());
        let mut ledger = lock(&world.ledger);
        for PlacedOrder { number, revision, fen, refunded_fen, .. } in &sent {
            let order = SentOrder { revision: *revision, fen: *fen, refunded_fen: *refunded_fen };
            ledger.orders.insert(number.clone(), order);
        }
        drop(ledger);
        placed.append(&mut sent);
        thread::sleep(PAUSE);
    }
}

/// Each record has a verdict, and none is refused, parked, older or in conflict.
fn judge(world: &World, sent: &[PlacedOrder], answer: &str) {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let verdicts = answer.get("verdicts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if verdicts.len() != sent.len() {
        world.violate("a call was not answered record by record", format!("{} of {}", verdicts.len(), sent.len()));
    }
    for (order, verdict) in sent.iter().zip(verdicts) {
        let outcome = verdict.get("outcome").and_then(Value::as_str).unwrap_or_default();
        if !["added", "revised", "unchanged"].contains(&outcome) {
            let PlacedOrder { number, revision, .. } = order;
            world.violate("a valid order was not taken", format!("{number}, revision {revision}: {verdict}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, PlacedOrder};
    use fastrand::Rng;

    #[test]
    fn a_call_is_signed_over_its_body() {
        let key = Key { public_id: "JK1".to_owned(), secret: "a".to_owned() };
        let header = key.sign(b"[]").unwrap();
        assert!(header.starts_with("PMS1-HMAC-SHA256 key=JK1, time="), "{header}");
        assert_ne!(header, key.sign(b"[]").unwrap(), "each call has its own nonce");
    }

    #[test]
    fn refunds_never_exceed_the_order() {
        let mut order = PlacedOrder {
            number: "A".to_owned(),
            purchaser: "JY00000001".to_owned(),
            ordered_at: 0,
            fen: 500,
            refunded_fen: 0,
            origin: "522325",
            revision: 1,
        };
        let mut rng = Rng::with_seed(1);
        for revision in 2..12 {
            order.revise(&mut rng);
            assert_eq!(order.revision, revision);
            assert!(order.refunded_fen <= order.fen);
        }
        assert_eq!(order.record()["refunds"][0]["amount"], order.refunded_fen);
    }
}
