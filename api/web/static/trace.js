// Keys of a trace: j and k move along the hops, Enter opens one in place; i policy, r again, t another, a assets.
const openers = () => [...document.querySelectorAll(".hop a[aria-expanded]")];
const move = (step) => {
  const all = openers(), at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
};
const follow = (id) => document.getElementById(id)?.click();
const keys = {
  j: () => move(1),
  k: () => move(-1),
  i: () => document.querySelector("a[href='#policy']").click(),
  r: () => document.getElementById("again")?.focus(),
  t: () => follow("other"),
  a: () => follow("assets"),
};

document.addEventListener("fuatilia:key", (event) => {
  if (!keys[event.detail]) return;
  event.preventDefault();
  keys[event.detail]();
});

// A hop that is open is closed by what opened it; the printed place is asked for once for each opening.
const shut = (link) => {
  const row = link.closest("tr"), below = row.nextElementSibling;
  if (!below?.classList.contains("opened")) return false;
  below.remove();
  row.classList.remove("on");
  link.setAttribute("aria-expanded", "false");
  return true;
};
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches(".hop a[aria-expanded]") && shut(event.target)) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const link = event.target;
  if (!link.matches(".hop a[aria-expanded]") || !event.detail.successful) return;
  link.setAttribute("aria-expanded", "true");
  link.closest("tr").classList.add("on");
});
document.querySelector(".hops").addEventListener("click", (event) => {
  const row = event.target.closest("tr.hop");
  if (row && !event.target.closest("a") && !String(getSelection())) row.querySelector("a[aria-expanded]").click();
});
