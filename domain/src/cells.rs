//! The texts of a row in one allocation. A file has a dozen cells per row, so one allocation per cell would be slow.

use crate::schema::MAX_COLUMNS;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
    ser::SerializeSeq,
};
use std::fmt;

/// One text per template column, at most [`MAX_COLUMNS`]. Serialized as a list of strings.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cells {
    text: Box<str>,
    /// The end of each text, as a byte position in `text`.
    ends: [u32; MAX_COLUMNS],
    count: u8,
}

impl Cells {
    /// The text of a column. `None` if the row has no such column.
    pub fn get(&self, column: usize) -> Option<&str> {
        if column >= usize::from(self.count) {
            return None;
        }
        let start = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.text.get(start as usize..*self.ends.get(column)? as usize)
    }

    /// The texts in the order of the columns.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..usize::from(self.count)).map(|column| self.get(column).unwrap_or_default())
    }
}

/// Takes the texts in the order of the columns. Texts beyond [`MAX_COLUMNS`] are left out.
impl<T: AsRef<str>> From<&[T]> for Cells {
    fn from(texts: &[T]) -> Self {
        let length = texts.iter().map(|text| text.as_ref().len()).sum();
        let mut builder = Builder { text: String::with_capacity(length), ..Builder::default() };
        for text in texts {
            builder.push(text.as_ref());
        }
        builder.finish()
    }
}

/// Collects the texts of a row.
#[derive(Default)]
struct Builder {
    text: String,
    ends: [u32; MAX_COLUMNS],
    count: u8,
}

impl Builder {
    /// Adds a text. Returns whether there was space for it.
    fn push(&mut self, text: &str) -> bool {
        let end = u32::try_from(self.text.len() + text.len());
        let (Ok(end), Some(slot)) = (end, self.ends.get_mut(usize::from(self.count))) else { return false };
        self.text.push_str(text);
        *slot = end;
        self.count += 1;
        true
    }

    fn finish(self) -> Cells {
        Cells { text: self.text.into(), ends: self.ends, count: self.count }
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.iter().len()))?;
        for text in self.iter() {
            list.serialize_element(text)?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor)
    }
}

/// Reads the list of a row.
struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MAX_COLUMNS} strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cells, A::Error> {
        let mut builder = Builder::default();
        while list.next_element_seed(TextVisitor(&mut builder))?.is_some() {}
        Ok(builder.finish())
    }
}

/// Reads a string of the list directly into the builder, without a `String` of its own.
struct TextVisitor<'a>(&'a mut Builder);

impl<'de> DeserializeSeed<'de> for TextVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TextVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.0.push(text) { Ok(()) } else { Err(E::custom("more cells than a row has")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_and_json_round_trip(texts in proptest::collection::vec("\\PC{0,12}", 0..=MAX_COLUMNS)) {
            let cells = Cells::from(texts.as_slice());
            prop_assert_eq!(cells.iter().collect::<Vec<_>>(), texts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(cells.get(texts.len()), None);
            let json = serde_json::to_string(&cells).unwrap();
            prop_assert_eq!(&json, &serde_json::to_string(&texts).unwrap());
            prop_assert_eq!(serde_json::from_str::<Cells>(&json).unwrap(), cells);
        }
    }

    #[test]
    fn too_many_texts_are_refused() {
        let json = serde_json::to_string(&[""; MAX_COLUMNS + 1]).unwrap();
        assert!(serde_json::from_str::<Cells>(&json).is_err());
    }
}
