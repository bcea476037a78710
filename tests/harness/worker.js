// What in-worker.js starts. No import statement: it is a classic worker's script too.

onmessage = async ({ data: task }) => {
  try {
    const { run } = await import("./here.js");
    await run(task, (result) => postMessage(result));
    postMessage("done");
  } catch (error) {
    // A rejection is no event that would reach the page.
    postMessage({ broken: String(error) });
  }
};
