//! Columns of nodes, relationships and paths: a child for each part.

use super::super::form::{is_step, tag};
use super::super::kind;
use super::super::marker::Kind;
use super::super::scan::Scan;
use super::structures::integers;
use super::{Column, Fits};
use crate::error::Result;

// In Bolt's order.
const NODE: [&str; 3] = ["labels", "properties", "elementId"];
const UNBOUND: [&str; 3] = ["type", "properties", "elementId"];
const PATH: [&str; 3] = ["nodes", "relationships", "indices"];
const RELATIONSHIP: [&str; 5] = ["type", "properties", "elementId", "startNodeElementId", "endNodeElementId"];

impl Column {
    pub(super) fn node(&mut self, scan: &mut Scan<'_>) -> Fits {
        let order = &[Kind::List, Kind::Map, Kind::String];
        Ok(integers::<1>(scan)?.is_some() && self.parts(kind::NODE, &NODE, order, scan)? && self.labels_are_text())
    }

    pub(super) fn relationship(&mut self, scan: &mut Scan<'_>) -> Fits {
        let order = &[Kind::String, Kind::Map, Kind::String, Kind::String, Kind::String];
        Ok(integers::<3>(scan)?.is_some() && self.parts(kind::RELATIONSHIP, &RELATIONSHIP, order, scan)?)
    }

    fn unbound_relationship(&mut self, scan: &mut Scan<'_>) -> Fits {
        let order = &[Kind::String, Kind::Map, Kind::String];
        Ok(integers::<1>(scan)?.is_some() && self.parts(kind::UNBOUND_RELATIONSHIP, &UNBOUND, order, scan)?)
    }

    pub(super) fn path(&mut self, scan: &mut Scan<'_>) -> Fits {
        if !self.becomes(kind::PATH) {
            return Ok(false);
        }
        if self.children.is_empty() {
            self.children = PATH.iter().map(|name| self.part(name.as_bytes())).collect();
        }
        let row = self.length;
        let [nodes, relationships, walk] = &mut self.children[..] else { return Ok(false) };
        let Some(nodes) = nodes.entities(row, tag::NODE, scan)? else { return Ok(false) };
        let Some(relationships) = relationships.entities(row, tag::UNBOUND_RELATIONSHIP, scan)? else {
            return Ok(false);
        };
        walk.nulls(row - walk.length);
        if scan.cursor.kind() != Kind::List || !walk.read(scan)? || !walk.is_walk(nodes, relationships) {
            return Ok(false);
        }
        self.valid();
        Ok(true)
    }

    /// Reads a list of nodes or of unbound relationships, as the value of that row; how many they are.
    fn entities(&mut self, row: usize, tag: u8, scan: &mut Scan<'_>) -> Result<Option<usize>> {
        self.nulls(row - self.length);
        if scan.cursor.kind() != Kind::List || !self.becomes(kind::LIST) {
            return Ok(None);
        }
        let first = scan.cursor.byte()?;
        let count = scan.cursor.count(first)?;
        let child = self.only_child();
        scan.enter()?;
        for _ in 0..count {
            if !child.entity(tag, scan)? {
                scan.leave();
                return Ok(None);
            }
        }
        scan.leave();
        Ok(self.close_list().then_some(count))
    }

    fn entity(&mut self, tag: u8, scan: &mut Scan<'_>) -> Fits {
        if scan.cursor.kind() != Kind::Structure {
            return Ok(false);
        }
        let first = scan.cursor.byte()?;
        if scan.cursor.count(first)? != 4 || scan.cursor.byte()? != tag {
            return Ok(false);
        }
        scan.enter()?;
        let fits = if tag == tag::NODE { self.node(scan) } else { self.unbound_relationship(scan) };
        scan.leave();
        fits
    }

    /// Whether the last of these lists is that of the steps of a path.
    fn is_walk(&self, nodes: usize, relationships: usize) -> bool {
        let (Some(steps), [.., begin, end]) = (self.children.first(), self.offsets()) else { return nodes > 0 };
        let Some(steps) = steps.wide().get(*begin as usize..*end as usize) else { return begin == end && nodes > 0 };
        let is_there = |(index, step): (usize, &u64)| is_step(index, step.cast_signed(), nodes, relationships);
        // Of paths that walk nowhere there is no step to say what it is.
        let are_integers =
            steps.is_empty() || self.children.iter().all(|steps| steps.kind == kind::INTEGER && steps.nulls == 0);
        nodes > 0 && steps.len().is_multiple_of(2) && are_integers && steps.iter().enumerate().all(is_there)
    }

    /// The labels of a node: the first of its parts.
    fn labels_are_text(&self) -> bool {
        let items = self.children.first().and_then(|labels| labels.children.first());
        items.is_none_or(|items| matches!(items.kind, kind::NULL | kind::STRING) && items.nulls == 0)
    }
}
