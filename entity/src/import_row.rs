//! Staged rows: the rows of batches. The table has no foreign key: rows are written in one transaction with their batch, and
//! checking each of them would cost a fifth of an import.

use crate::{Count, import_batch};
use domain::{
    ids::{BatchId, UnitId},
    import_batch::RowState,
};
use sea_orm::entity::prelude::*;

/// A row of a batch.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    /// The batch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    /// The row number of the spreadsheet program.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row: Count,
    /// 状态
    pub state: RowState,
    /// JSON array of the tidied cells.
    #[sea_orm(column_type = "Text")]
    pub cells: String,
    /// JSON array of the findings; none if there are none.
    #[sea_orm(column_type = "Text")]
    pub findings: Option<String>,
    /// The typed row in postcard's format (`UnitInput` or `PurchaserInput` of `domain::check`), from which generation
    /// writes; none if generation does not write the row.
    #[sea_orm(column_type = "Blob")]
    pub input: Option<Vec<u8>>,
    /// The unit or the purchaser, depending on the template, that the row matches. After generation, the one that it
    /// created.
    pub target_id: Option<i64>,
    /// The superior or the purchaser's unit, if it exists already; none if another row of the file makes it.
    pub place_id: Option<UnitId>,
    /// The number of the row of the same file that makes the superior; none if the superior exists already.
    pub place_row: Option<Count>,
    /// The batch.
    #[sea_orm(belongs_to, from = "BatchId", to = "Id", skip_fk)]
    pub batch: BelongsTo<import_batch::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
