//! 生成采购人交易账号: rows of template 2 make or change purchasers.

use super::chunk::{Prepared, Subject, Write};
use crate::{
    Result,
    ids::{IdSequence, take},
    purchaser::write::{self, Addition, Alteration, Key},
    writer::Writer,
};
use domain::{
    Code,
    check::{CheckedRow, PurchaserInput, purchaser_input},
    ids::{BatchId, PurchaserId, UnitId},
    schema::purchasers,
};
use entity::purchaser;
use std::collections::HashMap;

pub(super) struct Purchasers;

impl Subject for Purchasers {
    type Says = PurchaserInput;
    const MAKES_UNITS: bool = false;

    fn says(row: &CheckedRow) -> Option<PurchaserInput> {
        purchaser_input(row)
    }

    async fn write(write: &mut Write<'_>, chunk: &[Prepared<PurchaserInput>]) -> Result<()> {
        let makes = u32::try_from(chunk.iter().filter(|p| p.task.target.is_none()).count()).unwrap_or(u32::MAX);
        let mut next = if makes > 0 { take(write.tx, IdSequence::Purchaser, makes).await? } else { 0 };
        let paths = write.paths(chunk).await?;
        let mut existing: HashMap<Key, purchaser::Model> = HashMap::new();
        for purchaser in write::with_codes(write.tx, chunk.iter().map(|p| p.task.says.code.as_str())).await? {
            existing.insert(Key::of(&purchaser), purchaser);
        }
        let (mut added, mut altered) = (Vec::new(), Vec::new());
        for prepared in chunk {
            let task = &prepared.task;
            let (unit, path) = match write.unit(task, &paths) {
                Ok(unit) => unit,
                Err(code) => {
                    write.failed(task, purchasers::UNIT, code);
                    continue;
                }
            };
            match (task.target, existing.get(&Key::of_input(&task.says))) {
                (None, None) => {
                    write.created(task, next);
                    let (id, unit) = (PurchaserId(next), UnitId(unit));
                    added.push(Addition { id, unit, path, input: &task.says, password: prepared.password()? });
                    next += 1;
                }
                (Some(id), Some(purchaser)) if purchaser.id.0 == id && write.subtree.contains(&purchaser.unit_path) => {
                    write.updated(task, id);
                    altered.push(Alteration { purchaser, unit: UnitId(unit), path, input: &task.says });
                }
                (Some(_), None) => write.vanished(task),
                (_, Some(_)) => write.failed(task, purchasers::CODE, Code::CodeTaken),
            }
        }
        let batch = Some(BatchId(write.job.batch_id));
        let writer = Writer { services: write.services, tx: write.tx, by: &write.by, batch };
        write::add(&writer, &added).await?;
        write::alter(&writer, &altered).await
    }
}
