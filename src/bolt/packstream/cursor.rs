//! `Cursor`: goes over the bytes of PackStream, and holds every size against what is left.

use super::broken;
use super::marker::{self, Kind};
use crate::error::{Error, Result};

#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// What comes next.
    pub(super) fn kind(&self) -> Kind {
        self.bytes.get(self.at).map_or(Kind::Unknown, |first| Kind::of(*first))
    }

    /// The bytes that have been read from there on.
    #[inline(always)]
    pub(super) fn since(&self, from: usize) -> &'a [u8] {
        &self.bytes[from..self.at]
    }

    pub(super) fn take(&mut self, size: usize) -> Result<&'a [u8]> {
        let from = self.at;
        self.skip(size)?;
        Ok(&self.bytes[from..self.at])
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| broken::too_long())
    }

    /// What is of the size that this byte begins.
    pub(super) fn sized(&mut self, first: u8) -> Result<&'a [u8]> {
        let size = self.count(first)?;
        self.take(size)
    }

    /// The text that begins with this byte.
    pub(super) fn utf8(&mut self, first: u8) -> Result<&'a str> {
        std::str::from_utf8(self.sized(first)?).map_err(|_| broken::not_utf8())
    }

    #[inline(always)]
    pub(super) fn expect(&self, kind: Kind) -> Result<()> {
        match self.bytes.get(self.at) {
            Some(first) if Kind::of(*first) == kind => Ok(()),
            first => Err(self.unexpected(kind, first.copied())),
        }
    }

    #[inline(never)]
    fn unexpected(&self, kind: Kind, first: Option<u8>) -> Error {
        let Some(first) = first else { return broken::too_long() };
        broken::unexpected(kind.name(), Kind::of(first).name())
    }

    #[inline(always)]
    pub(super) fn byte(&mut self) -> Result<u8> {
        match self.bytes.get(self.at) {
            Some(byte) => {
                self.at += 1;
                Ok(*byte)
            }
            None => Err(broken::too_long()),
        }
    }

    #[inline(always)]
    pub(super) fn skip(&mut self, size: usize) -> Result<()> {
        if size > self.bytes.len() - self.at {
            return Err(broken::too_long());
        }
        self.at += size;
        Ok(())
    }

    /// The size or count that stands beside a marker or behind it.
    pub(super) fn header(&mut self) -> Result<usize> {
        let first = self.byte()?;
        self.count(first)
    }

    #[inline(always)]
    pub(super) fn count(&mut self, first: u8) -> Result<usize> {
        if first < 0xC0 { Ok(usize::from(first & 0x0F)) } else { self.size(first) }
    }

    /// The size behind a marker, in 8, 16 or 32 bits.
    pub(super) fn size(&mut self, first: u8) -> Result<usize> {
        match self.number(1 << (first & 3)) {
            Ok(size) => Ok(size as usize),
            Err(error) => Err(error),
        }
    }

    #[inline(always)]
    pub(super) fn number(&mut self, width: usize) -> Result<u64> {
        let from = self.at;
        self.skip(width)?;
        let mut number = 0;
        for at in from..self.at {
            number = number << 8 | u64::from(self.bytes[at]);
        }
        Ok(number)
    }

    /// The integer that begins with this byte.
    #[inline(always)]
    pub(super) fn integer_of(&mut self, first: u8) -> Result<i64> {
        if !(marker::INT_8..=marker::INT_64).contains(&first) {
            return Ok(i64::from(first.cast_signed()));
        }
        let width = 1 << (first & 3);
        let unused = 64 - 8 * width as u32;
        Ok((self.number(width)? << unused).cast_signed() >> unused)
    }

    /// Whether that many floats come next, and nothing but floats.
    pub(super) fn are_floats(&self, count: usize) -> bool {
        if count == 0 || count > (self.bytes.len() - self.at) / 9 {
            return false;
        }
        let mut at = self.at;
        for _ in 0..count {
            if self.bytes[at] != marker::FLOAT_64 {
                return false;
            }
            at += 9;
        }
        true
    }
}
