//! Bodies of functions, taken apart.

use wasmparser::{BinaryReader, FunctionBody, OperatorsReader};

/// The most bytes that a form may begin with.
pub(super) const MOST_LITERAL: usize = 4;

/// The numbers are in the stream that belongs to the token that comes next: what a constant is for says what it looks like.
pub(super) const BY_NEXT: u8 = 1;
/// Not understood: the stream has a number of bytes, then so many bytes.
pub(super) const AS_IT_IS: u8 = 2;
/// The body ends here.
pub(super) const LAST: u8 = 4;

/// Streams of operands, by what they mean.
pub(super) const UNKNOWN: u8 = 3;
const LOCALS: u8 = 4;
const LOCAL: u8 = 5;
const LOADED: u8 = 6;
const STORED: u8 = 7;
const BRANCH: u8 = 8;
const BRANCHES: u8 = 9;
const CALL: u8 = 10;
const INDIRECT: u8 = 11;
const BLOCK: u8 = 12;
const LONG: u8 = 13;
/// The first of those by the token that comes next: the last of all.
pub(super) const CONSTANT: u8 = 14;

/// What pieces have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Form {
    /// The bytes that it begins with.
    pub(super) literal: Vec<u8>,
    pub(super) stream: u8,
    /// How many numbers follow.
    pub(super) numbers: u8,
    /// How many numbers there are besides for each of a list; then a number comes first that says how many there are.
    pub(super) each: u8,
    pub(super) flags: u8,
}

/// A part of a body.
pub(super) struct Piece<'a> {
    pub(super) form: Form,
    pub(super) bytes: &'a [u8],
}

impl Form {
    fn with(literal: &[u8], stream: u8, numbers: u8) -> Form {
        Form { literal: literal.to_vec(), stream, numbers, ..Form::default() }
    }

    pub(super) fn as_it_is(is_last: bool) -> Form {
        let flags = if is_last { AS_IT_IS | LAST } else { AS_IT_IS };
        Form { stream: UNKNOWN, flags, ..Form::default() }
    }

    /// Whether it brings back exactly these bytes.
    fn fits(&self, bytes: &[u8]) -> bool {
        let Some(operands) = bytes.strip_prefix(self.literal.as_slice()) else { return false };
        let mut numbers = usize::from(self.numbers);
        if self.each > 0 {
            let Ok(count) = BinaryReader::new(operands, 0).read_var_u32() else { return false };
            numbers += 1 + usize::from(self.each) * count as usize;
        }
        let is_end = |byte: &u8| *byte < 128;
        operands.iter().filter(|byte| is_end(byte)).count() == numbers && operands.last().is_none_or(is_end)
    }
}

/// The pieces of a body. What follows an instruction that is not known is one piece.
pub(super) fn pieces(body: &[u8]) -> Vec<Piece<'_>> {
    let mut ends = ends(body).unwrap_or_default();
    if ends.last() != Some(&body.len()) {
        ends.push(body.len());
    }
    let begins = std::iter::once(0).chain(ends.iter().copied());
    begins.zip(&ends).map(|(begin, end)| piece(&body[begin..*end], begin == 0, *end == body.len())).collect()
}

/// Where the locals end, then each instruction, as far as they are known.
fn ends(body: &[u8]) -> Option<Vec<usize>> {
    let operators = FunctionBody::new(BinaryReader::new(body, 0)).get_binary_reader_for_operators().ok()?;
    let mut ends = vec![operators.original_position()];
    let mut operators = OperatorsReader::new(operators);
    while !operators.eof() && operators.read().is_ok() {
        ends.push(operators.original_position());
    }
    Some(ends)
}

fn piece(bytes: &[u8], is_first: bool, is_last: bool) -> Piece<'_> {
    let form = match bytes {
        // Any other last one is not an instruction, and may be anything.
        _ if is_last => Form { flags: LAST, ..Form::with(&[0x0b], 0, 0) },
        _ if is_first => Form { each: 2, ..Form::with(&[], LOCALS, 0) },
        bytes => form_of(bytes),
    };
    let form = if form.fits(bytes) { form } else { Form::as_it_is(is_last) };
    Piece { form, bytes }
}

/// By the first byte of an instruction: the operands' streams are its business, and no more has to be right here, for
/// whatever does not fit goes through as it is.
fn form_of(bytes: &[u8]) -> Form {
    let first = &bytes[..1];
    match bytes[0] {
        // Its type is one byte mostly: a part of the form.
        0x02..=0x04 if bytes.len() > 2 || bytes[1] < 0x40 => Form::with(first, BLOCK, 1),
        0x0c | 0x0d => Form::with(first, BRANCH, 1),
        0x0e => Form { each: 1, ..Form::with(first, BRANCHES, 1) },
        0x10 => Form::with(first, CALL, 1),
        0x11 => Form::with(first, INDIRECT, 2),
        0x20..=0x22 => Form::with(first, LOCAL, 1),
        // With its alignment, which an instruction mostly has in common with all of its kind.
        0x28..=0x35 => Form::with(&bytes[..2], LOADED, 1),
        0x36..=0x3e => Form::with(&bytes[..2], STORED, 1),
        0x41 => Form { flags: BY_NEXT, ..Form::with(first, CONSTANT, 1) },
        0x42 => Form::with(first, LONG, 1),
        _ if bytes.len() <= MOST_LITERAL => Form::with(bytes, 0, 0),
        _ => Form::as_it_is(false),
    }
}
