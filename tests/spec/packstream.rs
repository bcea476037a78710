//! PackStream version 1: each marker, and each size at which the marker changes.

use neo4j_wasm::bolt::packstream::{Reader, Token, Writer};

use super::wire::hex;

/// The only token in the bytes.
fn token(bytes: &[u8]) -> Token<'_> {
    let mut reader = Reader::new(bytes, false);
    let token = reader.token().expect("a token");
    assert_eq!((reader.position(), reader.remaining()), (bytes.len(), 0));
    token
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.into_bytes()
}

/// Bytes that follow a marker and belong to the value.
fn with(header: &str, content: &[u8]) -> Vec<u8> {
    [hex(header), content.to_vec()].concat()
}

#[test]
fn null_and_booleans_are_one_byte() {
    assert_eq!((written(Writer::null), token(&[0xC0])), (hex("C0"), Token::Null));
    assert_eq!((written(|writer| writer.boolean(false)), token(&[0xC2])), (hex("C2"), Token::Boolean(false)));
    assert_eq!((written(|writer| writer.boolean(true)), token(&[0xC3])), (hex("C3"), Token::Boolean(true)));
}

#[test]
fn tiny_integers_are_their_marker() {
    for number in -16..=127_i8 {
        let bytes = [number.cast_unsigned()];
        assert_eq!(written(|writer| writer.integer(number.into())), bytes);
        assert_eq!(token(&bytes), Token::Integer(number.into()));
    }
}

#[test]
fn each_integer_is_written_in_its_optimal_representation() {
    for (number, bytes) in [
        (i64::MIN, "CB 80 00 00 00 00 00 00 00"),
        (-2_147_483_649, "CB FF FF FF FF 7F FF FF FF"),
        (-2_147_483_648, "CA 80 00 00 00"),
        (-32_769, "CA FF FF 7F FF"),
        (-32_768, "C9 80 00"),
        (-129, "C9 FF 7F"),
        (-128, "C8 80"),
        (-17, "C8 EF"),
        (-16, "F0"),
        (-1, "FF"),
        (0, "00"),
        (1, "01"),
        (42, "2A"),
        (127, "7F"),
        (128, "C9 00 80"),
        (255, "C9 00 FF"),
        (256, "C9 01 00"),
        (32_767, "C9 7F FF"),
        (32_768, "CA 00 00 80 00"),
        (65_535, "CA 00 00 FF FF"),
        (65_536, "CA 00 01 00 00"),
        (2_147_483_647, "CA 7F FF FF FF"),
        (2_147_483_648, "CB 00 00 00 00 80 00 00 00"),
        (4_294_967_296, "CB 00 00 00 01 00 00 00 00"),
        (i64::MAX, "CB 7F FF FF FF FF FF FF FF"),
    ] {
        assert_eq!(written(|writer| writer.integer(number)), hex(bytes), "{number}");
        assert_eq!(token(&hex(bytes)), Token::Integer(number), "{bytes}");
    }
}

#[test]
fn wider_representations_than_necessary_are_read() {
    for bytes in ["2A", "C8 2A", "C9 00 2A", "CA 00 00 00 2A", "CB 00 00 00 00 00 00 00 2A"] {
        assert_eq!(token(&hex(bytes)), Token::Integer(42), "{bytes}");
    }
    for bytes in ["81 41", "D0 01 41", "D1 00 01 41", "D2 00 00 00 01 41"] {
        assert_eq!(token(&hex(bytes)), Token::String("A"), "{bytes}");
    }
    for bytes in ["CC 01 41", "CD 00 01 41", "CE 00 00 00 01 41"] {
        assert_eq!(token(&hex(bytes)), Token::Bytes(b"A"), "{bytes}");
    }
    for bytes in ["91 00", "D4 01 00", "D5 00 01 00", "D6 00 00 00 01 00"] {
        assert_eq!(Reader::new(&hex(bytes), false).token().unwrap(), Token::List(1), "{bytes}");
    }
    for bytes in ["A1 80 00", "D8 01 80 00", "D9 00 01 80 00", "DA 00 00 00 01 80 00"] {
        assert_eq!(Reader::new(&hex(bytes), false).token().unwrap(), Token::Map(1), "{bytes}");
    }
    for bytes in ["B1 44 00", "DC 01 44 00", "DD 00 01 44 00"] {
        let structure = Token::Structure { tag: 0x44, fields: 1 };
        assert_eq!(Reader::new(&hex(bytes), false).token().unwrap(), structure, "{bytes}");
    }
}

#[test]
fn floats_are_eight_bytes_with_every_bit_kept() {
    assert_eq!(written(|writer| writer.float(1.23)), hex("C1 3F F3 AE 14 7A E1 47 AE"));
    assert_eq!(token(&hex("C1 3F F3 AE 14 7A E1 47 AE")), Token::Float(1.23));
    let odd = [0.0, -0.0, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324];
    for number in odd.into_iter().chain([f64::from_bits(0x7FF8_0000_DEAD_BEEF)]) {
        let bytes = written(|writer| writer.float(number));
        assert_eq!(bytes, [&[0xC1][..], &number.to_bits().to_be_bytes()].concat());
        let Token::Float(read) = token(&bytes) else { panic!("no float") };
        assert_eq!(read.to_bits(), number.to_bits());
    }
}

#[test]
fn bytes_have_a_size_of_one_two_or_four_bytes() {
    assert_eq!(token(&hex("CC 03 01 02 03")), Token::Bytes(&[1, 2, 3]));
    for (size, header) in [
        (0, "CC 00"),
        (1, "CC 01"),
        (15, "CC 0F"),
        (16, "CC 10"),
        (255, "CC FF"),
        (256, "CD 01 00"),
        (65_535, "CD FF FF"),
        (65_536, "CE 00 01 00 00"),
    ] {
        let content: Vec<u8> = (0..size).map(|at| at as u8).collect();
        let bytes = with(header, &content);
        assert_eq!(written(|writer| assert!(writer.bytes(&content))), bytes, "{size}");
        assert_eq!(token(&bytes), Token::Bytes(&content), "{size}");
    }
}

#[test]
fn strings_as_the_documentation_shows_them() {
    for (text, bytes) in [
        ("", "80"),
        ("A", "81 41"),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "D0 1A 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F 50 51 52 53 54 55 56 57 58 59 5A",
        ),
        ("Größenmaßstäbe", "D0 12 47 72 C3 B6 C3 9F 65 6E 6D 61 C3 9F 73 74 C3 A4 62 65"),
        ("😀", "84 F0 9F 98 80"),
    ] {
        assert_eq!(written(|writer| assert!(writer.string(text))), hex(bytes), "{text}");
        assert_eq!(token(&hex(bytes)), Token::String(text), "{bytes}");
    }
}

/// Sizes with the header that each of strings, lists and maps has for it.
const SIZES: [(usize, &str, &str, &str); 9] = [
    (0, "80", "90", "A0"),
    (1, "81", "91", "A1"),
    (15, "8F", "9F", "AF"),
    (16, "D0 10", "D4 10", "D8 10"),
    (255, "D0 FF", "D4 FF", "D8 FF"),
    (256, "D1 01 00", "D5 01 00", "D9 01 00"),
    (65_535, "D1 FF FF", "D5 FF FF", "D9 FF FF"),
    (65_536, "D2 00 01 00 00", "D6 00 01 00 00", "DA 00 01 00 00"),
    (100_000, "D2 00 01 86 A0", "D6 00 01 86 A0", "DA 00 01 86 A0"),
];

#[test]
fn the_size_of_a_string_counts_bytes() {
    for (size, header, ..) in SIZES {
        let text = "a".repeat(size);
        let bytes = with(header, text.as_bytes());
        assert_eq!(written(|writer| assert!(writer.string(&text))), bytes, "{size}");
        assert_eq!(token(&bytes), Token::String(&text), "{size}");
    }
    // Two bytes a letter: 128 of them are 256 bytes.
    let text = "é".repeat(128);
    assert_eq!(written(|writer| assert!(writer.string(&text))), with("D1 01 00", text.as_bytes()));
}

#[test]
fn the_size_of_a_list_counts_items() {
    for (size, _, header, _) in SIZES {
        assert_eq!(written(|writer| assert!(writer.list(size))), hex(header), "{size}");
        let bytes = with(header, &vec![0xC0; size]);
        let mut reader = Reader::new(&bytes, false);
        assert_eq!(reader.token().unwrap(), Token::List(size));
        assert!((0..size).all(|_| reader.token().unwrap() == Token::Null));
        assert_eq!(reader.remaining(), 0);
    }
}

#[test]
fn the_size_of_a_map_counts_entries() {
    for (size, _, _, header) in SIZES {
        assert_eq!(written(|writer| assert!(writer.map(size))), hex(header), "{size}");
        let bytes = with(header, &[0x80, 0xC0].repeat(size));
        let mut reader = Reader::new(&bytes, false);
        assert_eq!(reader.token().unwrap(), Token::Map(size));
        assert!(
            (0..size)
                .all(|_| { reader.token().unwrap() == Token::String("") && reader.token().unwrap() == Token::Null })
        );
        assert_eq!(reader.remaining(), 0);
    }
}

#[test]
fn a_structure_has_its_size_in_the_marker_and_then_its_tag() {
    for size in 0..=15_u8 {
        for tag in [0, 0x01, 0x4E, 0x70, 0x7F] {
            assert_eq!(written(|writer| writer.structure(tag, size)), [0xB0 | size, tag]);
            let bytes = [vec![0xB0 | size, tag], vec![0x00; size.into()]].concat();
            let structure = Token::Structure { tag, fields: size.into() };
            assert_eq!(Reader::new(&bytes, false).token().unwrap(), structure);
        }
    }
}

#[test]
#[cfg(target_pointer_width = "64")]
fn no_size_is_beyond_what_a_signed_32_bit_number_holds() {
    let (largest, too_large) = (2_147_483_647, 2_147_483_648);
    assert_eq!(written(|writer| assert!(writer.list(largest))), hex("D6 7F FF FF FF"));
    assert_eq!(written(|writer| assert!(writer.map(largest))), hex("DA 7F FF FF FF"));
    assert_eq!(written(|writer| assert!(!writer.list(too_large))), [0_u8; 0]);
    assert_eq!(written(|writer| assert!(!writer.map(too_large))), [0_u8; 0]);
}

#[test]
fn a_uuid_is_its_marker_and_sixteen_bytes_in_version_2_only() {
    let uuid: [u8; 16] = std::array::from_fn(|at| at as u8);
    let bytes = with("E0", &uuid);
    assert_eq!(written(|writer| writer.uuid(&uuid)), bytes);
    assert_eq!(Reader::new(&bytes, true).token().unwrap(), Token::Uuid(uuid));
    let error = Reader::new(&bytes, false).token().unwrap_err();
    assert_eq!(error.message(), "Unknown PackStream type marker: 0xe0");
}

#[test]
fn reserved_markers_are_errors() {
    let reserved = [0xC4, 0xC5, 0xC6, 0xC7, 0xCF, 0xD3, 0xD7, 0xDB, 0xDE, 0xDF].into_iter().chain(0xE1..=0xEF);
    for marker in reserved {
        for uuids in [false, true] {
            let bytes = [vec![marker], vec![0; 32]].concat();
            let error = Reader::new(&bytes, uuids).token().unwrap_err();
            assert_eq!(error.message(), format!("Unknown PackStream type marker: 0x{marker:02x}"));
        }
    }
}

#[test]
fn what_ends_too_early_is_an_error_wherever_it_ends() {
    for bytes in [
        "C1 3F F3 AE 14 7A E1 47 AE",
        "C8 2A",
        "C9 00 2A",
        "CA 00 00 00 2A",
        "CB 00 00 00 00 00 00 00 2A",
        "CC 03 01 02 03",
        "CD 00 03 01 02 03",
        "CE 00 00 00 03 01 02 03",
        "83 41 42 43",
        "D0 03 41 42 43",
        "D1 00 03 41 42 43",
        "D2 00 00 00 03 41 42 43",
        "93 01 02 03",
        "D4 03 01 02 03",
        "D5 00 03 01 02 03",
        "D6 00 00 00 03 01 02 03",
        "A1 81 41",
        "D8 01 81",
        "D9 00 01 81",
        "DA 00 00 00 01 81",
        "B3 58 01 02 03",
        "DC 03 58 01 02 03",
        "DD 00 03 58 01 02 03",
        "E0 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
    ] {
        let bytes = hex(bytes);
        for end in 0..bytes.len() {
            assert!(Reader::new(&bytes[..end], true).token().is_err(), "{:02x?}", &bytes[..end]);
        }
    }
}

#[test]
fn lists_in_lists_cannot_claim_the_same_bytes_twice() {
    // Two lists of two items each, and only three bytes for the four items.
    let bytes = hex("92 92 01 02 03");
    let mut reader = Reader::new(&bytes, false);
    assert_eq!(reader.token().unwrap(), Token::List(2));
    assert_eq!(reader.token().unwrap(), Token::List(2));
    let bytes = hex("92 92 01 02");
    let mut reader = Reader::new(&bytes, false);
    assert_eq!(reader.token().unwrap(), Token::List(2));
    assert!(reader.token().is_err());
}

#[test]
fn text_that_is_not_utf_8_is_an_error() {
    for bytes in ["81 80", "81 FF", "82 C3 28", "83 ED A0 80", "84 F4 90 80 80", "82 C0 80", "81 C3"] {
        assert!(Reader::new(&hex(bytes), false).token().is_err(), "{bytes}");
    }
}
