// The way from page to page, in the header of each. It needs nothing of the driver: also a page that cannot load it leads
// elsewhere.

import { h } from "./dom.js";

const PAGES = [
  ["index.html", "Query"],
  ["stream.html", "Stream"],
  ["state.html", "Pool"],
  ["bench.html", "Bench"],
  ["docs/", "Docs"],
];

/** Pages in a folder say how to get out of it. */
const up = document.documentElement.dataset.up ?? "";
const here = up ? "docs/" : location.pathname.split("/").pop() || "index.html";
const link = ([file, name]) => h("a", { href: up + file, "aria-current": file === here && "page" }, name);
document.querySelector("header.bar h1").after(h("nav", { "aria-label": "Pages" }, PAGES.map(link)));
