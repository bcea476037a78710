//! Tokens: a byte for each form.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::form::{AS_IT_IS, BY_NEXT, CONSTANT, Form, LAST, MOST_LITERAL, Piece};
use super::{TOKENS, number};

/// As many as a byte can tell apart.
const MOST: usize = 256;

pub(super) struct Tokens(BTreeMap<Form, u8>);

impl Tokens {
    /// The most frequent forms get one; pieces of the rest go through as they are.
    pub(super) fn of(pieces: &[Piece<'_>]) -> Tokens {
        let mut counts: HashMap<&Form, usize> = HashMap::new();
        pieces.iter().for_each(|piece| *counts.entry(&piece.form).or_default() += 1);
        let mut forms: Vec<_> = counts.into_iter().map(|(form, count)| (usize::MAX - count, form)).collect();
        forms.sort();
        let always = [Form::as_it_is(false), Form::as_it_is(true)];
        let frequent = forms.into_iter().map(|(_, form)| form.clone()).filter(|form| !always.contains(form));
        // In the order of the forms: then the table compresses well.
        let chosen: BTreeSet<Form> = always.iter().cloned().chain(frequent.take(MOST - always.len())).collect();
        Tokens(chosen.into_iter().zip(0..=u8::MAX).collect())
    }

    /// The columns of the table.
    pub(super) fn table(&self) -> Vec<u8> {
        let of_literal = |at: usize| move |form: &Form| form.literal.get(at).copied().unwrap_or(0);
        let literal = (0..MOST_LITERAL).flat_map(|at| self.column(of_literal(at)));
        let rest: [fn(&Form) -> u8; 5] = [
            |form| form.literal.len() as u8,
            |form| form.stream,
            |form| form.numbers,
            |form| form.each,
            |form| form.flags,
        ];
        literal.chain(rest.into_iter().flat_map(|cell| self.column(cell))).collect()
    }

    fn column(&self, cell: impl Fn(&Form) -> u8) -> Vec<u8> {
        let mut column: Vec<u8> = self.0.keys().map(cell).collect();
        column.resize(MOST, 0);
        column
    }

    /// The streams of tokens and of operands.
    pub(super) fn streams(&self, pieces: &[Piece<'_>]) -> Vec<Vec<u8>> {
        let mut streams = vec![Vec::new(); usize::from(CONSTANT) + MOST];
        let tokens: Vec<u8> = pieces.iter().map(|piece| self.token(&piece.form)).collect();
        for (at, piece) in pieces.iter().enumerate() {
            let form = if self.0.contains_key(&piece.form) { &piece.form } else { &Form::as_it_is(false) };
            let next = if form.flags & BY_NEXT == 0 { 0 } else { tokens[at + 1] };
            let stream = &mut streams[usize::from(form.stream) + usize::from(next)];
            if form.flags & AS_IT_IS != 0 {
                stream.extend(number(piece.bytes.len()));
            }
            stream.extend(&piece.bytes[form.literal.len()..]);
        }
        streams[TOKENS] = tokens;
        let used = streams.iter().rposition(|stream| !stream.is_empty()).unwrap_or_default();
        streams.truncate(used.max(super::TAIL) + 1);
        streams
    }

    fn token(&self, form: &Form) -> u8 {
        let is_last = form.flags & LAST != 0;
        *self.0.get(form).or_else(|| self.0.get(&Form::as_it_is(is_last))).unwrap_or(&0)
    }
}
