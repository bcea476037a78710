// The routing table: which servers the driver knows for a database, and for how long that holds.

import { byId } from "../dom.js";
import { DirectDriver } from "../neo4j.js";
import { showError } from "../result/error.js";

const DIRECT =
  "This is a DirectDriver: a bolt: URI means exactly the server it names, so there is no routing table. Disconnect, and connect " +
  "with neo4j: in its place to see one.";
const ROUTING =
  "This is a RoutingDriver: it asks a router which servers there are for a database, and sends each piece of work to one that " +
  "takes it.";
const EVERY = 250;

export class Routing {
  #driver;
  #where;
  #timer;

  constructor() {
    byId("refresh").addEventListener("click", () => this.#refresh());
  }

  /** Shows what a driver knows; of none, nothing. */
  show(driver, where) {
    clearInterval(this.#timer);
    this.#driver = driver;
    this.#where = where;
    byId("routing-error").replaceChildren();
    const isDirect = driver instanceof DirectDriver;
    byId("routing-about").textContent = isDirect ? DIRECT : ROUTING;
    byId("routing").hidden = isDirect;
    if (!driver || isDirect) return;
    this.#timer = setInterval(() => this.#look(), EVERY);
    this.#look();
  }

  #look() {
    const table = this.#driver.routingTable(this.#where);
    say("database", table && (table.database ?? "the home database"));
    say("ttl", table && left(table.ttl));
    for (const role of ["routers", "readers", "writers"]) say(role, table && (table[role].join(", ") || "none"));
  }

  async #refresh() {
    const button = byId("refresh");
    if (button.getAttribute("aria-disabled") === "true") return;
    const driver = this.#driver;
    button.setAttribute("aria-disabled", true);
    byId("routing-error").replaceChildren();
    try {
      await driver.updateRoutingTable(this.#where);
      byId("status").textContent = "The routing table is new.";
    } catch (error) {
      if (driver === this.#driver) showError(byId("routing-error"), error);
    }
    button.setAttribute("aria-disabled", false);
    if (driver === this.#driver) this.#look();
  }
}

function say(name, text) {
  byId(`route-${name}`).textContent = text ?? "not asked yet";
}

/** Minutes and seconds. */
function left(ttl) {
  if (!(ttl > 0)) return "no longer";
  const seconds = Math.ceil(ttl / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
