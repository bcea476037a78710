// The form that makes drivers, and what the header says about the server. The password lives in the form until it has
// been used, then in the drivers alone.

import { connectForm, connectionFacts } from "./connect-form.js";
import { byId, duration } from "./dom.js";
import { showError } from "./result/error.js";
import { GraphDatabase } from "./neo4j.js";

const ENCRYPTED = { default: undefined, on: true, off: false };

export class Connection {
  #form;
  #drivers = [];
  #attempt;
  #configs;
  #onChange;

  /**
   * `configs(elements)`: what the page wishes of its drivers, a configuration for each; `elements` are the form's, with those
   * of `extra`. `onChange(drivers, where)` is called once connected, `where` with the database for sessions; and with no
   * driver once disconnected.
   */
  constructor({ configs = () => [{}], extra, onChange }) {
    this.#configs = configs;
    this.#onChange = onChange;
    this.#form = connectForm(extra);
    byId("welcome").append(this.#form);
    document.querySelector("header.bar").append(connectionFacts());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#connect();
    });
    byId("connect-cancel").addEventListener("click", () => this.#attempt?.abort());
    byId("disconnect").addEventListener("click", () => this.#disconnect());
    // A page that goes away says goodbye; one that is only set aside keeps its connections.
    addEventListener("pagehide", (event) => event.persisted || this.#close());
  }

  /** Shows the form, filled in with what the demo server offers, if that is who served this page. */
  async begin() {
    this.#show(false);
    const { uri, user, password } = this.#form.elements;
    const login = await demoLogin();
    // Whoever was quicker than the answer keeps what they typed.
    if (login && !password.value) [uri.value, user.value, password.value] = [login.uri, login.user, login.password];
    if (!uri.value) uri.value = "bolt://localhost:7687";
  }

  /** The sockets that are open: `{ open, busy }`. */
  get sockets() {
    const total = { open: 0, busy: 0 };
    for (const { inUse, idle } of this.#drivers.flatMap((driver) => driver.metrics())) {
      total.open += inUse + idle;
      total.busy += inUse;
    }
    return total;
  }

  async #connect() {
    if (this.#attempt) return;
    const { password, database } = this.#form.elements;
    const attempt = (this.#attempt = new AbortController());
    const errors = byId("connect-error");
    errors.replaceChildren();
    this.#setBusy(true);
    const began = performance.now();
    try {
      for (const wish of this.#configs(this.#form.elements)) this.#drivers.push(this.#driver(wish));
      const [driver] = this.#drivers;
      const where = { database: database.value.trim() || undefined };
      const server = await driver.verifyConnectivity({ ...where, signal: attempt.signal });
      // A query, for only its summary says which database is the user's home.
      const probe = await driver.executeQuery("RETURN 1", {}, { ...where, accessMode: "READ", signal: attempt.signal });
      password.value = "";
      this.#describe(server, probe.summary.database, duration(performance.now() - began));
      this.#show(true);
      this.#onChange([...this.#drivers], where);
    } catch (error) {
      await this.#close();
      if (attempt.signal.aborted) byId("status").textContent = "Connecting was cancelled.";
      else showError(errors, error);
      if (error.name === "AuthError") password.select();
    } finally {
      this.#attempt = undefined;
      this.#setBusy(false);
    }
  }

  /** A driver as the form has it. It opens nothing before it is used. */
  #driver(wish) {
    const { uri, user, password, encryption } = this.#form.elements;
    return GraphDatabase.driver(uri.value.trim(), {
      auth: user.value || password.value ? [user.value, password.value] : undefined,
      encrypted: ENCRYPTED[encryption.value],
      connectionTimeout: 15_000,
      ...wish,
    });
  }

  async #disconnect() {
    const closing = this.#close();
    this.#onChange([], {});
    await closing;
    byId("status").textContent = "Disconnected.";
    await this.begin();
    byId("connect-button").focus();
  }

  async #close() {
    await Promise.all(this.#drivers.splice(0).map((driver) => driver.close()));
  }

  #describe({ agent, protocolVersion, address }, database, took) {
    const facts = [agent.replace("/", " "), `Bolt ${protocolVersion}`, database && `database ${database}`];
    const text = facts.filter(Boolean).join(" · ");
    byId("server").textContent = text;
    byId("server").title = `${address}, connected in ${took}`;
    byId("status").textContent = `Connected to ${text} in ${took}.`;
  }

  #setBusy(busy) {
    const button = byId("connect-button");
    // Not `disabled`, which would throw the focus away.
    button.setAttribute("aria-disabled", busy);
    button.textContent = busy ? "Connecting…" : "Connect";
    byId("connect-cancel").hidden = !busy;
  }

  #show(connected) {
    byId("welcome").hidden = connected;
    byId("workspace").hidden = !connected;
    byId("connection").hidden = !connected;
  }
}

/** What `cargo xtask demo` offers; elsewhere there is no such file, and the user knows better. */
async function demoLogin() {
  try {
    const response = await fetch("demo.json");
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
