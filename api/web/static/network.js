// The canvas beside its table. The address is the state: every act is an address, undo is one step back.
const root = () => document.getElementById("net");
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SHAPES = { account: "round-rectangle", iban: "round-rectangle", card: "rectangle", till: "hexagon", paybill: "hexagon",
  agent: "hexagon", tron: "diamond", evm: "diamond", bitcoin: "diamond", exchange: "cut-rectangle", cash: "triangle" };
let cy = null;
let places = {};

const host = () => document.getElementById("cy");
const store = () => `net:${host().dataset.case}`;
const read = () => JSON.parse(document.getElementById("drawing").textContent);
const words = () => Object.fromEntries([...document.querySelectorAll("#kinds li")].map((li) => [li.dataset.k, li.textContent]));
const brief = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const plain = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, "·");
const token = (name) => plain(brief(name.replace(/ \S+…/, " …"), 16));
const grouped = (text) => {
  const [whole, part] = text.split(".");
  const rest = (part ?? "").replace(/0+$/, "");
  const cents = rest.length > 2 ? `${rest.slice(0, 2)}…` : rest.padEnd(2, "0");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${cents}` : "");
};

function label(node, word) {
  const kind = word[node.kind] ?? node.kind;
  if (node.count > 1) {
    const side = { in: "payers", out: "payees" }[node.id.split(":").pop()] ?? "both";
    return host().dataset[side].replace("{n}", node.count);
  }
  const short = ["unknown", "cash"].includes(node.kind) ? kind : `${kind} ${node.label}`;
  const name = short.charAt(0).toUpperCase() + short.slice(1);
  return plain(brief(name, 24));
}
// The second line under a name; in a group's card it is how many stand there.
const second = (node) => (node.count > 1 ? String(node.count) : plain(brief(node.holder || node.institution.replaceAll("_", " "), 22)));

// 10 k, 100 k, 1 M of a currency are 1, 3, 5 pixels; a token is worth about a hundred times its shilling.
function width(amount, asset) {
  const base = asset.includes(":") && asset.includes("/") ? 2 : 4;
  return Math.min(7, Math.max(1, 1 + 2 * (Math.log10(Math.max(1, Number(amount))) - base)));
}

// A few payments between two ends are drawn one by one, more of them as one edge that says how many.
const PARALLEL = 3;
function edges(given) {
  const { dataset } = host();
  const apart = given.view === "payments" ? new Set(given.edges.filter((e) => e.kind === "paid" && e.events <= PARALLEL).map((e) => `${e.source} ${e.target} ${e.asset}`)) : new Set();
  const named = (amount, asset, name) => grouped(amount) + (asset === given.main ? "" : `|${token(name)}`);
  const paid = given.payments.filter((p) => apart.has(`${p.from} ${p.to} ${p.asset}`)).map((p, i) => ({
    data: { id: `${p.observation}:${i}`, source: p.from, target: p.to, width: width(p.amount, p.asset), words: named(p.amount, p.asset, p.name), edge: `paid:${p.from}:${p.to}:${p.asset}` },
    classes: "paid",
  }));
  const joined = given.edges.filter((e) => e.kind !== "paid" || !apart.has(`${e.source} ${e.target} ${e.asset}`)).map((e) => ({
    data: { id: e.id, edge: e.id, source: e.source, target: e.target, width: e.amount ? width(e.amount, e.asset) : 1.5,
      words: e.kind === "asserted" ? dataset.asserted
        : (e.events > 1 && e.kind === "paid" ? `${e.events} × ·|` : "") + named(e.amount, e.asset, e.name) + (e.price ? `\n${dataset.at.replace("{p}", grouped(e.price))}` : "") },
    classes: e.kind,
  }));
  return [...paid, ...joined];
}

function style(size) {
  const ink = css("--ink"), surface = css("--surface"), accent = css("--accent"), edge = css("--edge");
  const rail = { bank: css("--rail-bank"), mobile: css("--rail-mobile"), chain: css("--rail-chain"), cash: css("--rail-cash"), none: css("--rail-cash") };
  const font = getComputedStyle(document.body).fontFamily;
  return [
    { selector: "node", style: { shape: (n) => SHAPES[n.data("kind")] ?? "ellipse", width: 28, height: 28, "background-color": surface,
      "border-width": 2.5, "border-color": (n) => rail[n.data("rail")] ?? edge, label: "data(label)", "font-size": 12 * size, "font-family": font,
      color: ink, "text-valign": (n) => SIDES[n.data("side") ?? 0].valign, "text-halign": (n) => SIDES[n.data("side") ?? 0].halign,
      "text-margin-x": (n) => n.data("mx") ?? 0, "text-margin-y": (n) => n.data("my") ?? 4, "text-background-color": surface,
      "text-background-opacity": 0.85, "text-background-padding": 1, "overlay-opacity": 0 } },
    { selector: "node[kind = 'account'], node[kind = 'iban'], node[kind = 'card'], node[kind = 'exchange']", style: { width: 38, height: 26 } },
    { selector: "node[kind = 'unknown']", style: { "border-style": "dotted" } },
    { selector: "node.group", style: { shape: "round-rectangle", width: 30, height: 22, "border-width": 1.5, ghost: "yes", "ghost-offset-x": 4, "ghost-offset-y": -4, "ghost-opacity": 0.6 } },
    { selector: "node.second", style: { shape: "ellipse", width: 1, height: 1, "border-width": 0, "background-opacity": 0, label: "data(label)", "font-size": 11 * size,
      color: css("--ink2"), "text-valign": "center", "text-halign": "center", "text-margin-y": 0, "text-background-padding": 0, events: "no" } },
    { selector: "node.second.card", style: { color: ink, "font-weight": 600, "text-background-opacity": 0, "font-size": 11 } },
    { selector: "node.opened", style: { "border-width": 4 } },
    { selector: "node.pinned", style: { "border-style": "double", "border-width": 6 } },
    { selector: "node.shield", style: { "background-image": host().dataset.shield, "background-width": 15, "background-height": 17,
      "background-position-x": "100%", "background-position-y": "0%", "background-offset-x": 7, "background-offset-y": -7, "background-clip": "none",
      "background-image-containment": "over", "bounds-expansion": 8 } },
    { selector: "node.stub", style: { shape: "ellipse", width: 1, height: 1, "border-width": 0, color: css("--care"), "text-valign": "center", "text-halign": "right", "font-size": 11 * size, events: "no" } },
    { selector: "edge", style: { width: "data(width)", "line-color": edge, "target-arrow-color": edge, "target-arrow-shape": "triangle", "arrow-scale": 0.9,
      "curve-style": "bezier", "control-point-step-size": 46, label: (e) => e.data("label") ?? "", "font-size": 11 * size, "font-family": font, color: css("--ink2"),
      "text-margin-x": (e) => e.data("mx") ?? 0, "text-margin-y": (e) => e.data("my") ?? 0, "text-background-color": surface, "text-background-opacity": 1,
      "text-background-padding": 1, "text-wrap": "wrap", "min-zoomed-font-size": 8, "overlay-opacity": 0 } },
    { selector: "edge.silent", style: { "text-opacity": 0, "text-background-opacity": 0 } },
    { selector: "edge.conversion", style: { "line-style": "dashed", "line-color": rail.chain, "target-arrow-color": rail.chain } },
    { selector: "edge.asserted", style: { "line-style": "dashed", "line-color": css("--said"), "target-arrow-color": css("--said"), color: css("--said") } },
    { selector: "edge.stub", style: { "line-style": "dashed", "line-color": css("--care"), "target-arrow-shape": "none", width: 1.5, label: "", events: "no" } },
    { selector: "edge.near", style: { "line-color": accent, "target-arrow-color": accent, color: ink, "z-index": 9 } },
    { selector: "edge.silent.chosen, edge.hover", style: { "text-opacity": 1, "text-background-opacity": 1, "z-index": 10 } },
    { selector: ".chosen", style: { "outline-width": 3, "outline-color": css("--focus"), "outline-offset": 3 } },
    { selector: "edge.chosen", style: { "line-color": css("--focus"), "target-arrow-color": css("--focus") } },
  ];
}

// Where a name may stand beside its mark, the usual place first.
const SIDES = [{ valign: "bottom", halign: "center", x: 0, y: 1 }, { valign: "top", halign: "center", x: 0, y: -1 },
  { valign: "center", halign: "right", x: 1, y: 0 }, { valign: "center", halign: "left", x: -1, y: 0 }];
const ALONG = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8];
const LINE = 1.2;
const pen = document.createElement("canvas").getContext("2d");
const box = (x, y, w, h) => ({ x, y, w: w / 2, h: h / 2 });
const meet = (a, b) => Math.abs(a.x - b.x) < a.w + b.w && Math.abs(a.y - b.y) < a.h + b.h;
const met = (taken, b) => taken.reduce((n, a) => n + (meet(a, b) ? 1 : 0), 0);

function sized(text, px) {
  pen.font = `${px}px ${getComputedStyle(document.body).fontFamily}`;
  const lines = text.split("\n");
  return { w: Math.max(...lines.map((l) => pen.measureText(l).width)) + 4, h: lines.length * px * LINE + 2 };
}

// The points of an edge as drawn: straight, or bent beside others between the same two ends.
function course(edge) {
  const a = edge.sourceEndpoint(), b = edge.targetEndpoint(), c = edge.controlPoints()?.[0] ?? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  return (t) => ({ x: (1 - t) ** 2 * a.x + 2 * t * (1 - t) * c.x + t * t * b.x, y: (1 - t) ** 2 * a.y + 2 * t * (1 - t) * c.y + t * t * b.y });
}
const dots = (at) => Array.from({ length: 21 }, (_, i) => at(i / 20));
const crossed = (lines, own, b) => lines.filter((l) => l.id !== own && l.dots.some((d) => Math.abs(d.x - b.x) < b.w && Math.abs(d.y - b.y) < b.h)).length;

// Names first, then amounts: each stands where it meets nothing, and an amount without such a place is left to the table.
function arrange(size) {
  const marks = cy.nodes().not(".second, .stub"), lines = cy.edges().not(".stub").map((e) => ({ e, id: e.id(), at: course(e), dots: dots(course(e)) }));
  const taken = marks.map((n) => box(n.position().x + (n.hasClass("group") ? 2 : 0), n.position().y - (n.hasClass("group") ? 2 : 0), n.width() + 8, n.height() + 8));
  cy.nodes(".stub").forEach((n) => { const s = sized(n.data("label"), 11 * size); taken.push(box(n.position().x + s.w / 2, n.position().y, s.w, s.h)); });
  marks.forEach((n) => {
    const under = n.hasClass("group") ? "" : cy.getElementById(`second:${n.id()}`).data("label"), p = n.position();
    const one = sized(n.data("label"), 12 * size), two = under ? sized(under, 11 * size) : { w: 0, h: 0 }, w = Math.max(one.w, two.w), h = one.h + two.h;
    const spots = SIDES.map((s, side) => {
      const b = box(p.x + s.x * (n.width() / 2 + 8 + w / 2), p.y + s.y * (n.height() / 2 + 4 + (s.y < 0 && n.hasClass("group") ? 4 : 0) + h / 2), w, h);
      return { side, s, b, cost: 12 * met(taken, b) + crossed(lines, "", b) + side * 0.4 };
    });
    const { side, s, b } = spots.reduce((best, next) => (next.cost < best.cost ? next : best));
    taken.push(b);
    n.data({ side, mx: s.x * 8, my: s.y > 0 ? 4 : s.y < 0 ? b.y + b.h - two.h - (p.y - n.height() / 2) : -two.h / 2 });
    if (under) cy.getElementById(`second:${n.id()}`).position({ x: b.x + (s.x * (two.w - w)) / 2, y: b.y + b.h - two.h / 2 });
  });
  lines.sort((a, b) => b.e.hasClass("conversion") - a.e.hasClass("conversion") || b.e.data("width") - a.e.data("width") || (a.id < b.id ? -1 : 1)).forEach(({ e, id, at }) => {
    const words = e.data("words"), middle = at(0.5), leaf = e.target().degree(false) < e.source().degree(false) ? 1 : -1;
    const spots = [words.replaceAll("|", " "), words.replaceAll(" ·|", "\n").replaceAll("|", "\n")].flatMap((text, narrow) => ALONG.map((t, i) => {
      const p = at(t), s = sized(text, 11 * size), b = box(p.x, p.y, s.w, s.h);
      return { text, p, b, cost: met(taken, b) ? Infinity : 2 * crossed(lines, id, b) + i * 0.2 + narrow * 1.5 - (t - 0.5) * leaf };
    }));
    const best = spots.reduce((a, b) => (b.cost < a.cost ? b : a)), silent = best.cost === Infinity;
    e.toggleClass("silent", silent);
    e.data({ label: best.text, mx: silent ? 0 : best.p.x - middle.x, my: silent ? 0 : best.p.y - middle.y });
    if (!silent) taken.push(best.b);
  });
}

// New nodes never move old ones: what has a place keeps it, what is new steps aside where one is taken.
function placed(nodes) {
  const known = nodes.filter((n) => places[n.id]);
  const shift = known.length ? { x: Math.round(known.reduce((s, n) => s + places[n.id].x - n.x, 0) / known.length), y: Math.round(known.reduce((s, n) => s + places[n.id].y - n.y, 0) / known.length) } : { x: 0, y: 0 };
  const taken = new Set(known.map((n) => `${Math.round(places[n.id].x / 80)}:${Math.round(places[n.id].y / 60)}`));
  for (const n of nodes) {
    if (places[n.id]) continue;
    const at = { x: n.x + shift.x, y: n.y + shift.y };
    while (taken.has(`${Math.round(at.x / 80)}:${Math.round(at.y / 60)}`)) at.y += 84;
    taken.add(`${Math.round(at.x / 80)}:${Math.round(at.y / 60)}`);
    places[n.id] = at;
  }
}

function draw(fit) {
  const given = read(), word = words();
  if (!Object.keys(places).length) places = JSON.parse(sessionStorage.getItem(store()) ?? "{}");
  placed(given.nodes);
  const pinned = new Set(given.pinned);
  const nodes = given.nodes.map((n) => ({
    data: { id: n.id, kind: n.kind, rail: n.rail, label: label(n, word) }, position: { ...places[n.id] },
    classes: [n.count > 1 && "group", n.opened && "opened", pinned.has(n.id) && "pinned", (n.protected || n.masked) && "shield"].filter(Boolean).join(" "),
  }));
  const stubs = given.nodes.filter((n) => n.not_drawn > 0).flatMap((n) => [
    { data: { id: `more:${n.id}`, label: host().dataset.more.replace("{n}", n.not_drawn.toLocaleString("en")) }, classes: "stub", position: { x: places[n.id].x + 46, y: places[n.id].y - 26 }, grabbable: false, selectable: false },
    { data: { id: `stub:${n.id}`, source: n.id, target: `more:${n.id}` }, classes: "stub", selectable: false },
  ]);
  const seconds = given.nodes.filter((n) => second(n)).map((n) => ({ data: { id: `second:${n.id}`, label: second(n) }, classes: n.count > 1 ? "second card" : "second", position: { ...places[n.id] }, grabbable: false, selectable: false }));
  const all = [...nodes, ...edges(given), ...stubs, ...seconds];
  const keep = new Set(all.map((e) => e.data.id));
  cy.batch(() => {
    cy.elements().filter((e) => !keep.has(e.id())).remove();
    for (const e of all) {
      const old = cy.getElementById(e.data.id);
      if (old.empty()) cy.add(e);
      else { old.data(e.data); old.classes(e.classes); }
    }
    cy.elements().removeClass("chosen near");
    const chosen = cy.elements().filter((e) => given.selected && (e.data("edge") ?? e.id()) === given.selected);
    chosen.addClass("chosen");
    chosen.nodes().connectedEdges().not(".stub").addClass("near");
  });
  sessionStorage.setItem(store(), JSON.stringify(places));
  if (fit) whole();
  else arrange(size);
  Object.assign(host().dataset, { nodes: nodes.length, edges: cy.edges().not(".stub").length, selected: given.selected, places: JSON.stringify(Object.fromEntries(given.nodes.map((n) => [n.id, places[n.id]]))) });
  document.querySelector(".twin tr.on, .twin tr.rel")?.scrollIntoView({ block: "nearest" });
}

let size = 1;
function whole() {
  for (let i = 0; i < 3; i += 1) { // words have a size on the screen, so that what fits depends on them
    cy.fit(undefined, 10);
    size = Math.min(1.6, Math.max(0.75, 1 / cy.zoom()));
    cy.style(style(size));
    arrange(size);
  }
  cy.fit(undefined, 10);
}

function mount() {
  cy?.destroy();
  cy = window.cytoscape({ container: host(), style: style(1), layout: { name: "preset" }, minZoom: 0.15, maxZoom: 3, boxSelectionEnabled: false });
  cy.on("tap", "node, edge", (event) => { if (!event.target.hasClass("stub")) select(event.target.data("edge") ?? event.target.id()); });
  cy.on("tap", (event) => { if (event.target === cy) select(""); });
  cy.on("mouseover mouseout", "edge", (event) => event.target.toggleClass("hover", event.type === "mouseover"));
  cy.on("drag", "node", () => arrange(size));
  cy.on("dragfree", "node", (event) => { places[event.target.id()] = { ...event.target.position() }; sessionStorage.setItem(store(), JSON.stringify(places)); });
  draw(true);
}

// Fetch the page of another address and put its parts in place of ours; the canvas stays.
async function go(url, push = true) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) return void location.assign(url);
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("net");
  if (!next) return void location.assign(url);
  if (push) history.pushState({}, "", url);
  const canvas = root().querySelector(".canvas");
  for (const id of ["drawing", "kinds"]) canvas.querySelector(`#${id}`).replaceWith(next.querySelector(`#${id}`));
  for (const part of [".bar-top", ".brush", ".twin", ".panel"]) root().querySelector(part).replaceWith(next.querySelector(part));
  const before = cy.nodes().not(".second").length;
  draw(false);
  if (cy.nodes().not(".second").length !== before) whole();
}

function select(id) {
  const at = new URL(location.href);
  at.searchParams.delete("focus");
  for (const text of [...document.querySelectorAll(".sheet2 input[name=open]")]) if (!at.searchParams.getAll("open").includes(text.value)) at.searchParams.append("open", text.value);
  at.searchParams.set("leaves", document.querySelector(".sheet2 input[name=leaves]").value);
  if (id) at.searchParams.set("sel", id);
  else at.searchParams.delete("sel");
  return go(at);
}

// The brush: whole days, half-open.
const DAY = 86400000;
const dayOf = (text) => Date.parse(`${text}T00:00:00Z`);
const textOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const brush = () => document.getElementById("brush");
function range() {
  const { first, days, since, until } = brush().dataset;
  const end = dayOf(first) + Number(days) * DAY;
  return { first: dayOf(first), end, low: since ? dayOf(since) : dayOf(first), high: until ? dayOf(until) : end };
}
function setWindow(low, high) {
  const at = new URL(location.href);
  at.searchParams.set("from", textOf(low));
  at.searchParams.set("to", textOf(Math.max(high, low + DAY)));
  return go(at);
}
function step(days, wide) {
  const r = range();
  if (wide) return setWindow(days < 0 ? r.low - DAY : r.low, days > 0 ? r.high + DAY : r.high);
  return setWindow(r.low + days * DAY, r.high + days * DAY);
}
function drag(event) {
  const svg = event.target.closest("#brush");
  if (!svg) return;
  const { start, width, days } = svg.dataset, r = range(), box = svg.getBoundingClientRect();
  const day = (e) => Math.min(Number(days), Math.max(0, Math.round((((e.clientX - box.left) / box.width) * 806 - Number(start)) / ((Number(width) - Number(start)) / Number(days)))));
  const hand = event.target.closest(".hd")?.dataset.hand;
  const from = day(event);
  let a = hand === "high" ? (r.low - r.first) / DAY : from, b = hand === "low" ? (r.high - r.first) / DAY : from;
  if (hand === "low") a = from;
  const x = (n) => Number(start) + (n * (Number(width) - Number(start))) / Number(days);
  const move = (e) => {
    if (hand === "low") a = day(e); else b = day(e);
    const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
    const rect = svg.querySelector(".win");
    rect.setAttribute("x", x(lo)); rect.setAttribute("width", Math.max(1, x(hi) - x(lo)));
    svg.querySelector("[data-hand=low]").setAttribute("transform", `translate(${x(lo)} 0)`);
    svg.querySelector("[data-hand=high]").setAttribute("transform", `translate(${x(hi)} 0)`);
  };
  const up = () => {
    removeEventListener("pointermove", move);
    if (a !== b) setWindow(r.first + Math.min(a, b) * DAY, r.first + Math.max(a, b) * DAY);
    else if (!hand) setWindow(r.first + a * DAY, r.first + (a + 1) * DAY);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", up, { once: true });
  event.preventDefault();
}

function along(by) {
  const ids = read().nodes.map((n) => n.id), now = ids.indexOf(host().dataset.selected);
  return select(ids[(now + by + ids.length) % ids.length]);
}
const press = (id) => document.getElementById(id)?.click();
const keys = {
  t: () => press("do-t"), x: () => press("do-x"), p: () => press("do-p"), n: () => press("do-n"),
  u: () => history.back(), f: () => whole(), j: () => along(1), k: () => along(-1),
  "[": () => step(-1), "]": () => step(1), "{": () => step(-1, true), "}": () => step(1, true),
};
document.addEventListener("fuatilia:key", (event) => {
  const act = keys[event.detail];
  if (!act || !root()) return;
  event.preventDefault();
  act();
});
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-select]"), link = event.target.closest("a[data-go]"), key = event.target.closest("[data-key]");
  if (event.ctrlKey || event.metaKey) return;
  if (chosen) { event.preventDefault(); select(chosen.dataset.select); }
  else if (link) { event.preventDefault(); go(link.href); }
  else if (key) keys[key.dataset.key]();
  for (const open of document.querySelectorAll(".menu2[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("pointerdown", drag);
addEventListener("popstate", () => go(location.href, false));
mount();
