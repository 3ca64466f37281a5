//! `cargo xtask templates`: generates the .xls templates after a change of their columns or texts. We know no library that
//! writes .xls with drop-down lists and protection. So the templates are written as .xlsx and converted by LibreOffice. The
//! results are committed, so that other commands do not need LibreOffice.

use crate::{
    paths,
    shell::{self, Outcome},
};
use domain::Template;
use std::{fs, process::Command};

/// The help for a failed conversion.
const HELP: &str = "Install LibreOffice Calc (Debian: `apt-get install --no-install-recommends libreoffice-calc`; elsewhere \
     https://www.libreoffice.org) so that `soffice` is on the PATH, and close it where it is open.";

/// Generates `workbook/templates/*.xls`.
pub(crate) fn make() -> Outcome {
    let scratch = tempfile::tempdir().map_err(|why| format!("no temporary folder: {why}"))?;
    for template in Template::ALL {
        let name = template.as_str();
        let xlsx = scratch.path().join(name).with_extension("xlsx");
        let bytes =
            workbook::write::template(template, workbook::write::XLS_DATA_ROWS).map_err(|why| why.to_string())?;
        fs::write(&xlsx, bytes).map_err(|why| format!("{} cannot be written: {why}", xlsx.display()))?;
        let mut soffice = Command::new("soffice");
        // With a separate profile, the settings and the open windows of the user do not interfere.
        soffice.arg(format!("-env:UserInstallation=file://{}/profile", scratch.path().display()));
        soffice.args(["--headless", "--convert-to", "xls", "--outdir"]).arg(scratch.path()).arg(&xlsx);
        shell::run(&format!("converting the template {name} to .xls"), &mut soffice, HELP)?;
        let xls = xlsx.with_extension("xls");
        let destination = paths::root().join("workbook/templates").join(name).with_extension("xls");
        fs::copy(&xls, &destination).map_err(|why| format!("soffice made no {}: {why}. {HELP}", xls.display()))?;
    }
    Ok(())
}
