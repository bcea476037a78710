// One connection of the suite: text in, text out. Nothing here or in what it imports needs Node.js: a page does as well.

import { Context } from "./context.mjs";
import { parse } from "./json.mjs";
import { handlers } from "./requests.mjs";

export class Connection {
  #context;
  /** A line that is not whole yet, and the request that it belongs to. */
  #rest = "";
  #request;

  constructor(write) {
    this.#context = new Context((text) => write(`#response begin\n${text}\n#response end\n`));
  }

  receive(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === "#request begin") this.#request = "";
      else if (line !== "#request end") this.#request += line;
      else this.#answer(parse(this.#request));
    }
  }

  /** The suite may hang up in the middle of anything. */
  end() {
    this.#context.abandon();
  }

  /** Requests are not queued: while one waits, the suite answers what the driver asks of it. */
  async #answer({ name, data }) {
    const context = this.#context;
    try {
      const handler = handlers[name];
      if (!handler) throw new Error(`There is no request ${name}`);
      const response = await handler(context, data ?? {});
      if (response) context.respond(...response);
    } catch (error) {
      context.fail(error);
    }
  }
}
