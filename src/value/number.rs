//! Python's `int`: machine-sized where it fits, arbitrary otherwise. Refuses to know about floats' printing.

use std::fmt;
use std::rc::Rc;

use num_bigint::BigInt;

/// An integer of any size. Always in the smallest form, so equality of the parts is equality of the numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Integer {
    /// Fits in 64 bits.
    Small(i64),
    /// Does not.
    Big(Rc<BigInt>),
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self::Small(number)
    }
}

impl From<BigInt> for Integer {
    fn from(number: BigInt) -> Self {
        i64::try_from(&number).map_or_else(|_| Self::Big(Rc::new(number)), Self::Small)
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Small(number) => number.fmt(formatter),
            Self::Big(number) => number.fmt(formatter),
        }
    }
}
