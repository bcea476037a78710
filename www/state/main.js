// The page that shows what the driver has: a pool of connections to each server, and a routing table, while work comes and
// goes.

import { field } from "../connect-form.js";
import { Connection } from "../connection.js";
import { byId } from "../dom.js";
import { showError } from "../result/error.js";
import { giveOneBack, heldNow, JOBS } from "./jobs.js";
import { Pool } from "./pool.js";
import { Routing } from "./routing.js";
import { Work } from "./work.js";

const SIZE_HINT = "Few, so that work soon waits for one. By default a driver has up to 100 to each server.";
const PATIENCE_HINT = "After that, work that has got none fails. By default a minute.";

let driver;
let where;

const pool = new Pool(byId("servers"));
const routing = new Routing();
const work = new Work(byId("work"), {
  change() {
    pool.look();
    setButtons();
  },
  told: (text) => (byId("status").textContent = text),
  failed(error) {
    if (driver) showError(byId("error"), error);
  },
});

const connection = new Connection({
  extra: [
    field("size-wanted", "Connections to each server, at most", { type: "number", min: 1, value: 4 }, SIZE_HINT),
    field("patience", "Seconds to wait for a connection", { type: "number", min: 0, step: "any", value: 60 }, PATIENCE_HINT),
  ],
  configs({ "size-wanted": size, patience }) {
    return [{ maxConnectionPoolSize: size.valueAsNumber, connectionAcquisitionTimeout: patience.valueAsNumber * 1_000 }];
  },
  onChange([opened], database) {
    [driver, where] = [opened, database];
    byId("size").textContent = byId("size-wanted").value;
    byId("error").replaceChildren();
    work.clear();
    pool.show(driver, where);
    routing.show(driver, where);
    if (driver) byId("short").focus();
  },
});

for (const [id, job] of Object.entries(JOBS)) {
  const button = byId(id);
  button.addEventListener("click", () => {
    byId("error").replaceChildren();
    work.start(button.textContent, button, ({ signal, say }) => job({ driver, where, signal, say }));
  });
}
byId("give-back").addEventListener("click", giveOneBack);
byId("abort").addEventListener("click", () => work.abortAll());
connection.begin();

function setButtons() {
  enable(byId("give-back"), heldNow() > 0, byId("hold"));
  enable(byId("abort"), work.running > 0, byId("short"));
}

/** A button that can do nothing more hands its focus on. */
function enable(button, can, next) {
  if (!can && document.activeElement === button) next.focus();
  button.disabled = !can;
}
