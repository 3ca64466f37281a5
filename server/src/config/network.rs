//! Networks of trusted proxies, as `10.0.0.0/8` or a single address.

use std::{net::IpAddr, str::FromStr};

/// A network: an address with the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    bits: u128,
    prefix: u32,
    v4: bool,
}

fn bits(address: IpAddr) -> (u128, bool) {
    match address.to_canonical() {
        // Left-aligned, so that one shift serves both families.
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, true),
        IpAddr::V6(v6) => (v6.to_bits(), false),
    }
}

impl Network {
    /// Whether an address belongs to it.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        let (bits, v4) = bits(address);
        let shift = 128 - self.prefix;
        v4 == self.v4 && (shift == 128 || (bits ^ self.bits) >> shift == 0)
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let (bits, v4) = bits(address.parse().map_err(|_| ())?);
        let most = if v4 { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(most), |p| p.parse().map_err(|_| ()))?;
        if prefix > most { Err(()) } else { Ok(Self { bits, prefix, v4 }) }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;
    use rstest::rstest;

    #[rstest]
    #[case("127.0.0.1", "127.0.0.1", true)]
    #[case("127.0.0.1", "127.0.0.2", false)]
    #[case("10.0.0.0/8", "10.255.1.2", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    #[case("0.0.0.0/0", "192.0.2.1", true)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    #[case("2001:db8::/32", "2001:db8:1::1", true)]
    #[case("::/0", "2001:db8::1", true)]
    fn contains(#[case] network: Network, #[case] address: std::net::IpAddr, #[case] expected: bool) {
        assert_eq!(network.contains(address), expected);
    }

    #[rstest]
    fn refuses(#[values("", "10.0.0.0/33", "10.0.0", "proxy.example", "10.0.0.0/x")] text: &str) {
        assert!(text.parse::<Network>().is_err());
    }
}
