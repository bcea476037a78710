//! Chunks: the examples of the documentation, and the sizes at which a message needs one more.

use neo4j_wasm::bolt::chunking::{Dechunker, SEND_LIMIT, write_chunked};

use super::wire::{hex, in_chunks_of};

/// The messages that the bytes come to, given in one piece.
fn messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let mut dechunker = Dechunker::default();
    let received = dechunker.receive(bytes, |message| {
        messages.push(message.to_vec());
        Ok(())
    });
    received.expect("chunks");
    messages
}

fn written(message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_chunked(message, &mut bytes);
    bytes
}

/// The sizes of the chunks, the last one of which is empty.
fn sizes(mut bytes: &[u8]) -> Vec<usize> {
    let mut sizes = Vec::new();
    while let Some((header, rest)) = bytes.split_first_chunk::<2>() {
        let size = usize::from(u16::from_be_bytes(*header));
        sizes.push(size);
        bytes = &rest[size..];
    }
    sizes
}

#[test]
fn a_message_in_one_chunk() {
    let message = hex("00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F");
    let chunks = hex("00 10 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 00 00");
    assert_eq!(written(&message), chunks);
    assert_eq!(messages(&chunks), [message]);
}

#[test]
fn a_message_split_in_two_chunks() {
    let chunks = hex("00 10 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 00 04 01 02 03 04 00 00");
    assert_eq!(messages(&chunks), [hex("00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 01 02 03 04")]);
}

#[test]
fn two_messages() {
    let chunks = hex("0010 000102030405060708090A0B0C0D0E0F 0000 0008 0F0E0D0C0B0A0908 0000");
    assert_eq!(messages(&chunks), [hex("000102030405060708090A0B0C0D0E0F"), hex("0F0E0D0C0B0A0908")]);
}

#[test]
fn two_messages_with_a_noop_in_between() {
    let chunks = hex("0010 000102030405060708090A0B0C0D0E0F 0000 0000 0008 0F0E0D0C0B0A0908 0000");
    assert_eq!(messages(&chunks), [hex("000102030405060708090A0B0C0D0E0F"), hex("0F0E0D0C0B0A0908")]);
}

#[test]
fn noops_before_between_and_after_messages_are_nothing() {
    assert_eq!(messages(&hex("0000 0000 0000")), [[0_u8; 0]; 0]);
    assert_eq!(messages(&hex("0000 0001 AA 0000 0000 0000 0001 BB 0001 CC 0000 0000")), [hex("AA"), hex("BBCC")]);
}

#[test]
fn a_message_is_there_only_with_its_end() {
    let chunks = hex("0010 000102030405060708090A0B0C0D0E0F 0004 01020304 0000");
    for end in 0..chunks.len() {
        assert_eq!(messages(&chunks[..end]), [[0_u8; 0]; 0], "at {end}");
    }
}

#[test]
fn a_message_gets_a_chunk_more_when_one_would_not_fit_in_a_send() {
    // Two bytes of header and two of end mark.
    let largest = SEND_LIMIT - 4;
    for (size, expected) in [
        (1, vec![1, 0]),
        (255, vec![255, 0]),
        (256, vec![256, 0]),
        (largest, vec![largest, 0]),
        (largest + 1, vec![largest, 1, 0]),
        (65_535, vec![largest, 3, 0]),
        (65_536, vec![largest, 4, 0]),
        (2 * largest, vec![largest, largest, 0]),
        (2 * largest + 1, vec![largest, largest, 1, 0]),
    ] {
        let message: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let chunks = written(&message);
        assert_eq!(sizes(&chunks), expected, "{size}");
        assert_eq!(messages(&chunks), [message]);
    }
    assert_eq!(written(&vec![0; largest]).len(), SEND_LIMIT);
}

#[test]
fn chunks_of_every_size_are_read() {
    let message: Vec<u8> = (0..70_000).map(|at| (at % 251) as u8).collect();
    for size in [1, 2, 3, 255, 256, 32_767, 65_534, 65_535] {
        assert_eq!(messages(&in_chunks_of(size, &message)), [&message[..]], "{size}");
    }
}
