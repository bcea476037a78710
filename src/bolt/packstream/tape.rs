//! `Tape`: values laid flat, in one pass over their bytes, for whoever builds values from them in another.
//!
//! A value starts with a word: what it is (8 bits) and a number (24 bits), mostly its length. Numbers and bytes stay where
//! they are, and the tape says where that is; text is gathered, so that it can be decoded all at once. A structure is its
//! tag, then its fields. What is on a tape has been checked.

use super::text::{PIECE, copy_ascii};
use super::weight::Weight;

/// What a value on the tape is.
pub mod op {
    /// `null`.
    pub const NULL: u32 = 0;
    /// `false`.
    pub const FALSE: u32 = 1;
    /// `true`.
    pub const TRUE: u32 = 2;
    /// An integer, in the 24 bits.
    pub const SMALL: u32 = 3;
    /// An integer of so many bytes, 4 or 8, at the place that the next word says.
    pub const INTEGER: u32 = 4;
    /// A float, at the place that the next word says.
    pub const FLOAT: u32 = 5;
    /// ASCII text of so many bytes, the next of the piece.
    pub const ASCII: u32 = 6;
    /// Other text: so many UTF-16 units, the next of the piece of its kind.
    pub const WIDE: u32 = 7;
    /// So many bytes, at the place that the next word says.
    pub const BYTES: u32 = 8;
    /// A list of so many values.
    pub const LIST: u32 = 9;
    /// A list of so many floats, from the place that the next word says, a marker before each.
    pub const FLOATS: u32 = 10;
    /// So many names and values.
    pub const MAP: u32 = 11;
    /// A structure: its tag in the lower 8 of the 24 bits, above it how many fields it came with.
    pub const STRUCTURE: u32 = 12;
    /// A UUID, at the place that the next word says.
    pub const UUID: u32 = 13;
    /// No value: from here on ASCII text is in another piece, whose length is the next word.
    pub const ASCII_PIECE: u32 = 14;
    /// The same for other text.
    pub const WIDE_PIECE: u32 = 15;
    /// Text of so many bytes of UTF-8, at the place that the next word says: too long to be copied.
    pub const LONG: u32 = 16;
}

/// In the place of a name's number: it is new, or not kept, and follows as text.
pub mod name {
    /// It has the next number from here on.
    pub const NEW: u32 = 0;
    /// It has no number.
    pub const UNKEPT: u32 = 1;
    /// The number of the first name.
    pub const FIRST: u32 = 2;
}

/// The largest number that fits beside an op; it says that the real one is the next word.
pub const LARGE: u32 = 0xFF_FFFF;

/// Values laid flat.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    pub(super) words: Area<u32>,
    pub(super) ascii: Text<u8>,
    pub(super) wide: Text<u16>,
}

impl Tape {
    /// The values.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        &self.words.room[..self.words.used]
    }

    /// ASCII text, one piece behind the other.
    #[must_use]
    pub fn ascii(&self) -> &[u8] {
        &self.ascii.area.room[..self.ascii.area.used]
    }

    /// Other text, in UTF-16, the same.
    #[must_use]
    pub fn wide(&self) -> &[u16] {
        &self.wide.area.room[..self.wide.area.used]
    }

    /// Room for what weighs so much in one that is empty. To grow would take up to three times as much.
    pub fn reserve(&mut self, weight: Weight) {
        self.words.make_room(weight.words);
        self.ascii.area.make_room(weight.ascii);
        self.wide.area.make_room(weight.wide);
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> [usize; 3] {
        [self.words.room.len(), self.ascii.area.room.len(), self.wide.area.room.len()]
    }

    /// Makes it empty; its room stays.
    pub fn clear(&mut self) {
        self.words.used = 0;
        self.ascii =
            Text { area: Area { room: std::mem::take(&mut self.ascii.area.room), used: 0 }, ..Text::default() };
        self.wide = Text { area: Area { room: std::mem::take(&mut self.wide.area.room), used: 0 }, ..Text::default() };
    }
}

/// Text of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Text<T> {
    area: Area<T>,
    /// Where the last piece begins.
    begin: usize,
    /// The word that has its length, once there is one.
    length: usize,
}

impl<T: Copy + Default> Text<T> {
    /// Room for so much more text, in a piece that has room for it.
    #[inline(always)]
    pub(super) fn room(&mut self, size: usize, piece: u32, words: &mut Area<u32>) -> &mut [T] {
        if self.length == 0 || self.area.used + size - self.begin > PIECE {
            words.push(piece);
            words.push(0);
            self.length = words.used - 1;
            self.begin = self.area.used;
        }
        if size > self.area.room.len() - self.area.used {
            self.area.grow(size);
        }
        &mut self.area.room[self.area.used..self.area.used + size]
    }

    /// So much of it has been filled.
    #[inline(always)]
    pub(super) fn filled(&mut self, size: usize, words: &mut Area<u32>) {
        self.area.used += size;
        words.room[self.length] = (self.area.used - self.begin) as u32;
    }
}

/// A vector with its room in the open. Built for size, the compiler would call a function for each `push`.
#[derive(Debug, Clone, Default)]
pub(super) struct Area<T> {
    room: Box<[T]>,
    pub(super) used: usize,
}

impl<T: Copy + Default> Area<T> {
    pub(super) fn items(&self) -> &[T] {
        &self.room[..self.used]
    }

    pub(super) fn items_mut(&mut self) -> &mut [T] {
        &mut self.room[..self.used]
    }

    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// Makes it longer: by what, is for the caller to fill in.
    #[inline(always)]
    pub(super) fn more(&mut self, count: usize) -> &mut [T] {
        if count > self.room.len() - self.used {
            self.grow(count);
        }
        self.used += count;
        &mut self.room[self.used - count..self.used]
    }

    #[inline(always)]
    pub(super) fn push(&mut self, item: T) {
        if self.used == self.room.len() {
            self.grow(1);
        }
        self.room[self.used] = item;
        self.used += 1;
    }

    /// The last item, of which there must be one.
    #[inline(always)]
    pub(super) fn last(&mut self) -> &mut T {
        &mut self.room[self.used - 1]
    }

    /// Room for so many, if there is none yet.
    pub(super) fn reserve(&mut self, count: usize) {
        if self.room.is_empty() {
            self.room = vec![T::default(); count].into();
        }
    }

    /// Room for so many, where nothing is kept.
    fn make_room(&mut self, count: usize) {
        if count > self.room.len() {
            self.room = Box::default();
            self.room = vec![T::default(); count].into();
        }
    }

    pub(super) fn zeros(&mut self, count: usize) {
        self.more(count).fill(T::default());
    }

    #[inline(never)]
    fn grow(&mut self, more: usize) {
        // Not `resize`, which would fill the new room item by item.
        let mut room = vec![T::default(); (2 * self.room.len()).max(self.used + more).max(64)];
        room[..self.used].copy_from_slice(&self.room[..self.used]);
        self.room = room.into();
    }
}

impl Area<u8> {
    /// Eight bytes at a time where there are few: a call to copy them would take longer.
    #[inline(always)]
    pub(super) fn append(&mut self, bytes: &[u8]) {
        let to = self.more(bytes.len());
        if bytes.len() > 64 {
            to.copy_from_slice(bytes);
        } else {
            copy_ascii(bytes, to);
        }
    }
}
