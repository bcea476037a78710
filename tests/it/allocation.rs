//! A peer cannot make the driver allocate more than a small multiple of the bytes it sends.

use allocation_counter::measure;
use neo4j_wasm::bolt::packstream::{Reader, read_map, read_value};
use neo4j_wasm::bolt::response::read_record;
use neo4j_wasm::bolt::{Exchange, Request, Token};

use super::checks::value::dialect;
use super::wire::{chunked, newest, ready, structure};

/// At no time is more allocated than so many times the bytes: a value takes 32 bytes, and a byte can be a value.
const MULTIPLE: u64 = 40;
/// A relationship takes 144 bytes, and five on the wire, in a list that grows by doubling.
const MULTIPLE_OF_PATHS: u64 = 100;
/// Whatever the bytes: an error with its text, a queue that is no longer empty.
const BESIDES: u64 = 4_096;

fn assert_bounded_by(multiple: u64, name: &str, given: usize, task: impl FnOnce()) {
    let used = measure(task);
    let given = given as u64;
    assert!(used.bytes_max <= multiple * given + BESIDES, "{name}: {used:?} for {given} bytes");
    // In all, with what was freed again.
    assert!(used.bytes_total <= 2 * multiple * given + BESIDES, "{name}: {used:?} for {given} bytes");
}

fn assert_bounded(name: &str, given: usize, task: impl FnOnce()) {
    assert_bounded_by(MULTIPLE, name, given, task);
}

/// Read as a value in the newest and the oldest dialect, as a map, and as a record.
fn assert_reading_is_bounded(name: &str, bytes: &[u8]) {
    assert_reading_is_bounded_by(MULTIPLE, name, bytes);
}

fn assert_reading_is_bounded_by(multiple: u64, name: &str, bytes: &[u8]) {
    for dialect in [dialect(0), dialect(10)] {
        let reader = || Reader::new(bytes, dialect.uuids);
        assert_bounded_by(multiple, name, bytes.len(), || drop(read_value(&mut reader(), dialect)));
        assert_bounded_by(multiple, name, bytes.len(), || drop(read_map(&mut reader(), dialect)));
        assert_bounded_by(multiple, name, bytes.len(), || drop(read_record(bytes, dialect)));
    }
}

/// A header whose size is the largest that is believed.
fn claiming(marker: u8, unit: usize, content: Vec<u8>) -> Vec<u8> {
    let size = u32::try_from(content.len() / unit).expect("a size of 32 bits");
    [vec![marker], size.to_be_bytes().to_vec(), content].concat()
}

const LIST: u8 = 0xD6;
const MAP: u8 = 0xDA;

#[test]
fn claims_of_what_is_not_there_allocate_nothing_worth_it() {
    for marker in [LIST, MAP, 0xCE, 0xD2] {
        for size in [100, 65_536, 1 << 20, u32::MAX / 2, u32::MAX] {
            let bytes = [vec![marker], size.to_be_bytes().to_vec(), vec![0xC0; 40]].concat();
            assert_reading_is_bounded("a claim", &bytes);
        }
    }
    for header in [&[0x9F][..], &[0xAF], &[0xD4, 0xFF], &[0xD8, 0xFF], &[0xD5, 0xFF, 0xFF], &[0xD9, 0xFF, 0xFF]] {
        assert_reading_is_bounded("a small claim", header);
    }
}

#[test]
fn a_claim_that_is_just_covered_allocates_a_multiple_of_what_covers_it() {
    // The first item is an error, after room has been made for all.
    assert_reading_is_bounded("a list", &claiming(LIST, 1, vec![0xC4; 100_000]));
    assert_reading_is_bounded("a map", &claiming(MAP, 2, vec![0xC4; 100_000]));
    for (name, before) in [
        ("labels", &[0xB4, 0x4E, 0x00][..]),
        ("nodes", &[0xB3, 0x50]),
        ("relationships", &[0xB3, 0x50, 0x90]),
        ("indices", &[0xB3, 0x50, 0x90, 0x90]),
    ] {
        // A few bytes more, for the fields behind the list.
        assert_reading_is_bounded(name, &[before, &claiming(LIST, 1, vec![0xC4; 100_000]), &[0; 9]].concat());
    }
}

#[test]
fn claims_in_claims_do_not_add_up() {
    for size in [16, 100, 1_000, 100_000] {
        for (name, marker, key) in [("lists", LIST, &[][..]), ("maps", MAP, &[0x80])] {
            // Each claims all that is left, up to the greatest depth.
            let mut greedy = Vec::new();
            for level in 0..512 {
                let left = (size + (512 - level) * (5 + key.len())) / (1 + key.len());
                greedy.push(marker);
                greedy.extend((left as u32).to_be_bytes());
                greedy.extend(key);
            }
            greedy.extend(vec![0xC4; size]);
            assert_reading_is_bounded(name, &greedy);
            // Each claims as much as the reader still grants.
            let granted = (size / 512) as u32;
            let header = [vec![marker], granted.to_be_bytes().to_vec(), key.to_vec()].concat();
            assert_reading_is_bounded(name, &[header.repeat(512), vec![0xC4; 4 * size]].concat());
        }
    }
    assert_reading_is_bounded("fifteens", &[vec![0x9F; 512], vec![0xC4; 512 * 15]].concat());
    assert_reading_is_bounded("fifteens and no more", &[0x9F; 600]);
    let path_in_path = [&[0xB3, 0x50, 0xD5, 0x03, 0xE8, 0xB4, 0x4E, 0x00, 0x90, 0xA1, 0x80][..]].concat();
    assert_reading_is_bounded("paths in paths", &[path_in_path.repeat(170), vec![0xC0; 200_000]].concat());
}

#[test]
fn the_most_wasteful_values_allocate_a_multiple_of_their_bytes() {
    for (name, value) in [
        ("null", &[0xC0][..]),
        ("empty string", &[0x80]),
        ("empty list", &[0x90]),
        ("empty map", &[0xA0]),
        ("list of null", &[0x91, 0xC0]),
        ("list of five", &[0x95, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0]),
        ("map of null", &[0xA1, 0x80, 0xC0]),
        ("one byte", &[0xCC, 0x01, 0x00]),
        ("one letter", &[0x81, 0x61]),
        ("date", &[0xB1, 0x44, 0x00]),
        ("date time", &[0xB3, 0x49, 0x00, 0x00, 0x00]),
        ("zone", &[0xB3, 0x69, 0x00, 0x00, 0x80]),
        ("duration", &[0xB4, 0x45, 0x00, 0x00, 0x00, 0x00]),
        ("vector", &[0xB2, 0x56, 0xCC, 0x01, 0xC8, 0xCC, 0x00]),
        ("node", &[0xB4, 0x4E, 0x00, 0x90, 0xA0, 0x80]),
        ("old node", &[0xB3, 0x4E, 0x00, 0x90, 0xA0]),
        ("relationship", &[0xB8, 0x52, 0x00, 0x00, 0x00, 0x80, 0xA0, 0x80, 0x80, 0x80]),
        ("old relationship", &[0xB5, 0x52, 0x00, 0x00, 0x00, 0x80, 0xA0]),
        ("path", &[0xB3, 0x50, 0x91, 0xB4, 0x4E, 0x00, 0x90, 0xA0, 0x80, 0x90, 0x90]),
        ("unsupported", &[0xB4, 0x3F, 0x80, 0x00, 0x00, 0xA0]),
    ] {
        for count in [1, 17, 33, 4_097] {
            let items = value.repeat(count);
            let header = |marker: u8| [vec![marker], (count as u32).to_be_bytes().to_vec()].concat();
            assert_reading_is_bounded(name, &[header(LIST), items].concat());
            let entries = [&[0x80][..], value].concat().repeat(count);
            assert_reading_is_bounded(name, &[header(MAP), entries].concat());
        }
    }
}

#[test]
fn parts_of_paths_allocate_a_multiple_of_their_bytes() {
    for count in [1, 5, 17, 33, 8_193] {
        let list = |item: &[u8]| [vec![LIST], (count as u32).to_be_bytes().to_vec(), item.repeat(count)].concat();
        for (name, node, relationship) in [
            ("path", &[0xB4, 0x4E, 0x00, 0x90, 0xA0, 0x80][..], &[0xB4, 0x72, 0x00, 0x80, 0xA0, 0x80][..]),
            ("old path", &[0xB3, 0x4E, 0x00, 0x90, 0xA0], &[0xB3, 0x72, 0x00, 0x80, 0xA0]),
        ] {
            let one = [&[0x91][..], node].concat();
            assert_reading_is_bounded_by(
                MULTIPLE_OF_PATHS,
                name,
                &structure(b'P', &[list(node), vec![0x90], vec![0x90]]),
            );
            assert_reading_is_bounded_by(
                MULTIPLE_OF_PATHS,
                name,
                &structure(b'P', &[one.clone(), list(relationship), vec![0x90]]),
            );
            let steps = [vec![LIST], (2 * count as u32).to_be_bytes().to_vec(), [0x01, 0x00].repeat(count)].concat();
            let first = [&[0x91][..], relationship].concat();
            assert_reading_is_bounded_by(MULTIPLE_OF_PATHS, name, &structure(b'P', &[one, first, steps]));
        }
    }
}

#[test]
fn a_path_that_repeats_a_big_node_is_not_much_bigger_than_its_bytes() {
    let big = |id: usize, properties: usize| {
        let text = |size: usize| [vec![0xD2], (size as u32).to_be_bytes().to_vec(), vec![b'x'; size]].concat();
        let properties = [&[0xA1, 0x81, b'p'][..], &text(properties)].concat();
        structure(b'N', &[vec![0x00], vec![0x90], properties, text(id)])
    };
    let relationships = |count: u16| {
        let one = structure(b'r', &[vec![0x00], vec![0x80], vec![0xA0], vec![0x80]]);
        [vec![0xD5], count.to_be_bytes().to_vec(), one.repeat(count.into())].concat()
    };
    // Each relationship once, always to the same node.
    let steps = |count: u16| {
        let steps = (1..=count).flat_map(|number| [&[0xC9][..], &number.to_be_bytes(), &[0x00]].concat());
        [vec![0xD5], (2 * count).to_be_bytes().to_vec(), steps.collect()].concat()
    };
    for count in [1, 10, 1_000] {
        // The big part in a property: it is there once, however often the path meets the node.
        let path = structure(b'P', &[[vec![0x91], big(40, 1 << 20)].concat(), relationships(count), steps(count)]);
        assert_reading_is_bounded("a big property", &path);
        assert!(read_value(&mut Reader::new(&path, true), dialect(0)).is_ok());
        // The big part in the element id, of which each relationship has two copies.
        let path = structure(b'P', &[[vec![0x91], big(1 << 20, 0)].concat(), relationships(count), steps(count)]);
        assert_reading_is_bounded("a big element id", &path);
        let read = read_value(&mut Reader::new(&path, true), dialect(0));
        assert_eq!(read.is_ok(), count == 1, "an id of a megabyte is not copied a thousand times");
    }
    // Ids as servers have them, and a relationship that says nothing else, a thousand times.
    let usual = structure(b'P', &[[vec![0x91], big(42, 0)].concat(), relationships(1_000), steps(1_000)]);
    assert!(read_value(&mut Reader::new(&usual, true), dialect(0)).is_ok());
}

#[test]
fn keys_given_again_and_again_are_kept_once() {
    const COUNT: usize = 100_000;
    let read = |name: &str, entries: Vec<u8>, expected: usize| {
        let bytes = [vec![MAP], (COUNT as u32).to_be_bytes().to_vec(), entries].concat();
        assert_bounded(name, bytes.len(), || {
            let map = read_map(&mut Reader::new(&bytes, false), dialect(0)).expect("a map");
            assert_eq!(map.len(), expected);
        });
    };
    read("one key", [0x81, b'k', 0xC0].repeat(COUNT), 1);
    read("ten keys", (0..COUNT).flat_map(|at| [0x81, b'0' + (at % 10) as u8, 0xC0]).collect(), 10);
    let different = (0..COUNT).flat_map(|at| [&[0x85][..], format!("{at:05}").as_bytes(), &[0xC0]].concat());
    read("different keys", different.collect(), COUNT);
}

#[test]
fn an_exchange_holds_a_multiple_of_what_it_received() {
    let receive = |name: &str, exchange: &mut Exchange, bytes: &[u8], cut: usize| {
        assert_bounded(name, bytes.len(), || {
            for part in bytes.chunks(cut) {
                let _ = exchange.receive(part);
            }
        });
    };
    let streaming = || {
        let mut exchange = ready(newest());
        exchange.submit(&Request::Pull { count: -1, query_id: None }, Token(1)).expect("PULL");
        exchange
    };
    let records = chunked(&vec![vec![0xB1, 0x71, 0x90]; 20_000]);
    let large = chunked(&[[vec![0xB1, 0x71, LIST, 0, 1, 0x86, 0xA0], vec![0xC0; 100_000]].concat()]);
    let metadata = chunked(&[[vec![0xB1, 0x70, 0xA1, 0x80], claiming(LIST, 1, vec![0xC0; 100_000])].concat()]);
    for cut in [usize::MAX, 1_000, 7] {
        for (name, bytes) in [("records", &records), ("a large record", &large), ("large metadata", &metadata)] {
            receive(name, &mut streaming(), bytes, cut);
        }
        for (name, bytes) in [
            ("headers of chunks that do not come", [0xFF, 0xFF].to_vec()),
            ("NOOPs", vec![0; 100_000]),
            ("chunks of a byte", [0, 1, 0xC0].repeat(50_000)),
            ("an answer to nothing", chunked(&[vec![0xB0, 0x7E]])),
        ] {
            receive(name, &mut ready(newest()), &bytes, cut);
        }
        for (name, bytes) in [
            ("a huge manifest", [0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F].to_vec()),
            ("a manifest as large as allowed", [vec![0, 0, 1, 0xFF, 0x80, 0x08], vec![0; 4_096]].concat()),
            ("a manifest that does not come", vec![0, 0, 1, 0xFF, 0x80, 0x08]),
        ] {
            receive(name, &mut Exchange::new(), &bytes, cut);
        }
    }
}

#[test]
fn a_large_message_takes_twice_its_size_at_most_and_one_beyond_the_limit_no_more_than_that() {
    const LIMIT: usize = 8 << 20;
    let text = |size: usize| [vec![0xB1, 0x71, 0x91, 0xD2], (size as u32).to_be_bytes().to_vec(), vec![b'x'; size]];
    for (size, fits) in [(LIMIT - 8, true), (LIMIT - 7, false), (4 * LIMIT, false)] {
        let bytes = chunked(&[text(size).concat()]);
        let mut exchange = ready(newest());
        exchange.limit_messages(LIMIT);
        exchange.submit(&Request::Pull { count: -1, query_id: None }, Token(1)).expect("PULL");
        let used = measure(|| {
            let received = bytes.chunks(65_536).try_for_each(|part| exchange.receive(part));
            assert_eq!(
                received.map_err(|error| error.code().to_owned()),
                if fits { Ok(()) } else { Err("MessageTooLarge".to_owned()) }
            );
        });
        assert!(used.bytes_max <= 2 * LIMIT as u64 + BESIDES, "{used:?}");
    }
}

#[test]
fn so_many_small_values_that_to_read_them_takes_far_more_than_the_message_are_too_many() {
    const LIMIT: usize = 8 << 20;
    let nulls = |size: usize| [vec![0xD6], (size as u32).to_be_bytes().to_vec(), vec![0xC0; size]].concat();
    let record = |size: usize| [vec![0xB1, 0x71, 0x91], nulls(size)].concat();
    let summary = |size: usize| [vec![0xB1, 0x70, 0xA1, 0x81, b'x'], nulls(size)].concat();
    for (message, fits) in [
        (record(LIMIT / 4), true),
        (record(LIMIT / 2), false),
        (record(LIMIT - 16), false),
        (summary(LIMIT / 2), false),
        (summary(LIMIT - 16), false),
    ] {
        let mut exchange = ready(newest());
        exchange.limit_messages(LIMIT);
        exchange.submit(&Request::Pull { count: -1, query_id: None }, Token(1)).expect("PULL");
        let bytes = chunked(&[message]);
        let used = measure(|| match bytes.chunks(65_536).try_for_each(|part| exchange.receive(part)) {
            Ok(()) => assert!(fits),
            Err(error) => {
                assert!(!fits && error.code() == "MessageTooLarge", "{error}");
                assert!(error.message().contains("8388608") && error.message().contains("max_message_size"));
            }
        });
        assert!(used.bytes_max <= 2 * LIMIT as u64 + BESIDES, "{used:?}");
    }
}
