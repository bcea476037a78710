// Places on Earth for a picture: nodes that have a WGS 84 point among their properties, laid out as on a map.

import { Point } from "../neo4j.js";

const WGS_84 = new Set([4326, 4979]);
/** The map's larger side, in units of the scene: enough for captions between neighbours. */
const SIZE = 1_350;

/** Places by node id, or nothing when fewer than two nodes have one. */
export function placesOf(nodes) {
  const found = [];
  for (const { id, entity } of nodes) {
    const point = Object.values(entity?.properties ?? {}).find((value) => value instanceof Point && WGS_84.has(value.srid));
    if (point) found.push([id, mercator(point)]);
  }
  if (found.length < 2) return undefined;
  const xs = found.map(([, { x }]) => x);
  const ys = found.map(([, { y }]) => y);
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const extent = (values) => Math.max(...values) - Math.min(...values);
  const scale = SIZE / (Math.max(extent(xs), extent(ys)) || 1);
  return new Map(found.map(([id, { x, y }]) => [id, { x: (x - middle(xs)) * scale, y: (y - middle(ys)) * scale }]));
}

function mercator({ x: longitude, y: latitude }) {
  const radians = (Math.min(Math.max(latitude, -85), 85) * Math.PI) / 180;
  return { x: (longitude * Math.PI) / 180, y: -Math.log(Math.tan(Math.PI / 4 + radians / 2)) };
}
