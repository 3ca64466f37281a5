//! The form of a unit: its fields, their columns in template 1, and its stored version.

use crate::{
    forms::{EditableForm, RowForm, StoredVersion},
    routes::Route,
};
use domain::{
    Finding, Template,
    form::{UnitForm, column_of},
    schema::units,
    unit::UnitEdit,
};

impl EditableForm for UnitForm {
    const TEMPLATE: Template = Template::Units;

    /// Without the year, which is the same in both versions, and the superior's id, which readers do not know.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("superior", &self.superior),
            ("admin_level", &self.admin_level),
            ("budget_level", &self.budget_level),
            ("total", &self.total),
            ("ratio", &self.ratio),
            ("share", &self.share),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
            ("remark", &self.remark),
        ]
    }
}

impl RowForm for UnitForm {
    fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    fn column_of(field: &str) -> Option<u8> {
        column_of(field)
    }

    fn column_of_hidden(field: &str) -> Option<u8> {
        (field == "year").then_some(units::TOTAL)
    }
}

impl StoredVersion for UnitEdit {
    type Form = UnitForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &UnitForm {
        &self.form
    }

    fn address(&self) -> String {
        Route::EditUnit(self.unit.id).of_year(&self.form.year)
    }
}
