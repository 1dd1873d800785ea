// What a window holds: sums in whole numbers, as the server makes them; then the table and figures of it.
export const DAY = 86400000;
const EAT = 3 * 3600000;
const byId = (id) => document.getElementById(id);
export const words = () => Object.fromEntries([...document.querySelectorAll("#kinds li")].map((li) => [li.dataset.k, li.textContent]));
export const many = (key, n) => words()[`${key}.${new Intl.PluralRules(document.documentElement.lang).select(n)}`].replace("{n}", n.toLocaleString("en"));
const dayOf = (us) => new Date(us / 1000 + EAT).toISOString().slice(0, 10);
export const start = (day) => (Date.parse(day) - EAT) * 1000;

export function exact(units, places) {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0"), cut = digits.length - places;
  return (units < 0n ? "−" : "") + digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ",") + (places ? `.${digits.slice(cut)}` : "");
}
const within = (w, lo) => !w || (lo >= w[0] && lo < w[1]);

function reached(from, near) {
  const found = new Set([from]);
  for (const n of found) (near.get(n) ?? []).forEach((m) => found.add(m));
  return found;
}
// Everything that leads to a node, and on from it, by the direction of the edges.
function through(edges, node) {
  const on = new Map(), back = new Map();
  const put = (map, a, b) => map.set(a, [...(map.get(a) ?? []), b]);
  for (const e of edges) { put(on, e.from, e.to); put(back, e.to, e.from); }
  const before = reached(node, back), after = reached(node, on);
  return edges.filter((e) => before.has(e.to) || after.has(e.from));
}

// Return edges, nodes and payments of a window (microseconds, half-open; null: the whole time).
export function narrow(d, w) {
  if (!d.complete) return { edges: d.edges.map((e) => ({ ...e, units: BigInt(e.units) })), nodes: d.nodes.map((n, i) => ({ ...n, i })), payments: new Set(d.payments.keys()), hidden: null };
  const edges = new Map(), shown = new Set(), members = new Map();
  const sum = (kind, from, to, asset, units, lo, given, of) => {
    const id = `${kind}:${d.nodes[from].id}:${d.nodes[to].id}:${d.assets[asset][0]}`, key = id + of;
    const e = edges.get(key) ?? { id, kind, from, to, asset, of, units: 0n, given: 0n, events: 0, first: lo, last: lo };
    edges.set(key, e);
    e.units += BigInt(units); e.given += BigInt(given); e.events += 1;
    e.first = Math.min(e.first, lo); e.last = Math.max(e.last, lo);
  };
  d.payments.forEach(([from, to, asset, units, lo, member], i) => {
    if (!within(w, lo)) return;
    shown.add(i);
    sum("paid", from, to, asset, units, lo, 0, "");
    for (const n of [from, to]) if (d.nodes[n].group) members.set(n, (members.get(n) ?? new Set()).add(member));
  });
  for (const [from, to, asset, units, of, given, lo, cited] of d.bought) if (!w || cited.some((i) => shown.has(i))) sum("conversion", from, to, asset, units, lo, given, of);
  let all = [...edges.values(), ...d.stated.map(([from, to, author]) => ({ id: `asserted:${d.nodes[from].id}:${d.nodes[to].id}:`, kind: "asserted", from, to, asset: -1, events: 0, author }))];
  const ends = () => all.flatMap((e) => [e.from, e.to]);
  let named = new Set(ends());
  d.nodes.forEach((n, i) => { if (!w || n.opened) named.add(i); });
  const hub = d.nodes.findIndex((n) => n.id === d.through);
  if (hub >= 0) {
    all = through(all, hub);
    named = new Set([hub, ...ends()]);
    const pairs = new Set(all.map((e) => `${e.from} ${e.to}`));
    for (const i of shown) if (!pairs.has(`${d.payments[i][0]} ${d.payments[i][1]}`)) shown.delete(i);
  }
  const nodes = [...named].sort((a, b) => a - b).map((i) => ({ ...d.nodes[i], i, count: w && d.nodes[i].group ? members.get(i)?.size ?? 0 : d.nodes[i].count,
    unseen: (d.away[i] ?? []).reduce((n, [day, c]) => n + (within(w, day) ? c : 0), 0) }));
  return { edges: all, nodes, payments: shown, hidden: d.beyond + d.payments.length - all.reduce((n, e) => n + (e.kind === "paid" ? e.events : 0), 0) };
}

// What one whole unit cost in a conversion, cut after six decimals, without closing zeros.
export function price(d, e) {
  if (e.price !== undefined || !e.units) return e.price ?? "";
  const scale = (a) => 10n ** BigInt(d.assets[a][2]);
  return exact((e.given * scale(e.asset) * 1000000n) / (e.units * scale(e.of)), 6).replace(/\.?0+$/, "");
}

const write = (at, text) => { if (at.textContent !== text) at.textContent = text; };
function setAll(box, key, text) {
  const at = box.querySelector(`[data-${key}]`);
  if (at) write(at, text);
}

// Bring table, chips and figures to what is drawn; nothing is asked for.
export function tell(d, picture, w, days) {
  const rows = [...document.querySelectorAll(".twin tbody tr")], found = new Map(picture.edges.map((e) => [e.id, e]));
  let room = Number(byId("cy").dataset.listed);
  byId("listed").hidden = d.view !== "payments" || picture.payments.size <= room;
  rows.forEach((row, i) => {
    const e = found.get(row.dataset.edge), hide = d.view === "payments" ? !picture.payments.has(i) || room-- <= 0 : !e;
    if (row.hidden !== hide) row.hidden = hide;
    if (hide || d.view === "payments" || e.asset < 0) return;
    const [, , n, first, last, amount] = row.cells;
    write(n, e.events.toLocaleString("en")); write(first, dayOf(e.first)); write(last, dayOf(e.last));
    write(amount.firstChild, exact(e.units, d.assets[e.asset][2]));
    const bought = row.querySelector("[data-given]");
    if (bought) write(bought, bought.dataset.given.replace("{n}", exact(e.given, d.assets[e.of][2])));
  });
  const sums = new Map();
  for (const e of picture.edges) if (e.kind === "paid") sums.set(d.assets[e.asset][0], [(sums.get(d.assets[e.asset][0])?.[0] ?? 0n) + e.units, d.assets[e.asset][2]]);
  for (const row of document.querySelectorAll("[data-sum]")) setAll(row, "amount", exact(...(sums.get(row.dataset.sum) ?? [0n, 2])));
  byId("window").hidden = !w;
  for (const end of ["since", "until"]) byId("window").querySelector(`[data-day=${end}]`).textContent = days[end] || "…";
  byId("hidden").hidden = !picture.hidden;
  setAll(byId("hidden"), "words", many("hidden", picture.hidden));
  byId("drawn").textContent = byId("cy").dataset.drawn.replace("{a}", picture.nodes.length).replace("{b}", picture.payments.size.toLocaleString("en"));
  figures(w);
}

// The figures of the selected instrument: printed balances at both ends, what passed between them.
function figures(w) {
  const a = JSON.parse(byId("account")?.textContent ?? "{}"), parts = ["in", "out", "fee"];
  if (!a.complete) return;
  a.assets.forEach((asset, number) => {
    const box = [...document.querySelectorAll("[data-figures]")].find((b) => b.dataset.figures === asset), places = Number(box.dataset.places);
    const mine = a.lines.filter((l) => l[3] === number && within(w, l[0])), printed = a.printed.filter((p) => p[1] === number);
    const before = w ? printed.filter((p) => p[0] < w[0]).pop() : null, until = printed.filter((p) => !w || p[0] < w[1]).pop(), first = printed[0];
    const value = { opening: before ? before[3] : first?.[2], closing: until ? until[3] : first?.[2] };
    let moved = 0n;
    parts.forEach((part, n) => {
      const lines = mine.filter((l) => l[1] === n), row = box.querySelector(`[data-part=${part}]`), others = new Set(lines.map((l) => l[2])).size;
      value[part] = lines.reduce((s, l) => s + BigInt(l[4]), 0n);
      moved += n ? -value[part] : value[part];
      setAll(row, "count", n === 2 ? byId("cy").dataset.fees.replace("{n}", lines.length) : many(n ? "payees" : "payers", others));
      if (n === 2) row.hidden = !lines.length;
    });
    for (const row of box.querySelectorAll("tr[data-part]")) if (value[row.dataset.part] !== undefined) setAll(row, "amount", exact(BigInt(value[row.dataset.part]), places));
    const other = first ? BigInt(value.closing) - BigInt(value.opening) - moved : 0n, note = box.nextElementSibling;
    note.hidden = !other;
    note.textContent = note.dataset.words.replace("{n}", exact(other, places));
  });
}

// Links and forms of the page lead on from what is shown now.
export function relink(query) {
  for (const a of document.querySelectorAll("#net a[data-go], #net a[download], #net a[data-window]")) {
    const at = new URL(a.href), names = a.closest(".panel") ? ["from", "to"] : ["from", "to", "sel"];
    for (const name of a.dataset.go === "whole" ? ["sel"] : names) at.searchParams.delete(name);
    for (const name of a.dataset.go === "whole" ? ["sel"] : names) if (query.has(name)) at.searchParams.set(name, query.get(name));
    a.href = at;
  }
  for (const field of document.querySelectorAll("#net [name=from], #net [name=to], .bar-top [name=sel]")) field.value = query.get(field.name) ?? "";
  for (const field of document.querySelectorAll("#net [name=query]")) field.value = query;
}
