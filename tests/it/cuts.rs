//! However the server's bytes are cut into frames, the responses are the same.

use super::conversations::{Conversation, Course, Seen, conversations, large_message};
use super::wire::hex;
use neo4j_wasm::bolt::{Exchange, ServerState};

/// The course in one piece, which must be what the conversation is meant to be.
fn whole(conversation: &Conversation) -> Course {
    conversation.cut_at(&[])
}

#[test]
fn the_conversations_go_as_they_are_meant_to() {
    for (name, seen, state, ends_well) in [
        ("a query after a classic handshake", 7, ServerState::Ready, true),
        ("a query after a manifest", 6, ServerState::Ready, true),
        ("the UTC patch of 4.4", 5, ServerState::Ready, true),
        ("a failure, and on after RESET", 8, ServerState::Ready, true),
        ("a refused LOGON", 2, ServerState::Defunct, true),
        ("a transaction of two results", 12, ServerState::Ready, true),
        ("small chunks and NOOPs", 6, ServerState::Ready, true),
        ("asides, and another user", 5, ServerState::Ready, true),
        ("a record that nobody asked for", 4, ServerState::Defunct, false),
        ("bytes that are not PackStream", 4, ServerState::Defunct, false),
        ("no common version", 0, ServerState::Defunct, false),
    ] {
        let all = conversations();
        let conversation = all.iter().find(|conversation| conversation.name == name).expect(name);
        let course = whole(conversation);
        assert_eq!((course.seen.len(), course.state), (seen, state), "{name}: {course:?}");
        assert_eq!(course.error.is_none(), ends_well, "{name}: {:?}", course.error);
        assert_eq!(course.version.is_some(), name != "no common version");
    }
    assert_eq!(conversations().len(), 11, "each is in the list above");
}

#[test]
fn the_dialect_of_a_record_is_the_one_agreed_on_just_before_it() {
    let all = conversations();
    let patched = all.iter().find(|conversation| conversation.name == "the UTC patch of 4.4").expect("it");
    let readable = whole(patched).seen.into_iter().filter_map(|seen| match seen {
        Seen::Record(_, _, values) => Some(values.is_some()),
        _ => None,
    });
    assert_eq!(readable.collect::<Vec<_>>(), [true, false], "the new form, and the legacy one");
}

#[test]
fn a_reply_cut_at_any_byte_gives_the_same_responses() {
    for conversation in conversations() {
        let expected = whole(&conversation);
        for cut in 0..=conversation.len() {
            assert_eq!(conversation.cut_at(&[cut]), expected, "{} at {cut}", conversation.name);
        }
        let everywhere: Vec<usize> = (0..conversation.len()).collect();
        assert_eq!(conversation.cut_at(&everywhere), expected, "{} everywhere", conversation.name);
    }
}

/// Every pair; on two threads, as it is the longest of the tests.
fn at_every_pair(half: usize) {
    for conversation in conversations().iter().skip(half).step_by(2) {
        let expected = whole(conversation);
        for first in 1..conversation.len() {
            for second in first + 1..conversation.len() {
                let course = conversation.cut_at(&[first, second]);
                assert!(course == expected, "{} at {first} and {second}: {course:?}", conversation.name);
            }
        }
    }
}

#[test]
fn a_reply_cut_at_any_two_bytes_gives_the_same_responses() {
    at_every_pair(0);
}

#[test]
fn another_reply_cut_at_any_two_bytes_gives_the_same_responses() {
    at_every_pair(1);
}

#[test]
fn a_large_message_gives_the_same_responses_in_frames_of_any_size() {
    for chunk in [1_000, 32_768, 65_532, 65_535] {
        let (conversation, _) = large_message(chunk);
        let expected = whole(&conversation);
        assert_eq!((expected.seen.len(), &expected.error), (7, &None));
        for frame in [997, 4_096, 65_535, 65_536, 65_537, 70_000] {
            let cuts: Vec<usize> = (0..conversation.len()).step_by(frame).collect();
            assert!(conversation.cut_at(&cuts) == expected, "chunks of {chunk} in frames of {frame}");
        }
    }
}

#[test]
fn a_large_message_cut_around_each_chunk_gives_the_same_responses() {
    let chunk = 50_000;
    let (conversation, start) = large_message(chunk);
    let expected = whole(&conversation);
    // The last border is that behind the message, which is a little longer than three chunks.
    let borders = (0..4).map(|number| start + number * (chunk + 2)).chain([conversation.len() - 20]);
    for cut in borders.flat_map(|border| border - 5..border + 10) {
        assert!(conversation.cut_at(&[cut]) == expected, "cut at {cut}");
        assert!(conversation.cut_at(&[cut, cut + 1]) == expected, "cut at {cut} and behind it");
    }
}

#[test]
fn keep_alives_right_behind_the_handshake_are_nothing() {
    let bytes = hex("00 00 01 FF 01 00 00 08 05 00  0000 0000 0000");
    for first in 0..=bytes.len() {
        for second in first..=bytes.len() {
            let mut exchange = Exchange::new();
            for part in [&bytes[..first], &bytes[first..second], &bytes[second..]] {
                exchange.receive(part).expect("nothing wrong");
            }
            assert_eq!(exchange.version().map(|version| version.to_string()), Some("5.8".to_owned()));
            assert_eq!(exchange.state(), ServerState::Negotiation);
        }
    }
}
