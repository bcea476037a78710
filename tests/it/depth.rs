//! Nesting is bounded, both ways, and what the bound allows fits on a small stack.

use neo4j_wasm::bolt::packstream::{Dialect, MAX_DEPTH, Reader, Writer, read_value, write_value};
use neo4j_wasm::bolt::response::read_record;
use neo4j_wasm::bolt::{Exchange, Request, Token};
use neo4j_wasm::value::{Map, Value};

use super::wire::{encoded, newest, ready};

/// What `MAX_DEPTH` levels may take. Measured on x86-64, the worst of reading and writing: 1,120 KiB without
/// optimisation, 338 KiB as the package is built (`opt-level = "s"`), 446 KiB with `opt-level = 3`. A wasm stack is
/// 1,024 KiB, and pointers there are half as wide.
const STACK: usize = if cfg!(debug_assertions) { 2_048 } else { 512 } * 1_024;

fn dialect() -> Dialect {
    newest().dialect(false)
}

/// Runs on a thread of its own: a stack that overflows ends the whole test run.
pub(super) fn on_a_small_stack<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK).spawn(task).expect("a thread").join().expect("no panic")
}

/// Ways to stand one value in another: the bytes before it, and behind it.
fn wrappings() -> [(&'static str, Vec<u8>, Vec<u8>); 7] {
    let both = |before: &[u8], behind: &[u8]| (before.to_vec(), behind.to_vec());
    [
        ("lists", both(&[0x91], &[])),
        ("long lists", both(&[0xD6, 0, 0, 0, 1], &[])),
        ("maps", both(&[0xA1, 0x80], &[])),
        // A structure in a structure's map: a node in a property of a node.
        ("nodes", both(&[0xB4, 0x4E, 0x00, 0x90, 0xA1, 0x80], &[0x80])),
        ("relationships", both(&[0xB8, 0x52, 0, 0, 0, 0x80, 0xA1, 0x80], &[0x80, 0x80, 0x80])),
        ("paths", both(&[0xB3, 0x50, 0x91, 0xB4, 0x4E, 0x00, 0x90, 0xA1, 0x80], &[0x80, 0x90, 0x90])),
        ("lists and maps", both(&[0x91, 0xA1, 0x80], &[])),
    ]
    .map(|(name, (before, behind))| (name, before, behind))
}

fn nested(before: &[u8], behind: &[u8], times: usize) -> Vec<u8> {
    [before.repeat(times), vec![0xC0], behind.repeat(times)].concat()
}

fn read(bytes: &[u8]) -> Result<Value, String> {
    read_value(&mut Reader::new(bytes, true), dialect()).map_err(|error| error.message().to_owned())
}

/// A list in a list and so on, so many levels; `step` makes one of another.
fn deep(levels: usize, step: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(Value::Null, |inner, _| step(inner))
}

fn in_list(inner: Value) -> Value {
    Value::List(vec![inner])
}

fn in_map(inner: Value) -> Value {
    Map::from([("k", inner)]).into()
}

#[test]
fn ten_million_levels_are_an_error_and_not_the_end_of_the_stack() {
    on_a_small_stack(|| {
        for (name, before, behind) in wrappings() {
            for bytes in [before.repeat(10_000_000 / before.len()), nested(&before, &behind, 1_000_000)] {
                assert!(read(&bytes).unwrap_err().contains("nested more than 512 levels"), "{name}");
            }
        }
        // A structure that does not exist is an error before it is entered.
        assert!(read(&[0xB1, 0x00].repeat(5_000_000)).is_err());
    });
}

#[test]
fn as_deep_as_allowed_is_read_on_a_small_stack_and_one_deeper_is_not() {
    on_a_small_stack(|| {
        for (name, before, behind) in wrappings() {
            // A wrapping may be more than one level: find how many of them are allowed.
            let levels = match name {
                "nodes" | "relationships" | "lists and maps" => 2,
                "paths" => 3,
                _ => 1,
            };
            let most = MAX_DEPTH / levels;
            assert!(read(&nested(&before, &behind, most)).is_ok(), "{name}");
            assert!(read(&nested(&before, &behind, most + 1)).is_err(), "{name}");
        }
    });
}

#[test]
fn as_deep_as_allowed_is_written_on_a_small_stack_and_comes_back() {
    on_a_small_stack(|| {
        for value in [deep(MAX_DEPTH, in_list), deep(MAX_DEPTH, in_map)] {
            let bytes = encoded(&value, dialect());
            assert_eq!(read(&bytes), Ok(value));
        }
    });
}

#[test]
fn one_deeper_is_refused_with_its_path() {
    on_a_small_stack(|| {
        for (value, step) in [(deep(MAX_DEPTH + 1, in_list), "[0]"), (deep(MAX_DEPTH + 1, in_map), ".k")] {
            let refused = write_value(&mut Writer::new(), &value, dialect()).unwrap_err();
            assert_eq!(refused.path, step.repeat(MAX_DEPTH));
            assert!(refused.reason.contains("nested more than 512 levels"), "{}", refused.reason);
        }
    });
}

#[test]
fn a_parameter_that_is_too_deep_is_named_and_nothing_is_sent() {
    on_a_small_stack(|| {
        let mut exchange = ready(newest());
        let submit = |exchange: &mut Exchange, parameters: Map| {
            let run = Request::Run { query: "RETURN $deep", parameters: &parameters, options: None };
            exchange.submit(&run, Token(7))
        };
        let error = submit(&mut exchange, Map::from([("deep", deep(MAX_DEPTH, in_list))])).unwrap_err();
        assert!(error.message().starts_with("parameters.deep[0][0]"), "{error}");
        assert!(exchange.take_output().is_empty());
        // The parameters themselves are the first level.
        submit(&mut exchange, Map::from([("deep", deep(MAX_DEPTH - 1, in_list))])).unwrap();
    });
}

#[test]
fn a_record_that_is_too_deep_is_an_error_where_it_is_read() {
    on_a_small_stack(|| assert!(read_record(&[[0x91].repeat(100_000), vec![0xC0]].concat(), dialect()).is_err()));
}
