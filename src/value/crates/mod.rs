//! Values from and to the types that other crates have for the same, each behind a feature of its name.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(any(feature = "chrono", feature = "jiff"))]
mod temporal;
#[cfg(feature = "uuid")]
mod uuid;

/// A type of theirs that a value can be read as, by way of ours.
macro_rules! read {
    ($($theirs:ty: $ours:ty,)*) => {$(
        impl crate::value::FromValue for $theirs {
            fn from_value(value: crate::value::Value) -> Result<Self, crate::value::WrongType> {
                let theirs = <$ours as crate::value::FromValue>::from_value(value)?.try_into()?;
                Ok(theirs)
            }
        }
    )*};
}

/// A type of theirs that always is a value, by way of ours.
macro_rules! sent {
    ($($theirs:ty: $ours:ty,)*) => {$(
        impl From<$theirs> for crate::value::Value {
            fn from(theirs: $theirs) -> Self {
                <$ours>::from(theirs).into()
            }
        }
    )*};
}

use {read, sent};
