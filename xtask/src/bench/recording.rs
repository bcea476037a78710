//! Recorded answers: what a real server sent for a query, frame by frame, cut into its messages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The answer to one query.
pub(super) struct Recording {
    pub(super) query: String,
    /// The answer to RUN: a SUCCESS with the names of the columns.
    pub(super) run: Vec<u8>,
    /// All records, chunked, one after the other.
    pub(super) records: Vec<u8>,
    /// Where each record ends.
    pub(super) ends: Vec<usize>,
    /// Where the frames ended in which the server sent them.
    pub(super) cuts: Vec<usize>,
    /// The last answer to PULL: a SUCCESS with the summary.
    pub(super) last: Vec<u8>,
}

impl Recording {
    /// Reads what tests/bench/record.mjs has written: `NAME.json` with the query, `NAME.bolt` with frames, each behind
    /// its length.
    pub(super) fn read(folder: &Path, name: &str) -> Result<Recording> {
        let about: Value = serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json")))?)?;
        let query = about["query"].as_str().context("a recording names its query")?;
        let file = fs::read(folder.join(format!("{name}.bolt")))?;
        Recording::new(query, &frames(&file)?).with_context(|| format!("the recording of {name}"))
    }

    fn new(query: &str, frames: &[&[u8]]) -> Result<Recording> {
        let all = frames.concat();
        let messages = message_ends(&all)?;
        let [first, middle @ .., last] = &messages[..] else { bail!("it has no answer to RUN and PULL") };
        let (start, stop) = (*first, middle.last().copied().unwrap_or(*first));
        let inside = |at: &usize| *at > start && *at <= stop;
        let mut at = 0;
        let cuts = frames.iter().map(|frame| {
            at += frame.len();
            at
        });
        Ok(Recording {
            query: query.to_owned(),
            run: all[..start].to_vec(),
            records: all[start..stop].to_vec(),
            ends: middle.iter().map(|end| end - start).collect(),
            cuts: cuts.filter(inside).map(|cut| cut - start).collect(),
            last: all[stop..*last].to_vec(),
        })
    }
}

fn frames(mut file: &[u8]) -> Result<Vec<&[u8]>> {
    let mut frames = Vec::new();
    while let Some((length, rest)) = file.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).context("it breaks off")?;
        frames.push(frame);
        file = rest;
    }
    Ok(frames)
}

/// Where each message ends, its closing `00 00` with it.
pub(super) fn message_ends(bytes: &[u8]) -> Result<Vec<usize>> {
    let (mut ends, mut at, mut empty) = (Vec::new(), 0, true);
    while at < bytes.len() {
        let head = bytes.get(at..at + 2).context("a chunk without a head")?;
        let length = usize::from(u16::from_be_bytes([head[0], head[1]]));
        at += 2 + length;
        // A `00 00` with nothing before it is a sign of life, and no message.
        if length == 0 && !empty {
            ends.push(at);
        }
        empty = length == 0;
    }
    if at != bytes.len() || !empty {
        bail!("the last message is cut short");
    }
    Ok(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_frames_are_found() {
        let frames: [&[u8]; 6] =
            [&[0, 1, 7], &[0, 0], &[0, 2, 1, 1], &[0, 0], &[0, 1, 2, 0, 1, 3, 0, 0], &[0, 1, 9, 0, 0]];
        let recording = Recording::new("RETURN 1", &frames).unwrap();
        assert_eq!((&recording.run[..], &recording.last[..]), (&[0, 1, 7, 0, 0][..], &[0, 1, 9, 0, 0][..]));
        assert_eq!((&recording.ends[..], &recording.cuts[..]), (&[6, 14][..], &[4, 6, 14][..]));
        assert_eq!(recording.records.len(), 14);
    }

    #[test]
    fn what_breaks_off_is_refused() {
        assert!(message_ends(&[0, 1, 7]).is_err());
        assert!(message_ends(&[0, 5, 7]).is_err());
        assert!(frames(&[5, 0, 0, 0, 1]).is_err());
        assert!(Recording::new("RETURN 1", &[&[0, 1, 7, 0, 0]]).is_err());
    }
}
