//! Text of PackStream, which is UTF-8, as JavaScript has it: copied where it is ASCII, and else in UTF-16.

/// Text is decoded in pieces of about this size: larger ones leave the processor's cache, smaller ones are more calls.
pub(super) const PIECE: usize = 32_768;

/// Copies text of the same length while it is ASCII; whether it is. Eight bytes at a time: most text is short, and the
/// calls to look at it and to copy it would take longer than this does.
#[inline(always)]
pub(super) fn copy_ascii(from: &[u8], to: &mut [u8]) -> bool {
    let (from_words, from_rest) = from.as_chunks::<8>();
    let (to_words, to_rest) = to.as_chunks_mut::<8>();
    let (mut all, mut at) = (0, 0);
    while at < from_words.len().min(to_words.len()) {
        all |= u64::from_le_bytes(from_words[at]);
        to_words[at] = from_words[at];
        at += 1;
    }
    at = 0;
    while at < from_rest.len().min(to_rest.len()) {
        all |= u64::from(from_rest[at]);
        to_rest[at] = from_rest[at];
        at += 1;
    }
    all & ONES << 7 == 0
}

/// A one in each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;

/// Writes text in UTF-16; how many units that takes, `None` for what is not UTF-8.
pub(super) fn to_utf16(text: &[u8], to: &mut [u16]) -> Option<usize> {
    let (mut at, mut units) = (0, 0);
    while at < text.len() {
        let first = u32::from(text[at]);
        let (second, third, fourth);
        if first < 0x80 {
            to[units] = first as u16;
            at += 1;
        } else if first < 0xE0 {
            second = continued(text, at + 1);
            let character = (first & 0x1F) << 6 | second;
            if first < 0xC2 || second == BROKEN {
                return None;
            }
            to[units] = character as u16;
            at += 2;
        } else if first < 0xF0 {
            (second, third) = (continued(text, at + 1), continued(text, at + 2));
            let character = (first & 0x0F) << 12 | second << 6 | third;
            if second.max(third) == BROKEN || character < 0x800 || character & 0xF800 == 0xD800 {
                return None;
            }
            to[units] = character as u16;
            at += 3;
        } else {
            (second, third, fourth) = (continued(text, at + 1), continued(text, at + 2), continued(text, at + 3));
            let character = (first & 0x0F) << 18 | second << 12 | third << 6 | fourth;
            if second.max(third).max(fourth) == BROKEN || !(0x1_0000..0x11_0000).contains(&character) {
                return None;
            }
            to[units] = 0xD7C0_u32.wrapping_add(character >> 10) as u16;
            units += 1;
            to[units] = (0xDC00 | character & 0x3FF) as u16;
            at += 4;
        }
        units += 1;
    }
    Some(units)
}

/// More than the six bits that a byte can carry on with.
const BROKEN: u32 = 0x40;

#[inline(always)]
fn continued(text: &[u8], at: usize) -> u32 {
    match text.get(at) {
        Some(byte) if byte & 0xC0 == 0x80 => u32::from(byte & 0x3F),
        _ => BROKEN,
    }
}
