//! Prints what a run has seen.

use super::{
    audit::Check,
    servers::Resources,
    world::{Record, Violation, World, lock},
};
use std::{collections::BTreeMap, time::Duration};

/// Prints the tables of a database.
pub(super) fn print(world: &World, database: &str, checks: &[Check], memory: [Resources; 2]) {
    let record = lock(&world.record);
    println!("\n## {database}, {:.0} s\n", world.elapsed().as_secs_f64());
    println!("| fault | times |\n|---|---|");
    for (fault, times) in &record.faults {
        println!("| {fault} | {times} |");
    }
    for (fault, why) in &record.skipped {
        println!("| {fault} | skipped: {why} |");
    }
    for (act, times) in &record.acts {
        println!("| of these: {act} | {times} |");
    }
    print_work(world, &record);
    print_recoveries(&record);
    println!("\n| audit | looked at | faults |\n|---|---|---|");
    for Check { rule, seen, faults } in checks {
        println!("| {rule} | {seen} | {} |", faults.len());
    }
    let [before, after] = memory;
    println!("\n| the last server | at its start | at the end |\n|---|---|---|");
    println!("| memory, MiB | {} | {} |", before.memory_mib, after.memory_mib);
    println!("| open files | {} | {} |", before.files, after.files);
    println!("\nLines of the log beside requests, in an outage, a minute at most: {}", record.log_lines_per_minute);
    print_violations(&record.violations);
}

fn print_work(world: &World, record: &Record) {
    let ledger = lock(&world.ledger);
    let rows: usize = ledger.files.iter().map(|file| file.codes.len()).sum();
    let count = |confirmed: &dyn Fn(&super::ledger::AddedUnit) -> u32| ledger.added.iter().map(confirmed).sum::<u32>();
    println!("\n| confirmed by the server | times |\n|---|---|");
    println!("| files uploaded and generated | {} |", ledger.files.len());
    println!("| their rows | {rows} |");
    println!("| units added by the form | {} |", count(&|unit| u32::from(unit.confirmed)));
    println!("| SMS sent again | {} |", count(&|unit| unit.resends.confirmed));
    println!("| passwords reset | {} |", count(&|unit| unit.resets.confirmed));
    let revisions: u32 = ledger.orders.values().map(|order| order.revision).sum();
    println!("| orders | {} |", ledger.orders.len());
    println!("| their revisions | {revisions} |");
    for (kind, times) in &record.answers {
        println!("| answers of status {kind} | {times} |");
    }
    for (when, (time, what)) in ["without a fault", "during faults"].iter().zip(&record.slowest) {
        println!("| slowest answer {when} | {} ({what}) |", seconds(Some(*time)));
    }
}

fn print_recoveries(record: &Record) {
    let mut slowest: BTreeMap<&str, (u32, [Option<Duration>; 2])> = BTreeMap::new();
    for recovery in &record.recoveries {
        let times = [recovery.reading, recovery.writing];
        let entry = slowest.entry(&recovery.fault).or_insert((0, [Some(Duration::ZERO); 2]));
        entry.0 += 1;
        for (slowest, time) in entry.1.iter_mut().zip(times) {
            // One that was given up is the slowest.
            *slowest = slowest.zip(time).map(|(a, b)| a.max(b));
        }
    }
    println!(
        "\n| after | times | until a list is read, at most | until something is written, at most |\n|---|---|---|---|"
    );
    for (fault, (times, [reading, writing])) in slowest {
        println!("| {fault} | {times} | {} | {} |", seconds(reading), seconds(writing));
    }
}

fn seconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| format!("{:.1} s", time.as_secs_f64()))
}

fn print_violations(violations: &BTreeMap<String, Violation>) {
    for (what, Violation { count, details }) in violations {
        println!("\n\u{2715} {what}: {count} times");
        for detail in details {
            println!("    {detail}");
        }
    }
}
