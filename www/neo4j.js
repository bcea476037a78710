// The driver, as the page imports it: the one place that knows where the package lies.

export * from "./pkg/index.js";
