//! Markers: the first byte of each value, which says what it is, and its size where that fits.

pub(super) const NULL: u8 = 0xC0;
pub(super) const FLOAT_64: u8 = 0xC1;
pub(super) const FALSE: u8 = 0xC2;
pub(super) const TRUE: u8 = 0xC3;
pub(super) const FLOAT_32: u8 = 0xC6;
pub(super) const INT_8: u8 = 0xC8;
pub(super) const INT_16: u8 = 0xC9;
pub(super) const INT_32: u8 = 0xCA;
pub(super) const INT_64: u8 = 0xCB;
pub(super) const BYTES_8: u8 = 0xCC;
pub(super) const BYTES_16: u8 = 0xCD;
pub(super) const BYTES_32: u8 = 0xCE;
pub(super) const STRING_8: u8 = 0xD0;
pub(super) const STRING_32: u8 = 0xD2;
pub(super) const LIST_8: u8 = 0xD4;
pub(super) const LIST_32: u8 = 0xD6;
pub(super) const MAP_8: u8 = 0xD8;
pub(super) const MAP_32: u8 = 0xDA;
pub(super) const STRUCTURE_8: u8 = 0xDC;
pub(super) const STRUCTURE_16: u8 = 0xDD;
pub(super) const UUID: u8 = 0xE0;

/// What a marker announces.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Integer,
    Float,
    Bytes,
    String,
    List,
    Map,
    Structure,
    Uuid,
    Unknown,
}

impl Kind {
    #[inline(always)]
    pub(super) fn of(first: u8) -> Self {
        match first {
            0x80..=0x8F | STRING_8..=STRING_32 => Self::String,
            0x90..=0x9F | LIST_8..=LIST_32 => Self::List,
            0xA0..=0xAF | MAP_8..=MAP_32 => Self::Map,
            0xB0..=0xBF | STRUCTURE_8 | STRUCTURE_16 => Self::Structure,
            FLOAT_64 => Self::Float,
            FALSE | TRUE => Self::Boolean,
            BYTES_8..=BYTES_32 => Self::Bytes,
            UUID => Self::Uuid,
            0x00..=0x7F | 0xF0..=0xFF | INT_8..=INT_64 => Self::Integer,
            NULL => Self::Null,
            _ => Self::Unknown,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a Boolean",
            Self::Integer => "an integer",
            Self::Float => "a float",
            Self::Bytes => "bytes",
            Self::String => "a string",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Structure => "a structure",
            Self::Uuid => "a UUID",
            Self::Unknown => "an unknown type marker",
        }
    }
}
