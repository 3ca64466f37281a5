//! Networks of trusted proxies, as `10.0.0.0/8` or a single address.

use ipnet::IpNet;
use std::net::IpAddr;

/// A network of IPv4 or IPv6 addresses.
pub(crate) type Network = IpNet;

/// Reads a network or a single address. An IPv4 network that is written as IPv6 (`::ffff:10.0.0.0/104`) is refused: no
/// address would belong to it, as [`contains`] compares IPv4 addresses as such.
pub(crate) fn parse(text: &str) -> Option<Network> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(address.to_canonical().into()),
        Err(_) => text.parse::<Network>().ok().filter(|network| network.addr() == network.addr().to_canonical()),
    }
}

/// Whether an address belongs to a network.
pub(crate) fn contains(network: &Network, address: IpAddr) -> bool {
    network.contains(&address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{contains, parse};
    use rstest::rstest;

    #[rstest]
    #[case("127.0.0.1", "127.0.0.1", true)]
    #[case("127.0.0.1", "127.0.0.2", false)]
    #[case("::ffff:127.0.0.1", "127.0.0.1", true)]
    #[case("10.0.0.0/8", "10.255.1.2", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    #[case("0.0.0.0/0", "192.0.2.1", true)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    #[case("2001:db8::/32", "2001:db8:1::1", true)]
    #[case("::/0", "2001:db8::1", true)]
    fn a_network_contains_its_addresses(
        #[case] network: &str,
        #[case] address: std::net::IpAddr,
        #[case] expected: bool,
    ) {
        assert_eq!(contains(&parse(network).unwrap(), address), expected);
    }

    #[rstest]
    fn other_text_is_refused(
        #[values("", "10.0.0.0/33", "10.0.0", "proxy.example", "10.0.0.0/x", "::ffff:10.0.0.0/104")] text: &str,
    ) {
        assert!(parse(text).is_none());
    }
}
