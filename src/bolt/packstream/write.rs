//! Values to PackStream, in each version's form.

use super::form::tag;
use super::packed::{self, ONLY_PASSES};
use super::refused::{Refused, fits, too_old, vectors_too_old};
use super::{Dialect, MAX_DEPTH, Writer, marker};
use crate::value::{Map, Point, TimeZone, Value, Vector, ZonedDateTime};

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

struct Output<'a> {
    writer: &'a mut Writer,
    dialect: Dialect,
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
            Value::Packed(packed) => return packed::write(packed, self.writer, self.dialect),
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
