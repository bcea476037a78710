// What belongs to one connection of the suite: the objects and errors it knows by id, and the answers to it.

import { driverError, FrontendError } from "./errors.mjs";
import { stringify } from "./json.mjs";
import { neo4j } from "./package.mjs";

export class Context {
  #objects = new Map();
  #ids = 0;
  #write;

  constructor(write) {
    this.#write = write;
  }

  /** Keeps an object; its id is what the suite calls it by. */
  keep(object) {
    const id = String(this.#ids++);
    this.#objects.set(id, object);
    return id;
  }

  get(id) {
    if (!this.#objects.has(String(id))) throw new Error(`There is nothing with the id ${id}`);
    return this.#objects.get(String(id));
  }

  forget(id) {
    this.#objects.delete(String(id));
  }

  respond(name, data = {}) {
    this.#write(stringify({ name, data }));
  }

  /** Asks the suite something; what answers it settles the promise kept under the id. */
  ask(name, data) {
    return new Promise((resolve) => {
      const id = this.keep(resolve);
      this.respond(name, { id, ...data });
    });
  }

  answered(id, value) {
    this.get(id)(value);
    this.forget(id);
  }

  fail(error) {
    if (error instanceof FrontendError) {
      this.respond("FrontendError", { msg: error.message });
    } else if (error instanceof neo4j.Neo4jError) {
      this.respond("DriverError", { id: this.keep(error), ...driverError(error) });
    } else {
      console.error(error);
      this.respond("BackendError", { msg: String(error?.stack ?? error) });
    }
  }

  /** The suite has gone: whatever is still at work ends with its driver. */
  abandon() {
    for (const object of this.#objects.values()) {
      if (object instanceof neo4j.Driver) object.close().catch(() => {});
      object?.reject?.(new FrontendError("The suite has hung up"));
    }
    this.#objects.clear();
    this.clock?.uninstall();
  }
}
