// Keys of a trace: i the policy, r another trace.
const keys = { i: "a[href='#policy']", r: ".turn .go" };
document.addEventListener("fuatilia:key", (event) => {
  if (!keys[event.detail]) return;
  event.preventDefault();
  document.querySelector(keys[event.detail])?.click();
});
