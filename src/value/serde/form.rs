//! The form in which other formats, such as JSON, get our types: dates, times and UUIDs as text, others as maps.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::value::{
    Duration, LocalDate, LocalDateTime, LocalTime, Map, Node, Path, Point, Relationship, UnsupportedType, Uuid, Value,
    Vector, ZonedDateTime, ZonedTime,
};

/// A type that has a form for others.
pub(super) trait Form: Sized {
    /// The name that Cypher has for it.
    const NAME: &str;

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

macro_rules! texts {
    ($($type:ident $name:literal,)*) => {$(
        impl Form for $type {
            const NAME: &str = $name;

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData))
            }
        }
    )*};
}

texts! {
    LocalDate "DATE",
    LocalTime "LOCAL TIME",
    ZonedTime "ZONED TIME",
    LocalDateTime "LOCAL DATETIME",
    ZonedDateTime "ZONED DATETIME",
    Duration "DURATION",
    Uuid "UUID",
}

struct Text<T>(PhantomData<T>);

impl<T: Form + FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::NAME)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|error| E::custom(format_args!("{text:?}: {error}")))
    }
}

macro_rules! maps {
    ($($type:ident $name:literal as $form:ident,)*) => {$(
        impl Form for $type {
            const NAME: &str = $name;

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $form::serialize(self, serializer)
            }

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $form::deserialize(deserializer)
            }
        }
    )*};
}

maps! {
    Node "NODE" as NodeForm,
    Relationship "RELATIONSHIP" as RelationshipForm,
    Point "POINT" as PointForm,
    Vector "VECTOR" as VectorForm,
    UnsupportedType "UNSUPPORTED TYPE" as UnsupportedForm,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "Node", rename_all = "camelCase")]
struct NodeForm {
    #[serde(default)]
    id: i64,
    element_id: String,
    labels: Vec<String>,
    properties: Map,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "Relationship", rename_all = "camelCase")]
struct RelationshipForm {
    #[serde(default)]
    id: i64,
    element_id: String,
    #[serde(default)]
    start_node_id: i64,
    start_node_element_id: String,
    #[serde(default)]
    end_node_id: i64,
    end_node_element_id: String,
    #[serde(rename = "type")]
    relationship_type: String,
    properties: Map,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "Point")]
struct PointForm {
    srid: i64,
    x: f64,
    y: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    z: Option<f64>,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "Vector", tag = "type", content = "values")]
enum VectorForm {
    #[serde(rename = "INTEGER8")]
    Int8(Vec<i8>),
    #[serde(rename = "INTEGER16")]
    Int16(Vec<i16>),
    #[serde(rename = "INTEGER32")]
    Int32(Vec<i32>),
    #[serde(rename = "INTEGER")]
    Int64(#[serde(serialize_with = "as_values")] Vec<i64>),
    #[serde(rename = "FLOAT32")]
    Float32(Vec<f32>),
    #[serde(rename = "FLOAT")]
    Float64(Vec<f64>),
}

/// Integers as those of other values are: what JavaScript gets of them depends on their size.
fn as_values<S: Serializer>(numbers: &[i64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(numbers.iter().map(|number| Value::Integer(*number)))
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "UnsupportedType", rename_all = "camelCase")]
struct UnsupportedForm {
    name: String,
    minimum_protocol: (i64, i64),
    message: Option<String>,
}

/// Nodes and relationships in the order in which they are met.
#[derive(serde::Serialize, serde::Deserialize)]
struct PathForm<N, R> {
    nodes: Vec<N>,
    relationships: Vec<R>,
}

impl Form for Path {
    const NAME: &str = "PATH";

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = PathForm { nodes: self.nodes().collect(), relationships: self.relationships().collect() };
        form.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = PathForm::<Node, Relationship>::deserialize(deserializer)?;
        if form.nodes.len() != form.relationships.len() + 1 {
            return Err(de::Error::custom("a PATH has a node more than it has relationships"));
        }
        let mut path = Self { nodes: Vec::new(), relationships: Vec::new(), steps: Vec::new() };
        let mut nodes = form.nodes.into_iter().map(|node| once(&mut path.nodes, node));
        // The first, where it starts.
        nodes.next();
        let relationships = form.relationships.into_iter().map(|walked| once(&mut path.relationships, walked));
        path.steps = relationships.zip(nodes).collect();
        Ok(path)
    }
}

/// The place of an item that is held once.
fn once<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items.iter().position(|known| *known == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}
