// The drop zone: files dropped anywhere on the form become the chosen files, and are listed as text.
const form = document.getElementById("intake");
const input = form.querySelector("input[type=file]");
const list = form.querySelector("[data-chosen]");

const show = () => list.replaceChildren(...[...input.files].map((file) => {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  name.textContent = file.name;
  item.append(name, ` · ${file.size.toLocaleString("en")} B`);
  return item;
}));

input.addEventListener("change", show);
for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => {
  event.preventDefault();
  form.classList.add("over");
});
for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  input.files = event.dataTransfer.files;
  show();
});

// A link to one file's receipt opens it.
const opened = () => {
  const found = location.hash && document.getElementById(location.hash.slice(1));
  if (found && found.tagName === "DETAILS") found.open = true;
};
addEventListener("hashchange", opened);
opened();
