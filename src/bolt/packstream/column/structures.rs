//! Columns of structures: what is of one width, and points and vectors.

use super::super::form::{Dialect, tag};
use super::super::kind::{self, is_wide, width};
use super::super::marker::Kind;
use super::super::scan::Scan;
use super::{Column, Fits};
use crate::error::Result;

const DAY: i64 = 86_400_000_000_000;
const POINT: [&str; 4] = ["srid", "x", "y", "z"];

impl Column {
    /// Reads the rest of a structure. One of the wrong form fits nowhere: whoever reads it as a value says what is wrong.
    pub(super) fn structure(&mut self, first: u8, scan: &mut Scan<'_>) -> Fits {
        let fields = scan.cursor.count(first)?;
        let tag = scan.cursor.byte()?;
        // Fields are counted here once more: to look a form up for each value took columns of dates a twentieth longer.
        let Dialect { element_ids, utc, vectors, .. } = scan.dialect;
        match (tag, fields) {
            (tag::DATE, 1) => Ok(match integers(scan)? {
                Some([days]) => i32::try_from(days).is_ok_and(|days| self.fixed(kind::DATE, &days.to_le_bytes())),
                None => false,
            }),
            (tag::LOCAL_TIME, 1) => Ok(match integers(scan)? {
                Some([nanos]) => (0..DAY).contains(&nanos) && self.push_wide(kind::LOCAL_TIME, nanos.cast_unsigned()),
                None => false,
            }),
            (tag::LOCAL_DATE_TIME, 2) => {
                let instant = instant(scan)?;
                Ok(instant.is_some_and(|nanos| self.push_wide(kind::LOCAL_DATE_TIME, nanos.cast_unsigned())))
            }
            (tag::DATE_TIME | tag::DATE_TIME_ZONE_ID, 3) if utc => self.date_time(tag, scan),
            (tag::DURATION, 4) => {
                Ok(integers(scan)?.and_then(duration).is_some_and(|bytes| self.fixed(kind::DURATION, &bytes)))
            }
            (tag::POINT_2D, 3) => {
                self.parts(kind::POINT, &POINT[..3], &[Kind::Integer, Kind::Float, Kind::Float], scan)
            }
            (tag::POINT_3D, 4) => {
                self.parts(kind::POINT, &POINT, &[Kind::Integer, Kind::Float, Kind::Float, Kind::Float], scan)
            }
            (tag::VECTOR, 2) if vectors => self.vector(scan),
            (tag::NODE, 4) if element_ids => self.node(scan),
            (tag::PATH, 3) if element_ids => self.path(scan),
            (tag::RELATIONSHIP, 8) if element_ids => self.relationship(scan),
            _ => Ok(false),
        }
    }

    /// Reads the parts of a structure, each of one kind, into a child each.
    pub(super) fn parts(&mut self, kind: u8, names: &[&str], kinds: &[Kind], scan: &mut Scan<'_>) -> Fits {
        if !self.becomes(kind) {
            return Ok(false);
        }
        if self.children.is_empty() {
            self.children = names.iter().map(|name| self.part(name.as_bytes())).collect();
        }
        let row = self.length;
        if self.children.len() != kinds.len() {
            return Ok(false);
        }
        for (child, kind) in self.children.iter_mut().zip(kinds) {
            child.nulls(row - child.length);
            if scan.cursor.kind() != *kind || !child.read(scan)? {
                return Ok(false);
            }
        }
        self.valid();
        Ok(true)
    }

    fn date_time(&mut self, tag: u8, scan: &mut Scan<'_>) -> Fits {
        let Some(nanos) = instant(scan)? else { return Ok(false) };
        let text;
        let zone = if tag == tag::DATE_TIME {
            let Some([seconds]) = integers(scan)? else { return Ok(false) };
            let minutes = seconds.unsigned_abs() / 60;
            if seconds % 60 != 0 || minutes > 18 * 60 {
                return Ok(false);
            }
            let digit = |number: u64| b'0' + (number % 10) as u8;
            let sign = if seconds < 0 { b'-' } else { b'+' };
            text = [sign, digit(minutes / 600), digit(minutes / 60), b':', digit(minutes % 60 / 10), digit(minutes)];
            &text[..]
        } else {
            scan.cursor.expect(Kind::String)?;
            let first = scan.cursor.byte()?;
            scan.cursor.utf8(first)?.as_bytes()
        };
        if self.kind == kind::NULL {
            self.zone = zone.to_vec();
        }
        Ok(self.zone == zone && self.push_wide(kind::DATE_TIME, nanos.cast_unsigned()))
    }

    fn vector(&mut self, scan: &mut Scan<'_>) -> Fits {
        let mut parts = [&[][..]; 2];
        for part in &mut parts {
            if scan.cursor.kind() != Kind::Bytes {
                return Ok(false);
            }
            let first = scan.cursor.byte()?;
            *part = scan.cursor.sized(first)?;
        }
        let Some(kind) = kind::of_numbers(parts[0]) else { return Ok(false) };
        if parts[1].len() % width(kind) != 0 || !self.becomes(kind::VECTOR) {
            return Ok(false);
        }
        let child = self.only_child();
        // The type of vectors of no numbers is one, too.
        if child.kind != kind::NULL && child.kind != kind {
            return Ok(false);
        }
        child.kind = kind;
        for number in parts[1].chunks_exact(width(kind)) {
            let bits = number.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte));
            if is_wide(kind) {
                child.wide.push(bits);
            } else {
                child.data.append(&bits.to_le_bytes()[..width(kind)]);
            }
        }
        child.length += parts[1].len() / width(kind);
        Ok(self.close_list())
    }
}

/// Integers that come next; `None` where something else does.
pub(super) fn integers<const N: usize>(scan: &mut Scan<'_>) -> Result<Option<[i64; N]>> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        if scan.cursor.kind() != Kind::Integer {
            return Ok(None);
        }
        let first = scan.cursor.byte()?;
        *number = scan.cursor.integer_of(first)?;
    }
    Ok(Some(numbers))
}

/// Seconds and nanoseconds, as nanoseconds, where these are within some 292 years of 1970.
fn instant(scan: &mut Scan<'_>) -> Result<Option<i64>> {
    let Some([seconds, nanos]) = integers(scan)? else { return Ok(None) };
    let fraction = (0..1_000_000_000).contains(&nanos);
    Ok(seconds.checked_mul(1_000_000_000).and_then(|whole| whole.checked_add(nanos)).filter(|_| fraction))
}

fn duration([months, days, seconds, nanos]: [i64; 4]) -> Option<[u8; 16]> {
    let whole = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    let (months, days) = (i32::try_from(months).ok()?, i32::try_from(days).ok()?);
    if !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&months.to_le_bytes());
    bytes[4..8].copy_from_slice(&days.to_le_bytes());
    bytes[8..].copy_from_slice(&whole.to_le_bytes());
    Some(bytes)
}
