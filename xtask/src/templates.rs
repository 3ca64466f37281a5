//! `cargo xtask templates`: makes the .xls templates anew after a change of the schema or of their words. They are
//! written as .xlsx and converted by LibreOffice, for nothing we know of writes .xls with drop-downs and protection; the
//! results are committed, so that nobody else needs LibreOffice.

use crate::{
    place,
    shell::{self, Outcome},
};
use domain::Template;
use std::{fs, process::Command};

/// How to mend what may fail here.
const HELP: &str = "Install LibreOffice Calc (Debian: `apt-get install --no-install-recommends libreoffice-calc`; elsewhere \
     https://www.libreoffice.org) so that `soffice` is on the PATH, and close it where it is open.";

/// Makes `workbook/templates/*.xls`.
pub(crate) fn make() -> Outcome {
    let scratch = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
    for template in Template::ALL {
        let name = template.as_str();
        let xlsx = scratch.path().join(name).with_extension("xlsx");
        let bytes =
            workbook::write::template(template, workbook::write::XLS_DATA_ROWS).map_err(|why| why.to_string())?;
        fs::write(&xlsx, bytes).map_err(|why| format!("{} cannot be written: {why}", xlsx.display()))?;
        let mut soffice = Command::new("soffice");
        // A profile of its own: neither the user's settings nor a window that is open get in the way.
        soffice.arg(format!("-env:UserInstallation=file://{}/profile", scratch.path().display()));
        soffice.args(["--headless", "--convert-to", "xls", "--outdir"]).arg(scratch.path()).arg(&xlsx);
        shell::run(&format!("converting the template {name} to .xls"), &mut soffice, HELP)?;
        let made = xlsx.with_extension("xls");
        let to = place::root().join("workbook/templates").join(name).with_extension("xls");
        fs::copy(&made, &to).map_err(|why| format!("soffice made no {}: {why}. {HELP}", made.display()))?;
    }
    Ok(())
}
