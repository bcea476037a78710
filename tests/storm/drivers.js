// The drivers of the storm: those that live through it, some of each sort, and those that are closed with work pending.

import { setTimeout as pause } from "node:timers/promises";
import { authTokenManagers, basicAuth, bookmarkManager, GraphDatabase } from "neo4j-wasm";
import { about, Wrong } from "./ledger.js";
import { OPERATIONS } from "./operations.js";

/** To a server. */
const WAYS = ["tcp", "websocket"];

/** Short, so that much happens in little time, and that what hangs is soon told from what waits. */
const LIMITS = { connectionTimeout: 4_000, connectionAcquisitionTimeout: 10_000, maxRetryTime: 8_000 };

/** Operations of one driver at a time, of those that all have. */
const SHARE = 40;

const inUse = (driver) => driver.metrics().reduce((sum, { inUse, opening, waiting }) => sum + inUse + opening + waiting, 0);

export class Drivers {
  #task;
  #chance;
  #long;
  #busy;

  constructor(task, chance) {
    this.#task = task;
    this.#chance = chance;
    const auth = [task.user, task.password];
    const [uri] = task.members.map((member) => `neo4j://${member}`);
    // By turns, and with another seed the other way round.
    let turn = task.seed;
    const make = (uri, config) => GraphDatabase.driver(uri, { ...LIMITS, socket: WAYS[turn++ % 2], auth, ...config });
    this.#long = [
      make(uri, { auth: this.#tokens() }),
      make("neo4j://cluster.invalid", { resolver: async () => (await pause(chance.below(20)), task.members), maxConnectionPoolSize: 12 }),
      ...task.members.map((member, at) => make(`bolt://${member}`, { fetchSize: at ? undefined : 200, livenessCheckTimeout: at === 2 ? 500 : undefined })),
    ];
    // One that is used by a few, and always finds its pool too small.
    this.#long.push(make(`bolt://${task.members[0]}`, { maxConnectionPoolSize: 2 }));
    this.#busy = this.#long.map(() => 0);
  }

  /** A manager whose provider takes its time, and sometimes fails, also without a reason. */
  #tokens() {
    const { user, password } = this.#task;
    const manager = authTokenManagers.basic({ tokenProvider: () => basicAuth(user, password) });
    return {
      getToken: async () => {
        if (this.#chance.oneIn(50)) await pause(this.#chance.below(50));
        if (this.#chance.oneIn(2_000)) throw new Error("no token today");
        if (this.#chance.oneIn(4_000)) return Promise.reject();
        return manager.getToken();
      },
      handleSecurityException: (token, code) => manager.handleSecurityException(token, code),
    };
  }

  /** Does work with one of them: not with one that has much to do already, as while its server is down. */
  async lend(work) {
    let at = this.#pick();
    for (let tries = 0; tries < 20 && this.#busy[at] >= SHARE; tries++) at = this.#pick();
    this.#busy[at]++;
    about(`driver ${at}`);
    try {
      return await work(this.#long[at]);
    } finally {
      this.#busy[at]--;
    }
  }

  #pick() {
    const { length } = this.#long;
    return this.#chance.oneIn(30) ? length - 1 : this.#chance.below(length - 1);
  }

  /** A manager of bookmarks for a session, with functions that are slow or fail. */
  bookmarks() {
    const chance = this.#chance;
    return bookmarkManager({
      bookmarksSupplier: async () => {
        if (chance.oneIn(100)) throw new Error("no bookmarks today");
        await pause(chance.below(5));
        return [];
      },
      bookmarksConsumer: () => {
        if (chance.oneIn(100)) throw undefined;
      },
    });
  }

  /** A driver that is closed while it works; every one of its calls must settle. */
  async short(operation) {
    const { chance } = operation;
    const driver = GraphDatabase.driver(chance.pick(this.#long.map((_, at) => this.#uri(at))), {
      ...LIMITS, socket: chance.pick(WAYS), auth: [this.#task.user, this.#task.password],
    });
    const kinds = ["query", "read", "collect", "manyInOne", "managedRead"];
    const works = Array.from({ length: 4 }, () => {
      const work = OPERATIONS[chance.pick(kinds)];
      return work({ ...operation, driver });
    });
    works.push(OPERATIONS.queryWrite({ ...operation, driver }));
    const settled = Promise.allSettled(works);
    await pause(chance.pick([0, 0, 1, 5, 20, 100, 300]));
    await driver.close();
    await settled;
    const held = inUse(driver);
    if (held > 0) throw new Wrong(`a closed driver still counts ${held} connections`);
  }

  #uri(at) {
    const { members } = this.#task;
    return at % 2 ? `neo4j://${members[at % members.length]}` : `bolt://${members[at % members.length]}`;
  }

  /** What the pools still hold, of all drivers. */
  used() {
    return this.#long.reduce((sum, driver) => sum + inUse(driver), 0);
  }

  async close() {
    await Promise.all(this.#long.map((driver) => driver.close()));
  }
}
