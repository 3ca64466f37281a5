//! The file descriptors of the process. A server without a free one can neither accept a connection nor open its database.

use crate::config::Config;

/// The descriptors of a connection to the database: SQLite opens a file, its log and its index.
const PER_DATABASE_CONNECTION: u64 = 3;
/// The descriptors of an upload: its connection's share is counted there; here are its file and the pipe to its reader.
const PER_UPLOAD: u64 = 4;
/// The descriptors of the program itself: standard streams, the runtime, static files and downloads.
const OWN: u64 = 96;
/// The connections that a site has at least, however few descriptors there are.
const FEWEST_CONNECTIONS: u64 = 16;

/// Raises the limit of descriptors as far as the system allows. Returns the number of connections for which it is enough, at
/// most the configured one.
pub(super) fn affordable_connections(config: &Config) -> usize {
    let wanted = config.site.max_connections as u64;
    let others = OWN
        + u64::from(config.database.max_connections) * PER_DATABASE_CONNECTION
        + config.import.uploads_at_once as u64 * PER_UPLOAD;
    let Some(limit) = raise_limit() else { return config.site.max_connections };
    let affordable = affordable(wanted, others, limit);
    if affordable < wanted {
        tracing::warn!(
            "the system allows {limit} open files, which is enough for {affordable} connections, not for the {wanted} of \
             `site.max_connections`; raise the hard limit to {} (ulimit -n, LimitNOFILE)",
            wanted + others
        );
    }
    usize::try_from(affordable).unwrap_or(usize::MAX)
}

fn affordable(wanted: u64, others: u64, limit: u64) -> u64 {
    wanted.min(limit.saturating_sub(others).max(FEWEST_CONNECTIONS))
}

/// Raises the soft limit to the hard limit. Returns it; `None` if there is no limit.
#[cfg(unix)]
fn raise_limit() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return limit.current;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

#[cfg(not(unix))]
const fn raise_limit() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::affordable;
    use rstest::rstest;

    #[rstest]
    #[case(4096, 272, 1_048_576, 4096)]
    #[case(4096, 272, 1024, 752)]
    #[case(4096, 272, 256, 16)]
    #[case(8, 272, 256, 8)]
    fn descriptors_limit_the_connections(
        #[case] wanted: u64,
        #[case] others: u64,
        #[case] limit: u64,
        #[case] expected: u64,
    ) {
        assert_eq!(affordable(wanted, others, limit), expected);
    }
}
