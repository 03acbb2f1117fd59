// The schedule: a scheduled visit is dragged to a free time, and the page to confirm opens; "Print" prints the lists.

let moving = "";

document.addEventListener("dragstart", (event) => {
  const block = event.target.closest?.("[data-move]");
  if (!block) return;
  moving = block.dataset.move;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", moving);
  document.body.classList.add("dragging");
});
document.addEventListener("dragend", () => {
  moving = "";
  document.body.classList.remove("dragging");
});
for (const name of ["dragover", "dragenter"]) {
  document.addEventListener(name, (event) => {
    if (moving && event.target.closest?.("[data-slot]")) event.preventDefault();
  });
}
document.addEventListener("drop", (event) => {
  const free = event.target.closest?.("[data-slot]");
  if (!moving || !free) return;
  event.preventDefault();
  location.assign(`${moving}?slot=${free.dataset.slot}`);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
