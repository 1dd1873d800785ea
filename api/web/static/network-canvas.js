// The drawing: nodes where the server put them, edges with words that meet nothing, on a canvas.
import { exact, many, price, words } from "./network-window.js";
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SHAPES = { account: "round-rectangle", iban: "round-rectangle", card: "rectangle", till: "hexagon", paybill: "hexagon",
  agent: "hexagon", tron: "diamond", evm: "diamond", bitcoin: "diamond", exchange: "cut-rectangle", cash: "triangle" };
const host = () => document.getElementById("cy");
const store = () => `net:${host().dataset.case}`;
const READABLE = 8; // pixels; smaller words are not drawn
let cy = null, places = {}, size = 1, loud = 1, quiet = false;

const brief = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const middle = (text) => (text.length > 14 ? `${text.slice(0, 5)}…${text.slice(-4)}` : text);
const plain = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, "·");
const token = (name) => plain(brief(name.replace(/ \S+…/, "·"), 14));

function label(node) {
  const kind = words()[node.kind] ?? node.kind;
  if (node.group) return many({ in: "payers", out: "payees" }[node.id.split(":").pop()] ?? "instruments", node.count);
  const short = ["unknown", "cash"].includes(node.kind) ? kind : `${kind} ${middle(node.label)}`;
  return plain(brief(short.charAt(0).toUpperCase() + short.slice(1), 24));
}
// The second line under a name; in a group's card it is how many stand there.
const second = (node) => (node.group ? String(node.count) : plain(brief(node.under, 22)));

// An amount in full, and in short: cut, never rounded up; the exact digits are in the table and under the pointer.
function spoken(d, e) {
  const [asset, name, digits] = d.assets[e.asset], code = asset === d.main ? "" : `|${token(name)}`;
  const full = exact(e.units, digits).replace(/\.0+$/, ""), whole = e.units / 10n ** BigInt(digits);
  const cut = digits > 2 && whole ? full.replace(/(\.\d\d)\d+$/, "$1") : full;
  const short = whole >= 10000000n ? `${exact(whole / 1000000n, 0)} M` : whole >= 10000n ? `${exact(whole / 1000n, 0)} k` : whole ? exact(whole, 0) : cut;
  const told = [e.from, e.to].some((n) => d.nodes[n].group && d.nodes[n].count === e.events); // the card says how many
  const count = e.events > 1 && e.kind === "paid" && !told ? `${e.events} × ·|` : "";
  const at = e.kind === "conversion" ? `\n${host().dataset.at.replace("{p}", price(d, e).replace(/(\.\d\d)\d+$/, "$1"))}` : "";
  return { words: count + cut + code + at, short: count.replace("|", "") + short + code.replace(/\|.*·/, " ·") + at, full: `${count}${full}${code}${at}`.replaceAll("|", " ") };
}

// 10 k, 100 k, 1 M of a currency are 1, 3, 5 pixels; a token is worth about a hundred times its shilling.
function width(units, [asset, , digits]) {
  const base = asset.includes("/") ? 2 : 4;
  return Math.min(7, Math.max(1, 1 + 2 * (Math.log10(Math.max(1, Number(units) / 10 ** digits)) - base)));
}

// A few payments between two ends are drawn one by one, more of them as one edge that says how many.
const PARALLEL = 3, CROWDED = 150;
function edges(d, picture) {
  const few = (e) => picture.edges.length < CROWDED && d.view === "payments" && e.kind === "paid" && e.events <= PARALLEL && !d.nodes[e.from].group && !d.nodes[e.to].group, apart = new Set();
  const made = (id, e) => ({ data: { id, edge: e.id, source: d.nodes[e.from].id, target: d.nodes[e.to].id,
    ...(e.kind === "asserted" ? { width: 1.5, words: `${host().dataset.asserted}|${plain(brief(e.author, 18))}`, short: host().dataset.asserted, full: e.author }
      : { width: width(e.units, d.assets[e.asset]), ...spoken(d, e) }) },
  classes: [e.kind, d.trail.includes(`${d.nodes[e.from].id} ${d.nodes[e.to].id}`) && "trail"].filter(Boolean).join(" ") });
  const joined = picture.edges.filter((e) => !few(e) || (apart.add(e.id), false)).map((e) => made(e.id + (e.of ?? ""), e));
  const paid = [];
  for (const i of apart.size ? picture.payments : []) {
    const [from, to, asset, units] = d.payments[i], id = `paid:${d.nodes[from].id}:${d.nodes[to].id}:${d.assets[asset][0]}`;
    if (apart.has(id)) paid.push(made(`${i}:${id}`, { id, kind: "paid", from, to, asset, units: BigInt(units), events: 1 }));
  }
  return [...paid, ...joined];
}

function style() {
  const ink = css("--ink"), surface = css("--surface"), accent = css("--accent"), edge = css("--edge"), font = getComputedStyle(document.body).fontFamily;
  const rail = Object.fromEntries(["bank", "mobile", "chain", "cash"].map((r) => [r, css(`--rail-${r}`)]));
  const none = { shape: "ellipse", width: 1, height: 1, "border-width": 0, events: "no" };
  return [
    { selector: "node", style: { shape: (n) => SHAPES[n.data("kind")] ?? "ellipse", width: "data(wide)", height: "data(high)", "background-color": surface,
      "border-width": 2, "border-color": (n) => rail[n.data("rail")] ?? rail.cash, label: "data(label)", "font-size": 12 * size, "font-family": font,
      color: ink, "text-valign": (n) => SIDES[n.data("side") ?? 0].valign, "text-halign": (n) => SIDES[n.data("side") ?? 0].halign,
      "text-margin-x": (n) => n.data("mx") ?? 0, "text-margin-y": (n) => n.data("my") ?? 4, "text-background-color": surface,
      "text-background-opacity": 0.85, "text-background-padding": 1, "min-zoomed-font-size": READABLE, "overlay-opacity": 0 } },
    { selector: "node[kind = 'unknown']", style: { "border-style": "dotted" } },
    { selector: "node.group", style: { shape: "round-rectangle", "border-width": 1.5, ghost: "yes", "ghost-offset-x": 4, "ghost-offset-y": -4, "ghost-opacity": 0.6 } },
    { selector: "node.second", style: { ...none, "background-opacity": 0, label: "data(label)", "font-size": 11 * size,
      color: css("--ink2"), "text-valign": "center", "text-halign": "center", "text-margin-y": 0, "text-background-padding": 0 } },
    { selector: "node.second.card", style: { color: ink, "font-weight": 600, "text-background-opacity": 0, "font-size": 11 } },
    { selector: "node.opened", style: { "border-width": 3 } },
    { selector: "node.pinned", style: { "border-style": "double", "border-width": 6 } },
    { selector: "node.shield", style: { "background-image": host().dataset.shield, "background-width": 15, "background-height": 17,
      "background-position-x": "100%", "background-position-y": "0%", "background-offset-x": 7, "background-offset-y": -7, "background-clip": "none",
      "background-image-containment": "over", "bounds-expansion": 8 } },
    { selector: "node.stub", style: { ...none, color: css("--care"), "text-valign": "center", "text-halign": "right", "font-size": 11 * size } },
    { selector: "edge", style: { width: "data(width)", "line-color": edge, "target-arrow-color": edge, "target-arrow-shape": "triangle", "arrow-scale": 0.9,
      "curve-style": "bezier", "control-point-step-size": 46, label: (e) => e.data("label") ?? "", "font-size": 11 * size, "font-family": font, color: css("--ink2"),
      "text-margin-x": (e) => e.data("mx") ?? 0, "text-margin-y": (e) => e.data("my") ?? 0, "text-background-color": surface, "text-background-opacity": 1,
      "text-background-padding": 1, "text-wrap": "wrap", "min-zoomed-font-size": READABLE, "overlay-opacity": 0 } },
    { selector: "edge.silent", style: { "text-opacity": 0, "text-background-opacity": 0 } },
    { selector: "edge.conversion", style: { "line-style": "dashed", "line-color": rail.chain, "target-arrow-color": rail.chain } },
    { selector: "edge.asserted", style: { "line-style": "dashed", "line-color": css("--said"), "target-arrow-color": css("--said"), color: css("--said") } },
    { selector: "edge.stub", style: { "line-style": "dashed", "line-color": css("--care"), "target-arrow-shape": "none", width: 1.5, label: "", events: "no" } },
    { selector: "edge.near, edge.trail", style: { "line-color": accent, "target-arrow-color": accent, color: ink, "z-index": 9 } },
    { selector: "edge.hover, edge.chosen", style: { label: "data(full)", "font-size": 11 * loud, "text-opacity": 1, "text-background-opacity": 1, "z-index": 10 } },
    { selector: "node.hover, node.chosen", style: { "font-size": 12 * loud, "z-index": 10 } },
    { selector: ".chosen", style: { "outline-width": 3, "outline-color": css("--focus"), "outline-offset": 3 } },
    { selector: "edge.chosen", style: { "line-color": css("--focus"), "target-arrow-color": css("--focus") } },
  ];
}

// Where a name may stand beside its mark, the usual place first.
const SIDES = [{ valign: "bottom", halign: "center", x: 0, y: 1 }, { valign: "top", halign: "center", x: 0, y: -1 },
  { valign: "center", halign: "right", x: 1, y: 0 }, { valign: "center", halign: "left", x: -1, y: 0 }];
const ALONG = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8];
const BESIDE = [0, 1, -1, 2.2, -2.2]; // on the edge, close beside it, or a line away
const SPOKEN = 120; // edges that may have words at once: on more of them nobody reads any
const LINE = 1.2;
const pen = document.createElement("canvas").getContext("2d");
const box = (x, y, w, h) => ({ x, y, w: w / 2, h: h / 2 });
const meet = (a, b) => Math.abs(a.x - b.x) < a.w + b.w && Math.abs(a.y - b.y) < a.h + b.h;
const met = (taken, b) => taken.reduce((n, a) => n + (meet(a, b) ? 1 : 0), 0);

function sized(text, px) {
  const lines = text.split("\n");
  return { w: Math.max(...lines.map((l) => pen.measureText(l).width)) * (px / 12) + 4, h: lines.length * px * LINE + 2 };
}

// The points of an edge as drawn: straight, or bent beside others between the same two ends; `off` beside it.
function course(edge) {
  const a = edge.sourceEndpoint(), b = edge.targetEndpoint(), c = edge.controlPoints()?.[0] ?? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1, aside = { x: (a.y - b.y) / long, y: (b.x - a.x) / long };
  return (t, side = 0, s = { w: 0, h: 0 }, off = (side * (s.w * Math.abs(aside.x) + s.h * Math.abs(aside.y) + 4)) / 2) => ({ x: (1 - t) ** 2 * a.x + 2 * t * (1 - t) * c.x + t * t * b.x + off * aside.x, y: (1 - t) ** 2 * a.y + 2 * t * (1 - t) * c.y + t * t * b.y + off * aside.y });
}
const crossed = (lines, own, b) => lines.filter((l) => l.id !== own && l.x1 < b.x + b.w && l.x2 > b.x - b.w && l.y1 < b.y + b.h && l.y2 > b.y - b.h && l.dots.some((d) => Math.abs(d.x - b.x) < b.w && Math.abs(d.y - b.y) < b.h)).length;

// The best place of an edge's words that meets nothing: in full on the edge if it can be, else shorter or beside it.
function spot({ e, id, at }, lines, taken) {
  const { words: full, short } = e.data(), leaf = e.target().degree(false) < e.source().degree(false) ? 1 : -1;
  let best = { cost: Infinity };
  [full.replaceAll("|", " "), full.replaceAll(" ·|", "\n").replaceAll("|", "\n"), short, short.replaceAll(" ·", "\n")].forEach((text, narrow) => {
    const s = sized(text, 11 * size);
    BESIDE.forEach((off) => ALONG.forEach((t, i) => {
      let cost = i * 0.2 + narrow * 1.2 + 1.6 * Math.abs(off) - (t - 0.5) * leaf;
      if (cost >= best.cost) return;
      const p = at(t, off, s), b = box(p.x, p.y, s.w, s.h);
      if (taken.some((other) => meet(other, b)) || (cost += 2 * crossed(lines, id, b)) >= best.cost) return;
      best = { text, p, b, cost };
    }));
  });
  return best;
}

// Names first, then amounts: each stands where it meets nothing, else the amount is only in the table.
function arrange() {
  quiet = 12 * size * cy.zoom() < READABLE;
  if (quiet) return void cy.edges().not(".stub").addClass("silent");
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const marks = cy.nodes().not(".second, .stub"), all = cy.edges().not(".stub"), first = (kind, a, b) => b.hasClass(kind) - a.hasClass(kind);
  const lines = all.sort((a, b) => first("conversion", a, b) || first("asserted", a, b) || b.data("width") - a.data("width") || (a.id() < b.id() ? -1 : 1)).slice(0, SPOKEN).map((e) => {
    const at = course(e), dots = Array.from({ length: 21 }, (_, i) => at(i / 20)), xs = dots.map((d) => d.x), ys = dots.map((d) => d.y);
    return { e, id: e.id(), at, dots, x1: Math.min(...xs), x2: Math.max(...xs), y1: Math.min(...ys), y2: Math.max(...ys) };
  });
  all.slice(SPOKEN).addClass("silent");
  const taken = marks.map((n) => box(n.position().x + (n.hasClass("group") ? 2 : 0), n.position().y - (n.hasClass("group") ? 2 : 0), n.width() + 8, n.height() + 8));
  cy.nodes(".stub").forEach((n) => { const s = sized(n.data("label"), 11 * size); taken.push(box(n.position().x + s.w / 2, n.position().y, s.w, s.h)); });
  marks.forEach((n) => {
    const under = n.hasClass("group") ? "" : cy.getElementById(`second:${n.id()}`).data("label"), p = n.position();
    const one = sized(n.data("label"), 12 * size), two = under ? sized(under, 11 * size) : { w: 0, h: 0 }, w = Math.max(one.w, two.w), h = one.h + two.h;
    const out = n.outgoers("edge").length, come = n.incomers("edge").length, usual = !come && out ? 3 : !out && come ? 2 : 0;
    const spots = SIDES.map((s, side) => {
      const b = box(p.x + s.x * (n.width() / 2 + 8 + w / 2), p.y + s.y * (n.height() / 2 + 4 + (s.y < 0 && n.hasClass("group") ? 4 : 0) + h / 2), w, h);
      return { side, s, b, cost: 12 * met(taken, b) + crossed(lines, "", b) + (side === usual ? 0 : side * 0.4 + 0.5) };
    });
    const { side, s, b } = spots.reduce((best, next) => (next.cost < best.cost ? next : best));
    taken.push(b);
    n.data({ side, mx: s.x * 8, my: s.y > 0 ? 4 : s.y < 0 ? b.y + b.h - two.h - (p.y - n.height() / 2) : -two.h / 2 });
    if (under) cy.getElementById(`second:${n.id()}`).position({ x: b.x + (s.x * (two.w - w)) / 2, y: b.y + b.h - two.h / 2 });
  });
  lines.forEach((line) => {
    const best = spot(line, lines, taken), middle = line.at(0.5), silent = best.cost === Infinity;
    line.e.toggleClass("silent", silent);
    if (silent) return;
    line.e.data({ label: best.text, mx: best.p.x - middle.x, my: best.p.y - middle.y });
    taken.push(best.b);
  });
}

// New nodes never move old ones: what has a place keeps it, what is new steps aside where one is taken.
function placed(nodes) {
  const known = nodes.filter((n) => places[n.id]), mean = (axis) => (known.length ? Math.round(known.reduce((s, n) => s + places[n.id][axis] - n[axis], 0) / known.length) : 0);
  const shift = { x: mean("x"), y: mean("y") }, cell = (at) => `${Math.round(at.x / 80)}:${Math.round(at.y / 60)}`, taken = new Set(known.map((n) => cell(places[n.id])));
  for (const n of nodes) {
    if (places[n.id]) continue;
    const at = { x: n.x + shift.x, y: n.y + shift.y };
    while (taken.has(cell(at))) at.y += 84;
    taken.add(cell(at));
    places[n.id] = at;
  }
  if (known.length < nodes.length) keep();
}
const keep = () => sessionStorage.setItem(store(), JSON.stringify(places));

// Draw what a window holds. With `fit` the whole is brought into view; without, nothing moves.
export function draw(d, picture, fit) {
  if (!Object.keys(places).length) places = JSON.parse(sessionStorage.getItem(store()) ?? "{}");
  placed(d.nodes);
  const pinned = new Set(d.pinned), near = new Map(), more = host().dataset.more;
  for (const e of picture.edges) for (const n of [e.from, e.to]) near.set(n, (near.get(n) ?? new Set()).add(e.from + e.to - n));
  const all = picture.nodes.flatMap((n) => {
    const big = n.opened ? 34 : near.get(n.i)?.size > 1 ? 28 : 22, flat = ["round-rectangle", "rectangle", "cut-rectangle"].includes(SHAPES[n.kind]);
    const list = [{ data: { id: n.id, kind: n.kind, rail: n.rail, label: label(n), wide: n.group ? 30 : flat ? big * 1.3 : big, high: n.group ? 21 : flat ? big * 0.9 : big }, position: { ...places[n.id] },
      classes: [n.group && "group", n.opened && "opened", pinned.has(n.id) && "pinned", n.shield && "shield"].filter(Boolean).join(" ") }];
    const at = places[n.id], dead = { grabbable: false, selectable: false };
    if (second(n)) list.push({ data: { id: `second:${n.id}`, label: second(n) }, classes: n.group ? "second card" : "second", position: { ...at }, ...dead });
    if (n.unseen > 0) list.push({ data: { id: `more:${n.id}`, label: n.opened ? more.replace("{n}", n.unseen.toLocaleString("en")) : `+${n.unseen.toLocaleString("en")}` }, classes: "stub", position: n.opened ? { x: at.x + 46, y: at.y - 26 } : { x: at.x + 16, y: at.y - 14 }, ...dead },
      { data: { id: `stub:${n.id}`, source: n.id, target: `more:${n.id}` }, classes: "stub", ...dead });
    return list;
  });
  const given = [...all, ...edges(d, picture)], ids = new Set(given.map((e) => e.data.id)), nodes = given.filter((e) => !e.data.source), joins = given.filter((e) => e.data.source);
  cy.batch(() => {
    cy.elements().filter((e) => !ids.has(e.id())).remove();
    for (const e of [...nodes, ...joins]) {
      const old = cy.getElementById(e.data.id);
      if (old.empty()) cy.add(e).scratch("_base", e.classes);
      else {
        if (Object.keys(e.data).some((k) => old.data(k) !== e.data[k])) old.data(e.data);
        if (old.scratch("_base") !== e.classes) old.scratch("_base", e.classes).classes(e.classes);
      }
    }
  });
  mark(d.selected);
  if (fit) whole();
  else arrange();
  Object.assign(host().dataset, { nodes: picture.nodes.length, edges: cy.edges().not(".stub").length, places: JSON.stringify(Object.fromEntries(picture.nodes.map((n) => [n.id, places[n.id]]))) });
}

// Show at once what is selected, on the canvas and in the table.
export function mark(id) {
  cy.batch(() => {
    const chosen = cy.elements().filter((e) => id && (e.data("edge") ?? e.id()) === id), near = chosen.nodes().connectedEdges().not(".stub");
    cy.elements(".chosen").not(chosen).removeClass("chosen");
    cy.elements(".near").not(near).removeClass("near");
    chosen.addClass("chosen");
    near.addClass("near");
  });
  for (const row of host().dataset.selected === id ? [] : document.querySelectorAll(".twin tbody tr")) {
    const now = id && row.dataset.edge === id ? "on" : id && [row.dataset.from, row.dataset.to].includes(id) ? "rel" : "";
    if (row.className !== now) row.className = now;
  }
  host().dataset.selected = id;
  document.querySelector(".twin tr.on:not([hidden]), .twin tr.rel:not([hidden])")?.scrollIntoView({ block: "nearest" });
}

export function whole() {
  for (let i = 0; i < 3; i += 1) { // words have a size on the screen, so that what fits depends on them
    cy.fit(undefined, 10);
    loud = Math.max(0.75, 1 / cy.zoom());
    size = Math.min(1.6, loud);
    cy.style(style());
    arrange();
  }
  cy.fit(undefined, 10);
}

export function mount(select) {
  cy = window.cytoscape({ container: host(), style: style(), layout: { name: "preset" }, minZoom: 0.15, maxZoom: 3, boxSelectionEnabled: false });
  cy.on("tap", "node, edge", (event) => { if (!event.target.hasClass("stub")) select(event.target.data("edge") ?? event.target.id()); });
  cy.on("tap", (event) => { if (event.target === cy) select(""); });
  cy.on("mouseover mouseout", "node, edge", (event) => event.target.toggleClass("hover", event.type === "mouseover"));
  cy.on("drag", "node", arrange);
  cy.on("zoom", () => { if (quiet !== 12 * size * cy.zoom() < READABLE) arrange(); });
  cy.on("dragfree", "node", (event) => { places[event.target.id()] = { ...event.target.position() }; keep(); });
}
