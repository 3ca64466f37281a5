//! The report of a subtree.

use super::{
    jurisdiction::Jurisdictions,
    read::{Top, own, tallies},
    tally::Tally,
};
use crate::{Actor, Result, Services, plan::year_of};
use domain::{
    purchases::MAX_CHILDREN,
    situation::{Situation, SituationQuery, SituationReport},
};
use std::collections::BTreeMap;

/// The accounts and plans of a subtree, with its direct subordinate units side by side. Without a unit, it is the actor's own, or
/// the whole country for the operator. [`domain::Problem::NotFound`] outside the actor's scope and for a year without plans. The
/// number of statements does not grow with the units.
pub async fn situation(services: &Services, actor: &Actor, query: &SituationQuery) -> Result<SituationReport> {
    let year = year_of(services, query.year)?;
    let tx = services.read().await?;
    let top = Top::find(&tx, actor, query.unit).await?;
    let path = top.as_ref().map(|top| top.path.as_str());
    let most = top.as_ref().map(|_| u64::from(MAX_CHILDREN) + 1);
    let mut children = Top::below(&tx, top.as_ref().map(|top| top.id), most).await?;
    let jurisdictions = Jurisdictions::load(&tx, path, year, services.now()).await?;
    let needed = jurisdictions.needed(path);
    let subtrees = top.iter().chain(&children).map(|top| (top.id, top.path.as_str()));
    let subtrees = subtrees.chain(needed.iter().map(|(unit, path)| (*unit, path.as_str())));
    let tallies: BTreeMap<_, _> = tallies(&tx, subtrees).await?;
    let of_subtree = |top: &Top| {
        let nothing = Tally::default();
        let tally = tallies.get(&top.id).unwrap_or(&nothing);
        situation_of(tally, year, jurisdictions.apply(&top.path, tally, &tallies))
    };
    let (total, own) = if let Some(top) = &top {
        let own = own(&tx, top.id).await?;
        (of_subtree(top), situation_of(&own, year, jurisdictions.apply_to_unit(&top.path, &own)))
    } else {
        let mut total = Situation::default();
        for top in &children {
            total.add(&of_subtree(top));
        }
        (total, Situation::default())
    };
    let most = usize::try_from(MAX_CHILDREN).unwrap_or(usize::MAX);
    let more = children.len() > most;
    children.truncate(most);
    Ok(SituationReport {
        unit: top.as_ref().map(Top::named),
        year,
        total,
        own,
        children: children.iter().map(|child| (child.named(), of_subtree(child))).collect(),
        more,
    })
}

fn situation_of(tally: &Tally, year: i32, (under_minimum, overdue): (i64, i64)) -> Situation {
    let last = tally.plans(year - 1);
    Situation {
        accounts: tally.accounts,
        plans: tally.plans(year),
        last_total: last.total,
        last_share: last.share,
        under_minimum,
        overdue,
    }
}
