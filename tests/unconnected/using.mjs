// For using.test.mjs: what is closed where a block ends, and in which order.

import { replaying, ROLLBACK, str } from "../package/replay.js";

const seen = { order: [] };
{
  const heard = [];
  await using driver = replaying(["x"], [[[str("a")]]], { heard });
  {
    await using session = driver.session();
    await using transaction = await session.beginTransaction();
    await transaction.run("RETURN 1");
    Object.assign(seen, { session: () => session.isOpen(), transaction: () => transaction.isOpen() });
  }
  if (heard.at(-1) === ROLLBACK) seen.order.push("ROLLBACK");
  Object.assign(seen, { driver: () => driver.closed() });
  seen.order.push(driver.closed() ? "too early" : "still open");
}
for (const name of ["driver", "session", "transaction"]) seen[name] = seen[name]();

console.log(JSON.stringify(seen));
process.exit(0);
