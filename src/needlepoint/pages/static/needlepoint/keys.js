// The board by keyboard: 1 to 9 choose a muscle, letters set its signs, d: all done, n: no reaction, c: consent, s: sign,
// u: undo. Nothing happens while somebody types in a field.

const SIGNS = { a: "all", x: "nothing", b: "taut_band", t: "tender_spot", k: "recognised_pain", r: "referred_pain", w: "twitch" };
const BUTTONS = { d: "all-done", n: "no-reactions", s: "sign", u: "undo" };
let chosen = null;

const choose = (row) => {
  chosen = row;
  for (const item of document.querySelectorAll(".muscle")) item.classList.toggle("at", item.dataset.row === row);
  document.dispatchEvent(new CustomEvent("row-chosen", { detail: row }));
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const row = document.querySelector(`.muscle[data-number="${CSS.escape(event.key)}"]`);
  if (row) { choose(row.dataset.row); row.scrollIntoView({ block: "nearest" }); event.preventDefault(); return; }
  if (event.key in SIGNS && chosen) { document.getElementById(`s-${chosen}-${SIGNS[event.key]}`)?.click(); event.preventDefault(); return; }
  if (event.key === "c") { document.getElementById("consent")?.click(); return; }
  if (event.key in BUTTONS) { document.getElementById(BUTTONS[event.key])?.click(); event.preventDefault(); }
});
document.addEventListener("click", (event) => {
  const row = event.target.closest(".muscle");
  if (row) choose(row.dataset.row);
});
document.addEventListener("htmx:afterSettle", () => chosen && choose(chosen));
