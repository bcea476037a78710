//! Graph values: node, relationship, path.

use super::Map;

/// A node as it was when the query returned it.
///
/// ```
/// use neo4j_wasm::Result;
/// use neo4j_wasm::value::Node;
///
/// fn title(node: &Node) -> Result<String> {
///     let born: Option<i64> = node.get("born")?;
///     Ok(format!("{} ({})", node.get::<String>("name")?, born.map_or("?".to_owned(), |year| year.to_string())))
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The number older servers knew the node by; `element_id` is what to use.
    pub id: i64,
    /// The node's identity in its database, good within the transaction that returned it.
    pub element_id: String,
    /// Its labels, in the server's order.
    pub labels: Vec<String>,
    /// Its properties.
    pub properties: Map,
}

/// A relationship as it was when the query returned it.
#[derive(Debug, Clone, PartialEq)]
pub struct Relationship {
    /// The number older servers knew the relationship by; `element_id` is what to use.
    pub id: i64,
    /// The relationship's identity in its database, good within the transaction that returned it.
    pub element_id: String,
    /// The number of the node it starts at.
    pub start_node_id: i64,
    /// The element id of the node it starts at.
    pub start_node_element_id: String,
    /// The number of the node it ends at.
    pub end_node_id: i64,
    /// The element id of the node it ends at.
    pub end_node_element_id: String,
    /// Its type.
    pub relationship_type: String,
    /// Its properties.
    pub properties: Map,
}

/// A walk through the graph.
///
/// Every node and relationship is held once, however often the walk meets it.
///
/// ```
/// use neo4j_wasm::value::Path;
///
/// /// Whether every step goes the way of its relationship.
/// fn is_directed(path: &Path) -> bool {
///     path.segments().all(|step| step.relationship.start_node_element_id == step.start.element_id)
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub(crate) nodes: Vec<Node>,
    pub(crate) relationships: Vec<Relationship>,
    /// Indices into `relationships` and `nodes`, in range: which relationship is walked, and where it leads.
    pub(crate) steps: Vec<(usize, usize)>,
}

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment<'a> {
    /// The node the step starts from, which need not be the relationship's start node.
    pub start: &'a Node,
    /// The relationship walked.
    pub relationship: &'a Relationship,
    /// The node the step leads to.
    pub end: &'a Node,
}

impl Path {
    /// The steps, in order; none in a path of one node.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = Segment<'_>> {
        self.steps.iter().enumerate().map(|(index, &(relationship, node))| Segment {
            start: &self.nodes[if index == 0 { 0 } else { self.steps[index - 1].1 }],
            relationship: &self.relationships[relationship],
            end: &self.nodes[node],
        })
    }

    /// The nodes in the order in which they are met.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        std::iter::once(self.start()).chain(self.steps.iter().map(|&(_, node)| &self.nodes[node]))
    }

    /// The relationships in the order in which they are walked.
    pub fn relationships(&self) -> impl ExactSizeIterator<Item = &Relationship> {
        self.steps.iter().map(|&(relationship, _)| &self.relationships[relationship])
    }

    /// The first node.
    #[must_use]
    pub fn start(&self) -> &Node {
        &self.nodes[0]
    }

    /// The last node.
    #[must_use]
    pub fn end(&self) -> &Node {
        &self.nodes[self.steps.last().map_or(0, |&(_, node)| node)]
    }
}
