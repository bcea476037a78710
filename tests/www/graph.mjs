// The picture: what is in it, and what can be done with it.

import { CITIES, TRAINS } from "../../www/night-trains.mjs";
import { assert, equal, match, notEqual, test } from "../harness/test.js";
import { openConnected } from "./browse.js";

const CALLS = TRAINS.reduce((sum, train) => sum + train[4].length, 0);

const settled = (user) => user.page.waitForSelector(".picture[data-settled]");

/** Where every node stands. */
const places = (user) => user.page.$$eval(".picture .node", (nodes) => nodes.map((node) => node.getAttribute("transform")));

const scene = (user) => user.page.$eval(".picture .scene", (scene) => scene.getAttribute("transform"));

test("the whole network is drawn, each node once", async (t) => {
  const user = await openConnected(t);
  await user.pick("The whole network");
  await settled(user);
  equal(await user.count(".picture .node"), CITIES.length + TRAINS.length);
  equal(await user.count(".picture .link"), CALLS);
  equal(await user.texts(".legend .key"), [`City${CITIES.length}`, `Train${TRAINS.length}`, `CALLS_AT${CALLS}`]);
  equal(await user.text("#tab-graph"), `Graph ${CITIES.length + TRAINS.length}`);
  const colours = await user.page.$$eval(".picture .node .disc", (discs) => discs.map((disc) => getComputedStyle(disc).fill));
  equal(new Set(colours).size, 2, "a colour for each label");
  const captions = await user.texts(".picture .node text");
  assert(captions.includes("Polar Owl") && captions.includes("San Sebastián"));
});

test("all of it is within the frame, and nodes do not lie on each other", async (t) => {
  const user = await openConnected(t);
  await user.pick("The whole network");
  await settled(user);
  const { outside, closest } = await user.page.evaluate(() => {
    const frame = document.querySelector(".picture").getBoundingClientRect();
    const boxes = [...document.querySelectorAll(".picture .disc")].map((disc) => disc.getBoundingClientRect());
    const outside = boxes.filter((box) => box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom);
    let closest = Infinity;
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      closest = Math.min(closest, Math.hypot(a.x - b.x, a.y - b.y) / ((a.width + b.width) / 2));
    }));
    return { outside: outside.length, closest };
  });
  equal(outside, 0);
  assert(closest > 0.9, `two nodes overlap: ${closest}`);
});

test("it moves to its rest and then stops", async (t) => {
  const user = await openConnected(t, { motion: true });
  await user.pick("Lisbon to Tallinn");
  await settled(user);
  const before = await places(user);
  await user.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  equal(await places(user), before);
});

test("nodes and relationships are found in lists and maps; ends that did not come are drawn as such", async (t) => {
  const user = await openConnected(t);
  await user.run(`MATCH (train:Train {name: "Caledonia"})-[call:CALLS_AT]->(city)
    RETURN {deep: [[train]]} AS map, collect(call) AS calls, [city IN collect(city) WHERE city.name = "London"] AS some`);
  await user.show("graph");
  equal(await user.count(".picture .node"), 3);
  equal(await user.count(".picture .node.absent"), 1);
  equal(await user.count(".picture .link"), 2);
});

test("loops and parallel relationships are all to be seen", async (t) => {
  const user = await openConnected(t);
  await user.run("CREATE (a:Loop {name: 'a'})-[:SELF]->(a), (a)-[:TWICE]->(b:Loop {name: 'b'}), (a)-[:TWICE]->(b), (b)-[:BACK]->(a)");
  await user.run("MATCH (a:Loop)-[r]->(b) RETURN a, r, b");
  await user.show("graph");
  const lines = await user.page.$$eval(".picture .line", (lines) => lines.map((line) => line.getAttribute("d")));
  await user.run("MATCH (n:Loop) DETACH DELETE n");
  equal(lines.length, 4);
  equal(new Set(lines).size, 4);
  assert(lines.every((line) => !line.includes("NaN")), lines.join());
});

test("more nodes than can be told apart are not drawn", async (t) => {
  const user = await openConnected(t);
  await user.run("UNWIND range(1, 450) AS n CREATE (:Crowd {n: n})");
  await user.run("MATCH (n:Crowd) RETURN n");
  await user.show("graph");
  const drawn = await user.count(".picture .node");
  const said = await user.text(".legend");
  await user.run("MATCH (n:Crowd) DELETE n");
  equal(drawn, 400);
  match(said, /Only 400 nodes are drawn/);
});

test("a click shows what is in a node or relationship", async (t) => {
  const user = await openConnected(t);
  await user.pick("Lisbon to Tallinn");
  await settled(user);
  const node = await user.middle('.picture .node[aria-label^="Lisbon"] .disc');
  await user.page.mouse.click(node.x, node.y);
  await user.page.waitForSelector(".details:not([hidden])");
  match(await user.text(".details"), /City\s+Capital/);
  match(await user.text(".details"), /population\s+567000/);
  match(await user.text(".details"), /38\.7223° N, 9\.1393° W/);
  equal(await user.count(".node.near"), 2, "itself and its one neighbour");
  await user.page.keyboard.press("Escape");
  await user.page.waitForSelector(".details[hidden]");
  await user.page.$eval(".picture .link", (link) => link.dispatchEvent(new MouseEvent("click", { bubbles: true })));
  match(await user.text(".details"), /CALLS_AT/);
  match(await user.text(".details"), /km\s+\d+/);
  await user.page.click('.details button[aria-label="Close"]');
  await user.page.waitForSelector(".details[hidden]");
});

test("buttons, wheel and drag change the view", async (t) => {
  const user = await openConnected(t);
  await user.pick("Lisbon to Tallinn");
  await settled(user);
  const seen = [await scene(user)];
  const differs = async (what) => {
    const now = await scene(user);
    notEqual(now, seen.at(-1), what);
    seen.push(now);
  };
  await user.page.click('.tools [aria-label="Zoom in"]');
  await differs("zoom in");
  const middle = await user.middle(".picture");
  await user.page.mouse.move(middle.x, middle.y);
  const before = await scene(user);
  await user.page.mouse.wheel({ deltaY: 240 });
  await user.until((before) => document.querySelector(".picture .scene").getAttribute("transform") !== before, before);
  await differs("the wheel");
  const corner = await user.page.$eval(".picture", (picture) => {
    const { right, bottom } = picture.getBoundingClientRect();
    return { x: right - 8, y: bottom - 8 };
  });
  await user.page.mouse.move(corner.x, corner.y);
  await user.page.mouse.down();
  await user.page.mouse.move(corner.x - 60, corner.y - 40, { steps: 4 });
  await user.page.mouse.up();
  await differs("dragging the ground");
  await user.page.click('.tools [aria-label="Show all"]');
  equal(await scene(user), seen[0], "show all");
});

test("two fingers zoom", async (t) => {
  const user = await openConnected(t, { width: 390, height: 800, phone: true });
  await user.pick("Lisbon to Tallinn");
  await settled(user);
  const { x, y } = await user.middle(".picture");
  const zoom = () => user.page.$eval(".picture .scene", (scene) => Number(/scale\(([\d.]+)/.exec(scene.getAttribute("transform"))[1]));
  const before = await zoom();
  const session = await user.page.createCDPSession();
  const touch = (type, apart) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: apart ? [{ x: x - apart, y: y - 90, id: 1 }, { x: x + apart, y: y - 90, id: 2 }] : [],
    });
  await touch("touchStart", 30);
  for (const apart of [40, 60, 90]) await touch("touchMove", apart);
  await touch("touchEnd");
  await user.until((before) => Number(/scale\(([\d.]+)/.exec(document.querySelector(".picture .scene").getAttribute("transform"))[1]) > before * 1.5, before);
});

test("a node can be dragged", async (t) => {
  const user = await openConnected(t);
  await user.pick("Lisbon to Tallinn");
  await settled(user);
  const before = await places(user);
  const { x, y } = await user.middle('.picture .node[aria-label^="Paris"] .disc');
  await user.page.mouse.move(x, y);
  await user.page.mouse.down();
  await user.page.mouse.move(x + 70, y + 50, { steps: 5 });
  await user.page.mouse.up();
  const after = await places(user);
  equal(after.filter((place, index) => place !== before[index]).length, 1);
  const now = await (await user.page.$('.picture .node[aria-label^="Paris"] .disc')).boundingBox();
  assert(Math.hypot(now.x + now.width / 2 - x - 70, now.y + now.height / 2 - y - 50) < 3, "it is where it was put");
  equal(await user.count(".details:not([hidden])"), 0, "a drag is no click");
});

test("what has a place on Earth can be arranged as on a map", async (t) => {
  const user = await openConnected(t);
  await user.pick("The whole network");
  await user.page.click('.tools [aria-label="Arrange by place"]');
  await settled(user);
  const at = async (name) => {
    const transform = await user.page.$eval(`.picture .node[aria-label^="${name}"]`, (node) => node.getAttribute("transform"));
    return transform.match(/-?[\d.]+/g).map(Number);
  };
  const [[lisbon], [istanbul], [, narvik], [, palermo]] = [await at("Lisbon"), await at("Istanbul"), await at("Narvik"), await at("Palermo")];
  assert(lisbon < istanbul && narvik < palermo, "west is left and north is up");
  await user.pick("Who runs what");
  await user.show("graph");
  equal(await user.count('.tools [aria-label="Arrange by place"]'), 0, "operators have no place");
});

test("a result without nodes says so", async (t) => {
  const user = await openConnected(t);
  await user.run("RETURN 1 AS one");
  await user.show("graph");
  match(await user.text("#panel-graph"), /nothing to draw/);
});
