//! `Weight`: what the values of a large message will take, looked at before they are read.

use super::marker;
use super::tape::PIECE;
use crate::value::Value;

/// What there is in a message, at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Names of entries among them.
    values: usize,
    /// Of a tape.
    pub(super) words: usize,
    /// Bytes of text that is copied, of either kind.
    pub(super) ascii: usize,
    pub(super) wide: usize,
}

impl Weight {
    /// Of the values in these bytes, one behind the other. What is wrong with them is for others to find.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut weight = Self::default();
        let mut rest = bytes;
        while let Some((&first, behind)) = rest.split_first() {
            rest = weight.add(first, behind);
        }
        // The headers of pieces, and room for text that is tried as ASCII and is none.
        let text = weight.ascii + weight.wide;
        weight.words = weight.words.saturating_add(8 + text / (PIECE / 8));
        weight.ascii += if weight.wide > 0 { PIECE } else { 0 };
        weight
    }

    /// Bytes of a tape.
    #[must_use]
    pub fn tape(&self) -> usize {
        self.words.saturating_mul(4).saturating_add(self.ascii).saturating_add(2 * self.wide)
    }

    /// Bytes of [`Value`]s.
    #[must_use]
    pub fn of_values(&self) -> usize {
        self.values.saturating_mul(size_of::<Value>()).saturating_add(self.ascii + self.wide)
    }

    /// One value without those in it; what is behind.
    fn add<'a>(&mut self, first: u8, behind: &'a [u8]) -> &'a [u8] {
        let width = match first {
            marker::BYTES_8..=marker::BYTES_32 | marker::STRING_8..=marker::STRUCTURE_16 => 1 << (first & 3),
            _ => 0,
        };
        let Some((size, behind)) = behind.split_at_checked(width) else { return &[] };
        let size = size.iter().fold(0, |size, byte| size << 8 | usize::from(*byte));
        let size = if width == 0 { usize::from(first & 0x0F) } else { size };
        let (words, more) = match first {
            0x80..=0x8F | marker::STRING_8..=marker::STRING_32 => {
                self.text(behind.get(..size).unwrap_or_default());
                (if size > PIECE { 3 } else { 1 }, size)
            }
            marker::BYTES_8..=marker::BYTES_32 => (3, size),
            marker::LIST_8..=marker::LIST_32 => (2, 0),
            // The numbers of names.
            0xA0..=0xAF | marker::MAP_8..=marker::MAP_32 => (2 + size.min(behind.len() / 2), 0),
            // The tag.
            0xB0..=0xBF | marker::STRUCTURE_8..=marker::STRUCTURE_16 => (1, 1),
            marker::FLOAT_64 => (2, 8),
            marker::FLOAT_32 => (2, 4),
            marker::INT_8 => (1, 1),
            marker::INT_16 => (1, 2),
            marker::INT_32 => (3, 4),
            marker::INT_64 => (3, 8),
            marker::UUID => (2, 16),
            _ => (1, 0),
        };
        self.values += 1;
        self.words = self.words.saturating_add(words);
        behind.get(more..).unwrap_or_default()
    }

    /// Longer text stays where it is.
    fn text(&mut self, text: &[u8]) {
        if text.len() > PIECE {
            return;
        }
        match text.is_ascii() {
            true => self.ascii += text.len(),
            false => self.wide += text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::packed::FROM_JS;
    use super::super::tape::Tape;
    use super::super::{Names, Scan, Writer, write_value};
    use super::*;
    use crate::value::Map;

    /// Its weight, and the tape that it becomes.
    fn weighed(value: &Value) -> (Weight, Tape) {
        let mut writer = Writer::new();
        assert!(write_value(&mut writer, value, FROM_JS).is_ok());
        let bytes = writer.into_bytes();
        let weight = Weight::of(&bytes);
        let mut tape = Tape::default();
        tape.reserve(weight);
        let room = tape.room();
        let read = Scan::new(&bytes, FROM_JS, &mut tape, &mut Names::default()).value();
        assert!(read.is_ok(), "{read:?}");
        assert_eq!(tape.room(), room, "it has grown");
        (weight, tape)
    }

    #[test]
    fn a_tape_has_room_for_what_was_weighed() {
        let entries: Map = (0..300).map(|n| (format!("key {n}"), Value::from(1_i64 << (n % 60)))).collect();
        let texts = (0..20_000).map(|n| Value::from(if n % 3 == 0 { "ein längerer Text" } else { "a text" })).collect();
        let kinds = [
            Value::List(vec![Value::Null; 100_000]),
            Value::List(vec![Value::from(1_i64 << 40); 50_000]),
            Value::List(vec![Value::from(1.5), Value::Bytes(vec![1; 70_000]), Value::from("x".repeat(40_000))]),
            Value::List(texts),
            Value::List(vec![Value::Map(Map::default()); 50_000]),
            Value::Map(entries),
            Value::List(vec![Value::from("ä".repeat(16_000)), Value::from("a".repeat(32_000)), Value::from("ö")]),
        ];
        for value in &kinds {
            let (weight, tape) = weighed(value);
            let taken = 4 * tape.words().len() + tape.ascii().len() + 2 * tape.wide().len();
            assert!(taken <= weight.tape());
        }
        // Not far from what there is.
        let (weight, tape) = weighed(&kinds[0]);
        assert_eq!((weight.tape(), tape.words().len()), (4 * 100_010, 100_001));
    }

    #[test]
    fn what_ends_too_early_or_claims_too_much_weighs_what_has_come() {
        for bytes in
            [&[0xDA, 0xFF, 0xFF][..], &[0xD2, 0xFF, 0xFF, 0xFF, 0xFF], &[0xCB, 1], &[0xB1], &[0xDA, 255, 255, 255, 255]]
        {
            assert!(Weight::of(bytes).tape() <= 48, "{bytes:x?}");
        }
    }
}
