//! Structures that pass through as they are: from JavaScript, which packs its own, to a server. To read them into values and
//! pack those again would take twice the time and, in a package that has no other use for it, a tenth of the wasm.

use super::scan::Scan;
use super::structures::{Input, Output, Refused, fits, tag, vectors_too_old};
use super::tape::Tape;
use super::{Dialect, Names, Reader, Token, Writer};
use crate::error::{Error, Result};
use crate::value::{Map, Packed, Value};

/// Whether what is read goes to JavaScript or comes from there, and never becomes a value of Rust's own.
pub(super) const ONLY_PASSES: bool = cfg!(all(feature = "js", target_arch = "wasm32"));

/// What `encode.js` writes: the newest forms, and a named zone's offset with its name.
pub(super) const FROM_JS: Dialect =
    Dialect { element_ids: true, utc: true, vectors: true, uuids: true, zone_offsets: true };

/// The fields of a date-time in a named zone where its offset is one of them: from JavaScript, never from a server.
const WITH_OFFSET: u8 = 4;

/// What `decode.js` reads: the same as a server has it.
pub(crate) const TO_JS: Dialect = Dialect { zone_offsets: false, ..FROM_JS };

/// Reads a map that `encode.js` has written; its structures stay as they are.
///
/// # Errors
/// As [`read_map`](super::read_map).
pub fn read_parameters(bytes: &[u8]) -> Result<Map> {
    Input::new(&mut Reader::new(bytes, true), FROM_JS, true).map()
}

impl Input<'_, '_> {
    pub(super) fn packed(&mut self, tag: u8, fields: usize) -> Result<Value> {
        let begin = self.reader.position();
        let around = std::mem::replace(&mut self.inside, true);
        for _ in 0..fields {
            self.value()?;
        }
        self.inside = around;
        // What a server says of a query or of an error may hold any value: on its way to JavaScript.
        let from_js = self.dialect.zone_offsets;
        let Some(fields) = u8::try_from(fields).ok().filter(|fields| *fields < 16) else {
            let none = Error::protocol("A structure of so many fields is none of JavaScript's");
            return if from_js { Err(none) } else { Ok(Value::Null) };
        };
        // Kept and looked at once, however deep structures stand in each other.
        if around {
            return Ok(Value::Null);
        }
        let packed = Packed { tag, fields, bytes: self.reader.since(begin).to_vec() };
        Ok(if from_js || is_readable(&packed) { Value::Packed(Box::new(packed)) } else { Value::Null })
    }
}

fn as_it_came(packed: &Packed, writer: &mut Writer) {
    writer.structure(packed.tag, packed.fields);
    writer.packed(&packed.bytes);
}

/// Whether JavaScript can be shown a structure: one of an old server's it may not.
fn is_readable(packed: &Packed) -> bool {
    let mut writer = Writer::new();
    as_it_came(packed, &mut writer);
    let (mut tape, mut names) = (Tape::default(), Names::default());
    Scan::new(&writer.into_bytes(), TO_JS, &mut tape, &mut names).value().is_ok()
}

impl Output<'_> {
    pub(super) fn packed(&mut self, packed: &Packed) -> Result<(), Refused> {
        match (packed.tag, packed.fields) {
            (tag::DATE_TIME, _) | (tag::DATE_TIME_ZONE_ID, WITH_OFFSET) => {
                self.date_time(packed).unwrap_or_else(|error| Err(Refused::new(error.message())))
            }
            (tag::VECTOR, _) if !self.dialect.vectors => Err(vectors_too_old()),
            _ => {
                as_it_came(packed, self.writer);
                Ok(())
            }
        }
    }

    /// Seconds in UTC, nanoseconds, then an offset, or a name and its offset.
    fn date_time(&mut self, packed: &Packed) -> Result<Result<(), Refused>> {
        let reader = &mut Reader::new(&packed.bytes, true);
        let mut input = Input::new(reader, FROM_JS, true);
        let (seconds, nanoseconds) = (input.integer()?, input.integer()?);
        let zone = input.reader.token()?;
        let offset = match zone {
            Token::Integer(offset) => offset,
            _ => input.integer()?,
        };
        let utc = self.dialect.utc;
        let seconds = if utc { seconds } else { seconds.saturating_add(offset) };
        let of_name = if utc { tag::DATE_TIME_ZONE_ID } else { tag::LEGACY_DATE_TIME_ZONE_ID };
        let of_offset = if utc { tag::DATE_TIME } else { tag::LEGACY_DATE_TIME };
        self.writer.structure(if let Token::String(_) = zone { of_name } else { of_offset }, 3);
        self.writer.integer(seconds);
        self.writer.integer(nanoseconds);
        Ok(match zone {
            Token::String(name) => fits(self.writer.string(name)),
            _ => {
                self.writer.integer(offset);
                Ok(())
            }
        })
    }
}
