//! `Tape`: values laid flat, for `decode.js` to build JavaScript values from in one pass.
//!
//! Four areas: words, numbers, text, bytes. The first words name the strings that recur (keys, labels, types); each
//! value starts with a word that holds what it is (8 bits) and a small number (24 bits), mostly its length.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::value::{
    EpochSeconds, LocalDate, LocalDateTime, LocalTime, Map, Node, Path, Relationship, TimeZone, Value, Vector,
    ZonedDateTime,
};

/// What a value on the tape is. `decode.js` has the same list.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Op {
    Null = 0,
    False,
    True,
    Integer,
    BigInteger,
    Float,
    String,
    Bytes,
    List,
    Map,
    Node,
    Relationship,
    Path,
    LocalDate,
    ZonedTime,
    LocalTime,
    LocalDateTime,
    OffsetDateTime,
    UtcDateTime,
    ZoneDateTime,
    Duration,
    Point,
    Vector,
    Uuid,
    UnsupportedType,
}

/// The largest number that fits beside an op; it says that the real one is the next word.
const LARGE: u32 = 0xFF_FFFF;
/// The largest integer that a JavaScript number holds, with all below it.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// The strings that recur, numbered over the whole result.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
}

/// Values laid flat.
pub(super) struct Tape<'a> {
    names: &'a mut Names,
    new_names: Vec<String>,
    words: Vec<u32>,
    numbers: Vec<f64>,
    text: String,
    bytes: Vec<u8>,
}

/// A tape that is done, as `decode.js` takes it.
pub(super) struct Areas {
    pub(super) words: Vec<u32>,
    pub(super) numbers: Vec<f64>,
    pub(super) text: String,
    pub(super) bytes: Vec<u8>,
}

impl<'a> Tape<'a> {
    pub(super) fn new(names: &'a mut Names) -> Self {
        Self {
            names,
            new_names: Vec::new(),
            words: Vec::new(),
            numbers: Vec::new(),
            text: String::new(),
            bytes: Vec::new(),
        }
    }

    /// The header, with the names that are new, goes in front.
    pub(super) fn finish(self) -> Areas {
        let mut words = Vec::with_capacity(1 + self.new_names.len() + self.words.len());
        let mut text = String::with_capacity(self.text.len());
        words.push(self.new_names.len() as u32);
        for name in &self.new_names {
            words.push(units(name));
            text.push_str(name);
        }
        words.extend_from_slice(&self.words);
        text.push_str(&self.text);
        Areas { words, numbers: self.numbers, text, bytes: self.bytes }
    }

    /// Adds a value.
    ///
    /// # Errors
    /// A protocol error for a date-time that lies beyond the years there are once its zone is taken into account.
    pub(super) fn value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => self.op(Op::Null, 0),
            Value::Boolean(false) => self.op(Op::False, 0),
            Value::Boolean(true) => self.op(Op::True, 0),
            Value::Integer(number) => self.integer(*number),
            Value::Float(number) => {
                self.op(Op::Float, 0);
                self.numbers.push(*number);
            }
            Value::Bytes(bytes) => {
                self.op(Op::Bytes, bytes.len() as u32);
                self.bytes.extend_from_slice(bytes);
            }
            Value::String(text) => self.string(text),
            Value::List(items) => {
                self.op(Op::List, items.len() as u32);
                return items.iter().try_for_each(|item| self.value(item));
            }
            Value::Map(map) => return self.map(map),
            Value::Node(node) => return self.node(node),
            Value::Relationship(relationship) => return self.relationship(relationship),
            Value::Path(path) => return self.path(path),
            other => return self.rarer(other),
        }
        Ok(())
    }

    /// Kept out of `value`, whose frame stands on the stack once for every level of nesting.
    #[inline(never)]
    fn rarer(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::LocalDate(date) => {
                self.op(Op::LocalDate, 0);
                self.date(*date);
            }
            Value::LocalTime(time) => {
                self.op(Op::LocalTime, 0);
                self.time(*time);
            }
            Value::ZonedTime(time) => {
                self.op(Op::ZonedTime, 0);
                self.time(time.time);
                self.numbers.push(f64::from(time.offset_seconds()));
            }
            Value::LocalDateTime(value) => {
                self.op(Op::LocalDateTime, 0);
                self.date_time(*value);
            }
            Value::ZonedDateTime(value) => return self.zoned_date_time(value),
            Value::Duration(value) => {
                self.op(Op::Duration, 0);
                for part in [value.months, value.days, value.seconds] {
                    self.integer(part);
                }
                self.numbers.push(f64::from(value.nanoseconds));
            }
            Value::Point(point) => {
                self.op(Op::Point, if point.z.is_some() { 3 } else { 2 });
                self.numbers.extend([point.srid as f64, point.x, point.y]);
                self.numbers.extend(point.z);
            }
            Value::Vector(vector) => self.vector(vector),
            Value::Uuid(uuid) => {
                self.op(Op::Uuid, 0);
                self.bytes.extend_from_slice(&uuid.0);
            }
            Value::UnsupportedType(value) => {
                self.op(Op::UnsupportedType, 0);
                self.string(&value.name);
                let (major, minor) = value.minimum_protocol;
                self.numbers.extend([major as f64, minor as f64]);
                match &value.message {
                    Some(message) => self.string(message),
                    None => self.op(Op::Null, 0),
                }
            }
            _ => return Err(Error::protocol("A value has no form in JavaScript")),
        }
        Ok(())
    }

    fn op(&mut self, op: Op, argument: u32) {
        if argument < LARGE {
            self.words.push(op as u32 | argument << 8);
        } else {
            self.words.extend([op as u32 | LARGE << 8, argument]);
        }
    }

    fn integer(&mut self, number: i64) {
        if number.unsigned_abs() <= MAX_SAFE {
            self.op(Op::Integer, 0);
            self.numbers.push(number as f64);
        } else {
            self.op(Op::BigInteger, 0);
            self.words.extend([number as u32, (number >> 32) as u32]);
        }
    }

    fn string(&mut self, text: &str) {
        self.op(Op::String, units(text));
        self.text.push_str(text);
    }

    fn name(&mut self, name: &str) {
        let number = match self.names.numbers.get(name) {
            Some(&number) => number,
            None => {
                let number = self.names.numbers.len() as u32;
                self.names.numbers.insert(name.to_owned(), number);
                self.new_names.push(name.to_owned());
                number
            }
        };
        self.words.push(number);
    }

    fn map(&mut self, map: &Map) -> Result<()> {
        self.op(Op::Map, map.len() as u32);
        map.iter().try_for_each(|(key, value)| {
            self.name(key);
            self.value(value)
        })
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        self.op(Op::Node, node.labels.len() as u32);
        self.string(&node.element_id);
        for label in &node.labels {
            self.name(label);
        }
        self.map(&node.properties)
    }

    fn relationship(&mut self, relationship: &Relationship) -> Result<()> {
        self.op(Op::Relationship, 0);
        self.string(&relationship.element_id);
        self.string(&relationship.start_node_element_id);
        self.string(&relationship.end_node_element_id);
        self.name(&relationship.relationship_type);
        self.map(&relationship.properties)
    }

    fn path(&mut self, path: &Path) -> Result<()> {
        self.op(Op::Path, path.steps.len() as u32);
        self.words.extend([path.nodes.len() as u32, path.relationships.len() as u32]);
        path.nodes.iter().try_for_each(|node| self.node(node))?;
        path.relationships.iter().try_for_each(|relationship| self.relationship(relationship))?;
        for &(relationship, node) in &path.steps {
            self.words.extend([relationship as u32, node as u32]);
        }
        Ok(())
    }

    fn date(&mut self, date: LocalDate) {
        self.numbers.extend([date.year() as f64, f64::from(date.month()), f64::from(date.day())]);
    }

    fn time(&mut self, time: LocalTime) {
        let parts = [time.hour(), time.minute(), time.second()];
        self.numbers.extend(parts.map(f64::from));
        self.numbers.push(f64::from(time.nanosecond()));
    }

    fn date_time(&mut self, value: LocalDateTime) {
        self.date(value.date());
        self.time(value.time());
    }

    /// The zone's own clock where its offset is known; otherwise JavaScript, which has a time-zone database, is told
    /// which clock it is.
    fn zoned_date_time(&mut self, value: &ZonedDateTime) -> Result<()> {
        let (op, seconds) = match (value.zone(), value.seconds()) {
            (TimeZone::Offset(_), seconds) => {
                let (EpochSeconds::Utc(count) | EpochSeconds::Local(count)) = seconds;
                (Op::OffsetDateTime, value.local_seconds().unwrap_or(count))
            }
            (TimeZone::Named { .. }, EpochSeconds::Utc(seconds)) => (Op::UtcDateTime, seconds),
            (TimeZone::Named { .. }, EpochSeconds::Local(seconds)) => (Op::ZoneDateTime, seconds),
        };
        let clock = LocalDateTime::from_seconds(seconds, i64::from(value.nanosecond()))
            .map_err(|error| Error::protocol(format!("The server sent a {error}")))?;
        self.op(op, 0);
        self.date_time(clock);
        match value.zone() {
            TimeZone::Offset(offset) => self.numbers.push(f64::from(*offset)),
            TimeZone::Named { name, .. } => self.name(name),
        }
        Ok(())
    }

    fn vector(&mut self, vector: &Vector) {
        let start = self.bytes.len();
        let bytes = &mut self.bytes;
        let kind = match vector {
            Vector::Int8(items) => (0, bytes.extend(items.iter().flat_map(|item| item.to_le_bytes()))).0,
            Vector::Int16(items) => (1, bytes.extend(items.iter().flat_map(|item| item.to_le_bytes()))).0,
            Vector::Int32(items) => (2, bytes.extend(items.iter().flat_map(|item| item.to_le_bytes()))).0,
            Vector::Int64(items) => (3, bytes.extend(items.iter().flat_map(|item| item.to_le_bytes()))).0,
            Vector::Float32(items) => (4, bytes.extend(items.iter().flat_map(|item| item.to_le_bytes()))).0,
            Vector::Float64(items) => (5, bytes.extend(items.iter().flat_map(|item| item.to_le_bytes()))).0,
        };
        let length = (self.bytes.len() - start) as u32;
        self.op(Op::Vector, kind);
        self.words.push(length);
    }
}

/// The length that JavaScript sees.
fn units(text: &str) -> u32 {
    let count = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
    count as u32
}
