//! Values to PackStream and back: the graph, temporal, spatial and vector structures, in each version's form.

use std::fmt;

use super::packed::ONLY_PASSES;
use super::{MAX_DEPTH, Reader, Token, Writer, marker};
use crate::error::{Error, Result};
use crate::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, Map, Node, OutOfRange, Path, Point, Relationship,
    TimeZone, UnsupportedType, Uuid, Value, Vector, ZonedDateTime, ZonedTime,
};

/// Which forms of the structures a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Nodes and relationships carry element ids.
    pub element_ids: bool,
    /// Zoned date-times count from UTC rather than on the zone's own clock.
    pub utc: bool,
    /// Vectors and unsupported types exist.
    pub vectors: bool,
    /// UUIDs exist (PackStream 2).
    pub uuids: bool,
    /// A named zone's offset follows its name when read. Never so on the wire: it is how JavaScript, which knows the
    /// offset, hands its parameters over.
    pub zone_offsets: bool,
}

pub(super) mod tag {
    pub(in super::super) const NODE: u8 = b'N';
    pub(in super::super) const RELATIONSHIP: u8 = b'R';
    pub(in super::super) const UNBOUND_RELATIONSHIP: u8 = b'r';
    pub(in super::super) const PATH: u8 = b'P';
    pub(in super::super) const DATE: u8 = b'D';
    pub(in super::super) const TIME: u8 = b'T';
    pub(in super::super) const LOCAL_TIME: u8 = b't';
    pub(in super::super) const DATE_TIME: u8 = b'I';
    pub(in super::super) const DATE_TIME_ZONE_ID: u8 = b'i';
    pub(in super::super) const LEGACY_DATE_TIME: u8 = b'F';
    pub(in super::super) const LEGACY_DATE_TIME_ZONE_ID: u8 = b'f';
    pub(in super::super) const LOCAL_DATE_TIME: u8 = b'd';
    pub(in super::super) const DURATION: u8 = b'E';
    pub(in super::super) const POINT_2D: u8 = b'X';
    pub(in super::super) const POINT_3D: u8 = b'Y';
    pub(in super::super) const VECTOR: u8 = b'V';
    pub(in super::super) const UNSUPPORTED_TYPE: u8 = b'?';
}

/// Room is made at once for as many items as a list claims, up to this size of an item: the reader sees to it that
/// all claims together come to no more than the bytes there are. A larger item (a part of a path) has to arrive first.
const LARGEST_RESERVED: usize = 64;

/// The ids that a path's relationships take over from its nodes, in multiples of the path's bytes. A server's ids are
/// short; a relationship of six bytes whose node has an id of a megabyte is an attack.
const MOST_ID_COPIES: usize = 16;

/// Reads one value.
///
/// # Errors
/// A protocol error for anything that the dialect does not have, a value out of its range, or nesting beyond
/// [`MAX_DEPTH`].
pub fn read_value(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Value> {
    Input::new(reader, dialect, false).value()
}

/// Reads the fields of a structure that stands so deep in other values.
pub(in crate::bolt) fn read_structure(
    tag: u8,
    fields: usize,
    depth: usize,
    reader: &mut Reader<'_>,
    dialect: Dialect,
) -> Result<Value> {
    let mut input = Input::new(reader, dialect, false);
    input.depth = depth;
    input.value_from(Token::Structure { tag, fields })
}

/// Reads one map.
///
/// # Errors
/// As [`read_value`], and when the value is not a map.
pub fn read_map(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Map> {
    Input::new(reader, dialect, false).map()
}

pub(super) struct Input<'a, 'b> {
    pub(super) reader: &'a mut Reader<'b>,
    pub(super) dialect: Dialect,
    depth: usize,
    /// Structures stay as they are.
    passes: bool,
    /// What is read now goes along with the bytes of a structure around it.
    pub(super) inside: bool,
}

impl<'a, 'b> Input<'a, 'b> {
    pub(super) fn new(reader: &'a mut Reader<'b>, dialect: Dialect, passes: bool) -> Self {
        Self { reader, dialect, depth: 0, passes, inside: false }
    }

    pub(super) fn value(&mut self) -> Result<Value> {
        let token = self.reader.token()?;
        self.value_from(token)
    }

    fn value_from(&mut self, token: Token<'_>) -> Result<Value> {
        Ok(match token {
            Token::Null => Value::Null,
            Token::Boolean(value) => Value::Boolean(value),
            Token::Integer(value) => Value::Integer(value),
            Token::Float(value) => Value::Float(value),
            Token::Bytes(value) => Value::Bytes(value.to_vec()),
            Token::String(value) => Value::String(value.to_owned()),
            Token::Uuid(bytes) => Value::Uuid(Uuid(bytes)),
            Token::List(items) => Value::List(self.nested(|input| input.items(items, Self::value))?),
            Token::Map(entries) => Value::Map(self.nested(|input| input.entries(entries))?),
            Token::Structure { tag, fields } => self.nested(|input| match input.passes || ONLY_PASSES {
                true => input.packed(tag, fields),
                false => input.structure(tag, fields),
            })?,
        })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(Error::protocol(format!("A value is nested more than {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn items<T>(&mut self, count: usize, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::with_capacity(if size_of::<T>() > LARGEST_RESERVED { 0 } else { count });
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn entries(&mut self, count: usize) -> Result<Map> {
        let entries = self.items(count, |input| Ok((input.string()?, input.value()?)))?;
        Ok(Map::from_entries(entries))
    }

    /// Kept out of `value_from`, whose frame stands on the stack once for every level of nesting.
    #[inline(never)]
    fn structure(&mut self, tag: u8, fields: usize) -> Result<Value> {
        let Dialect { element_ids, utc, vectors, zone_offsets, .. } = self.dialect;
        let expect = |expected| expect_fields(tag, fields, expected);
        match tag {
            tag::NODE => expect(if element_ids { 4 } else { 3 }).and_then(|()| self.node()).map(Value::from),
            tag::RELATIONSHIP => {
                expect(if element_ids { 8 } else { 5 }).and_then(|()| self.relationship()).map(Value::from)
            }
            tag::PATH => expect(3).and_then(|()| self.path()).map(Value::from),
            tag::DATE => expect(1).and_then(|()| self.in_range(1, |[days]| LocalDate::from_days(days))),
            tag::LOCAL_TIME => expect(1).and_then(|()| self.in_range(1, |[nanos]| LocalTime::from_nanoseconds(nanos))),
            tag::TIME => expect(2).and_then(|()| {
                self.in_range(2, |[nanos, offset]| ZonedTime::new(LocalTime::from_nanoseconds(nanos)?, offset))
            }),
            tag::LOCAL_DATE_TIME => expect(2)
                .and_then(|()| self.in_range(2, |[seconds, nanos]| LocalDateTime::from_seconds(seconds, nanos))),
            tag::DATE_TIME if utc => expect(3).and_then(|()| self.date_time(EpochSeconds::Utc)),
            tag::DATE_TIME_ZONE_ID if utc => {
                expect(if zone_offsets { 4 } else { 3 }).and_then(|()| self.date_time_zone_id(EpochSeconds::Utc))
            }
            tag::LEGACY_DATE_TIME if !utc => expect(3).and_then(|()| self.date_time(EpochSeconds::Local)),
            tag::LEGACY_DATE_TIME_ZONE_ID if !utc => {
                expect(3).and_then(|()| self.date_time_zone_id(EpochSeconds::Local))
            }
            tag::DURATION => expect(4).and_then(|()| {
                self.in_range(4, |[months, days, seconds, nanos]| {
                    let nanoseconds = i32::try_from(nanos).map_err(|_| OutOfRange("nanoseconds of a duration"))?;
                    Ok(Duration { months, days, seconds, nanoseconds })
                })
            }),
            tag::POINT_2D => expect(3).and_then(|()| self.point(false)),
            tag::POINT_3D => expect(4).and_then(|()| self.point(true)),
            tag::VECTOR if vectors => expect(2).and_then(|()| self.vector()).map(Value::from),
            tag::UNSUPPORTED_TYPE if vectors => expect(4).and_then(|()| self.unsupported_type()),
            _ => Err(Error::protocol(format!("Unknown structure 0x{tag:02x} with {fields} fields"))),
        }
    }

    fn string(&mut self) -> Result<String> {
        match self.reader.token()? {
            Token::String(text) => Ok(text.to_owned()),
            other => Err(unexpected("a string", other)),
        }
    }

    pub(super) fn integer(&mut self) -> Result<i64> {
        match self.reader.token()? {
            Token::Integer(number) => Ok(number),
            other => Err(unexpected("an integer", other)),
        }
    }

    fn float(&mut self) -> Result<f64> {
        match self.reader.token()? {
            Token::Float(number) => Ok(number),
            other => Err(unexpected("a float", other)),
        }
    }

    fn byte_string(&mut self) -> Result<&'b [u8]> {
        match self.reader.token()? {
            Token::Bytes(bytes) => Ok(bytes),
            other => Err(unexpected("bytes", other)),
        }
    }

    pub(super) fn map(&mut self) -> Result<Map> {
        match self.reader.token()? {
            Token::Map(entries) => self.nested(|input| input.entries(entries)),
            other => Err(unexpected("a map", other)),
        }
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        match self.reader.token()? {
            Token::List(items) => self.nested(|input| input.items(items, read)),
            other => Err(unexpected("a list", other)),
        }
    }

    /// `count` integers that make a value, where they are in its range.
    fn in_range<T: Into<Value>, const N: usize>(
        &mut self,
        count: usize,
        make: impl FnOnce([i64; N]) -> Result<T, OutOfRange>,
    ) -> Result<Value> {
        debug_assert_eq!(count, N);
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.integer()?;
        }
        make(numbers).map(Into::into).map_err(|error| Error::protocol(format!("The server sent a {error}")))
    }

    fn node(&mut self) -> Result<Node> {
        let id = self.integer()?;
        let labels = self.list(Self::string)?;
        let properties = self.map()?;
        Ok(Node { id, element_id: self.element_id(id)?, labels, properties })
    }

    /// Servers before Bolt 5.0 have only numbers: then the number's text stands in.
    fn element_id(&mut self, id: i64) -> Result<String> {
        if self.dialect.element_ids { self.string() } else { Ok(id.to_string()) }
    }

    fn relationship(&mut self) -> Result<Relationship> {
        let id = self.integer()?;
        let start_node_id = self.integer()?;
        let end_node_id = self.integer()?;
        let relationship_type = self.string()?;
        let properties = self.map()?;
        Ok(Relationship {
            id,
            element_id: self.element_id(id)?,
            start_node_id,
            start_node_element_id: self.element_id(start_node_id)?,
            end_node_id,
            end_node_element_id: self.element_id(end_node_id)?,
            relationship_type,
            properties,
        })
    }

    fn part(&mut self, tag: u8, fields: usize) -> Result<()> {
        match self.reader.token()? {
            Token::Structure { tag: found, fields: count } if found == tag => expect_fields(tag, count, fields),
            other => Err(unexpected("a part of a path", other)),
        }
    }

    /// A relationship of a path: which nodes it joins is said elsewhere.
    fn unbound_relationship(&mut self) -> Result<Relationship> {
        self.part(tag::UNBOUND_RELATIONSHIP, if self.dialect.element_ids { 4 } else { 3 })?;
        let id = self.integer()?;
        let relationship_type = self.string()?;
        let properties = self.map()?;
        let element_id = self.element_id(id)?;
        Ok(Relationship {
            id,
            element_id,
            start_node_id: -1,
            start_node_element_id: String::new(),
            end_node_id: -1,
            end_node_element_id: String::new(),
            relationship_type,
            properties,
        })
    }

    fn path(&mut self) -> Result<Path> {
        let begin = self.reader.position();
        let fields = if self.dialect.element_ids { 4 } else { 3 };
        let nodes = self.list(|input| input.part(tag::NODE, fields).and_then(|()| input.node()))?;
        let mut relationships = self.list(Self::unbound_relationship)?;
        let indices = self.list(Self::integer)?;
        if nodes.is_empty() || indices.len() % 2 != 0 {
            return Err(Error::protocol("A path has no start, or ends in a relationship"));
        }
        let mut steps = Vec::with_capacity(indices.len() / 2);
        let mut bound = vec![false; relationships.len()];
        let mut copies_left = MOST_ID_COPIES * (self.reader.position() - begin);
        let mut from = 0;
        for step in indices.chunks_exact(2) {
            let (relationship, node) = path_step(step[0], step[1], relationships.len(), nodes.len())?;
            // A walk may take a relationship twice; its ends stay where they are.
            if !std::mem::replace(&mut bound[relationship], true) {
                let (start, end) = if step[0] > 0 { (from, node) } else { (node, from) };
                copies_left = copies_left
                    .checked_sub(nodes[start].element_id.len() + nodes[end].element_id.len())
                    .ok_or_else(|| Error::protocol("A path repeats a node's element id that is too long for that"))?;
                bind(&mut relationships[relationship], &nodes[start], &nodes[end]);
            }
            steps.push((relationship, node));
            from = node;
        }
        Ok(Path { nodes, relationships, steps })
    }

    fn date_time(&mut self, clock: fn(i64) -> EpochSeconds) -> Result<Value> {
        self.in_range(3, |[seconds, nanos, offset]| {
            let offset = i32::try_from(offset).map_err(|_| OutOfRange("offset from UTC"))?;
            ZonedDateTime::new(clock(seconds), nanos, TimeZone::Offset(offset))
        })
    }

    fn date_time_zone_id(&mut self, clock: fn(i64) -> EpochSeconds) -> Result<Value> {
        let (seconds, nanos) = (self.integer()?, self.integer()?);
        let name = self.string()?;
        let offset = if self.dialect.zone_offsets { Some(self.integer()?) } else { None };
        let zone = TimeZone::Named { name, offset_seconds: offset.and_then(|offset| i32::try_from(offset).ok()) };
        let value = ZonedDateTime::new(clock(seconds), nanos, zone);
        value.map(Value::from).map_err(|error| Error::protocol(format!("The server sent a {error}")))
    }

    fn point(&mut self, three_dimensions: bool) -> Result<Value> {
        let srid = self.integer()?;
        let (x, y) = (self.float()?, self.float()?);
        let z = if three_dimensions { Some(self.float()?) } else { None };
        Ok(Value::from(Point { srid, x, y, z }))
    }

    fn vector(&mut self) -> Result<Vector> {
        let kind = self.byte_string()?;
        let data = self.byte_string()?;
        Ok(match kind {
            [marker::INT_8] => Vector::Int8(numbers(data, i8::from_be_bytes)?),
            [marker::INT_16] => Vector::Int16(numbers(data, i16::from_be_bytes)?),
            [marker::INT_32] => Vector::Int32(numbers(data, i32::from_be_bytes)?),
            [marker::INT_64] => Vector::Int64(numbers(data, i64::from_be_bytes)?),
            [marker::FLOAT_32] => Vector::Float32(numbers(data, f32::from_be_bytes)?),
            [marker::FLOAT_64] => Vector::Float64(numbers(data, f64::from_be_bytes)?),
            _ => return Err(Error::protocol("A vector is of an unknown number type")),
        })
    }

    fn unsupported_type(&mut self) -> Result<Value> {
        let name = self.string()?;
        let minimum_protocol = (self.integer()?, self.integer()?);
        let message = self.map()?.remove("message").and_then(|text| match text {
            Value::String(text) => Some(text),
            _ => None,
        });
        Ok(UnsupportedType { name, minimum_protocol, message }.into())
    }
}

fn path_step(relationship: i64, node: i64, relationships: usize, nodes: usize) -> Result<(usize, usize)> {
    let relationship = usize::try_from(relationship.unsigned_abs()).ok().and_then(|index| index.checked_sub(1));
    match (relationship, usize::try_from(node)) {
        (Some(relationship), Ok(node)) if relationship < relationships && node < nodes => Ok((relationship, node)),
        _ => Err(Error::protocol("A path points outside its nodes or relationships")),
    }
}

fn bind(relationship: &mut Relationship, start: &Node, end: &Node) {
    relationship.start_node_id = start.id;
    relationship.start_node_element_id.clone_from(&start.element_id);
    relationship.end_node_id = end.id;
    relationship.end_node_element_id.clone_from(&end.element_id);
}

fn numbers<T, const N: usize>(data: &[u8], read: fn([u8; N]) -> T) -> Result<Vec<T>> {
    let (chunks, rest) = data.as_chunks::<N>();
    if !rest.is_empty() {
        return Err(Error::protocol("A vector ends within a number"));
    }
    Ok(chunks.iter().map(|bytes| read(*bytes)).collect())
}

fn expect_fields(tag: u8, found: usize, expected: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::protocol(format!("Structure 0x{tag:02x} has {found} fields where {expected} are due")))
}

fn unexpected(expected: &str, found: Token<'_>) -> Error {
    Error::protocol(format!("Expected {expected}, found {}", found.kind()))
}

/// A value that cannot be sent, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// From the outermost map inwards: `.user.since[2]`.
    pub path: String,
    /// Why, and what to do instead.
    pub reason: String,
}

impl Refused {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { path: String::new(), reason: reason.into() }
    }

    fn below(mut self, step: impl fmt::Display) -> Self {
        self.path.insert_str(0, &step.to_string());
        self
    }
}

/// Writes one value.
///
/// # Errors
/// [`Refused`] for what is received only, what the dialect does not have, or nesting beyond [`MAX_DEPTH`]. The writer
/// then holds a part of the value and is good for nothing.
pub fn write_value(writer: &mut Writer, value: &Value, dialect: Dialect) -> Result<(), Refused> {
    Output { writer, dialect, depth: 0 }.value(value)
}

/// Writes one map.
///
/// # Errors
/// As [`write_value`].
pub fn write_map(writer: &mut Writer, map: &Map, dialect: Dialect) -> Result<(), Refused> {
    Output { writer, dialect, depth: 0 }.map(map)
}

pub(super) struct Output<'a> {
    pub(super) writer: &'a mut Writer,
    pub(super) dialect: Dialect,
    depth: usize,
}

impl Output<'_> {
    fn value(&mut self, value: &Value) -> Result<(), Refused> {
        match value {
            Value::Null => self.writer.null(),
            Value::Boolean(value) => self.writer.boolean(*value),
            Value::Integer(value) => self.writer.integer(*value),
            Value::Float(value) => self.writer.float(*value),
            Value::Bytes(value) => return fits(self.writer.bytes(value)),
            Value::String(value) => return fits(self.writer.string(value)),
            Value::List(items) => return self.list(items),
            Value::Map(map) => return self.map(map),
            Value::Uuid(uuid) if self.dialect.uuids => self.writer.uuid(&uuid.0),
            Value::Uuid(_) => return Err(too_old("a UUID", "6.1 (Neo4j 2026.06)", "send its text instead")),
            Value::Packed(packed) => return self.packed(packed),
            _ if ONLY_PASSES => self.writer.null(),
            value => return self.structure(value),
        }
        Ok(())
    }

    fn structure(&mut self, value: &Value) -> Result<(), Refused> {
        match value {
            Value::LocalDate(date) => self.integers(tag::DATE, &[date.days()]),
            Value::LocalTime(time) => self.integers(tag::LOCAL_TIME, &[time.nanoseconds()]),
            Value::ZonedTime(time) => {
                self.integers(tag::TIME, &[time.time.nanoseconds(), i64::from(time.offset_seconds())]);
            }
            Value::LocalDateTime(value) => {
                self.integers(tag::LOCAL_DATE_TIME, &[value.seconds(), i64::from(value.nanosecond())]);
            }
            Value::ZonedDateTime(value) => return self.zoned_date_time(value),
            Value::Duration(value) => {
                let parts = [value.months, value.days, value.seconds, i64::from(value.nanoseconds)];
                self.integers(tag::DURATION, &parts);
            }
            Value::Point(point) => self.point(point),
            Value::Vector(vector) => return self.vector(vector),
            Value::UnsupportedType(unsupported) => return Err(Refused::new(unsupported.as_parameter())),
            _ => {
                let reason =
                    format!("a {} cannot be a parameter: pass its element id or properties", value.type_name());
                return Err(Refused::new(reason));
            }
        }
        Ok(())
    }

    fn nested(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Refused>) -> Result<(), Refused> {
        if self.depth == MAX_DEPTH {
            return Err(Refused::new(format!("nested more than {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        let written = write(self);
        self.depth -= 1;
        written
    }

    fn list(&mut self, items: &[Value]) -> Result<(), Refused> {
        fits(self.writer.list(items.len()))?;
        self.nested(|output| {
            items.iter().enumerate().try_for_each(|(index, item)| {
                output.value(item).map_err(|refused| refused.below(format_args!("[{index}]")))
            })
        })
    }

    fn map(&mut self, map: &Map) -> Result<(), Refused> {
        fits(self.writer.map(map.len()))?;
        self.nested(|output| {
            map.iter().try_for_each(|(key, value)| {
                fits(output.writer.string(key))
                    .and_then(|()| output.value(value))
                    .map_err(|refused| refused.below(format_args!(".{key}")))
            })
        })
    }

    fn integers(&mut self, tag: u8, numbers: &[i64]) {
        self.writer.structure(tag, numbers.len() as u8);
        for number in numbers {
            self.writer.integer(*number);
        }
    }

    fn zoned_date_time(&mut self, value: &ZonedDateTime) -> Result<(), Refused> {
        let (seconds, offset_tag, zone_tag) = if self.dialect.utc {
            (value.utc_seconds(), tag::DATE_TIME, tag::DATE_TIME_ZONE_ID)
        } else {
            (value.local_seconds(), tag::LEGACY_DATE_TIME, tag::LEGACY_DATE_TIME_ZONE_ID)
        };
        let seconds = seconds.ok_or_else(|| {
            Refused::new("this server counts date-times on another clock: give the zone's offset_seconds too")
        })?;
        let nanosecond = i64::from(value.nanosecond());
        match value.zone() {
            TimeZone::Offset(offset) => self.integers(offset_tag, &[seconds, nanosecond, i64::from(*offset)]),
            TimeZone::Named { name, .. } => {
                self.writer.structure(zone_tag, 3);
                self.writer.integer(seconds);
                self.writer.integer(nanosecond);
                fits(self.writer.string(name))?;
            }
        }
        Ok(())
    }

    fn point(&mut self, point: &Point) {
        let (tag, fields) = if point.z.is_some() { (tag::POINT_3D, 4) } else { (tag::POINT_2D, 3) };
        self.writer.structure(tag, fields);
        self.writer.integer(point.srid);
        for coordinate in [Some(point.x), Some(point.y), point.z].into_iter().flatten() {
            self.writer.float(coordinate);
        }
    }

    fn vector(&mut self, vector: &Vector) -> Result<(), Refused> {
        if !self.dialect.vectors {
            return Err(vectors_too_old());
        }
        let (kind, data) = match vector {
            Vector::Int8(items) => (marker::INT_8, big_endian(items, |item| item.to_be_bytes())),
            Vector::Int16(items) => (marker::INT_16, big_endian(items, |item| item.to_be_bytes())),
            Vector::Int32(items) => (marker::INT_32, big_endian(items, |item| item.to_be_bytes())),
            Vector::Int64(items) => (marker::INT_64, big_endian(items, |item| item.to_be_bytes())),
            Vector::Float32(items) => (marker::FLOAT_32, big_endian(items, |item| item.to_be_bytes())),
            Vector::Float64(items) => (marker::FLOAT_64, big_endian(items, |item| item.to_be_bytes())),
        };
        self.writer.structure(tag::VECTOR, 2);
        fits(self.writer.bytes(&[kind]) && self.writer.bytes(&data))
    }
}

fn big_endian<T: Copy, const N: usize>(items: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    items.iter().flat_map(|item| bytes(*item)).collect()
}

pub(super) fn fits(written: bool) -> Result<(), Refused> {
    if written { Ok(()) } else { Err(Refused::new("longer than PackStream allows (2,147,483,647)")) }
}

pub(super) fn vectors_too_old() -> Refused {
    too_old("a vector", "6.0 (Neo4j 2025.10)", "send a list of numbers instead")
}

fn too_old(what: &str, version: &str, instead: &str) -> Refused {
    Refused::new(format!("{what} needs a server that speaks Bolt {version} or later: {instead}"))
}
