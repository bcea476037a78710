// What is counted, for either driver: they are asked in the same words.

const ONE = "RETURN 1 AS one";

async function inSession(driver, work) {
  const session = driver.session();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** To the end of the result, and of the session where there is one. */
const STEPS = {
  "executeQuery, READ": ({ driver, reading }) => driver.executeQuery(ONE, {}, reading),
  "session.run": ({ driver }) => inSession(driver, (session) => session.run(ONE)),
  "executeQuery": ({ driver }) => driver.executeQuery(ONE),
  "managed transaction of one query": ({ driver }) =>
    inSession(driver, (session) => session.executeWrite(async (tx) => void (await tx.run(ONE)))),
};
const FIRST = ["executeQuery, READ", "session.run", "executeQuery"];

/** The names of all that is counted. */
export const ROWS = [
  ...FIRST.map((step) => `first ${step}`),
  "each further connection",
  ...Object.keys(STEPS).map((step) => `later ${step}`),
];

/**
 * Rounds of each row, as `count` finds them: it is given what to do, and gives the number. `open` gives a driver that
 * has no connection yet: { driver, reading }, the latter being what tells its `executeQuery` to read.
 */
export async function counts(open, count) {
  const found = {};
  const use = async (work) => {
    const opened = await open();
    try {
      await work(opened);
    } finally {
      await opened.driver.close();
    }
  };
  for (const step of FIRST) {
    await use(async (opened) => {
      found[`first ${step}`] = await count(() => STEPS[step](opened));
    });
  }
  await use(async (opened) => {
    const { driver, reading } = opened;
    await STEPS["session.run"](opened);
    for (const step in STEPS) found[`later ${step}`] = await count(() => STEPS[step](opened));
    await inSession(driver, async (session) => {
      const tx = await session.beginTransaction();
      // Has the only connection in use.
      await tx.run(ONE);
      found["each further connection"] = await count(() => driver.executeQuery(ONE, {}, reading));
      await tx.rollback();
    });
  });
  return found;
}
