// Where lines, arrowheads and captions of relationships go. Pure geometry, in the scene's coordinates.

/** How far parallel relationships stand apart in their middle. */
const SPREAD = 34;
const HEAD_LENGTH = 8;
const HEAD_WIDTH = 3.6;
/** About the width of a letter in a relationship's caption. */
const LETTER = 5.6;

/** Gives each link its `bend`: 0 for a straight line; those between the same two nodes are spread out. */
export function spread(links) {
  const between = new Map();
  for (const link of links) {
    const key = [link.source.id, link.target.id].sort().join(" ");
    if (!between.has(key)) between.set(key, []);
    between.get(key).push(link);
  }
  for (const parallel of between.values()) {
    parallel.forEach((link, index) => {
      const offset = index - (parallel.length - 1) / 2;
      // Seen from the same end, whichever way a link points.
      const sign = link.source.id < link.target.id ? 1 : -1;
      link.bend = link.source === link.target ? index + 1 : offset * sign * SPREAD;
    });
  }
}

/** `{ line, head, label: { x, y, angle, fits } }`: two path data and the place of the caption. */
export function shapeOf({ source, target, bend, entity }) {
  if (source === target) return loop(source, bend);
  const dx = target.x - source.x;
  const dy = target.y - source.y;
  const distance = Math.hypot(dx, dy) || 1;
  const normal = { x: -dy / distance, y: dx / distance };
  // The curve's own middle lies half way to its control point.
  const control = { x: (source.x + target.x) / 2 + normal.x * bend * 2, y: (source.y + target.y) / 2 + normal.y * bend * 2 };
  const from = towards(source, control, source.radius + 1);
  const tip = towards(target, control, target.radius + 2);
  const neck = towards(target, control, target.radius + 2 + HEAD_LENGTH);
  const middle = { x: (source.x + target.x) / 2 + normal.x * bend, y: (source.y + target.y) / 2 + normal.y * bend };
  const angle = (Math.atan2(dy, dx) * 180) / Math.PI;
  const free = distance - source.radius - target.radius - HEAD_LENGTH;
  return {
    line: bend ? `M${point(from)}Q${point(control)} ${point(neck)}` : `M${point(from)}L${point(neck)}`,
    head: headOf(neck, tip),
    label: { ...middle, angle: upright(angle), fits: free > entity.type.length * LETTER },
  };
}

function loop(node, index) {
  const size = node.radius + 22 + index * 14;
  const at = (degrees, distance) => ({
    x: node.x + Math.cos((degrees * Math.PI) / 180) * distance,
    y: node.y + Math.sin((degrees * Math.PI) / 180) * distance,
  });
  const [from, neck, tip] = [at(-120, node.radius + 1), at(-60, node.radius + 2 + HEAD_LENGTH), at(-60, node.radius + 2)];
  const [one, two] = [at(-125, size * 1.6), at(-55, size * 1.6)];
  return {
    line: `M${point(from)}C${point(one)} ${point(two)} ${point(neck)}`,
    head: headOf(neck, tip),
    label: { x: node.x, y: node.y - size * 1.2, angle: 0, fits: true },
  };
}

function headOf(neck, tip) {
  const [dx, dy] = [(tip.x - neck.x) / HEAD_LENGTH, (tip.y - neck.y) / HEAD_LENGTH];
  const left = { x: neck.x - dy * HEAD_WIDTH, y: neck.y + dx * HEAD_WIDTH };
  const right = { x: neck.x + dy * HEAD_WIDTH, y: neck.y - dx * HEAD_WIDTH };
  return `M${point(tip)}L${point(left)}L${point(right)}Z`;
}

function towards(from, to, distance) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  return { x: from.x + (dx / length) * distance, y: from.y + (dy / length) * distance };
}

const upright = (angle) => (angle > 90 || angle < -90 ? angle + 180 : angle);
const point = ({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`;
