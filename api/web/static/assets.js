// Keys of the assets: p the letters to write, r the form that records a restraint.
const shown = { p: "#letters", r: "#record" };
const open = (place) => {
  place.open = true;
  (place.querySelector("select") ?? place.querySelector("summary") ?? place).focus();
  place.scrollIntoView({ block: "start" });
};
document.addEventListener("fuatilia:key", (event) => {
  const place = shown[event.detail] ? document.querySelector(shown[event.detail]) : null;
  if (!place) return;
  event.preventDefault();
  open(place.matches("details") ? place : place.querySelector("details") ?? place);
});

// A link to what is folded opens it.
const follow = () => {
  const place = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (place?.matches("details")) open(place);
};
window.addEventListener("hashchange", follow);
follow();
