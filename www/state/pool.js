// The connections to each server, and what it is for, as the routing table has it: numbers now, the most there ever were, and curves of the last half minute.

import { h } from "../dom.js";
import { Plot } from "../plot.js";

/** As `metrics()` has them, as style sheets do, and as people do. */
const NUMBERS = [
  ["inUse", "in-use", "In use"],
  ["idle", "idle", "Idle"],
  ["opening", "opening", "Opening"],
  ["waiting", "waiting", "Waiting"],
];
/** How far back the curves go, and how often they are looked at: milliseconds. */
const SPAN = 30_000;
const EVERY = 100;
/** As a routing table has them, and as people do. */
const ROLES = [
  ["writers", "writer"],
  ["readers", "reader"],
  ["routers", "router"],
];

export class Pool {
  #driver;
  #where;
  #panel;
  #servers = new Map();
  #timer;

  constructor(panel) {
    this.#panel = panel;
  }

  /** Shows the pools of a driver, and what it knows of servers for a database; of no driver, nothing. */
  show(driver, where) {
    clearInterval(this.#timer);
    this.#driver = driver;
    this.#where = where;
    this.#servers.clear();
    this.#panel.replaceChildren();
    if (!driver) return;
    this.#timer = setInterval(() => this.look(), EVERY);
    this.look();
  }

  /** Takes the numbers as they are now. Also called when something happens: what is over soon is seen too. */
  look() {
    if (!this.#driver) return;
    const now = performance.now();
    const found = new Map(this.#driver.metrics().map((metrics) => [metrics.address, metrics]));
    const table = this.#driver.routingTable?.(this.#where);
    const known = table ? ROLES.flatMap(([role]) => table[role]) : [];
    for (const address of [...known, ...found.keys()]) if (!this.#servers.has(address)) this.#add(address);
    for (const [address, server] of this.#servers) {
      server.take(now, found.get(address));
      if (table) server.serve(ROLES.filter(([role]) => table[role].includes(address)).map(([, name]) => name));
    }
  }

  #add(address) {
    const server = new Server(address);
    this.#servers.set(address, server);
    this.#panel.append(server.section);
  }
}

class Server {
  #address;
  #numbers = NUMBERS.map(([key, name, title]) => {
    const shown = { now: h("span"), most: h("span", { class: "most" }) };
    return { key, name, title, ...shown, value: 0, peak: 0, points: [] };
  });
  #roles = h("span", { class: "roles" });
  #plot;
  #drawn = 0;

  constructor(address) {
    this.#address = address;
    const figure = ({ name, title, now, most }) => h("div", { class: name }, h("dt", {}, title), h("dd", {}, now, most));
    const figures = this.#numbers.map(figure);
    const plot = h("div");
    const titles = [h("h3", {}, address, " ", this.#roles), h("dl", { class: "figures" }, figures), h("p", { class: "small" }, "The last half minute")];
    this.section = h("section", { class: "server", "aria-label": address }, titles, plot);
    this.#plot = new Plot(plot, { height: 170 });
  }

  /** The numbers at a time; none for a server to which there is no connection any more. */
  take(now, metrics) {
    for (const number of this.#numbers) {
      const value = metrics?.[number.key] ?? 0;
      // Only changes are kept: between them the curve is level.
      if (!number.points.length || value !== number.value) number.points.push([now, value]);
      number.value = value;
      number.peak = Math.max(number.peak, value);
      number.now.textContent = value;
      number.most.textContent = `most ${number.peak}`;
      // The last change before that time is how it was when it began.
      while (number.points.length > 1 && number.points[1][0] < now - SPAN) number.points.shift();
    }
    if (now - this.#drawn >= EVERY / 2) this.#draw(now);
  }

  /** What the server is for; for nothing where the table does not know it any more. */
  serve(names) {
    const told = names.join(", ") || "not in the routing table";
    if (this.#roles.textContent !== told) this.#roles.textContent = told;
    this.#roles.classList.toggle("writer", names.includes("writer"));
  }

  #draw(now) {
    this.#drawn = now;
    const from = now - SPAN;
    const curves = this.#numbers.map(({ name, points, value }) => {
      const seen = points.map(([time, number]) => [Math.max(time, from), number]);
      return { name, points: [...seen, [now, value]], steps: true };
    });
    const told = this.#numbers.map(({ title, value }) => `${title.toLowerCase()} ${value}`).join(", ");
    this.#plot.draw({ from, to: now, now, most: 4, curves, label: `${this.#address} now: ${told}` });
  }
}
