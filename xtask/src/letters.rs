//! Letters for bytes: the wasm as text in a module. Unlike base64 it leaves a byte a letter, so that whatever repeats in the
//! wasm repeats in the text, and servers compress one nearly as well as the other (base64 costs 30 %).

/// How many bytes get a letter that is one byte of UTF-8: printable ASCII, but for what a string literal escapes.
const PLAIN: usize = 0x5F - 2;

/// The letter for each byte, in the order of the bytes, and the text.
pub(crate) fn encode(bytes: &[u8]) -> (String, String) {
    let mut counts = [0_usize; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let mut by_count: Vec<usize> = (0..256).collect();
    by_count.sort_by_key(|byte| usize::MAX - counts[*byte]);
    let mut letters = ['\0'; 256];
    for (byte, letter) in by_count.into_iter().zip(alphabet()) {
        letters[byte] = letter;
    }
    (letters.iter().collect(), bytes.iter().map(|byte| letters[usize::from(*byte)]).collect())
}

/// Short ones first: the frequent bytes get them. From U+00C0 on there is nothing that any tool takes for a space.
fn alphabet() -> impl Iterator<Item = char> {
    let plain = (' '..='~').filter(|letter| !matches!(letter, '"' | '\\'));
    plain.chain(('\u{C0}'..).take(256 - PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_letter_of_its_own_and_frequent_ones_are_short() {
        let bytes: Vec<u8> = (0..=255).chain([200; 10]).collect();
        let (letters, text) = encode(&bytes);
        let letters: Vec<char> = letters.chars().collect();
        assert_eq!(letters.len(), 256);
        let read: Vec<usize> = text.chars().map(|letter| letters.iter().position(|l| *l == letter).unwrap()).collect();
        assert_eq!(read, bytes.iter().map(|byte| usize::from(*byte)).collect::<Vec<_>>());
        assert!(letters[200].is_ascii() && text.chars().filter(char::is_ascii).count() == PLAIN + 10);
        assert!(!text.contains(['"', '\\', '\n']) && letters.iter().all(|letter| u32::from(*letter) < 0x200));
    }
}
