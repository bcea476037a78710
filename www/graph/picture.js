// The picture of a graph: draws a model as SVG, moves it while the simulation is warm, and lets the user drag, select and walk
// through it with the arrow keys.

import { s } from "../dom.js";
import { Camera } from "./camera.js";
import { writeCaptions } from "./captions.js";
import { captionOf, hueOf } from "./palette.js";
import { shapeOf, spread } from "./shapes.js";
import { Simulation } from "./simulation.js";

const LONGEST_CAPTION = 22;
/** Steps before the first frame, so that it begins untangled. */
const HEAD_START = 60;
/** Zoomed out further than this, the types of relationships are specks. */
const TYPES_FROM = 0.72;
/** Captions of nodes stay legible for longer: zoomed out, they are drawn larger, up to so many times. */
const MOST_MAGNIFIED = 2.2;
const FRAMES_PER_CAPTIONING = 8;
const WIDE = 700;
const DETAILS = 340;

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Picture {
  element;
  #scene = s("g", { class: "scene" });
  #nodes;
  #links;
  #simulation;
  #camera;
  #onSelect;
  #frame;
  #frames = 0;
  #selected;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** `onSelect(item)` gets the node or link of the model that was selected, or nothing. */
  constructor(model, onSelect) {
    this.#onSelect = onSelect;
    this.#nodes = [...model.nodes.values()];
    this.#links = [...model.links.values()];
    spread(this.#links);
    this.#simulation = new Simulation(this.#nodes, this.#links);
    const label = `Graph of ${this.#nodes.length} nodes. Arrow keys walk from node to node, Enter selects, plus and minus zoom, 0 shows all.`;
    this.element = s("svg", { class: "picture", role: "application", "aria-label": label }, this.#scene);
    const links = s("g", {}, this.#links.map((link) => this.#drawLink(link)));
    const nodes = s("g", {}, this.#nodes.map((node) => this.#drawNode(node)));
    this.#scene.append(links, nodes);
    this.#nodes[0]?.element.setAttribute("tabindex", "0");
    this.#camera = new Camera(this.element, { onChange: () => this.#aim(), onGroundClick: () => this.select(undefined) });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** To be called when the element is in the page and has a size. */
  start() {
    const { clientWidth, clientHeight } = this.element;
    this.#simulation.aspect = Math.min(Math.max(clientWidth / clientHeight, 0.6), 1.7);
    if (this.#calm.matches) this.#simulation.settle();
    else for (let step = 0; step < HEAD_START; step++) this.#simulation.step();
    this.#draw();
    this.showAll();
    this.#animate();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  zoomBy(factor) {
    this.#camera.zoomBy(factor);
  }

  showAll() {
    this.#camera.chosen = false;
    this.#camera.fit(this.#bounds());
  }

  /** Puts nodes at places of their own, by id, as `{ x, y }`; without places, lets all go again. */
  arrange(places) {
    for (const node of this.#nodes) node.anchor = places?.get(node.id);
    this.#simulation.disturb(1);
    this.#camera.chosen = false;
    if (this.#calm.matches) this.#simulation.settle();
    this.#draw();
    this.#camera.fit(this.#bounds());
    this.#animate();
  }

  select(item) {
    this.#selected = item;
    const near = new Set(item ? [item] : []);
    for (const link of this.#links) {
      const { source, target } = link;
      if (item === source || item === target) near.add(link).add(source).add(target);
      else if (item === link) near.add(source).add(target);
    }
    this.#scene.classList.toggle("has-selection", Boolean(item));
    for (const each of [...this.#nodes, ...this.#links]) {
      each.element.classList.toggle("selected", each === item);
      each.element.classList.toggle("near", near.has(each));
    }
    this.#onSelect(item);
    // On a wide stage, the details lie over its right.
    if (item?.element && this.element.clientWidth > WIDE) this.#camera.reveal(item.source ?? item, DETAILS);
  }

  #drawNode(node) {
    const { entity } = node;
    const caption = entity ? captionOf(entity) : "";
    const labels = entity?.labels.join(", ");
    const name = entity ? `${caption}, ${labels || "no label"}` : "A node that the result does not contain";
    node.caption = caption.length > LONGEST_CAPTION ? `${caption.slice(0, LONGEST_CAPTION - 1)}…` : caption;
    node.text = s("text", {}, node.caption);
    node.element = s(
      "g",
      { class: `node ${entity ? hueOf(entity.labels[0]) : "hue-none absent"}`, role: "button", tabindex: "-1", "aria-label": name },
      s("title", {}, name),
      s("circle", { class: "ring", r: node.radius + 4 }),
      s("circle", { class: "disc", r: node.radius }),
      node.text,
    );
    node.element.addEventListener("pointerdown", (event) => this.#drag(event, node));
    return node.element;
  }

  #drawLink(link) {
    link.line = s("path", { class: "line" });
    link.hit = s("path", { class: "hit" });
    link.head = s("path", { class: "head" });
    link.caption = s("text", { dy: "0.32em" }, link.entity.type);
    link.element = s("g", { class: "link" }, s("title", {}, link.entity.type), link.hit, link.line, link.head, link.caption);
    // A press on a line is no press on the ground.
    link.element.addEventListener("pointerdown", (event) => event.stopPropagation());
    link.element.addEventListener("click", () => this.select(link));
    return link.element;
  }

  #draw() {
    if (this.#frames++ % FRAMES_PER_CAPTIONING === 0 || this.#simulation.settled) writeCaptions(this.#nodes, this.#magnified);
    for (const { element, x, y } of this.#nodes) element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    for (const link of this.#links) {
      const { line, head, label } = shapeOf(link);
      link.line.setAttribute("d", line);
      link.hit.setAttribute("d", line);
      link.head.setAttribute("d", head);
      link.caption.setAttribute("transform", `translate(${label.x.toFixed(1)} ${label.y.toFixed(1)}) rotate(${label.angle.toFixed(1)})`);
      link.caption.classList.toggle("squeezed", !label.fits);
    }
  }

  #aim() {
    const { x, y, zoom } = this.#camera;
    this.#scene.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${zoom.toFixed(4)})`);
    this.#scene.classList.toggle("far", zoom < TYPES_FROM);
    this.#scene.style.setProperty("--magnified", this.#magnified);
    if (this.#simulation.settled) writeCaptions(this.#nodes, this.#magnified);
  }

  get #magnified() {
    return Math.min(Math.max(1 / this.#camera.zoom, 1), MOST_MAGNIFIED);
  }

  #animate() {
    if (this.#frame !== undefined) return;
    const next = () => {
      this.#frame = undefined;
      if (this.#simulation.settled) {
        this.element.dataset.settled = "";
        return;
      }
      this.#simulation.step();
      this.#draw();
      if (!this.#camera.chosen) this.#camera.fit(this.#bounds());
      this.#frame = requestAnimationFrame(next);
    };
    delete this.element.dataset.settled;
    next();
  }

  #bounds() {
    // With room for captions, which stand below and are wider than their node.
    const [aside, above, below] = [48, 14, 28];
    const all = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const { x, y, radius } of this.#nodes) {
      all.left = Math.min(all.left, x - radius - aside);
      all.right = Math.max(all.right, x + radius + aside);
      all.top = Math.min(all.top, y - radius - above);
      all.bottom = Math.max(all.bottom, y + radius + below);
    }
    return all;
  }

  #drag(event, node) {
    if (event.button !== 0) return;
    event.stopPropagation();
    const { element } = node;
    const begin = this.#camera.toScene(event);
    const offset = { x: node.x - begin.x, y: node.y - begin.y };
    let moved = false;
    const move = (event) => {
      const now = this.#camera.toScene(event);
      if (!moved && Math.hypot(now.x - begin.x, now.y - begin.y) * this.#camera.zoom < 4) return;
      moved = node.held = true;
      // Whoever arranges the graph by hand does not want the view to move as well.
      this.#camera.chosen = true;
      [node.x, node.y] = [now.x + offset.x, now.y + offset.y];
      if (this.#calm.matches) this.#draw();
      else {
        this.#simulation.disturb();
        this.#animate();
      }
    };
    const end = (event) => {
      element.removeEventListener("pointermove", move);
      node.held = false;
      if (!moved && event.type === "pointerup") {
        this.#focus(node);
        this.select(node);
      }
    };
    element.setPointerCapture(event.pointerId);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end, { once: true });
    element.addEventListener("pointercancel", end, { once: true });
  }

  #key(event) {
    const at = this.#nodes.find(({ element }) => element === event.target);
    const actions = {
      "+": () => this.zoomBy(1.25),
      "=": () => this.zoomBy(1.25),
      "-": () => this.zoomBy(0.8),
      0: () => this.showAll(),
      Enter: () => at && this.select(at),
      " ": () => at && this.select(at),
      Escape: () => this.select(undefined),
    };
    const direction = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(direction || actions[event.key])) return;
    event.preventDefault();
    if (!direction) return actions[event.key]();
    const next = at ? this.#nearest(at, direction) : this.#nodes[0];
    if (next) this.#focus(next);
  }

  /** The nearest node in a direction; those straight ahead count as nearer. */
  #nearest(from, [dx, dy]) {
    let best;
    let least = Infinity;
    for (const node of this.#nodes) {
      const ahead = (node.x - from.x) * dx + (node.y - from.y) * dy;
      const aside = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
      if (node === from || ahead <= 0 || aside > ahead * 2) continue;
      if (ahead + aside * 2 >= least) continue;
      [best, least] = [node, ahead + aside * 2];
    }
    return best;
  }

  #focus(node) {
    for (const { element } of this.#nodes) element.setAttribute("tabindex", "-1");
    node.element.setAttribute("tabindex", "0");
    node.element.focus({ preventScroll: true });
    this.#camera.reveal(node);
  }
}
