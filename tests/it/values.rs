//! Arbitrary values that can be sent in a dialect, for property tests.

use neo4j_wasm::bolt::packstream::Dialect;
use neo4j_wasm::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, Map, Point, TimeZone, Uuid, Value, Vector,
    ZonedDateTime, ZonedTime,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const LAST_DAY: i64 = 365_241_780_471;
const FIRST_DAY: i64 = -365_243_219_162;
const DAY: i64 = 86_400;

/// Integers of every width, and not mostly of the widest.
pub(crate) fn integers() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i8>().prop_map(i64::from),
        any::<i16>().prop_map(i64::from),
        any::<i32>().prop_map(i64::from),
        any::<i64>(),
        prop::sample::select(vec![i64::MIN, i64::MAX, -129, -128, -17, -16, 127, 128, 32_767, 32_768]),
    ]
}

/// Text of any characters, also long enough for the longer headers.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    let short = vec(any::<char>(), 0..20).prop_map(|letters| letters.into_iter().collect());
    prop_oneof![20 => short, 1 => (0..70_000_usize).prop_map(|size| "ä".repeat(size / 2))]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![20 => vec(any::<u8>(), 0..300), 1 => (0..70_000_usize).prop_map(|size| vec![7; size])]
}

/// Every value that the dialect can send.
pub(crate) fn values(dialect: Dialect) -> impl Strategy<Value = Value> {
    leaves(dialect).prop_recursive(5, 60, 18, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..18).prop_map(Value::List),
            vec((texts(), inner), 0..18).prop_map(|entries| Value::Map(entries.into_iter().collect::<Map>())),
        ]
    })
}

fn leaves(dialect: Dialect) -> BoxedStrategy<Value> {
    let mut leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        integers().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(|bits| Value::from(f64::from_bits(bits))),
        texts().prop_map(Value::from),
        bytes().prop_map(Value::Bytes),
        points().prop_map(Value::from),
        temporal(dialect),
    ]
    .boxed();
    if dialect.vectors {
        leaves = prop_oneof![8 => leaves, 1 => vectors().prop_map(Value::from)].boxed();
    }
    if dialect.uuids {
        leaves = prop_oneof![8 => leaves, 1 => any::<[u8; 16]>().prop_map(|uuid| Value::from(Uuid(uuid)))].boxed();
    }
    leaves
}

fn points() -> impl Strategy<Value = Point> {
    let coordinates = (any::<f64>(), any::<f64>(), option::of(any::<f64>()));
    (integers(), coordinates).prop_map(|(srid, (x, y, z))| Point { srid, x, y, z })
}

fn vectors() -> impl Strategy<Value = Vector> {
    prop_oneof![
        vec(any::<i8>(), 0..300).prop_map(Vector::Int8),
        vec(any::<i16>(), 0..300).prop_map(Vector::Int16),
        vec(any::<i32>(), 0..300).prop_map(Vector::Int32),
        vec(any::<i64>(), 0..300).prop_map(Vector::Int64),
        vec(any::<f32>(), 0..300).prop_map(Vector::Float32),
        vec(any::<f64>(), 0..300).prop_map(Vector::Float64),
    ]
}

fn temporal(dialect: Dialect) -> impl Strategy<Value = Value> {
    let days = FIRST_DAY..=LAST_DAY;
    let seconds = FIRST_DAY * DAY..(LAST_DAY + 1) * DAY;
    let times = || (0..DAY * 1_000_000_000).prop_map(|nanos| LocalTime::from_nanoseconds(nanos).expect("in the day"));
    let offsets = || -64_800..=64_800_i32;
    let nanos = || 0..1_000_000_000_i64;
    let zones = prop_oneof![
        offsets().prop_map(TimeZone::Offset),
        texts().prop_map(|name| TimeZone::Named { name, offset_seconds: None }),
    ];
    let clock = if dialect.utc { EpochSeconds::Utc } else { EpochSeconds::Local };
    prop_oneof![
        days.prop_map(|days| LocalDate::from_days(days).expect("a date").into()),
        times().prop_map(Value::from),
        (times(), offsets()).prop_map(|(time, offset)| ZonedTime::new(time, offset.into()).expect("an offset").into()),
        (seconds.clone(), nanos())
            .prop_map(|(seconds, nanos)| LocalDateTime::from_seconds(seconds, nanos).expect("a date").into()),
        (seconds, nanos(), zones).prop_map(move |(seconds, nanos, zone)| ZonedDateTime::new(
            clock(seconds),
            nanos,
            zone
        )
        .expect("a date")
        .into()),
        (integers(), integers(), integers(), any::<i32>()).prop_map(|(months, days, seconds, nanoseconds)| {
            Duration { months, days, seconds, nanoseconds }.into()
        }),
    ]
}
