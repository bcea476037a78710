//! Packed, then joined by `unpack.wat` itself in an interpreter: it is the module again, to the byte.

use std::iter;

use arbitrary::Unstructured;
use wasmi::{Config, Engine, Linker, Memory, Module, Store, TypedFunc};

use super::{UNPACK, letters, pack};

/// As pkg-template/wire/unpack.js has it.
const MODULE: usize = 8192;
const ZEROS: usize = 8;

/// More steps than any of these tests needs: what goes on for longer would go on for ever.
const STEPS: u64 = 20_000_000;

struct Unpacker(Engine, Module);

impl Unpacker {
    fn new() -> Unpacker {
        let engine = Engine::new(Config::default().consume_fuel(true));
        let module = Module::new(&engine, UNPACK).unwrap();
        Unpacker(engine, module)
    }

    /// What comes out, and how much memory there is for it. None where it traps.
    fn unpack(&self, text: &str, size: usize) -> Option<Vec<u8>> {
        let mut store = Store::new(&self.0, ());
        store.set_fuel(STEPS).unwrap();
        let instance = Linker::new(&self.0).instantiate_and_start(&mut store, &self.1).unwrap();
        let memory: Memory = instance.get_memory(&store, "memory").unwrap();
        let unpack: TypedFunc<(i32, i32), ()> = instance.get_typed_func(&store, "unpack").unwrap();
        let begin = MODULE + size + ZEROS;
        let pages = (begin + text.len()) >> 16;
        memory.grow(&mut store, pages as u64).unwrap();
        memory.write(&mut store, begin, text.as_bytes()).unwrap();
        let result = unpack.call(&mut store, (begin as i32, text.len() as i32));
        assert!(store.get_fuel().unwrap() > 0, "it does not come to an end");
        assert_eq!(memory.size(&store), pages as u64 + 1);
        result.ok().map(|()| memory.data(&store)[MODULE..MODULE + size].to_vec())
    }

    fn brings_back(&self, module: &[u8]) {
        let unpacked = self.unpack(&letters::encode(&pack(module)), module.len());
        assert_eq!(unpacked.as_deref(), Some(module), "{module:02x?}");
    }
}

/// Bytes that look like chance, and are the same each time.
fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let next = |state: &u64| Some((state ^ (state >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(seed));
    iter::successors(Some(seed + 1), next).map(|state| (state >> 40) as u8).take(count).collect()
}

/// A module of any kind, with whatever instructions there are.
fn made(seed: u64) -> Vec<u8> {
    let seeds = bytes(seed, 4_000);
    let config = wasm_smith::Config {
        min_types: 5,
        min_funcs: 4,
        max_instructions: 300,
        allow_invalid_funcs: seed % 4 == 3,
        exceptions_enabled: true,
        gc_enabled: true,
        memory64_enabled: true,
        simd_enabled: true,
        tail_call_enabled: true,
        threads_enabled: true,
        max_memories: 3,
        ..wasm_smith::Config::default()
    };
    wasm_smith::Module::new(config, &mut Unstructured::new(&seeds)).unwrap().to_bytes()
}

/// A module with these bodies, each without its length.
fn with_bodies(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut code = super::number(bodies.len());
    bodies.iter().for_each(|body| code.extend([super::number(body.len()), body.clone()].concat()));
    let types = [1, 4, 1, 0x60, 0, 0];
    let mut functions = super::number(bodies.len());
    functions.extend(bodies.iter().map(|_| 0));
    let section = |id: u8, content: &[u8]| [&[id][..], &super::number(content.len()), content].concat();
    [&b"\0asm\x01\0\0\0"[..], &types, &section(3, &functions), &section(10, &code)].concat()
}

fn with_body(body: &[u8]) -> Vec<u8> {
    with_bodies(&[body.to_vec()])
}

#[test]
fn modules_of_any_kind_come_back() {
    let unpacker = Unpacker::new();
    let mut instructions = 0;
    for seed in 0..40 {
        let module = made(seed);
        instructions += super::bodies(&module).map_or(0, |bodies| bodies.iter().map(|body| body.len()).sum());
        unpacker.brings_back(&module);
    }
    assert!(instructions > 30_000, "{instructions} bytes of bodies: that shows nothing");
}

#[test]
fn common_instructions_are_known() {
    // Two locals; local.get, if, local.get, i32.load8_u with an offset of 300, drop, end, i32.const, call, end.
    let body = [1, 2, 0x7f, 0x20, 0, 0x04, 0x40, 0x20, 1, 0x2d, 0, 0xac, 2, 0x1a, 0x0b, 0x41, 0xe4, 0, 0x10, 0, 0x0b];
    let pieces = super::pieces(&body);
    assert_eq!(pieces.len(), 10);
    assert!(pieces.iter().all(|piece| piece.form.flags & super::form::AS_IT_IS == 0));
}

#[test]
fn bodies_that_are_odd_come_back() {
    let unpacker = Unpacker::new();
    let odd: [&[u8]; 14] = [
        &[],
        &[0],
        &[0x0b],
        &[0, 0x0b],
        // Numbers that are longer than they need be.
        &[0x80, 0, 0x41, 0x80, 0x80, 0, 0x10, 0x80, 0x80, 0x80, 0x80, 0, 0x0b],
        // More locals than there are bytes; of a type that is two bytes.
        &[0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0x7f, 0x0b],
        &[1, 1, 0x63, 0, 0x0b],
        // An instruction that nobody knows, and one that ends too soon.
        &[0, 0x41, 5, 0xff, 0x80, 0x0b],
        &[0, 0x41, 0x80],
        &[0, 0x44, 0, 0, 0, 0x0b],
        // After its end, before its end.
        &[0, 0x0b, 0x41, 3, 0x0b],
        &[0, 0x02, 0x40, 0x0b],
        // br_table, f64.const -1, select with a type, memory.copy; the last one is a constant.
        &[0, 0x0e, 2, 0, 0, 0, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0xbf, 0x1c, 1, 0x7f, 0xfc, 10, 0, 0, 0x0b],
        &[0, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0x0b],
    ];
    odd.iter().for_each(|body| unpacker.brings_back(&with_body(body)));
    unpacker.brings_back(&with_bodies(&odd.map(<[u8]>::to_vec)));
    // A body that is long enough for a length of three bytes.
    unpacker.brings_back(&with_body(&[&[0][..], &[0x41, 3, 0x1a].repeat(6_000), &[0x0b]].concat()));
}

#[test]
fn more_forms_than_tokens_come_back() {
    // table.get and global.get of each number: a form each.
    let body: Vec<u8> = (0..=127).flat_map(|number| [0x25, number, 0x23, number, 0x26, number, 0x41, number]).collect();
    Unpacker::new().brings_back(&with_body(&[&[0][..], &body, &[0x0b]].concat()));
}

#[test]
fn what_is_no_module_comes_back() {
    let unpacker = Unpacker::new();
    let module = with_body(&[0, 0x41, 5, 0x1a, 0x0b]);
    (0..module.len()).for_each(|length| unpacker.brings_back(&module[..length]));
    (0..30).for_each(|seed| unpacker.brings_back(&bytes(seed, 1_000 + seed as usize)));
    // A length of a body that is longer than it needs be; a second section with code; something behind it.
    unpacker.brings_back(b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x05\x01\x82\0\0\x0b");
    unpacker.brings_back(&[&module[..], b"\x0a\x04\x01\x02\0\x0b"].concat());
    unpacker.brings_back(&[&module[..], b"\0\x05\x04abcd"].concat());
}

#[test]
fn what_has_been_changed_traps_in_time() {
    let unpacker = Unpacker::new();
    let module = made(5);
    let text = letters::encode(&pack(&module));
    let mut changed = 0;
    for at in (0..text.len()).step_by(text.len() / 100) {
        let other = if text.as_bytes()[at] == b'!' { "#" } else { "!" };
        let text = [&text[..at], other, &text[at + 1..]].concat();
        match unpacker.unpack(&text, module.len()) {
            None => changed += 1,
            // A letter that stands for a byte that is nowhere, or of which nobody needs to know.
            Some(unpacked) => assert_eq!(unpacked, module, "letter {at}"),
        }
    }
    assert!(changed > 60, "{changed}");
    for length in [0, 1, 255, 256, 300, 2_000, text.len() / 2, text.len() - 1] {
        assert_eq!(unpacker.unpack(&text[..length], module.len()), None, "{length} letters");
    }
    for size in [0, module.len() - 1, module.len() + 1, 20_000] {
        assert_eq!(unpacker.unpack(&text, size), None, "{size} bytes");
    }
    for seed in 0..10 {
        let noise: String = bytes(seed, 5_000).iter().map(|byte| char::from(b'#' + byte % 90)).collect();
        assert_eq!(unpacker.unpack(&noise, 3_000), None, "seed {seed}");
    }
}
