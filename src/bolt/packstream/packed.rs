//! Structures that pass through as they are: from JavaScript, which packs its own, to a server. To read them into values and
//! pack those again would take twice the time and, in a package that has no other use for it, a tenth of the wasm.

use super::form::{TO_JS, tag};
use super::refused::{Refused, fits, vectors_too_old};
use super::scan::Scan;
use super::tape::Tape;
use super::{Dialect, Names, Reader, Token, Writer, broken};
use crate::error::Result;
use crate::value::Packed;

/// Whether what is read goes to JavaScript or comes from there, and never becomes a value of Rust's own.
pub(super) const ONLY_PASSES: bool = cfg!(all(feature = "js", target_arch = "wasm32"));

/// The fields of a date-time in a named zone where its offset is one of them: from JavaScript, never from a server.
const WITH_OFFSET: u8 = 4;

fn as_it_came(packed: &Packed, writer: &mut Writer) {
    writer.structure(packed.tag, packed.fields);
    writer.packed(&packed.bytes);
}

/// Whether JavaScript can be shown a structure: one of an old server's it may not.
pub(super) fn is_readable(packed: &Packed) -> bool {
    let mut writer = Writer::new();
    as_it_came(packed, &mut writer);
    let (mut tape, mut names) = (Tape::default(), Names::default());
    Scan::new(&writer.into_bytes(), TO_JS, &mut tape, &mut names).value().is_ok()
}

/// Writes a structure as a connection has it.
pub(super) fn write(packed: &Packed, writer: &mut Writer, dialect: Dialect) -> Result<(), Refused> {
    match (packed.tag, packed.fields) {
        (tag::DATE_TIME, _) | (tag::DATE_TIME_ZONE_ID, WITH_OFFSET) => {
            date_time(packed, writer, dialect.utc).unwrap_or_else(|error| Err(Refused::new(error.message())))
        }
        (tag::VECTOR, _) if !dialect.vectors => Err(vectors_too_old()),
        _ => {
            as_it_came(packed, writer);
            Ok(())
        }
    }
}

/// Seconds in UTC, nanoseconds, then an offset, or a name and its offset.
fn date_time(packed: &Packed, writer: &mut Writer, utc: bool) -> Result<Result<(), Refused>> {
    let reader = &mut Reader::new(&packed.bytes, true);
    let (seconds, nanoseconds) = (integer(reader.token()?)?, integer(reader.token()?)?);
    let zone = reader.token()?;
    let offset = match zone {
        Token::Integer(offset) => offset,
        _ => integer(reader.token()?)?,
    };
    let seconds = if utc { seconds } else { seconds.saturating_add(offset) };
    let of_name = if utc { tag::DATE_TIME_ZONE_ID } else { tag::LEGACY_DATE_TIME_ZONE_ID };
    let of_offset = if utc { tag::DATE_TIME } else { tag::LEGACY_DATE_TIME };
    writer.structure(if let Token::String(_) = zone { of_name } else { of_offset }, 3);
    writer.integer(seconds);
    writer.integer(nanoseconds);
    Ok(match zone {
        Token::String(name) => fits(writer.string(name)),
        _ => {
            writer.integer(offset);
            Ok(())
        }
    })
}

fn integer(token: Token<'_>) -> Result<i64> {
    match token {
        Token::Integer(number) => Ok(number),
        other => Err(broken::unexpected("an integer", other.kind())),
    }
}
