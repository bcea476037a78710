// What can be seen of a page by whoever looks at it, and by whoever does not: legible texts, the focus, names of controls, and
// what it leaves behind.

import { equal } from "../harness/test.js";

/** What has the focus, and whether it can be seen to have it. */
export const focus = (user) =>
  user.page.evaluate(() => {
    const element = document.activeElement;
    const box = element.closest(".editor") ?? element;
    const style = getComputedStyle(box);
    const ring = element.querySelector?.(".ring");
    return {
      name: element.id || element.getAttribute("aria-label") || element.textContent.trim().slice(0, 30),
      visible: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || (ring && getComputedStyle(ring).stroke !== "none"),
    };
  });

export async function tab(user, times = 1) {
  for (let press = 0; press < times; press++) await user.page.keyboard.press("Tab");
  return focus(user);
}

/** How far the page goes beyond its window, which is as wide as it was made. */
export function extent(user) {
  return user.page.evaluate(() => ({
    page: document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
    window: innerWidth,
  }));
}

/** A desk's window, a common phone's, and the narrowest. */
const WIDTHS = [1280, 360, 320];

/** Holds a view of the page against all of this, at every width. */
export async function looksGood(user, view) {
  equal(await nameless(user), [], view);
  for (const width of WIDTHS) {
    await user.page.setViewport({ ...user.page.viewport(), width });
    equal(await extent(user), { page: 0, window: width }, view);
    equal(await faint(user), [], `${view}, ${width} pixels`);
  }
}

/** Controls without a name. */
export function nameless(user) {
  return user.page.evaluate(() => {
    const all = document.querySelectorAll('button, input, textarea, summary, [role="tab"], [role="button"], [tabindex="0"]');
    const label = (element) =>
      element.getAttribute("aria-label") ||
      document.getElementById(element.getAttribute("aria-labelledby"))?.textContent ||
      element.labels?.[0]?.textContent ||
      element.textContent;
    return [...all].filter((element) => !label(element)?.trim()).map((element) => element.outerHTML.slice(0, 120));
  });
}

/** All places in which a page could keep what it was told, as texts. */
export function keptIn(user) {
  return user.page.evaluate(async () => ({
    local: JSON.stringify(localStorage),
    session: JSON.stringify(sessionStorage),
    cookie: document.cookie,
    url: location.href,
    history: JSON.stringify(history.state),
    name: window.name,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    html: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll("input, textarea")].map((field) => field.value).join("\n"),
    globals: JSON.stringify(Object.keys(window).filter((key) => typeof window[key] === "string").map((key) => window[key])),
  }));
}

/** Texts with less contrast to what lies under them than WCAG 2 asks for (AA): `text: ratio`. */
export function faint(user) {
  return user.page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const parsed = new Map();
    const rgba = (color) => {
      if (!parsed.has(color)) {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
        parsed.set(color, [r, g, b, a / 255]);
      }
      return parsed.get(color);
    };
    const over = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a));
    const ground = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) {
        const color = rgba(getComputedStyle(at).backgroundColor);
        layers.push(color);
        if (color[3] === 1) break;
      }
      return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const brightness = (color) =>
      color
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.trim();
      // What is disabled may be faint; the editor's own text is transparent over its coloured copy.
      if (!text || !element.checkVisibility({ visibilityProperty: true }) || element.closest(":disabled, textarea, noscript, title")) continue;
      const style = getComputedStyle(element);
      const below = ground(element);
      const above = over(rgba(element.namespaceURI.endsWith("svg") ? style.fill : style.color), below);
      const [high, low] = [brightness(above), brightness(below)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
    }
    return found;
  });
}
