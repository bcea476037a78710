// Which captions of nodes are written, and where.

/** Of a caption, in the scene's units. */
const SIZE = 11;
/** Half of a letter's width, as a share of its height. */
const HALF_LETTER = 0.28;

/**
 * Writes captions below their nodes, or above, or not at all: those of the best connected nodes first, others where there is
 * room. `magnified`: how many times larger than usual captions are drawn.
 */
export function writeCaptions(nodes, magnified) {
  const size = SIZE * magnified;
  const taken = nodes.map(({ x, y, radius }) => ({ x, y, across: radius * 0.9, down: radius * 0.9 }));
  for (const node of [...nodes].sort((a, b) => b.degree - a.degree)) {
    const away = node.radius + size * 0.75;
    const across = node.caption.length * size * HALF_LETTER;
    const boxes = [away, -away].map((dy) => ({ x: node.x, y: node.y + dy, across, down: size * 0.45 }));
    const free = boxes.findIndex((box) => !taken.some((other) => overlap(box, other)));
    if (free >= 0) taken.push(boxes[free]);
    node.element.classList.toggle("unsaid", free < 0);
    const above = free === 1;
    node.text.setAttribute("y", above ? -node.radius - 3 : node.radius + 2);
    node.text.setAttribute("dy", above ? "-0.15em" : "0.95em");
  }
}

/** Whether two boxes, given by middle and half sizes, share any ground. */
function overlap(a, b) {
  return Math.abs(a.x - b.x) < a.across + b.across && Math.abs(a.y - b.y) < a.down + b.down;
}
