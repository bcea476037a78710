//! `Vector`: a typed list of numbers, from Bolt 6.0.

/// A Cypher `VECTOR`: numbers of one type.
///
/// ```
/// use neo4j_wasm::value::Vector;
///
/// let embedding = Vector::Float32(vec![0.1, 0.9]);
/// assert_eq!(embedding.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Vector {
    /// `INTEGER8`.
    Int8(Vec<i8>),
    /// `INTEGER16`.
    Int16(Vec<i16>),
    /// `INTEGER32`.
    Int32(Vec<i32>),
    /// `INTEGER`, 64 bits.
    Int64(Vec<i64>),
    /// `FLOAT32`.
    Float32(Vec<f32>),
    /// `FLOAT`, 64 bits.
    Float64(Vec<f64>),
}

impl Vector {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Int8(items) => items.len(),
            Self::Int16(items) => items.len(),
            Self::Int32(items) => items.len(),
            Self::Int64(items) => items.len(),
            Self::Float32(items) => items.len(),
            Self::Float64(items) => items.len(),
        }
    }

    /// Whether there is no number.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
