//! As much of PackStream as a relay needs: where a value ends, what a map has under a key, and messages with another content.

use std::ops::Range;

/// Structures and what a relay puts in its answers.
pub(super) const EMPTY_LIST: u8 = 0x90;
pub(super) const EMPTY_MAP: u8 = 0xA0;

/// What a marker says of its value.
struct Head {
    /// Bytes of the marker and of the size behind it.
    length: usize,
    /// Bytes that follow and are no values.
    bytes: usize,
    /// Values that follow.
    values: usize,
}

fn head(bytes: &[u8], at: usize) -> Option<Head> {
    let marker = *bytes.get(at)?;
    let size = |width: usize| -> Option<usize> {
        let digits = bytes.get(at + 1..at + 1 + width)?;
        Some(digits.iter().fold(0, |size, digit| size << 8 | usize::from(*digit)))
    };
    let low = usize::from(marker & 0x0F);
    let (length, bytes, values) = match marker {
        0x80..=0x8F => (1, low, 0),
        0x90..=0x9F => (1, 0, low),
        0xA0..=0xAF => (1, 0, 2 * low),
        0xB0..=0xBF => (2, 0, low),
        0xC1 | 0xCB => (1, 8, 0),
        0xC8 => (1, 1, 0),
        0xC9 => (1, 2, 0),
        0xCA => (1, 4, 0),
        0xCC | 0xD0 => (2, size(1)?, 0),
        0xCD | 0xD1 => (3, size(2)?, 0),
        0xCE | 0xD2 => (5, size(4)?, 0),
        0xD4 => (2, 0, size(1)?),
        0xD5 => (3, 0, size(2)?),
        0xD6 => (5, 0, size(4)?),
        0xD8 => (2, 0, 2 * size(1)?),
        0xD9 => (3, 0, 2 * size(2)?),
        0xDA => (5, 0, 2 * size(4)?),
        0xE0 => (1, 16, 0),
        _ => (1, 0, 0),
    };
    Some(Head { length, bytes, values })
}

/// Where the value that begins there ends; none where the bytes end before it does.
pub(super) fn end_of(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut left = 1_usize;
    while left > 0 {
        let head = head(bytes, at)?;
        at = at.checked_add(head.length)?.checked_add(head.bytes)?;
        // Each value takes a byte at least.
        left = (left - 1).checked_add(head.values).filter(|left| *left <= bytes.len())?;
    }
    (at <= bytes.len()).then_some(at)
}

/// An entry of a map: key and value together, and the value alone.
pub(super) struct Entry {
    pub(super) whole: Range<usize>,
    pub(super) value: Range<usize>,
}

/// What the map that begins there has under a short key.
pub(super) fn entry(bytes: &[u8], map: usize, key: &str) -> Option<Entry> {
    let head = is_map(bytes, map).then(|| head(bytes, map))??;
    let mut at = map + head.length;
    for _ in 0..head.values / 2 {
        let value = end_of(bytes, at)?;
        let end = end_of(bytes, value)?;
        if bytes[at..value] == string(key) {
            return Some(Entry { whole: at..end, value: value..end });
        }
        at = end;
    }
    None
}

pub(super) fn is_map(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|marker| matches!(marker, 0xA0..=0xAF | 0xD8..=0xDA))
}

/// The same message, but that the small map which begins there lacks a key.
pub(super) fn without(message: &[u8], map: usize, key: &str) -> Option<Vec<u8>> {
    let whole = entry(message, map, key)?.whole;
    let mut out = message.to_vec();
    out.drain(whole);
    // Maps of what belongs to a request have few entries.
    matches!(message[map], 0xA1..=0xAF).then(|| out[map] -= 1)?;
    Some(out)
}

pub(super) fn string(text: &str) -> Vec<u8> {
    let mut out = match text.len() {
        length @ 0..16 => vec![0x80 | length as u8],
        length @ 16..256 => vec![0xD0, length as u8],
        length => [vec![0xD1], (length as u16).to_be_bytes().to_vec()].concat(),
    };
    out.extend(text.as_bytes());
    out
}

/// A list of up to 15 values.
pub(super) fn list(values: &[Vec<u8>]) -> Vec<u8> {
    [vec![EMPTY_LIST | values.len() as u8], values.concat()].concat()
}

/// A map of up to 15 entries.
pub(super) fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![EMPTY_MAP | entries.len() as u8];
    for (key, value) in entries {
        out.extend(string(key));
        out.extend(value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_values_of_every_form() {
        let ends = |bytes: &[u8]| end_of(bytes, 0) == Some(bytes.len());
        assert!(
            ends(&[0x07])
                && ends(&[0xF0])
                && ends(&[0xC0])
                && ends(&[0xC8, 1])
                && ends(&[0xCB, 1, 2, 3, 4, 5, 6, 7, 8])
        );
        assert!(ends(&string("")) && ends(&string(&"a".repeat(15))) && ends(&string(&"a".repeat(255))));
        assert!(ends(&string(&"a".repeat(300))));
        assert!(ends(&[0xCC, 2, 0xFF, 0xFF]) && ends(&[0xD4, 2, 1, 0x81, b'a']) && ends(&[0xD8, 1, 0x81, b'a', 0x90]));
        assert!(ends(&[0xB2, 0x44, 1, 0x91, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0]));
        assert!(ends(&[vec![0xE0], vec![0; 16]].concat()));
    }

    #[test]
    fn what_is_cut_short_or_promises_too_much_has_no_end() {
        for bytes in [
            &[][..],
            &[0x85, b'a'],
            &[0xD2, 0xFF, 0xFF, 0xFF, 0xFF],
            &[0xD6, 0xFF, 0xFF, 0xFF, 0xFF],
            &[0xDA, 0],
            &[0xB1],
        ] {
            assert_eq!(end_of(bytes, 0), None, "{bytes:?}");
        }
        // As deep as it is long, and no deeper than the stack.
        assert_eq!(end_of(&vec![0x91; 1 << 20], 0), None);
    }

    #[test]
    fn entries_are_found_and_taken_out() {
        let message =
            [vec![0xB1, 0x11], map(&[("mode", string("r")), ("bookmarks", list(&[string("b")])), ("db", string("x"))])]
                .concat();
        let mode = entry(&message, 2, "mode").unwrap();
        assert_eq!(message[mode.value], string("r"));
        assert!(entry(&message, 2, "imp_user").is_none() && entry(&message, 0, "mode").is_none());
        let expected = [vec![0xB1, 0x11], map(&[("mode", string("r")), ("db", string("x"))])].concat();
        assert_eq!(without(&message, 2, "bookmarks").unwrap(), expected);
        assert_eq!(without(&expected, 2, "bookmarks"), None);
    }
}
