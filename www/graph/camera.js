// What part of the scene is seen: pan by dragging the ground, zoom by wheel, pinch or call. Works on pointers, so that mouse,
// pen and fingers are the same.

const NEAREST = 4;
const FARTHEST = 0.08;
/** Pixels at the top that the buttons lie over. */
const TOOLS = 46;
/** Pixels that a hand moves while it means to press. */
const STILL = 4;

export class Camera {
  x = 0;
  y = 0;
  zoom = 1;
  /** Whether the user has chosen what to see: then it no longer follows the graph. */
  chosen = false;
  #view;
  #onChange;
  #onGroundClick;
  #pointers = new Map();
  /** How far the pointers have gone since the first came down. */
  #moved = 0;

  /** `view` is the element; `onChange` is called after each move; `onGroundClick` for a press that moved nothing. */
  constructor(view, { onChange, onGroundClick }) {
    this.#view = view;
    this.#onChange = onChange;
    this.#onGroundClick = onGroundClick;
    view.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    view.addEventListener("pointerdown", (event) => this.#down(event));
    view.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) view.addEventListener(type, (event) => this.#up(event));
  }

  /** From pixels of the window to the scene. */
  toScene({ clientX, clientY }) {
    const { left, top } = this.#view.getBoundingClientRect();
    return { x: (clientX - left - this.x) / this.zoom, y: (clientY - top - this.y) / this.zoom };
  }

  /** Zooms around a point of the element, its middle by default. */
  zoomBy(factor, at = { x: this.#view.clientWidth / 2, y: this.#view.clientHeight / 2 }) {
    const zoom = clamp(this.zoom * factor, FARTHEST, NEAREST);
    this.x = at.x - ((at.x - this.x) * zoom) / this.zoom;
    this.y = at.y - ((at.y - this.y) * zoom) / this.zoom;
    this.zoom = zoom;
    this.chosen = true;
    this.#onChange();
  }

  /** Shows all of a rectangle of the scene. */
  fit({ left, top, right, bottom }) {
    const { clientWidth: width, clientHeight: height } = this.#view;
    if (!width || !height) return;
    const free = height - TOOLS;
    this.zoom = clamp(Math.min(width / (right - left), free / (bottom - top)), FARTHEST, 1.25);
    this.x = width / 2 - ((left + right) / 2) * this.zoom;
    this.y = TOOLS + free / 2 - ((top + bottom) / 2) * this.zoom;
    this.#onChange();
  }

  /** Moves so that a point of the scene is seen, if it is not; `covered` is what something hides at the right, in pixels. */
  reveal({ x, y }, covered = 0) {
    const { clientWidth: width, clientHeight: height } = this.#view;
    const margin = 40;
    const [px, py] = [x * this.zoom + this.x, y * this.zoom + this.y];
    this.x += clamp(px, margin, width - margin - covered) - px;
    this.y += clamp(py, margin, height - margin) - py;
    this.#onChange();
  }

  #wheel(event) {
    event.preventDefault();
    const { left, top } = this.#view.getBoundingClientRect();
    const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    // A pinch on a trackpad comes as a wheel with Ctrl, in small numbers.
    const factor = Math.exp(-clamp(pixels, -120, 120) * (event.ctrlKey ? 0.01 : 0.002));
    this.zoomBy(factor, { x: event.clientX - left, y: event.clientY - top });
  }

  #down(event) {
    if (event.button !== 0) return;
    if (!this.#pointers.size) this.#moved = 0;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#view.setPointerCapture(event.pointerId);
  }

  #up(event) {
    const last = this.#pointers.delete(event.pointerId) && !this.#pointers.size;
    if (last && event.type === "pointerup" && this.#moved <= STILL) this.#onGroundClick();
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    this.#moved += distance(before, now);
    this.chosen ||= this.#moved > STILL;
    if (!other) {
      this.x += now.x - before.x;
      this.y += now.y - before.y;
      this.#onChange();
      return;
    }
    // Two fingers: what lies under them stays there. Each finger moves the middle by half.
    this.x += (now.x - before.x) / 2;
    this.y += (now.y - before.y) / 2;
    const { left, top } = this.#view.getBoundingClientRect();
    const factor = distance(now, other) / Math.max(distance(before, other), 1);
    this.zoomBy(factor, { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top });
  }
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
