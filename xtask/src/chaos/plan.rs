//! Which faults happen in which order. The same seed makes the same plan.

use fastrand::Rng;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// kill -9 of the server, and another start.
    Kill,
    /// SIGTERM of the server, and another start.
    Terminate,
    /// SIGSTOP of the server for longer than its leases while a second server works on the same database, then SIGCONT.
    Freeze,
    /// A second server whose clock is ahead.
    ClockJump,
    /// The link to PostgreSQL carries nothing.
    SilentLink,
    /// PostgreSQL is stopped and started again.
    RestartedPostgres,
    /// kill -9 of a process of PostgreSQL.
    KilledBackend,
    /// The disk of the server's files is full.
    FullDisk,
    /// Clients cut their connections.
    HangUps,
    /// Clients are slow.
    SlowClients,
    /// Clients guess passwords.
    WrongSignIns,
}

impl Fault {
    /// The name in the report.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Kill => "server killed",
            Self::Terminate => "server restarted",
            Self::Freeze => "server frozen beside another",
            Self::ClockJump => "server with a clock ahead",
            Self::SilentLink => "silent link to PostgreSQL",
            Self::RestartedPostgres => "PostgreSQL restarted",
            Self::KilledBackend => "PostgreSQL process killed",
            Self::FullDisk => "disk full",
            Self::HangUps => "clients that hang up",
            Self::SlowClients => "slow clients",
            Self::WrongSignIns => "wrong sign-ins",
        }
    }

    /// Whether another process of the server goes on after it.
    const fn replaces_server(self) -> bool {
        matches!(self, Self::Kill | Self::Terminate | Self::Freeze | Self::ClockJump)
    }
}

/// The faults that every database has, and those of PostgreSQL.
const ALWAYS: [Fault; 8] = [
    Fault::Kill,
    Fault::Terminate,
    Fault::Freeze,
    Fault::ClockJump,
    Fault::FullDisk,
    Fault::HangUps,
    Fault::SlowClients,
    Fault::WrongSignIns,
];
const POSTGRES: [Fault; 3] = [Fault::SilentLink, Fault::RestartedPostgres, Fault::KilledBackend];

/// A round: every fault once, in random order. In the last round the faults come last that the server's process survives, so
/// that its memory at the end can be judged.
pub(super) fn round(rng: &mut Rng, is_postgres: bool, is_last: bool) -> Vec<Fault> {
    let mut faults = ALWAYS.to_vec();
    if is_postgres {
        faults.extend(POSTGRES);
    }
    rng.shuffle(&mut faults);
    if is_last {
        faults.sort_by_key(|fault| !fault.replaces_server());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{ALWAYS, Fault, round};
    use fastrand::Rng;

    #[test]
    fn the_same_seed_makes_the_same_plan() {
        let plan = |seed| round(&mut Rng::with_seed(seed), true, false);
        assert_eq!(plan(7), plan(7));
        assert!((0..10).any(|seed| plan(seed) != plan(7)));
    }

    #[test]
    fn the_last_process_lives_through_the_faults_that_it_survives() {
        let faults = round(&mut Rng::with_seed(1), false, true);
        assert_eq!(faults.len(), ALWAYS.len());
        let last_start = faults.iter().rposition(|fault| fault.replaces_server());
        assert_eq!(last_start, Some(3));
        assert!(!faults.contains(&Fault::SilentLink));
    }
}
