//! The structures of PackStream: their tags, and what each is made of in a connection's dialect.

use super::broken;
use crate::error::Result;

/// Which forms of the structures a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Nodes and relationships carry element ids.
    pub element_ids: bool,
    /// Zoned date-times count from UTC rather than on the zone's own clock.
    pub utc: bool,
    /// Vectors and unsupported types exist.
    pub vectors: bool,
    /// UUIDs exist (PackStream 2).
    pub uuids: bool,
    /// A named zone's offset follows its name when read. Never so on the wire: it is how JavaScript, which knows the
    /// offset, hands its parameters over.
    pub zone_offsets: bool,
}

/// What `encode.js` writes: the newest forms, and a named zone's offset with its name.
pub(super) const FROM_JS: Dialect =
    Dialect { element_ids: true, utc: true, vectors: true, uuids: true, zone_offsets: true };

/// What `decode.js` reads: the same as a server has it.
pub(crate) const TO_JS: Dialect = Dialect { zone_offsets: false, ..FROM_JS };

pub(super) mod tag {
    pub(in super::super) const NODE: u8 = b'N';
    pub(in super::super) const RELATIONSHIP: u8 = b'R';
    pub(in super::super) const UNBOUND_RELATIONSHIP: u8 = b'r';
    pub(in super::super) const PATH: u8 = b'P';
    pub(in super::super) const DATE: u8 = b'D';
    pub(in super::super) const TIME: u8 = b'T';
    pub(in super::super) const LOCAL_TIME: u8 = b't';
    pub(in super::super) const DATE_TIME: u8 = b'I';
    pub(in super::super) const DATE_TIME_ZONE_ID: u8 = b'i';
    pub(in super::super) const LEGACY_DATE_TIME: u8 = b'F';
    pub(in super::super) const LEGACY_DATE_TIME_ZONE_ID: u8 = b'f';
    pub(in super::super) const LOCAL_DATE_TIME: u8 = b'd';
    pub(in super::super) const DURATION: u8 = b'E';
    pub(in super::super) const POINT_2D: u8 = b'X';
    pub(in super::super) const POINT_3D: u8 = b'Y';
    pub(in super::super) const VECTOR: u8 = b'V';
    pub(in super::super) const UNSUPPORTED_TYPE: u8 = b'?';
}

impl Dialect {
    /// The form of a structure, a letter for each field: an integer `i`, or one that nobody needs `-`; a float `f`, text
    /// `s`, a name `n`, a map `m`, a list of names `L`, the two of a vector `vw`, the three of a path `xyz`. None for one
    /// that there is not.
    fn form(self, tag: u8) -> Option<&'static [u8]> {
        let Self { element_ids, utc, vectors, zone_offsets, .. } = self;
        Some(match tag {
            tag::NODE if element_ids => b"-Lms",
            tag::NODE => b"iLm",
            tag::RELATIONSHIP if element_ids => b"---nmsss",
            tag::RELATIONSHIP => b"iiinm",
            tag::PATH => b"xyz",
            tag::DATE | tag::LOCAL_TIME => b"i",
            tag::TIME | tag::LOCAL_DATE_TIME => b"ii",
            tag::DATE_TIME if utc => b"iii",
            tag::LEGACY_DATE_TIME if !utc => b"iii",
            tag::DATE_TIME_ZONE_ID if utc && zone_offsets => b"iini",
            tag::DATE_TIME_ZONE_ID if utc => b"iin",
            tag::LEGACY_DATE_TIME_ZONE_ID if !utc => b"iin",
            tag::DURATION => b"iiii",
            tag::POINT_2D => b"iff",
            tag::POINT_3D => b"ifff",
            tag::VECTOR if vectors => b"vw",
            tag::UNSUPPORTED_TYPE if vectors => b"siim",
            _ => return None,
        })
    }

    /// The form of a structure that has come with so many fields.
    pub(super) fn structure(self, tag: u8, fields: usize) -> Result<&'static [u8]> {
        let form = self.form(tag).ok_or_else(|| broken::unknown_structure(tag, fields))?;
        of_so_many(form, tag, fields)
    }

    /// The form of a part of a path: of a node, or of a relationship without the nodes that it joins.
    pub(super) fn part(self, tag: u8, fields: usize) -> Result<&'static [u8]> {
        let form = match (tag, self.element_ids) {
            (tag::UNBOUND_RELATIONSHIP, true) => b"-nms",
            (tag::UNBOUND_RELATIONSHIP, false) => &b"inm"[..],
            _ => return self.structure(tag, fields),
        };
        of_so_many(form, tag, fields)
    }
}

/// Whether a number is a step of a path: by turns a relationship, counted from 1 and negative where it is walked against its
/// direction, and a node, counted from 0.
pub(super) fn is_step(index: usize, step: i64, nodes: usize, relationships: usize) -> bool {
    match index % 2 {
        0 => step != 0 && step.unsigned_abs() <= relationships as u64,
        _ => u64::try_from(step).is_ok_and(|node| node < nodes as u64),
    }
}

fn of_so_many(form: &'static [u8], tag: u8, fields: usize) -> Result<&'static [u8]> {
    if fields == form.len() { Ok(form) } else { Err(broken::wrong_fields(tag, fields, form.len())) }
}
