//! Reads XML by the rules of XML and of its namespaces, whatever the encoding, and at bounded cost.
//!
//! A [`Visitor`] sees only the elements that it asked for. An element counts by its namespace and local name; its prefix does
//! not matter. The reader skips the content of foreign elements. In `mc:AlternateContent` it reads the fallback, because no
//! extension of the format changes a cell's value (ECMA-376 part 3).

use super::{Limits, Result};
use domain::{Excess, Refusal};
use encoding_rs::Encoding;
use quick_xml::{
    NsReader, XmlVersion,
    encoding::DecodingReader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event, attributes::Attribute},
    name::{Namespace, NamespaceResolver, ResolveResult},
};
use std::{
    borrow::Cow,
    cell::Cell,
    io::{self, BufRead, BufReader, Cursor, Read},
};

/// The blanks of XML.
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The namespaces of spreadsheets: transitional and strict.
pub(super) const SPREADSHEET_NAMESPACES: [&str; 2] =
    ["http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"];
/// The namespaces of attributes that name a relationship: transitional and strict.
pub(super) const RELATIONSHIP_NAMESPACES: [&str; 2] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
];
/// The namespace of `mc:AlternateContent`.
pub(super) const COMPATIBILITY_NAMESPACE: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";

/// What may still be spent on a file. Every reading of a part counts, also of a part that was read before.
pub(super) struct Budget {
    /// Bytes to inflate.
    bytes: Cell<u64>,
    /// The work of reading XML. A tag or a text costs 1, an element that is not skipped costs [`Self::ELEMENT`] more.
    work: Cell<u32>,
    /// What the file has too much of, once the budget is spent.
    exceeded: Cell<Option<Excess>>,
    limits: Limits,
}

impl Budget {
    /// A file at the limit of rows, with every cell filled and a line for every tag, needs less.
    const WORK: u32 = 20_000_000;
    const ELEMENT: u32 = 2;

    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            bytes: Cell::new(limits.inflated_bytes()),
            work: Cell::new(Self::WORK),
            exceeded: Cell::new(None),
            limits,
        }
    }

    /// Bytes that may still be inflated.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// The reason why a part could not be read.
    fn refusal(&self) -> Refusal {
        self.exceeded.get().map_or(Refusal::Damaged, Refusal::TooLarge)
    }

    fn exceed(&self, excess: Excess) -> io::Error {
        self.exceeded.set(Some(excess));
        io::Error::other("over the budget")
    }

    fn spend_work(&self, work: u32) -> Result<()> {
        let left = self.work.get().checked_sub(work).ok_or(Refusal::TooLarge(Excess::Elements))?;
        self.work.set(left);
        Ok(())
    }
}

/// Reads a part at the expense of a [`Budget`].
pub(super) struct PartReader<'a, R> {
    part: R,
    budget: &'a Budget,
    /// Bytes that the part has so far.
    bytes: u64,
    max_bytes: u64,
}

impl<'a, R: Read> PartReader<'a, R> {
    /// `max_bytes`: the size of the part after inflation that is too large.
    pub(super) const fn new(part: R, budget: &'a Budget, max_bytes: u64) -> Self {
        Self { part, budget, bytes: 0, max_bytes }
    }
}

impl<R: Read> Read for PartReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        let exceed = |limit| self.budget.exceed(Excess::ContentBytes { limit });
        self.bytes = self.bytes.saturating_add(read as u64);
        if self.bytes > self.max_bytes {
            return Err(exceed(self.max_bytes));
        }
        let left = self.budget.bytes.get().checked_sub(read as u64);
        self.budget.bytes.set(left.ok_or_else(|| exceed(self.budget.limits.inflated_bytes()))?);
        Ok(read)
    }
}

/// Stops a reader that needs too many bytes for one tag or text.
struct Bounded<'a, R> {
    inner: R,
    budget: &'a Budget,
    /// Bytes of the current tag or text.
    bytes: usize,
}

impl<R> Bounded<'_, R> {
    /// Maximum length of a tag or text in bytes.
    const MAX_BYTES: usize = 4 << 20;
}

impl<R: BufRead> BufRead for Bounded<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.bytes > Self::MAX_BYTES {
            return Err(self.budget.exceed(Excess::Element));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bytes += amount;
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// The attributes of an element.
pub(super) struct Attributes<'a> {
    element: &'a BytesStart<'a>,
    namespaces: &'a NamespaceResolver,
}

impl Attributes<'_> {
    /// The values of attributes without namespace. `None` for those that the element does not have.
    pub(super) fn get<const N: usize>(&self, names: [&str; N]) -> Result<[Option<Cow<'_, str>>; N]> {
        let mut values = [const { None }; N];
        for attribute in self.element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| Refusal::Damaged)?;
            let name = attribute.key.into_inner();
            if let Some(value) = names.iter().position(|n| *n == name).and_then(|index| values.get_mut(index)) {
                *value = Some(normalized_value(&attribute)?);
            }
        }
        Ok(values)
    }

    /// The value of the attribute `r:id`.
    pub(super) fn relationship_id(&self) -> Result<Option<Cow<'_, str>>> {
        for attribute in self.element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| Refusal::Damaged)?;
            let (namespace, name) = self.namespaces.resolve_attribute(attribute.key);
            if name.into_inner() == "id"
                && matches!(namespace, ResolveResult::Bound(Namespace(n)) if RELATIONSHIP_NAMESPACES.contains(&n))
            {
                return normalized_value(&attribute).map(Some);
            }
        }
        Ok(None)
    }

    /// What `xml:space` says about blanks: whether they belong to the text.
    fn preserve_space(&self) -> Result<Option<bool>> {
        const NAME: &str = "xml:space";
        if !self.element.attributes_raw().contains(NAME) {
            return Ok(None);
        }
        let [value] = self.get([NAME])?;
        Ok(value.map(|value| value == "preserve"))
    }
}

fn normalized_value<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>> {
    attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refusal::Damaged)
}

/// Takes the elements of a part. A `Place` tells where in the part an element stands.
pub(super) trait Visitor {
    /// Which of the known elements an element is.
    type Place: Copy;

    /// The namespaces of the known elements.
    const NAMESPACES: &'static [&'static str];

    /// The refusal of a part whose root is none of the known elements.
    const OTHER_ROOT: Refusal = Refusal::Damaged;

    /// Takes the start of an element inside `parent`. `None` skips the element.
    fn start(&mut self, parent: Self::Place, name: &str, attributes: &Attributes<'_>) -> Result<Option<Self::Place>>;

    /// Takes a piece of the text that stands directly in an element.
    fn text(&mut self, _place: Self::Place, _text: &str) -> Result<()> {
        Ok(())
    }

    /// Takes the end of an element. `preserve_space`: blanks around the element's text belong to it.
    fn end(&mut self, _place: Self::Place, _preserve_space: bool) -> Result<()> {
        Ok(())
    }
}

/// An open element that is not skipped.
struct OpenElement<P> {
    place: P,
    preserve_space: bool,
    /// `mc:AlternateContent` or `mc:Fallback`: their content stands for them.
    transparent: bool,
}

/// Maximum number of elements that are open at the same time. Real files have less than 20.
const MAX_DEPTH: usize = 256;
/// Maximum number of namespaces that are declared at the same time. Each element may need to be compared with all.
const MAX_NAMESPACES: usize = 64;
/// Maximum length of an element's name in bytes. The names of all open elements are held in memory.
const MAX_NAME_BYTES: usize = 1_024;

/// Visits the elements of a part. `outside` is the parent of the root.
pub(super) fn visit<V: Visitor>(part: PartReader<'_, impl Read>, outside: V::Place, visitor: &mut V) -> Result<()> {
    let budget = part.budget;
    let input = decoded(part).map_err(|_| budget.refusal())?;
    let mut xml = NsReader::from_reader(Bounded { inner: input, budget, bytes: 0 });
    xml.config_mut().expand_empty_elements = true;
    xml.resolver_mut().set_max_namespace_bindings(MAX_NAMESPACES);
    let mut open: Vec<OpenElement<V::Place>> = Vec::new();
    let mut skipped = 0usize;
    // A part whose root has no namespace is meant to be in the format's own.
    let mut unbound_is_known = false;
    let mut has_root = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        xml.get_mut().bytes = 0;
        budget.spend_work(1)?;
        let event = xml.read_event_into(&mut buffer).map_err(|_| budget.refusal())?;
        let parent = open.last();
        match event {
            Event::Start(element) => {
                if open.len() + skipped >= MAX_DEPTH || element.name().into_inner().len() > MAX_NAME_BYTES {
                    return Err(Refusal::TooLarge(Excess::Element));
                }
                if skipped > 0 {
                    skipped += 1;
                    continue;
                }
                budget.spend_work(Budget::ELEMENT)?;
                let is_root = !std::mem::replace(&mut has_root, true);
                let (namespace, name) = xml.resolver().resolve_element(element.name());
                let attributes = Attributes { element: &element, namespaces: xml.resolver() };
                let place = parent.map_or(outside, |parent| parent.place);
                let preserve_space = match attributes.preserve_space()? {
                    Some(preserve) => preserve,
                    None => parent.is_some_and(|parent| parent.preserve_space),
                };
                unbound_is_known |= is_root && namespace == ResolveResult::Unbound;
                let (known, compatibility) = match namespace {
                    ResolveResult::Bound(Namespace(n)) => (V::NAMESPACES.contains(&n), n == COMPATIBILITY_NAMESPACE),
                    ResolveResult::Unbound => (unbound_is_known, false),
                    ResolveResult::Unknown(_) => return Err(Refusal::Damaged),
                };
                let transparent = compatibility && matches!(name.into_inner(), "AlternateContent" | "Fallback");
                let place = match (transparent, known) {
                    (true, _) => Some(place),
                    (false, true) => visitor.start(place, name.into_inner(), &attributes)?,
                    (false, false) => None,
                };
                match place {
                    Some(place) => open.push(OpenElement { place, preserve_space, transparent }),
                    None if is_root => return Err(V::OTHER_ROOT),
                    None => skipped = 1,
                }
            }
            Event::End(_) => {
                if skipped > 0 {
                    skipped -= 1;
                } else if let Some(element) = open.pop().filter(|element| !element.transparent) {
                    visitor.end(element.place, element.preserve_space)?;
                }
            }
            Event::Eof if has_root && open.is_empty() && skipped == 0 => return Ok(()),
            Event::Eof => return Err(Refusal::Damaged),
            _ if skipped > 0 => {}
            Event::Text(text) => {
                if let Some(element) = parent {
                    visitor.text(element.place, &text.xml10_content())?;
                }
            }
            Event::CData(text) => {
                if let Some(element) = parent {
                    visitor.text(element.place, &text.xml10_content())?;
                }
            }
            Event::GeneralRef(reference) => {
                let mut utf8 = [0; 4];
                let text = match reference.resolve_char_ref().map_err(|_| Refusal::Damaged)? {
                    Some(c) => &*c.encode_utf8(&mut utf8),
                    // Only a document type could declare further entities. The format forbids it.
                    None => resolve_predefined_entity(&reference).ok_or(Refusal::Damaged)?,
                };
                if let Some(element) = parent {
                    visitor.text(element.place, text)?;
                }
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) | Event::Empty(_) => {}
        }
    }
}

/// Converts a part into UTF-8 from the encoding that its first bytes or its declaration tell (XML 1.0, appendix F).
fn decoded(mut part: impl Read) -> io::Result<impl BufRead> {
    /// Bytes in which the declaration must end.
    const DECLARATION_BYTES: u64 = 1_024;
    let mut start = Vec::new();
    part.by_ref().take(DECLARATION_BYTES).read_to_end(&mut start)?;
    let declared = declared_encoding(&start);
    let mut reader = DecodingReader::new(Cursor::new(start).chain(BufReader::new(part)));
    if let Some(encoding) = declared {
        reader.set_encoding(encoding);
    }
    Ok(reader)
}

/// The encoding that the declaration names. `None` if the first bytes tell the encoding, or if nothing does.
fn declared_encoding(start: &[u8]) -> Option<&'static Encoding> {
    let declaration = start.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(declaration, b"?>")?;
    let (_, value) = std::str::from_utf8(declaration.get(..end)?).ok()?.split_once("encoding")?;
    let value = value.trim_start_matches(BLANKS).strip_prefix('=')?.trim_start_matches(BLANKS);
    let label = value.get(1..)?.split(['"', '\'']).next()?;
    // A declaration in ASCII cannot be in UTF-16, whatever it says.
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

/// Decodes `_xHHHH_`, the escape for UTF-16 units that XML cannot hold (ECMA-376 part 1, 22.9.2.19).
pub(super) fn decode_escapes(text: &str) -> Cow<'_, str> {
    let unit_at = |text: &str| {
        let hex = text.strip_prefix("_x")?.get(..5)?.strip_suffix('_')?;
        if hex.bytes().all(|digit| digit.is_ascii_hexdigit()) { u16::from_str_radix(hex, 16).ok() } else { None }
    };
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, at)) = rest.find("_x").and_then(|at| rest.split_at_checked(at)) {
        decoded.push_str(before);
        let mut units = Vec::new();
        rest = at;
        while let Some(unit) = unit_at(rest) {
            units.push(unit);
            rest = rest.get(7..).unwrap_or_default();
        }
        if units.is_empty() {
            decoded.push_str("_x");
            rest = rest.get(2..).unwrap_or_default();
        }
        decoded.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Parses a whole number of at most 9 digits, with blanks around it: enough for rows, styles and indexes.
pub(super) fn parse_number(text: &str) -> Option<u32> {
    let digits = text.trim_matches(BLANKS);
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > 9 { None } else { Some(digits.bytes().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'))) }
}

/// Parses a boolean value, with blanks around it.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text.trim_matches(BLANKS) {
        "1" | "true" | "TRUE" | "True" | "on" => Some(true),
        "0" | "false" | "FALSE" | "False" | "off" => Some(false),
        _ => None,
    }
}
