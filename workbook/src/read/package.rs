//! An .xlsx is a package (ECMA-376 part 2): a ZIP archive of parts. Relationships lead from one part to the next; the names
//! of the parts mean nothing.

use super::{
    Limits, Result,
    xml::{Attributes, Budget, PartReader, Visitor, visit},
};
use domain::{Excess, Refusal};
use std::{
    borrow::Cow,
    collections::HashMap,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// The parts of a file.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The index of each part in the archive, by its path. See [`normalized`].
    parts: HashMap<String, usize>,
    limits: Limits,
    budget: Budget,
}

/// What a relationship leads to, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RelationshipType {
    /// The main part of the package, for example the workbook.
    OfficeDocument,
    /// A sheet of cells.
    Worksheet,
    SharedStrings,
    Styles,
}

/// A relationship to another part of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relationship {
    pub(super) id: String,
    pub(super) kind: RelationshipType,
    /// The path of the part that it leads to.
    pub(super) path: String,
}

/// Maximum size of the parts that describe the package and the workbook. Names that are defined in a workbook may be many.
pub(super) const DESCRIPTION_BYTES: u64 = 32 << 20;

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: Limits) -> Result<Self> {
        /// Maximum number of parts. Each takes memory, also without any content.
        const MAX_PARTS: u32 = 65_535;
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
        if archive.len() > MAX_PARTS as usize {
            return Err(Refusal::TooLarge(Excess::Parts { limit: MAX_PARTS }));
        }
        let names = archive.file_names().enumerate();
        let parts = names.filter_map(|(index, name)| Some((normalized("", &name.ok()?), index))).collect();
        Ok(Self { archive, parts, limits, budget: Budget::new(limits) })
    }

    pub(super) fn has_part(&self, path: &str) -> bool {
        self.parts.contains_key(path)
    }

    /// Opens a part. A part of more than `max_bytes` is too large.
    pub(super) fn part(&mut self, path: &str, max_bytes: u64) -> Result<PartReader<'_, impl Read>> {
        let index = *self.parts.get(path).ok_or(Refusal::Damaged)?;
        let part = self.archive.by_index(index).map_err(|_| Refusal::Damaged)?;
        // The directory may promise less than the part has. The reader counts what it inflates.
        if part.size() > max_bytes.min(self.budget.bytes()) {
            let limit = max_bytes.min(self.limits.inflated_bytes());
            return Err(Refusal::TooLarge(Excess::ContentBytes { limit }));
        }
        Ok(PartReader::new(part, &self.budget, max_bytes))
    }

    /// The relationships of a part to others. The package itself has the path "".
    pub(super) fn relationships(&mut self, source: &str) -> Result<Vec<Relationship>> {
        let (folder, name) = source.rsplit_once('/').unwrap_or(("", source));
        let path = normalized(folder, &format!("_rels/{name}.rels"));
        if !self.has_part(&path) {
            return Ok(Vec::new());
        }
        let mut relationships = Relationships { folder, found: Vec::new() };
        visit(self.part(&path, DESCRIPTION_BYTES)?, RelationshipsPlace::Outside, &mut relationships)?;
        Ok(relationships.found)
    }

    /// The content type of a part. `None` if the package does not tell it.
    pub(super) fn content_type(&mut self, path: &str) -> Result<Option<String>> {
        const PATH: &str = "[content_types].xml";
        if !self.has_part(PATH) {
            return Ok(None);
        }
        let mut types = ContentTypes { path, by_extension: None, by_path: None };
        visit(self.part(PATH, DESCRIPTION_BYTES)?, ContentTypesPlace::Outside, &mut types)?;
        Ok(types.by_path.or(types.by_extension))
    }
}

/// The path of a part in one spelling: without `.` and `..`, in lower case, because the case of names does not matter.
/// `folder` is the folder to which a relative `target` relates.
fn normalized(folder: &str, target: &str) -> String {
    let target = target.split(['#', '?']).next().unwrap_or_default().replace('\\', "/");
    let target = decode_percents(&target);
    let folder = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(target.split('/')) {
        match segment {
            "" | "." => {}
            ".." => drop(path.pop()),
            _ => path.push(segment),
        }
    }
    path.join("/").to_lowercase()
}

/// Decodes the `%HH` of a URI.
fn decode_percents(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|hex| *first == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        let byte = hex.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| uri.to_owned())
}

/// Collects the relationships of a part.
struct Relationships<'a> {
    /// The folder of the part.
    folder: &'a str,
    found: Vec<Relationship>,
}

#[derive(Clone, Copy)]
enum RelationshipsPlace {
    Outside,
    Relationships,
    Relationship,
}

impl Visitor for Relationships<'_> {
    type Place = RelationshipsPlace;

    const NAMESPACES: &'static [&'static str] = &["http://schemas.openxmlformats.org/package/2006/relationships"];

    fn start(&mut self, parent: Self::Place, name: &str, attributes: &Attributes<'_>) -> Result<Option<Self::Place>> {
        match (parent, name) {
            (RelationshipsPlace::Outside, "Relationships") => Ok(Some(RelationshipsPlace::Relationships)),
            (RelationshipsPlace::Relationships, "Relationship") => {
                let [id, name, target, mode] = attributes.get(["Id", "Type", "Target", "TargetMode"])?;
                let kind = name.and_then(|name| relationship_type(&name));
                if let Some(kind) = kind.filter(|_| mode.is_none_or(|m| m != "External")) {
                    let id = id.unwrap_or_default().into_owned();
                    let path = normalized(self.folder, &target.unwrap_or_default());
                    self.found.push(Relationship { id, kind, path });
                }
                Ok(Some(RelationshipsPlace::Relationship))
            }
            _ => Ok(None),
        }
    }
}

fn relationship_type(name: &str) -> Option<RelationshipType> {
    let name = super::xml::RELATIONSHIP_NAMESPACES.iter().find_map(|namespace| name.strip_prefix(namespace))?;
    match name {
        "/officeDocument" => Some(RelationshipType::OfficeDocument),
        "/worksheet" => Some(RelationshipType::Worksheet),
        "/sharedStrings" => Some(RelationshipType::SharedStrings),
        "/styles" => Some(RelationshipType::Styles),
        _ => None,
    }
}

/// Finds the content type of one part.
struct ContentTypes<'a> {
    path: &'a str,
    by_extension: Option<String>,
    by_path: Option<String>,
}

#[derive(Clone, Copy)]
enum ContentTypesPlace {
    Outside,
    Types,
    Type,
}

impl Visitor for ContentTypes<'_> {
    type Place = ContentTypesPlace;

    const NAMESPACES: &'static [&'static str] = &["http://schemas.openxmlformats.org/package/2006/content-types"];

    fn start(&mut self, parent: Self::Place, name: &str, attributes: &Attributes<'_>) -> Result<Option<Self::Place>> {
        match (parent, name) {
            (ContentTypesPlace::Outside, "Types") => return Ok(Some(ContentTypesPlace::Types)),
            (ContentTypesPlace::Types, "Override") => {
                let [name, content_type] = attributes.get(["PartName", "ContentType"])?;
                if name.is_some_and(|name| normalized("", &name) == self.path) {
                    self.by_path = content_type.map(Cow::into_owned);
                }
            }
            (ContentTypesPlace::Types, "Default") => {
                let [extension, content_type] = attributes.get(["Extension", "ContentType"])?;
                let extension = extension.map(|extension| extension.to_lowercase());
                if extension.is_some() && self.path.rsplit_once('.').map(|(_, e)| e) == extension.as_deref() {
                    self.by_extension = content_type.map(Cow::into_owned);
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(ContentTypesPlace::Type))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml")]
    #[case("/xl/worksheets/Sheet1.XML", "xl/worksheets/sheet1.xml")]
    #[case("../xl/./worksheets//sheet1.xml", "xl/worksheets/sheet1.xml")]
    #[case("../../../sheet1.xml", "sheet1.xml")]
    #[case(r"worksheets\sheet1.xml", "xl/worksheets/sheet1.xml")]
    #[case("my%20sheet.xml#A1", "xl/my sheet.xml")]
    #[case("%E8%A1%A8.xml", "xl/表.xml")]
    #[case("100%.xml", "xl/100%.xml")]
    #[case("", "xl")]
    fn a_target_is_a_path(#[case] target: &str, #[case] path: &str) {
        assert_eq!(normalized("xl", target), path);
    }
}
