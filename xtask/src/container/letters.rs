//! Letters for bytes: the container as text in a script. A frequent byte is one letter, a rare one two, all of them printable
//! ASCII: whatever repeats in the bytes repeats in the text, so that servers compress one nearly as well as the other (the
//! text costs 1 %, base64 30 %), and no tool or charset changes them.

/// How many letters begin a pair: the last ones of the alphabet, which stand for nothing by themselves.
const PAIRS: usize = 2;

/// First the letters of each byte, in the order of the bytes, then those of the bytes given. `unpack.wat`
/// reads them.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut counts = [0_usize; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let mut by_count: Vec<u8> = (0..=255).collect();
    by_count.sort_by_key(|byte| usize::MAX - counts[usize::from(*byte)]);
    let mut letters = vec![String::new(); 256];
    for (byte, short_first) in by_count.into_iter().zip(all_letters()) {
        letters[usize::from(byte)] = short_first;
    }
    (0..=255).chain(bytes.iter().copied()).map(|byte| letters[usize::from(byte)].as_str()).collect()
}

fn all_letters() -> Vec<String> {
    // But for what a string literal escapes.
    let alphabet: Vec<char> = (' '..='~').filter(|letter| !matches!(letter, '"' | '\\')).collect();
    let (alone, firsts) = alphabet.split_at(alphabet.len() - PAIRS);
    let pairs = firsts.iter().flat_map(|first| alphabet.iter().map(move |second| format!("{first}{second}")));
    alone.iter().map(char::to_string).chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `unpack.wat` does.
    fn decode(text: &str) -> Vec<u8> {
        let mut rest = text.bytes();
        let codes = std::iter::from_fn(|| {
            let code = usize::from(rest.next()?);
            Some(if code < usize::from(b'}') { code } else { (code - 124) * 128 + usize::from(rest.next()?) })
        });
        let codes: Vec<usize> = codes.collect();
        let (letters, bytes) = codes.split_at(256);
        bytes
            .iter()
            .map(|code| u8::try_from(letters.iter().position(|letter| letter == code).unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn every_byte_has_letters_of_its_own_and_frequent_ones_are_short() {
        let bytes: Vec<u8> = (0..=255).chain([200; 10]).collect();
        let text = encode(&bytes);
        assert_eq!(decode(&text), bytes);
        assert!(text.bytes().all(|letter| matches!(letter, b' '..=b'~') && letter != b'"' && letter != b'\\'));
        let alone = 0x5F - 2 - PAIRS;
        assert_eq!(text.len(), 2 * (alone + 2 * (256 - alone)) + 10);
    }
}
