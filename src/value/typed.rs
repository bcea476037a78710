//! Entries of maps, and properties, as Rust types.

use super::{FromValue, Map, Node, Relationship, Value, WrongType};

impl Map {
    /// The value of `key`, as a Rust type: [`FromValue`] has those that there are. For an `Option`, a key that is not
    /// there is the same as `null`.
    ///
    /// ```
    /// use neo4j_wasm::params;
    ///
    /// let map = params! { "name": "Alice", "age": 33 };
    /// assert_eq!(map.get_as::<u8>("age"), Ok(33));
    /// assert_eq!(map.get_as::<Option<String>>("pet"), Ok(None));
    /// let wrong = map.get_as::<String>("pet").unwrap_err();
    /// assert_eq!(wrong.to_string(), "pet: there is no such key; there are: name, age");
    /// ```
    ///
    /// # Errors
    /// [`WrongType`] when the value is of another type, or there is none.
    pub fn get_as<T: FromValue>(&self, key: &str) -> Result<T, WrongType> {
        let read = match self.get(key) {
            Some(value) => T::from_value(value.clone()),
            None => T::from_value(Value::Null).map_err(|_| WrongType::missing(self.keys())),
        };
        read.map_err(|wrong| wrong.at_key(key))
    }
}

impl Node {
    /// A property, as a Rust type: [`Map::get_as`] of [`Self::properties`].
    ///
    /// # Errors
    /// [`WrongType`] when the property is of another type, or there is none and the type is no `Option`.
    pub fn get<T: FromValue>(&self, property: &str) -> Result<T, WrongType> {
        self.properties.get_as(property)
    }
}

impl Relationship {
    /// A property, as a Rust type: [`Map::get_as`] of [`Self::properties`].
    ///
    /// # Errors
    /// [`WrongType`] when the property is of another type, or there is none and the type is no `Option`.
    pub fn get<T: FromValue>(&self, property: &str) -> Result<T, WrongType> {
        self.properties.get_as(property)
    }
}
