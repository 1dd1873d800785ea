// What every page needs: single keys, the list of them, and the search box that takes a pasted list.
const typing = (el) => el.closest("input, textarea, select, [contenteditable]");
const dialog = document.getElementById("keys");
const on = document.getElementById("keys-on");
const kept = { get: () => localStorage.getItem("keys") !== "off", set: (v) => localStorage.setItem("keys", v ? "on" : "off") };
let going = 0;

const own = {
  "/": () => document.getElementById("find").focus(),
  "?": () => dialog.showModal(),
  g: () => { going = Date.now(); },
};

// A single key is silent in fields and where single keys are switched off. A page hears the rest as an event.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog.open || !kept.get()) return;
  if (Date.now() - going < 1200) {
    going = 0;
    const link = document.querySelectorAll(".rail a")[{ h: 0, d: 1, n: 2, l: 3, t: 4, a: 5 }[event.key]];
    if (link) return link.click();
  }
  const heard = new CustomEvent("fuatilia:key", { detail: event.key, cancelable: true });
  if (own[event.key]) {
    event.preventDefault();
    own[event.key]();
  } else if (!document.dispatchEvent(heard)) event.preventDefault();
});

on.checked = kept.get();
on.addEventListener("change", () => kept.set(on.checked));
document.querySelector("[data-keys]").addEventListener("click", () => dialog.showModal());

const find = document.getElementById("find");
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    find.form.requestSubmit();
  }
});

const menu = document.querySelector(".menu");
document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
menu.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
