//! Structures to values: the graph, temporal, spatial and vector types.

use super::super::form::{is_step, tag};
use super::super::{Token, broken, kind};
use super::{Input, unexpected};
use crate::error::{Error, Result};
use crate::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, Node, OutOfRange, Path, Point, Relationship, TimeZone,
    UnsupportedType, Value, Vector, ZonedDateTime, ZonedTime,
};

/// The ids that a path's relationships take over from its nodes, in multiples of the path's bytes. A server's ids are
/// short; a relationship of six bytes whose node has an id of a megabyte is an attack.
const MOST_ID_COPIES: usize = 16;

impl Input<'_, '_> {
    /// Kept out of `value_from`, whose frame stands on the stack once for every level of nesting.
    #[inline(never)]
    pub(super) fn structure(&mut self, tag: u8, fields: usize) -> Result<Value> {
        self.dialect.structure(tag, fields)?;
        match tag {
            tag::NODE => self.node().map(Value::from),
            tag::RELATIONSHIP => self.relationship().map(Value::from),
            tag::PATH => self.path().map(Value::from),
            tag::DATE => self.in_range(|[days]| LocalDate::from_days(days)),
            tag::LOCAL_TIME => self.in_range(|[nanos]| LocalTime::from_nanoseconds(nanos)),
            tag::TIME => self.in_range(|[nanos, offset]| ZonedTime::new(LocalTime::from_nanoseconds(nanos)?, offset)),
            tag::LOCAL_DATE_TIME => self.in_range(|[seconds, nanos]| LocalDateTime::from_seconds(seconds, nanos)),
            tag::DATE_TIME => self.date_time(EpochSeconds::Utc),
            tag::LEGACY_DATE_TIME => self.date_time(EpochSeconds::Local),
            tag::DATE_TIME_ZONE_ID => self.date_time_zone_id(EpochSeconds::Utc),
            tag::LEGACY_DATE_TIME_ZONE_ID => self.date_time_zone_id(EpochSeconds::Local),
            tag::DURATION => {
                self.in_range(|[months, days, seconds, nanos]| Duration::new(months, days, seconds, nanos))
            }
            tag::POINT_2D => self.point(false),
            tag::POINT_3D => self.point(true),
            tag::VECTOR => self.vector().map(Value::from),
            tag::UNSUPPORTED_TYPE => self.unsupported_type(),
            // There is no form of any other.
            _ => Err(broken::unknown_structure(tag, fields)),
        }
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

    fn part(&mut self, tag: u8) -> Result<()> {
        match self.reader.token()? {
            Token::Structure { tag: found, fields } if found == tag => self.dialect.part(tag, fields).map(drop),
            other => Err(unexpected("a part of a path", other)),
        }
    }

    /// A relationship of a path: which nodes it joins is said elsewhere.
    fn unbound_relationship(&mut self) -> Result<Relationship> {
        self.part(tag::UNBOUND_RELATIONSHIP)?;
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
        let nodes = self.list(|input| input.part(tag::NODE).and_then(|()| input.node()))?;
        let mut relationships = self.list(Self::unbound_relationship)?;
        let indices = self.list(Self::integer)?;
        if nodes.is_empty() || indices.len() % 2 != 0 {
            return Err(broken::no_path());
        }
        if !indices.iter().enumerate().all(|(index, step)| is_step(index, *step, nodes.len(), relationships.len())) {
            return Err(broken::outside_path());
        }
        let mut steps = Vec::with_capacity(indices.len() / 2);
        let mut bound = vec![false; relationships.len()];
        let mut copies_left = MOST_ID_COPIES * (self.reader.position() - begin);
        let mut from = 0;
        for step in indices.chunks_exact(2) {
            let (relationship, node) = (step[0].unsigned_abs() as usize - 1, step[1] as usize);
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
        self.in_range(|[seconds, nanos, offset]| {
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
        value.map(Value::from).map_err(broken::out_of_range)
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
        Ok(match kind::of_numbers(kind).ok_or_else(broken::unknown_numbers)? {
            kind::INT_8 => Vector::Int8(numbers(data, i8::from_be_bytes)?),
            kind::INT_16 => Vector::Int16(numbers(data, i16::from_be_bytes)?),
            kind::INT_32 => Vector::Int32(numbers(data, i32::from_be_bytes)?),
            kind::INTEGER => Vector::Int64(numbers(data, i64::from_be_bytes)?),
            kind::FLOAT_32 => Vector::Float32(numbers(data, f32::from_be_bytes)?),
            _ => Vector::Float64(numbers(data, f64::from_be_bytes)?),
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

fn bind(relationship: &mut Relationship, start: &Node, end: &Node) {
    relationship.start_node_id = start.id;
    relationship.start_node_element_id.clone_from(&start.element_id);
    relationship.end_node_id = end.id;
    relationship.end_node_element_id.clone_from(&end.element_id);
}

fn numbers<T, const N: usize>(data: &[u8], read: fn([u8; N]) -> T) -> Result<Vec<T>> {
    let (chunks, rest) = data.as_chunks::<N>();
    if !rest.is_empty() {
        return Err(broken::half_number());
    }
    Ok(chunks.iter().map(|bytes| read(*bytes)).collect())
}
