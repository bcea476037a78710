//! The tape that JavaScript reads: what is on it, and that it takes and refuses what the reader of values does.

use allocation_counter::measure;
use neo4j_wasm::bolt::packstream::tape::{LARGE, Tape, name, op};
use neo4j_wasm::bolt::packstream::{Dialect, MAX_DEPTH, Names, Scan};
use neo4j_wasm::value::Value;
use proptest::prelude::*;

use super::checks::batch::same_on_tape;
use super::checks::value::dialect;
use super::values::values;
use super::wire::{encoded, newest};

fn newest_dialect() -> Dialect {
    newest().dialect(false)
}

/// A tape of one value, or why there is none.
fn tape_in(bytes: &[u8], dialect: Dialect, names: &mut Names) -> Result<Tape, String> {
    let mut tape = Tape::default();
    Scan::new(bytes, dialect, &mut tape, names).value().map(|()| tape).map_err(|error| error.message().to_owned())
}

fn tape(bytes: &[u8]) -> Result<Tape, String> {
    tape_in(bytes, newest_dialect(), &mut Names::default())
}

fn words(bytes: &[u8]) -> Vec<u32> {
    tape(bytes).expect("a tape").words().to_vec()
}

#[test]
fn numbers_and_bytes_stay_where_they_are_and_text_is_gathered() {
    assert_eq!(words(&[0xC0]), [op::NULL]);
    assert_eq!(words(&[0xC2]), [op::FALSE]);
    assert_eq!(words(&[0xC3]), [op::TRUE]);
    assert_eq!(words(&[0xFF]), [op::SMALL | 0xFFFF_FF00]);
    assert_eq!(words(&[0xC9, 0x80, 0x00]), [op::SMALL | 0xFF80_0000]);
    assert_eq!(words(&[0xCA, 0x00, 0x7F, 0xFF, 0xFF]), [op::SMALL | 0x7FFF_FF00]);
    assert_eq!(words(&[0xCA, 0x00, 0x80, 0x00, 0x00]), [op::INTEGER | 4 << 8, 1]);
    assert_eq!(words(&[0xCB, 0x80, 0, 0, 0, 0, 0, 0, 5]), [op::INTEGER | 8 << 8, 1]);
    assert_eq!(words(&[0x91, 0xC0]), [op::LIST | 1 << 8, op::NULL]);
    assert_eq!(words(&[0x92, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0]), [op::LIST | 2 << 8, op::FLOAT, 2, op::NULL]);
    assert_eq!(
        words(&[[0x92].as_slice(), &[0xC1, 0, 0, 0, 0, 0, 0, 0, 0].repeat(2)].concat()),
        [op::FLOATS | 2 << 8, 1]
    );
    assert_eq!(words(&[0xCC, 2, 7, 8]), [op::BYTES | 2 << 8, 2]);
    assert_eq!(words(&[[0xE0].as_slice(), &[0; 16]].concat()), [op::UUID, 1]);
    assert_eq!(words(&[0xB1, 0x44, 0x05]), [op::STRUCTURE | 0x44 << 8 | 1 << 16, op::SMALL | 5 << 8]);
}

#[test]
fn numeric_ids_are_there_for_those_who_want_them() {
    // A node of id 7, without labels and properties, whose element id is "e".
    let node = [0xB4, 0x4E, 7, 0x90, 0xA0, 0x81, b'e'];
    let read = |ids| {
        let (mut tape, mut names) = (Tape::default(), Names::default());
        let mut scan = Scan::new(&node, newest_dialect(), &mut tape, &mut names);
        scan.ids = ids;
        scan.value().expect("a node");
        tape.words().to_vec()
    };
    let (without, with) = (read(false), read(true));
    assert_eq!(with[0], op::STRUCTURE | 0x4E << 8 | 4 << 16);
    assert_eq!(with[1], op::SMALL | 7 << 8);
    assert_eq!([&with[..1], &with[2..]].concat(), without);
}

#[test]
fn text_comes_in_pieces_that_fit_the_cache() {
    let texts = [("a".repeat(20_000), op::ASCII, op::ASCII_PIECE), ("é".repeat(16_000), op::WIDE, op::WIDE_PIECE)];
    for (text, kind, piece) in texts {
        let units = text.chars().count();
        let value = Value::from(vec![text.as_str(), "", &text, &text]);
        let tape = tape(&encoded(&value, newest_dialect())).expect("a tape");
        // The empty text is ASCII whatever the others are, and so may begin a piece of its own.
        let longs: Vec<u32> = tape.words().iter().copied().filter(|word| *word == kind | (units as u32) << 8).collect();
        assert_eq!(longs.len(), 3);
        assert_eq!(tape.words().iter().filter(|word| **word == piece).count(), 3);
        assert_eq!(tape.ascii().len() + tape.wide().len(), 3 * units);
    }
}

#[test]
fn long_text_stays_where_it_is() {
    for (size, words) in [(32_769, vec![op::LONG | 32_769 << 8, 3]), (LARGE, vec![op::LONG | LARGE << 8, LARGE, 5])] {
        for text in ["x".repeat(size as usize), format!("{}é", "x".repeat(size as usize - 2))] {
            let tape = tape(&encoded(&Value::from(text), newest_dialect())).expect("a tape");
            assert_eq!((tape.words(), tape.ascii(), tape.wide()), (&words[..], &[][..], &[][..]));
        }
    }
    let mut broken = encoded(&Value::from("x".repeat(40_000)), newest_dialect());
    *broken.last_mut().unwrap() = 0xFF;
    assert!(tape(&broken).is_err());
}

#[test]
fn text_beyond_ascii_is_utf16_and_checked() {
    for text in [
        "é",
        "\u{7FF}\u{800}",
        "\u{D7FF}\u{E000}\u{FFFF}",
        "\u{10000}\u{10FFFF}",
        "日本語 😀 x",
        "ÿ".repeat(99).as_str(),
    ] {
        let tape = tape(&encoded(&Value::from(text), newest_dialect())).expect("a tape");
        assert_eq!(tape.wide(), text.encode_utf16().collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_is_taken_if_and_only_if_it_is_utf8(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x80..0xC0_u8, 0xC0..0xF6_u8], 1..15)) {
        let packed = [vec![0x80 | bytes.len() as u8], bytes.clone()].concat();
        let units = std::str::from_utf8(&bytes).ok().map(|text| text.encode_utf16().count());
        let found = tape(&packed).ok().map(|tape| tape.ascii().len() + tape.wide().len());
        prop_assert_eq!(found, units);
    }

    #[test]
    fn what_can_be_sent_is_taken(value in values(newest_dialect())) {
        prop_assert!(tape(&encoded(&value, newest_dialect())).is_ok());
    }

    #[test]
    fn what_the_reader_of_values_refuses_is_refused(
        value in values(newest_dialect()),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        choice in any::<u8>(),
    ) {
        let mut bytes = encoded(&value, newest_dialect());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        same_on_tape(&bytes, dialect(choice));
        bytes.truncate(at);
        same_on_tape(&bytes, dialect(choice));
    }

    #[test]
    fn any_bytes_are_taken_or_refused_alike(bytes in prop::collection::vec(any::<u8>(), 0..60), choice in any::<u8>()) {
        same_on_tape(&bytes, dialect(choice));
    }

    #[test]
    fn structures_of_any_fields_are_taken_or_refused_alike(
        tag in prop::sample::select(b"NRrPDTtIiFfdEXYV?x".to_vec()),
        fields in prop::collection::vec(
            prop::sample::select(vec![
                vec![0x00], vec![0xFF], vec![0xC1, 0x40, 0, 0, 0, 0, 0, 0, 0], vec![0x81, b'x'], vec![0xA0],
                vec![0xA1, 0x81, b'k', 0x01], vec![0x90], vec![0x91, 0x81, b'L'], vec![0x92, 0x01, 0x00], vec![0xCC, 1, 0xC8],
                vec![0xCC, 1, 0xCB], vec![0xCC, 0], vec![0xCC, 8, 1, 2, 3, 4, 5, 6, 7, 8], vec![0xC0],
                vec![0xCB, 0x7F, 0, 0, 0, 0, 0, 0, 0], vec![0xCA, 0, 0xFF, 0, 0],
                vec![0x91, 0xB4, b'N', 1, 0x90, 0xA0, 0x81, b'i'], vec![0x91, 0xB4, b'r', 1, 0x81, b'T', 0xA0, 0x81, b'j'],
                vec![0x91, 0xB3, b'N', 1, 0x90, 0xA0], vec![0x91, 0xB3, b'r', 1, 0x81, b'T', 0xA0],
            ]), 0..9),
        choice in any::<u8>(),
    ) {
        let bytes = [vec![0xB0 | fields.len() as u8, tag], fields.concat()].concat();
        same_on_tape(&bytes, dialect(choice));
    }
}

#[test]
fn names_are_told_once_and_numbered_over_all_batches() {
    let mut names = Names::default();
    let map = [0xA2, 0x81, b'a', 0xC0, 0x82, 0xC3, 0xBF, 0xC0];
    let first = tape_in(&map, newest_dialect(), &mut names).expect("a tape");
    let texts = [op::ASCII_PIECE, 1, op::ASCII | 1 << 8, op::NULL, name::NEW, op::WIDE_PIECE, 1, op::WIDE | 1 << 8];
    assert_eq!(first.words(), [&[op::MAP | 2 << 8, name::NEW], &texts[..], &[op::NULL]].concat());
    let second = tape_in(&map, newest_dialect(), &mut names).expect("a tape");
    assert_eq!(second.words(), [op::MAP | 2 << 8, name::FIRST, op::NULL, name::FIRST + 1, op::NULL]);
    // A long one is text each time.
    let long = [&[0xA1, 0xD0, 65], &[b'x'; 65][..], &[0xC0]].concat();
    for _ in 0..2 {
        let tape = tape_in(&long, newest_dialect(), &mut names).expect("a tape");
        assert_eq!(tape.words()[1], name::UNKEPT);
    }
}

#[test]
fn no_more_than_a_thousand_names_are_kept() {
    let mut names = Names::default();
    let numbers = |names: &mut Names, from: u32| {
        let keys =
            (from..from + 10_000).flat_map(|key| [&[0x88][..], format!("{key:08}").as_bytes(), &[0xC0]].concat());
        let map = [&[0xD9, 0x27, 0x10][..], &keys.collect::<Vec<u8>>()].concat();
        let tape = tape_in(&map, newest_dialect(), names).expect("a tape");
        (tape.words().iter().filter(|word| **word == name::UNKEPT).count(), tape.ascii().len())
    };
    let (unkept, _) = numbers(&mut names, 0);
    assert!(unkept >= 10_000 - 1_024, "{unkept}");
    // Those that are known need no text.
    let (again, text) = numbers(&mut names, 0);
    assert_eq!((again, text), (unkept, 8 * unkept));
}

#[test]
fn a_record_is_one_list_of_as_many_values_as_there_are_columns() {
    let record = |bytes: &[u8], end: usize, columns: usize| {
        let (mut tape, mut names) = (Tape::default(), Names::default());
        let done = Scan::new(bytes, newest_dialect(), &mut tape, &mut names).record(end, columns);
        done.map(|()| tape.words().to_vec()).map_err(|error| error.message().to_owned())
    };
    assert_eq!(record(&[0x92, 1, 0xC0], 3, 2), Ok(vec![op::SMALL | 1 << 8, op::NULL]));
    assert_eq!(record(&[0xD4, 1, 0xC3], 3, 1), Ok(vec![op::TRUE]));
    assert_eq!(record(&[0x92, 1, 0xC0], 3, 1), Err("A record has 2 values for 1 columns".into()));
    assert_eq!(record(&[0x91, 1, 0xC0], 3, 1), Err("A record is not one list".into()));
    assert!(record(&[0xA0], 1, 0).unwrap_err().contains("found a map"));
    assert!(record(&[], 0, 0).is_err());
}

#[test]
fn nesting_is_bounded_and_fits_on_a_small_stack() {
    let deep = std::thread::Builder::new().stack_size(if cfg!(debug_assertions) { 1_024 } else { 256 } * 1_024);
    let done = deep.spawn(|| {
        for (before, levels) in [(&[0x91][..], 1), (&[0xA1, 0x80], 1), (&[0xB4, 0x4E, 0, 0x90, 0xA1, 0x80], 2)] {
            let behind = if levels == 2 { &[0x80][..] } else { &[] };
            let nested = |times: usize| [before.repeat(times), vec![0xC0], behind.repeat(times)].concat();
            assert!(tape(&nested(MAX_DEPTH / levels)).is_ok());
            for bytes in [nested(MAX_DEPTH / levels + 1), before.repeat(1_000_000)] {
                assert!(tape(&bytes).unwrap_err().contains("nested more than 512 levels"));
            }
        }
    });
    done.expect("a thread").join().expect("no panic");
}

#[test]
fn a_claim_of_what_is_not_there_allocates_nothing() {
    for header in [[0xD6, 0xFF, 0xFF, 0xFF, 0xFF], [0xDA, 0xFF, 0xFF, 0xFF, 0xFF], [0xD2, 0xFF, 0xFF, 0xFF, 0xFF]] {
        let used = measure(|| assert!(tape(&[&header[..], &[0xC0; 40]].concat()).is_err()));
        assert!(used.bytes_max < 4_096, "{used:?}");
    }
    // The most words for a byte: keys that are not kept and mean nothing.
    let used = measure(|| {
        let _ = tape(&[vec![0xDA, 0, 1, 0x86, 0xA0], [0x80, 0xC0].repeat(100_000)].concat());
    });
    assert!(used.bytes_max < 200_000 * 14, "{used:?}");
}
