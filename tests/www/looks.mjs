// How the page looks: no width too narrow, both colour schemes legible.

import { equal, notEqual, test } from "../harness/test.js";
import { openConnected, openPage } from "./browse.js";

/** What the page can look like: a name, and how to get there. */
const VIEWS = [
  ["a table", (user) => user.pick("A timetable")],
  ["values", (user) => user.pick("Every kind of value")],
  ["nodes", (user) => user.pick("Who runs what")],
  ["paths", (user) => user.pick("A journey as a row")],
  ["a graph", (user) => user.pick("Lisbon to Tallinn")],
  ["a plan", (user) => user.pick("How it is planned")],
  ["notices", (user) => user.run("MATCH (n:Nowhere), (m:Nothing) RETURN n.what").then(() => user.show("summary"))],
  ["an error", (user) => user.pick("A mistake")],
  ["a long word", (user) => user.run(`RETURN "${"word".repeat(90)}" AS ${"column".repeat(20)}`)],
  ["a long error", (user) => user.run(`RETURN ${"nonsense".repeat(40)}`)],
];

for (const width of [360, 320]) {
  test(`nothing sticks out at ${width} pixels`, { timeout: 90_000 }, async (t) => {
    const user = await openPage(t, { width, height: 740, phone: true });
    const check = async (view) => {
      const wide = await user.page.evaluate(() => ({
        page: document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
        window: innerWidth,
      }));
      equal(wide, { page: 0, window: width }, view);
    };
    await check("the form");
    await user.connect();
    await check("connected");
    for (const [view, go] of VIEWS) {
      await go(user);
      await check(view);
    }
  });
}

for (const scheme of ["light", "dark"]) {
  test(`every text can be read: ${scheme}`, { timeout: 90_000 }, async (t) => {
    const user = await openPage(t, { scheme });
    equal(await faint(user), [], "the form");
    await user.connect();
    for (const [view, go] of VIEWS) {
      await go(user);
      equal(await faint(user), [], view);
    }
  });
}

test("light and dark differ", async (t) => {
  const grounds = [];
  for (const scheme of ["light", "dark"]) {
    const user = await openConnected(t, { scheme });
    grounds.push(await user.page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  }
  notEqual(grounds[0], grounds[1]);
});

/** Texts with less contrast to what lies under them than WCAG 2 asks for (AA): `text: ratio`. */
function faint(user) {
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
