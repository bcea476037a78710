//! `Writer`: PackStream in its shortest form.

use super::marker;

/// Appends PackStream to a buffer.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What has been written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// `null`.
    pub fn null(&mut self) {
        self.bytes.push(marker::NULL);
    }

    /// A Boolean.
    pub fn boolean(&mut self, value: bool) {
        self.bytes.push(if value { marker::TRUE } else { marker::FALSE });
    }

    /// An integer, in as few bytes as it takes.
    pub fn integer(&mut self, value: i64) {
        if let Ok(byte) = i8::try_from(value) {
            if byte < -16 {
                self.bytes.push(marker::INT_8);
            }
            self.bytes.push(byte.cast_unsigned());
        } else if let Ok(short) = i16::try_from(value) {
            self.marked(marker::INT_16, &short.to_be_bytes());
        } else if let Ok(int) = i32::try_from(value) {
            self.marked(marker::INT_32, &int.to_be_bytes());
        } else {
            self.marked(marker::INT_64, &value.to_be_bytes());
        }
    }

    /// A double.
    pub fn float(&mut self, value: f64) {
        self.marked(marker::FLOAT_64, &value.to_be_bytes());
    }

    /// Bytes. `false`, and nothing is written, when they are too many for PackStream.
    #[must_use]
    pub fn bytes(&mut self, value: &[u8]) -> bool {
        let fits = match value.len() {
            0..=0xFF => self.size_8(marker::BYTES_8, value.len()),
            size => self.size_16_or_32(marker::BYTES_16, size),
        };
        if fits {
            self.bytes.extend_from_slice(value);
        }
        fits
    }

    /// Text. `false`, and nothing is written, when it is too long for PackStream.
    #[must_use]
    pub fn string(&mut self, value: &str) -> bool {
        let fits = self.header(0x80, marker::STRING_8, value.len());
        if fits {
            self.bytes.extend_from_slice(value.as_bytes());
        }
        fits
    }

    /// The start of a list: so many values must follow. `false` when they are too many for PackStream.
    #[must_use]
    pub fn list(&mut self, items: usize) -> bool {
        self.header(0x90, marker::LIST_8, items)
    }

    /// The start of a map: so many pairs of key and value must follow. `false` when they are too many.
    #[must_use]
    pub fn map(&mut self, entries: usize) -> bool {
        self.header(0xA0, marker::MAP_8, entries)
    }

    /// The start of a structure of up to 15 fields, which must follow.
    pub fn structure(&mut self, tag: u8, fields: u8) {
        debug_assert!(fields < 16, "no Bolt structure has more than 15 fields");
        self.bytes.extend_from_slice(&[0xB0 | (fields & 0x0F), tag]);
    }

    /// Values that are packed already.
    pub(super) fn packed(&mut self, values: &[u8]) {
        self.bytes.extend_from_slice(values);
    }

    /// A UUID; PackStream 2 only.
    pub fn uuid(&mut self, value: &[u8; 16]) {
        self.marked(marker::UUID, value);
    }

    fn marked(&mut self, marker: u8, bytes: &[u8]) {
        self.bytes.push(marker);
        self.bytes.extend_from_slice(bytes);
    }

    fn header(&mut self, tiny: u8, marker_8: u8, size: usize) -> bool {
        match size {
            0..=0x0F => {
                self.bytes.push(tiny | size as u8);
                true
            }
            0x10..=0xFF => self.size_8(marker_8, size),
            _ => self.size_16_or_32(marker_8 + 1, size),
        }
    }

    fn size_8(&mut self, marker: u8, size: usize) -> bool {
        self.bytes.extend_from_slice(&[marker, size as u8]);
        true
    }

    fn size_16_or_32(&mut self, marker_16: u8, size: usize) -> bool {
        if let Ok(size) = u16::try_from(size) {
            self.marked(marker_16, &size.to_be_bytes());
        } else if let Ok(size) = i32::try_from(size) {
            // The 32 bits are unsigned, but the specification allows no more than a signed number holds.
            self.marked(marker_16 + 1, &size.to_be_bytes());
        } else {
            return false;
        }
        true
    }
}
