// Triage by keyboard: j and k move along the queue; c, d, m and n open a form, r the referral route.
const follow = (id) => document.getElementById(id)?.click();
const unfold = (id) => {
  const found = document.getElementById(id);
  if (!found) return;
  for (const other of document.querySelectorAll(".decide[open]")) if (other !== found) other.open = false;
  found.open = true;
  (found.querySelector("select, textarea") ?? found.querySelector("summary")).focus();
};
const keys = {
  j: () => follow("after"),
  k: () => follow("before"),
  c: () => unfold("confirm"),
  d: () => unfold("dismiss"),
  m: () => unfold("merge"),
  n: () => unfold("note"),
  r: () => unfold("referral"),
  x: () => document.getElementById("detect")?.focus(),
};

document.addEventListener("fuatilia:key", (event) => {
  const act = keys[event.detail];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("keydown", (event) => {
  const open = document.querySelector(".decide[open]");
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

document.querySelector(".q .on")?.scrollIntoView({ block: "nearest" });
