// Runs a task in a worker, as `here.js` does where it stands: of the kind that the task's `env.form` names.

/** Held on to: a browser may collect a worker that nothing refers to. */
let worker;

export function run(task, report) {
  const type = task.env.form === "classic worker" ? "classic" : "module";
  worker = new Worker(new URL("./worker.js", import.meta.url), { type });
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    worker.onmessage = ({ data }) => {
      if (data.broken) return reject(new Error(`the worker failed: ${data.broken}`));
      if (data !== "done") return report(data);
      worker.terminate();
      return resolve();
    };
    worker.postMessage(task);
  });
}
