// The network page. The address is the whole state: every act is an address, undo is one step back.
import { draw, mark, mount, whole } from "./network-canvas.js";
import { DAY, narrow, relink, start, tell } from "./network-window.js";
const root = () => document.getElementById("net");
const host = () => document.getElementById("cy");
let given = null, query = null, asked = 0, arriving = null;

const read = () => JSON.parse(document.getElementById("drawing").textContent);
const here = () => `${location.pathname}?${query}`;
const LOCAL = ["from", "to", "sel"];
const rest = (q) => [...q].filter(([k]) => !LOCAL.includes(k)).map((pair) => pair.join("=")).sort().join("&");

// Whatever leads elsewhere on this page comes by here: only what is not loaded is asked for.
function visit(url, push = true) {
  const next = new URL(url, location.href).searchParams, moved = ["from", "to"].some((k) => (next.get(k) ?? "") !== (query.get(k) ?? ""));
  if (rest(next) !== rest(query) || (moved && !given.complete)) return go(url, push);
  query = next;
  if (push) history.pushState({}, "", here());
  return show(moved);
}

// Bring the page to the address from what is loaded; the panel of another selection is asked for after that.
function show(moved) {
  const at = performance.now(), before = given.selected, days = { since: query.get("from") ?? "", until: query.get("to") ?? "" };
  given.selected = query.get("sel") ?? "";
  host().dataset.query = query;
  if (moved) {
    given.window = days.since || days.until ? [days.since ? start(days.since) : 0, days.until ? start(days.until) : 2 ** 53] : null;
    const picture = narrow(given, given.window);
    draw(given, picture, false);
    tell(given, picture, given.window, days);
    slide(days);
  } else mark(given.selected);
  relink(query);
  host().dataset.took = Math.round(performance.now() - at);
  const whole = document.querySelector("#account") && JSON.parse(document.querySelector("#account").textContent).complete;
  if (before === given.selected && (!moved || !given.selected || whole)) return null;
  document.getElementById("panel").setAttribute("aria-busy", "true");
  return (arriving = panel());
}

async function panel() {
  const mine = (asked += 1), answer = await fetch(`${location.pathname}/panel?${query}`, { credentials: "same-origin" });
  if (!answer.ok) return void location.reload();
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("panel");
  if (mine === asked) { document.getElementById("panel").replaceWith(next); relink(query); }
}

// Fetch the page of another address and put its parts in place of ours; the canvas stays.
const go = (url, push = true) => (arriving = turn(url, push));
async function turn(url, push) {
  const mine = (asked += 1);
  document.getElementById("drawn").textContent = host().dataset.asking;
  const answer = await fetch(url, { credentials: "same-origin" });
  const next = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("net");
  if (!next) return void location.assign(url);
  if (mine !== asked) return;
  if (push) history.pushState({}, "", url);
  for (const id of ["drawing", "kinds", "panel"]) document.getElementById(id).replaceWith(next.querySelector(`#${id}`));
  for (const part of [".bar-top", ".brush", ".twin"]) root().querySelector(part).replaceWith(next.querySelector(part));
  Object.assign(host().dataset, { query: next.querySelector("#cy").dataset.query });
  load(false);
}

function load(fit) {
  const count = given?.nodes.length;
  given = read();
  query = new URLSearchParams(host().dataset.query);
  draw(given, narrow(given, given.window), fit);
  if (!fit && given.nodes.length !== count) whole();
}

function select(id) {
  const next = new URLSearchParams(query);
  next.set("sel", id);
  return visit(`?${next}`);
}

// The brush: whole days, half-open.
const dayOf = (text) => Date.parse(`${text}T00:00:00Z`);
const textOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const brush = () => document.getElementById("brush");
function range() {
  const { first, days, since, until } = brush().dataset, end = dayOf(first) + Number(days) * DAY;
  return { first: dayOf(first), end, low: since ? dayOf(since) : dayOf(first), high: until ? dayOf(until) : end };
}
const x = (n) => { const { start: s, width, days } = brush().dataset; return Number(s) + (Math.min(Math.max(n, 0), Number(days)) * (Number(width) - Number(s))) / Number(days); };
function window_(lo, hi) {
  const rect = brush().querySelector(".win");
  rect.setAttribute("x", x(lo)); rect.setAttribute("width", Math.max(1, x(hi) - x(lo)));
  brush().querySelector("[data-hand=low]").setAttribute("transform", `translate(${x(lo)} 0)`);
  brush().querySelector("[data-hand=high]").setAttribute("transform", `translate(${x(hi)} 0)`);
}
function slide(days) {
  if (!brush()) return;
  Object.assign(brush().dataset, days);
  const r = range();
  window_((r.low - r.first) / DAY, (r.high - r.first) / DAY);
}
function setWindow(low, high) {
  const next = new URLSearchParams(query);
  next.set("from", textOf(low));
  next.set("to", textOf(Math.max(high, low + DAY)));
  return visit(`?${next}`);
}
function step(days, wide) {
  const r = range();
  if (wide) return setWindow(days < 0 ? r.low - DAY : r.low, days > 0 ? r.high + DAY : r.high);
  return setWindow(r.low + days * DAY, r.high + days * DAY);
}
function drag(event) {
  const svg = event.target.closest("#brush");
  if (!svg) return;
  const { start: s, width, days } = svg.dataset, r = range(), frame = svg.getBoundingClientRect();
  const day = (e) => Math.min(Number(days), Math.max(0, Math.round((((e.clientX - frame.left) / frame.width) * 806 - Number(s)) / ((Number(width) - Number(s)) / Number(days)))));
  const hand = event.target.closest(".hd")?.dataset.hand, from = day(event);
  let a = hand === "high" ? (r.low - r.first) / DAY : from, b = hand === "low" ? (r.high - r.first) / DAY : from;
  const move = (e) => {
    if (hand === "low") a = day(e); else b = day(e);
    window_(Math.min(a, b), Math.max(a, b));
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
  const ids = narrow(given, given.window).nodes.map((n) => n.id), now = ids.indexOf(given.selected);
  return select(ids[(now + by + ids.length) % ids.length]);
}
// What a key does, it does to what is selected now: the panel of that is waited for.
async function press(id) {
  await arriving;
  document.getElementById(id)?.click();
}
async function unfold(id) {
  await arriving;
  const box = document.getElementById(id);
  if (!box) return;
  box.open = true;
  box.querySelector("select, input:not([type=hidden])")?.focus();
}
const keys = {
  t: () => press("do-t"), x: () => press("do-x"), p: () => press("do-p"), n: () => press("do-n"), o: () => press("do-o"),
  w: () => unfold("paths"), s: () => unfold("views"),
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
  const chosen = event.target.closest("[data-select]"), link = event.target.closest("a[data-go]"), key = event.target.closest("[data-key]"), row = event.target.closest(".twin tr[data-edge]");
  if (event.ctrlKey || event.metaKey) return;
  if (chosen) { event.preventDefault(); select(chosen.dataset.select); }
  else if (link) { event.preventDefault(); visit(link.href); }
  else if (key) keys[key.dataset.key]();
  else if (row && !event.target.closest("a, button")) select(row.dataset.edge);
  for (const open of document.querySelectorAll(".menu2[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-paths]")) return;
  event.preventDefault();
  visit(`?${new URLSearchParams(new FormData(event.target))}`);
});
document.addEventListener("pointerdown", drag);
addEventListener("popstate", () => visit(location.search || host().dataset.first, false));
host().dataset.first = `?${host().dataset.query}`;
mount(select);
load(true);
