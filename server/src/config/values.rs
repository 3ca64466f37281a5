//! The allowed values of the keys. An error is the description of what is allowed, to follow "must be".

use super::{Gateway, LogFormat, Network, network};
use domain::public_settings::HotlineDays;
use serde::{Deserialize, Deserializer, de::Error};
use service::SqliteSynchronous;
use std::{fmt::Display, net::SocketAddr, path::PathBuf};
use toml::Value;

/// The value of an environment variable, of the type that the key's default has. Text that is not of that type stays
/// text and is refused later. Lists are separated by commas.
pub(super) fn from_variable(text: &str, default: &Value) -> config::ValueKind {
    let trimmed = text.trim();
    let typed = match default {
        Value::Integer(_) => trimmed.parse::<i64>().ok().map(Into::into),
        Value::Boolean(_) => trimmed.parse::<bool>().ok().map(Into::into),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(items.map(str::to_owned).collect::<Vec<_>>().into())
        }
        _ => None,
    };
    typed.unwrap_or_else(|| text.into())
}

/// Reads a value with `read`, which answers `None` for a value that is not `allowed`.
fn value<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    allowed: impl Display,
    read: impl FnOnce(Value) -> Option<T>,
) -> Result<T, D::Error> {
    Value::deserialize(deserializer).ok().and_then(read).ok_or_else(|| D::Error::custom(allowed))
}

/// As [`value`], for text. Text around which there is only white space is empty.
fn text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    allowed: impl Display,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    value(deserializer, allowed, |value| read(value.as_str()?))
}

fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

/// A whole number from `LOW` to `HIGH`, both included.
pub(super) fn integer<'de, D: Deserializer<'de>, T: TryFrom<i64>, const LOW: i64, const HIGH: i64>(
    deserializer: D,
) -> Result<T, D::Error> {
    value(deserializer, format_args!("a whole number from {LOW} to {HIGH}"), |value| {
        value.as_integer().filter(|number| (LOW..=HIGH).contains(number))?.try_into().ok()
    })
}

pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    value(deserializer, "true or false", |value| value.as_bool())
}

pub(super) fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    text(deserializer, "a folder", |text| filled(text).map(PathBuf::from))
}

pub(super) fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    text(deserializer, "a file", |text| filled(text).map(PathBuf::from))
}

pub(super) fn folder_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, "a folder name of letters, digits, - and _", |text| {
        let allowed = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        filled(text).filter(|_| allowed).map(str::to_owned)
    })
}

pub(super) fn socket_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    const ALLOWED: &str = "an address with a port, such as 127.0.0.1:3000 or [::]:3000; port 0 takes a free one";
    text(deserializer, ALLOWED, |text| text.trim().parse().ok())
}

pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Network>, D::Error> {
    const ALLOWED: &str = "a list of addresses or networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"] (separated by commas in \
                           the environment)";
    value(deserializer, ALLOWED, |value| {
        value.as_array()?.iter().map(|item| network::parse(item.as_str()?.trim())).collect()
    })
}

/// The address of the site; empty is `None`.
pub(super) fn site_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer, "a URL that begins with http: or https:, or empty", |text| {
        let url = text.trim().trim_end_matches('/');
        let (scheme, host) = url.split_once("://").unwrap_or_default();
        match (scheme, host) {
            _ if url.is_empty() => Some(None),
            ("http" | "https", host) if !host.is_empty() && !url.contains(char::is_whitespace) => {
                Some(Some(url.to_owned()))
            }
            _ => None,
        }
    })
}

/// A URL that the database layer can open.
pub(super) fn database_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, "a URL that begins with sqlite:, postgres: or postgresql:", |url| {
        ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)).then(|| url.to_owned())
    })
}

pub(super) fn sqlite_synchronous<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SqliteSynchronous, D::Error> {
    text(deserializer, "\"full\" or \"normal\"", |text| match text {
        "full" => Some(SqliteSynchronous::Full),
        "normal" => Some(SqliteSynchronous::Normal),
        _ => None,
    })
}

/// Digits, and what separates them for people.
pub(super) fn telephone_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, "a telephone number of digits, spaces, +, - and parentheses", |text| {
        let allowed = text.bytes().all(|b| b.is_ascii_digit() || b" +-()".contains(&b));
        let has_digits = text.bytes().filter(u8::is_ascii_digit).count() >= 3;
        (allowed && has_digits && text.len() <= 30).then(|| text.trim().to_owned())
    })
}

pub(super) fn hotline_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HotlineDays, D::Error> {
    text(deserializer, "\"daily\" or \"workdays\"", |text| match text {
        "daily" => Some(HotlineDays::Daily),
        "workdays" => Some(HotlineDays::Workdays),
        _ => None,
    })
}

/// A time of day, as people read it.
pub(super) fn clock_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, "a time of day, such as 9:00", |text| {
        let (hour, minute) = text.split_once(':')?;
        let is_time = hour.parse::<u8>().ok()? <= 24 && minute.len() == 2 && minute.parse::<u8>().ok()? < 60;
        (is_time && !text.contains('+')).then(|| text.to_owned())
    })
}

pub(super) fn gateway<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Gateway, D::Error> {
    text(deserializer, "\"file\", the only gateway so far", |text| (text == "file").then_some(Gateway::File))
}

/// A key of 32 bytes; empty is `None`.
pub(super) fn secret_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 32]>, D::Error> {
    text(deserializer, "64 hexadecimal digits, or empty", |text| match text.trim() {
        "" => Some(None),
        digits => crate::secret_key::parse(digits).map(Some),
    })
}

pub(super) fn log_filter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, "log directives such as \"info\" or \"warn,service=debug\"", |text| {
        filled(text).filter(|text| tracing_subscriber::EnvFilter::builder().parse(text).is_ok()).map(str::to_owned)
    })
}

pub(super) fn log_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LogFormat, D::Error> {
    text(deserializer, "\"text\" or \"json\"", |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    })
}
