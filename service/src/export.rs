//! Spreadsheets to download.

use crate::{Actor, Error, Result, Services};
use domain::view::BatchId;
use texts::Lang;

/// A spreadsheet.
pub struct Download {
    /// The suggested file name.
    pub name: String,
    /// The .xlsx.
    pub bytes: Vec<u8>,
}

/// 下载标注错误的表: the batch as it was, with what is wrong marked at its cell.
pub async fn annotated(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let _ = (services, actor, batch, lang);
    Err(Error::internal("unfinished"))
}

/// 下载账号清单: what generation gave each row, without passwords.
pub async fn accounts(services: &Services, actor: &Actor, batch: BatchId, lang: Lang) -> Result<Download> {
    let _ = (services, actor, batch, lang);
    Err(Error::internal("unfinished"))
}
