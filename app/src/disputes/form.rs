//! The form of a dispute. Its fields have the rules and the words of columns of template 1.

use crate::forms::{EditableForm, RowForm};
use domain::{
    Finding, Template,
    dispute::{DisputeForm, column},
};

impl EditableForm for DisputeForm {
    const TEMPLATE: Template = Template::Units;

    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("superior", &self.superior),
            ("reason", &self.reason),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
        ]
    }
}

impl RowForm for DisputeForm {
    fn findings(&self) -> Vec<Finding> {
        Self::findings(self)
    }

    fn column_of(field: &str) -> Option<u8> {
        column(field)
    }
}
