// Loads the page's program, which does the rest.

import init from "./pkg/people.js";

await init({ module_or_path: new URL("pkg/people_bg.wasm", import.meta.url) });
