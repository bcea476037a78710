//! No bytes make the driver panic: random ones, replies gone wrong, and what the fuzz targets check.

use neo4j_wasm::bolt::handshake::read_answer;
use neo4j_wasm::bolt::packstream::{Reader, read_map, read_value};
use neo4j_wasm::bolt::response::read_record;
use neo4j_wasm::bolt::{Exchange, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use super::checks;
use super::conversations::{Conversation, conversations};
use super::values::values;
use super::wire::encoded;

/// Bytes among which those that mean something to PackStream are frequent.
fn bytes(size: usize) -> impl Strategy<Value = Vec<u8>> {
    let markers: Vec<u8> = (0x80..=0xEF).collect();
    let tags = b"NRrPDTtIiFfdEXYV?".to_vec();
    let byte = prop_oneof![
        4 => any::<u8>(),
        3 => prop::sample::select(markers),
        2 => prop::sample::select(tags),
        3 => 0..4_u8,
        1 => prop::sample::select(vec![0x70, 0x71, 0x7E, 0x7F]),
    ];
    vec(byte, 0..size)
}

/// What a sender or the way may do to bytes.
#[derive(Debug, Clone)]
enum Damage {
    Set(prop::sample::Index, u8),
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    End(prop::sample::Index),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let at = any::<prop::sample::Index>;
    let damage = prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (at(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, 1 << bit)),
        (at(), bytes(6)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (at(), 1..9_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        (at(), 1..30_usize).prop_map(|(at, count)| Damage::Repeat(at, count)),
        at().prop_map(Damage::End),
    ];
    vec(damage, 1..6)
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        let size = bytes.len();
        let place = |at: &prop::sample::Index| at.index(size.max(1));
        let after = |at: usize, count: usize| at..(at + count).min(size);
        match damage {
            Damage::Set(at, byte) => bytes.iter_mut().skip(place(at)).take(1).for_each(|old| *old = *byte),
            Damage::Flip(at, bits) => bytes.iter_mut().skip(place(at)).take(1).for_each(|old| *old ^= bits),
            Damage::Insert(at, new) => drop(bytes.splice(place(at).min(size)..place(at).min(size), new.clone())),
            Damage::Remove(at, count) => drop(bytes.drain(after(place(at).min(size), *count))),
            Damage::Repeat(at, count) => {
                let part = bytes[after(place(at).min(size), *count)].to_vec();
                bytes.extend(part);
            }
            Damage::End(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn any_bytes_are_an_answer_to_the_handshake_or_not(bytes in bytes(40), manifest in any::<bool>()) {
        let bytes = if manifest { [&[0, 0, 1, 0xFF][..], &bytes].concat() } else { bytes };
        if let Ok(Some(agreement)) = read_answer(&bytes) {
            prop_assert!(agreement.used <= bytes.len());
            prop_assert!(Version::SUPPORTED.contains(&agreement.version));
        }
    }

    #[test]
    fn any_bytes_are_a_value_or_not(data in bytes(120)) {
        checks::value::value(&data);
        checks::batch::batch(&data);
        checks::parameters::parameters(&data);
        for dialect in [checks::value::dialect(0), checks::value::dialect(10)] {
            let _ = read_map(&mut Reader::new(&data, dialect.uuids), dialect);
            let _ = read_record(&data, dialect);
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_bytes_are_a_conversation_or_not(data in bytes(400)) {
        checks::exchange::exchange(&data);
        let mut exchange = Exchange::new();
        for part in data.chunks(7) {
            let _ = exchange.receive(part);
            while exchange.next_response().is_some() {}
        }
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_damaged_value_is_a_value_or_not(
        choice in any::<u8>(),
        (value, damages) in (values(checks::value::dialect(0)), damages()),
    ) {
        let dialect = checks::value::dialect(0);
        let bytes = damaged(&encoded(&value, dialect), &damages);
        checks::value::value(&[&[choice][..], &bytes].concat());
        let _ = read_value(&mut Reader::new(&bytes, true), dialect);
    }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn a_damaged_reply_goes_the_same_way_however_it_is_cut(
        (which, on_handshake) in (any::<prop::sample::Index>(), prop::bool::weighted(0.1)),
        (damages, cuts) in (damages(), vec(any::<prop::sample::Index>(), 0..5)),
    ) {
        let mut all = conversations();
        let intact = all.swap_remove(which.index(all.len()));
        // Requests can only follow a handshake that has succeeded.
        let conversation = match on_handshake {
            true => Conversation { handshake: damaged(&intact.handshake, &damages), asks: vec![], ..intact },
            false => Conversation { answers: damaged(&intact.answers, &damages), ..intact },
        };
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(conversation.len() + 1)).collect();
        cuts.sort_unstable();
        prop_assert_eq!(conversation.cut_at(&cuts), conversation.cut_at(&[]));
    }
}
