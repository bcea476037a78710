// A force-directed layout: relationships are springs, nodes repel each other, all are drawn gently to the middle. It cools
// down as it goes and then stops. Works on bare objects; draws nothing.

const COOLING = 0.023;
const COLD = 0.004;
/** What of its speed a node keeps from one step to the next. */
const GLIDE = 0.62;
const REPULSION = 330;
/** Beyond this distance nodes do not feel each other. */
const REACH = 700;
const SPRING_LENGTH = 84;
const GRAVITY = 0.035;
/** Room around a node for its caption. */
const MARGIN = 14;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export const radiusOf = (node) => 13 + Math.min(Math.sqrt(node.degree) * 2.2, 13);

export class Simulation {
  /** 1 is as hot as it begins; 0 is at rest. */
  heat = 1;
  /** Width by height of what the graph should fill. */
  aspect = 1;
  #nodes;
  #springs;

  /** Nodes are `{ degree, x, y, vx, vy }`, and may be held (`held: true`) or drawn to a place (`anchor: { x, y }`). */
  constructor(nodes, links) {
    this.#nodes = nodes;
    nodes.forEach((node, index) => {
      // A sunflower's head: even, and the same every time.
      const distance = 24 * Math.sqrt(index + 0.5);
      node.x = distance * Math.cos(index * GOLDEN_ANGLE);
      node.y = distance * Math.sin(index * GOLDEN_ANGLE);
      node.radius = radiusOf(node);
    });
    this.#springs = links
      .filter(({ source, target }) => source !== target)
      .map(({ source, target }) => ({
        source,
        target,
        // A hub has many springs: each is weaker, and moves the other end rather than the hub.
        strength: 1 / Math.min(source.degree, target.degree),
        share: source.degree / (source.degree + target.degree),
        length: SPRING_LENGTH + source.radius + target.radius - 26,
      }));
  }

  get settled() {
    return this.heat < COLD;
  }

  /** Warms up, after something was moved. */
  disturb(heat = 0.35) {
    this.heat = Math.max(this.heat, heat);
  }

  step() {
    this.heat -= this.heat * COOLING;
    this.#pull();
    this.#push();
    const gravity = GRAVITY * this.heat;
    const [across, down] = [gravity / this.aspect, gravity * this.aspect];
    for (const node of this.#nodes) {
      if (node.held) {
        node.vx = node.vy = 0;
      } else if (node.anchor) {
        node.x += (node.anchor.x - node.x) * 0.12;
        node.y += (node.anchor.y - node.y) * 0.12;
        node.vx = node.vy = 0;
      } else {
        node.vx = (node.vx - node.x * across) * GLIDE;
        node.vy = (node.vy - node.y * down) * GLIDE;
        node.x += node.vx;
        node.y += node.vy;
      }
    }
    this.#part();
  }

  /** To the end, at once. */
  settle() {
    while (!this.settled) this.step();
  }

  #pull() {
    for (const { source, target, strength, share, length } of this.#springs) {
      const dx = target.x + target.vx - source.x - source.vx || 0.1;
      const dy = target.y + target.vy - source.y - source.vy || 0.1;
      const distance = Math.hypot(dx, dy);
      const force = ((distance - length) / distance) * strength * this.heat;
      target.vx -= dx * force * share;
      target.vy -= dy * force * share;
      source.vx += dx * force * (1 - share);
      source.vy += dy * force * (1 - share);
    }
  }

  #push() {
    const nodes = this.#nodes;
    for (let i = 0; i < nodes.length; i++) {
      const a = nodes[i];
      for (let j = i + 1; j < nodes.length; j++) {
        const b = nodes[j];
        const dx = b.x - a.x;
        const dy = b.y - a.y;
        const square = dx * dx + dy * dy;
        if (square > REACH * REACH) continue;
        const force = (REPULSION * this.heat) / Math.max(square, 100);
        a.vx -= dx * force;
        a.vy -= dy * force;
        b.vx += dx * force;
        b.vy += dy * force;
      }
    }
  }

  /** Moves apart what overlaps. */
  #part() {
    const nodes = this.#nodes;
    for (let i = 0; i < nodes.length; i++) {
      const a = nodes[i];
      for (let j = i + 1; j < nodes.length; j++) {
        const b = nodes[j];
        const room = a.radius + b.radius + MARGIN;
        let dx = b.x - a.x;
        const dy = b.y - a.y;
        if (Math.abs(dx) > room || Math.abs(dy) > room) continue;
        // Two at the very same place have no direction to part in; any will do.
        if (dx === 0 && dy === 0) dx = 0.01;
        const distance = Math.hypot(dx, dy);
        if (distance >= room) continue;
        const shift = ((room - distance) / distance) * 0.35;
        move(a, -dx * shift, -dy * shift);
        move(b, dx * shift, dy * shift);
      }
    }
  }
}

function move(node, dx, dy) {
  if (node.held || node.anchor) return;
  node.x += dx;
  node.y += dy;
}
