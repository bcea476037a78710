//! `Weight`: what the values of a large message will take, looked at before they are read.

use super::cursor::Cursor;
use super::marker::Kind;
use super::text::PIECE;
use crate::error::Result;
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
        let mut cursor = Cursor::new(bytes);
        while weight.add(&mut cursor).is_ok() {}
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

    /// One value without those in it.
    fn add(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let first = cursor.byte()?;
        let words = match Kind::of(first) {
            Kind::String => {
                let text = cursor.sized(first)?;
                self.text(text);
                if text.len() > PIECE { 3 } else { 1 }
            }
            Kind::Bytes => cursor.sized(first).map(|_| 3)?,
            Kind::List => {
                if cursor.count(first)? < 16 {
                    1
                } else {
                    2
                }
            }
            // The numbers of names.
            Kind::Map => 2 + cursor.count(first)?.min(cursor.remaining() / 2),
            Kind::Structure => {
                cursor.count(first)?;
                cursor.byte().map(|_| 1)?
            }
            Kind::Integer => {
                let begin = cursor.at;
                cursor.integer_of(first)?;
                if cursor.at - begin > 2 { 2 } else { 1 }
            }
            Kind::Float => cursor.skip(8).map(|()| 2)?,
            Kind::Uuid => cursor.skip(16).map(|()| 2)?,
            Kind::Null | Kind::Boolean | Kind::Unknown => 1,
        };
        self.values += 1;
        self.words = self.words.saturating_add(words);
        Ok(())
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
    use super::super::form::FROM_JS;
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
