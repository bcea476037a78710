// A relay that counts round trips and times none. It goes by rounds: once the clients have nothing more to say, what they
// have said travels, all of it at once, and counts one; once the servers have answered, their answers do. Nobody can be
// ahead of what he has been told, so a count is a count of waits, however long each of them takes on this machine:
//
// - what a client still says before it is told anything new belongs to the round that is under way;
// - to connect takes a round of its own, and what is said on the new connection travels in the next;
// - what happens on several connections at once is one round.
//
// A machine that stalls can cut an answer in two, and so add to a count; nothing can take from one.

import net from "node:net";

/** Milliseconds without a byte after which a side has said what it had to say. */
const QUIET = 5;
/** As many turns of the event loop beside: what is in this process may have had none of those milliseconds. */
const TURNS = 5;
/** How long a server may be silent before what it was told counts as what has no answer, such as GOODBYE. */
const PATIENCE = 3_000;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const turn = () => new Promise((resolve) => setImmediate(resolve));

class Connection {
  /** What waits to travel. */
  said = [];
  answered = [];
  /** Not there yet: that takes a round. */
  opening = true;
  /** Whether the server has been told something since it spoke last. */
  asked = false;

  constructor(client, server, event) {
    Object.assign(this, { client, server });
    client.on("data", (bytes) => event(this.said.push(bytes)));
    server.on("data", (bytes) => {
      this.asked = false;
      event(this.answered.push(bytes));
    });
    client.on("end", () => event((this.clientDone = true)));
    server.on("end", () => {
      this.asked = false;
      event((this.serverDone = true));
    });
    for (const [one, other] of [[client, server], [server, client]]) {
      one.setNoDelay(true);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.asked = false;
        if (one === client) this.said = [];
        event();
      });
    }
  }

  get gone() {
    return this.client.destroyed;
  }

  ask() {
    for (const bytes of this.said.splice(0)) {
      this.asked = true;
      this.server.write(bytes);
    }
    if (this.clientDone) this.server.end();
  }

  answer() {
    for (const bytes of this.answered.splice(0)) this.client.write(bytes);
    if (this.serverDone) this.client.end();
  }
}

class Relay {
  #listener;
  #connections = new Set();
  #events = 0;
  #busy = false;
  #underWay = false;
  #silentSince = 0;
  /** Round trips so far. */
  trips = 0;

  constructor(host, port) {
    this.#listener = net.createServer({ allowHalfOpen: true }, (client) => {
      const server = net.connect({ host, port, allowHalfOpen: true });
      this.#connections.add(new Connection(client, server, () => this.#happened()));
      this.#happened();
    });
  }

  async start() {
    await new Promise((resolve) => this.#listener.listen(0, "127.0.0.1", resolve));
    this.port = this.#listener.address().port;
    return this;
  }

  /** Resolves when nothing is on its way any more. */
  async idle() {
    do await this.#quiet(); while (this.#busy);
  }

  /** How many round trips some work takes. */
  async count(work) {
    await this.idle();
    const before = this.trips;
    await work();
    return this.trips - before;
  }

  close() {
    for (const { client, server } of this.#connections) {
      client.destroy();
      server.destroy();
    }
    this.#listener.close();
  }

  #happened() {
    this.#events++;
    if (!this.#busy) this.#go();
  }

  async #go() {
    this.#busy = true;
    do await this.#quiet(); while (this.#step());
    this.#busy = false;
  }

  async #quiet() {
    let seen;
    do {
      seen = this.#events;
      await sleep(QUIET);
      for (let turns = 0; turns < TURNS; turns++) await turn();
    } while (seen !== this.#events);
  }

  /** What comes next, now that both sides are quiet; false where nothing does. */
  #step() {
    const all = [...this.#connections].filter((connection) => !connection.gone);
    this.#connections = new Set(all);
    const says = all.filter(({ said, opening, clientDone }) => !opening && (said.length > 0 || clientDone));
    if (this.#underWay) {
      if (says.some(({ said }) => said.length > 0)) return this.#ask(says);
      if (all.some(({ asked }) => asked) && Date.now() - this.#silentSince < PATIENCE) return true;
      this.#underWay = false;
      for (const connection of all) Object.assign(connection, { opening: false, asked: false });
      return this.#answer(all);
    }
    // The rest of an answer, or what nobody has asked for.
    if (all.some(({ answered, serverDone }) => answered.length > 0 || serverDone)) return this.#answer(all);
    if (!says.length && !all.some(({ opening }) => opening)) return false;
    // To leave takes nobody's time.
    if (says.some(({ said }) => said.length > 0) || all.some(({ opening }) => opening)) this.trips++;
    this.#underWay = true;
    return this.#ask(says);
  }

  #ask(says) {
    this.#silentSince = Date.now();
    for (const connection of says) connection.ask();
    return true;
  }

  #answer(all) {
    for (const connection of all) connection.answer();
    return true;
  }
}

/** A relay before a server. */
export const startRelay = (host, port) => new Relay(host, port).start();
