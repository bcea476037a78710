//! `Point`: a place in one of the coordinate systems that Cypher knows.

/// A Cypher `POINT`.
///
/// `srid` names the coordinate system: 7203 and 9157 are Cartesian in two and three dimensions, 4326 and 4979 are
/// WGS 84 (longitude, latitude, height).
///
/// ```
/// use neo4j_wasm::value::{Point, Value};
///
/// let stockholm = Point { srid: 4326, x: 18.07, y: 59.33, z: None };
/// assert_eq!(Value::from(stockholm).type_name(), "POINT");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The coordinate system's number in the EPSG register.
    pub srid: i64,
    /// First coordinate, or longitude in degrees.
    pub x: f64,
    /// Second coordinate, or latitude in degrees.
    pub y: f64,
    /// Third coordinate, or height in metres; `None` in two dimensions.
    pub z: Option<f64>,
}
