//! The handshake: what is offered, what may come back, and the manifest.

use neo4j_wasm::bolt::handshake::{Agreement, OFFER, read_answer};
use neo4j_wasm::bolt::{Exchange, ServerState, Version};
use neo4j_wasm::{Error, ErrorKind};

use super::wire::hex;

const MANIFEST: &str = "00 00 01 FF";

fn agreement(bytes: &str) -> Option<Agreement> {
    read_answer(&hex(bytes)).expect("an answer that Bolt knows")
}

fn error(bytes: &str) -> Error {
    read_answer(&hex(bytes)).expect_err("no answer that Bolt knows")
}

/// The version agreed on, and what the client answers.
fn agreed(bytes: &str) -> (String, Vec<u8>) {
    let agreement = agreement(bytes).expect("enough bytes");
    assert_eq!(agreement.used, hex(bytes).len(), "all bytes belong to the handshake");
    (agreement.version.to_string(), agreement.answer)
}

#[test]
fn the_offer_is_the_identification_and_four_proposals() {
    assert_eq!(OFFER, *hex("60 60 B0 17  00 00 01 FF  00 02 08 05  00 04 04 05  00 00 04 04"));
    assert_eq!(Exchange::new().take_output(), OFFER);
}

#[test]
fn the_offer_has_every_version_that_can_be_had_without_a_manifest() {
    let proposals = OFFER[8..].chunks(4);
    let offered: Vec<String> = proposals
        .flat_map(|proposal| (0..=proposal[1]).map(|below| format!("{}.{}", proposal[3], proposal[2] - below)))
        .collect();
    let spoken = Version::SUPPORTED.map(|version| version.to_string());
    assert_eq!(offered, spoken.iter().filter(|version| !version.starts_with('6')).cloned().collect::<Vec<_>>());
}

#[test]
fn the_server_answers_with_a_version() {
    for version in Version::SUPPORTED.iter().filter(|version| version.major < 6) {
        let answer = [0, 0, version.minor, version.major];
        let expected = Agreement { version: *version, answer: vec![], used: 4 };
        assert_eq!(read_answer(&answer).unwrap(), Some(expected.clone()));
        // What follows is the first message, perhaps a NOOP, and not part of the handshake.
        assert_eq!(read_answer(&[&answer[..], &[0, 0, 0, 3]].concat()).unwrap(), Some(expected));
    }
}

#[test]
fn four_zeros_are_no_version() {
    let error = error("00 00 00 00");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "UnsupportedVersion"));
    assert!(error.message().contains("4.4 to 6.1"), "{error}");
}

#[test]
fn a_version_that_was_not_offered_is_an_error() {
    for bytes in ["00 00 00 03", "00 00 03 04", "00 00 05 04", "00 00 05 05", "00 00 09 05", "00 00 00 07"] {
        assert_eq!(error(bytes).code(), "UnsupportedVersion", "{bytes}");
    }
    // A range is for offers only, and a manifest of another version was not asked for.
    for bytes in ["00 02 08 05", "01 00 08 05"] {
        assert_eq!(error(bytes).code(), "ProtocolViolation", "{bytes}");
    }
    assert_eq!(error("00 00 02 FF").code(), "UnsupportedVersion");
}

#[test]
fn an_answer_in_http_names_the_port_to_use() {
    let error = error("48 54 54 50 2F 31 2E 31");
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.message().contains("HTTP") && error.message().contains("7687"), "{error}");
}

#[test]
fn an_answer_in_tls_is_not_bolt() {
    assert_eq!(error("15 03 01 00 02 02").code(), "ProtocolViolation");
}

#[test]
fn the_manifest_of_the_documentation() {
    // 5.8 to 5.6 and 4.4 to 4.0, with capabilities 1 and 4; the answer selects none of these.
    let answer = agreed(&format!("{MANIFEST} 02  00 02 08 05  00 04 04 04  09"));
    assert_eq!(answer, ("5.8".to_owned(), hex("00 00 08 05 00")));
}

#[test]
fn the_newest_version_of_a_manifest_is_chosen_wherever_it_stands() {
    for (offers, expected) in [
        ("01  00 00 01 06", "6.1"),
        ("01  00 01 01 06", "6.1"),
        ("01  00 00 00 06", "6.0"),
        ("02  00 00 04 04  00 00 00 06", "6.0"),
        ("02  00 00 00 06  00 00 04 04", "6.0"),
        ("03  00 08 08 05  00 00 01 06  00 00 04 04", "6.1"),
        // Newer versions than this driver knows, in a range with ones it does.
        ("01  00 05 05 06", "6.1"),
        ("01  00 04 05 06", "6.1"),
        ("02  00 03 05 06  00 00 04 04", "4.4"),
        ("02  00 00 00 07  00 00 08 05", "5.8"),
        // 5.5 was never spoken: the one below it is.
        ("01  00 01 05 05", "5.4"),
        ("02  00 00 05 05  00 02 04 04", "4.4"),
        // The range may claim more than there is below.
        ("01  00 FF 08 05", "5.8"),
        ("01  00 FF FF 05", "5.8"),
        // The first byte is reserved.
        ("01  FF 00 08 05", "5.8"),
    ] {
        let (version, answer) = agreed(&format!("{MANIFEST} {offers} 00"));
        assert_eq!(version, expected, "{offers}");
        assert_eq!(format!("{}.{}", answer[3], answer[2]), expected);
        assert_eq!((answer[0], answer[1], answer[4], answer.len()), (0, 0, 0, 5));
    }
}

#[test]
fn numbers_of_a_manifest_have_as_many_bytes_as_they_need() {
    let offer = "00 00 08 05";
    for (count, offers) in [("01", 1), ("81 00", 1), ("81 80 80 00", 1), ("7F", 127), ("80 01", 128), ("80 08", 1_024)]
    {
        let bytes = format!("{MANIFEST} {count} {} 00", offer.repeat(offers));
        assert_eq!(agreed(&bytes).0, "5.8", "{count}");
    }
    // The capabilities fill 64 bits at most. FF 82 71 is the documentation's 1,851,775.
    for capabilities in ["00", "09", "7F", "FF 82 71", "80 80 80 80 80 80 80 80 80 01", "FF FF FF FF FF FF FF FF FF 01"]
    {
        assert_eq!(agreed(&format!("{MANIFEST} 01 {offer} {capabilities}")).0, "5.8", "{capabilities}");
    }
    let endless = "FF FF FF FF FF FF FF FF FF FF";
    assert_eq!(error(&format!("{MANIFEST} {endless}")).code(), "ProtocolViolation");
    assert_eq!(error(&format!("{MANIFEST} 01 {offer} {endless}")).code(), "ProtocolViolation");
}

#[test]
fn a_manifest_of_more_versions_than_there_are_is_an_error_at_once() {
    for count in ["81 08", "FF FF FF FF 0F", "FF FF FF FF FF FF FF FF FF 01"] {
        assert!(error(&format!("{MANIFEST} {count}")).message().contains("manifest claims"), "{count}");
    }
}

#[test]
fn a_manifest_without_a_common_version_is_an_error() {
    for offers in ["00", "01  00 00 00 07", "01  00 00 05 05", "02  00 00 00 03  00 03 03 04"] {
        assert_eq!(error(&format!("{MANIFEST} {offers} 00")).code(), "UnsupportedVersion", "{offers}");
    }
}

#[test]
fn half_an_answer_is_waited_for() {
    for bytes in ["00 00 08 05", "00 00 01 FF 82 00 00 02 08 05 00 04 04 04 FF 82 71"] {
        let bytes = hex(bytes);
        for end in 0..bytes.len() {
            assert_eq!(read_answer(&bytes[..end]).unwrap(), None, "at {end}");
        }
        assert_eq!(read_answer(&bytes).unwrap().unwrap().used, bytes.len());
    }
}

#[test]
fn the_clients_choice_goes_out_before_its_first_message() {
    let mut exchange = Exchange::new();
    let _ = exchange.take_output();
    exchange.receive(&hex("00 00 01 FF 01 00 01 01 06 00")).unwrap();
    super::wire::introduce(&mut exchange);
    let output = exchange.take_output();
    assert_eq!(output[..5], hex("00 00 01 06 00"));
    assert_eq!(output[7..9], hex("B1 01"), "HELLO, in a chunk");
}

#[test]
fn what_comes_in_the_frame_of_the_handshake_is_read() {
    for handshake in ["00 00 08 05", "00 00 01 FF 01 00 00 08 05 00"] {
        let mut exchange = Exchange::new();
        // An answer to nothing, after a NOOP.
        assert!(exchange.receive(&hex(&format!("{handshake} 0000 0003 B1 70 A0 0000"))).is_err());
        assert_eq!(exchange.state(), ServerState::Defunct);
    }
}

#[test]
fn a_handshake_that_fails_ends_the_conversation() {
    for bytes in ["00 00 00 00", "48 54 54 50", "00 00 01 FF 00 00"] {
        let mut exchange = Exchange::new();
        assert!(exchange.receive(&hex(bytes)).is_err());
        assert_eq!((exchange.state(), exchange.version()), (ServerState::Defunct, None));
    }
}
