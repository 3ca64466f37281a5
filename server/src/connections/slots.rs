//! The number of connections, in all and from each address.

use service::Places;
use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of the connections.
pub(super) struct Slots {
    places: Arc<Semaphore>,
    of_addresses: Places<IpAddr>,
}

/// A slot of one connection. It is free again when the value is dropped.
pub(super) struct Slot {
    _place: Option<OwnedSemaphorePermit>,
    _of_address: Option<service::Place<IpAddr>>,
}

/// A place for one more connection.
pub(super) struct Place(Option<OwnedSemaphorePermit>);

impl Slots {
    pub(super) fn new(connections: usize, per_address: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(connections)), of_addresses: Places::new(per_address) }
    }

    /// Waits while there are as many connections as allowed.
    pub(super) async fn wait_for_place(&self) -> Place {
        // The semaphore is never closed.
        Place(Arc::clone(&self.places).acquire_owned().await.ok())
    }

    /// Takes the place for a connection from an address. `None` if the address has as many connections as allowed. Connections
    /// without an address are not counted.
    pub(super) fn occupy(&self, Place(place): Place, address: Option<IpAddr>) -> Option<Slot> {
        let of_address = match address {
            Some(address) => Some(self.of_addresses.take(holder(address))?),
            None => None,
        };
        Some(Slot { _place: place, _of_address: of_address })
    }
}

/// What one client holds: an IPv4 address, or the first 64 bits of an IPv6 address.
fn holder(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;
    use std::net::IpAddr;

    #[tokio::test]
    async fn an_address_gets_a_limited_number_of_connections() {
        let slots = Slots::new(10, 2);
        let occupy = async |address: Option<&str>| {
            let address = address.map(|address| address.parse::<IpAddr>().unwrap());
            slots.occupy(slots.wait_for_place().await, address)
        };
        let first = occupy(Some("192.0.2.1")).await;
        let _second = occupy(Some("::ffff:192.0.2.1")).await.unwrap();
        assert!(first.is_some() && occupy(Some("192.0.2.1")).await.is_none());
        let _other = occupy(Some("192.0.2.2")).await.unwrap();
        // A client with IPv6 has a whole network.
        let _networks = [occupy(Some("2001:db8::1")).await.unwrap(), occupy(Some("2001:db8::2")).await.unwrap()];
        assert!(occupy(Some("2001:db8::3")).await.is_none() && occupy(Some("2001:db8:0:1::3")).await.is_some());
        let _proxy = [occupy(None).await.unwrap(), occupy(None).await.unwrap(), occupy(None).await.unwrap()];
        drop(first);
        assert!(occupy(Some("192.0.2.1")).await.is_some());
    }

    #[tokio::test]
    async fn a_connection_waits_for_a_place() {
        let slots = Slots::new(1, 2);
        let slot = slots.occupy(slots.wait_for_place().await, None);
        let mut waiting = std::pin::pin!(slots.wait_for_place());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        drop(slot);
        let _place = waiting.await;
    }
}
