// The board by keyboard: 1 to 9 choose a muscle, letters set its signs, d: all done, n: no reaction, c: consent, s: sign,
// u: undo, o: asked and all clear. Nothing happens while somebody types in a field.
//
// The server answers with a new board. What is pressed while an answer is on its way waits for it, so that quick hands
// lose nothing and never press a button that is about to be replaced.

const SIGNS = { a: "all", x: "nothing", b: "taut_band", t: "tender_spot", k: "recognised_pain", r: "referred_pain", w: "twitch" };
const BUTTONS = { d: "all-done", n: "no-reactions", s: "sign", u: "undo", c: "consent", o: "all-clear" };
const waiting = [];
let busy = 0;
let chosen = null;

const mark = () => {
  if (busy || waiting.length) document.documentElement.dataset.busy = "1";
  else delete document.documentElement.dataset.busy;
};

const choose = (row) => {
  chosen = row;
  for (const item of document.querySelectorAll(".muscle")) item.classList.toggle("at", item.dataset.row === row);
  document.dispatchEvent(new CustomEvent("row-chosen", { detail: row }));
};

const press = (key) => {
  const row = document.querySelector(`.muscle[data-number="${CSS.escape(key)}"]`);
  if (row) { choose(row.dataset.row); row.scrollIntoView({ block: "nearest" }); }
  else if (key in SIGNS && chosen) document.getElementById(`s-${chosen}-${SIGNS[key]}`)?.click();
  else if (key in BUTTONS) document.getElementById(BUTTONS[key])?.click();
};

const goOn = () => {
  while (!busy && waiting.length) waiting.shift()();
  mark();
};
const later = (action) => { waiting.push(action); mark(); };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (!/^[1-9]$/.test(event.key) && !(event.key in SIGNS) && !(event.key in BUTTONS)) return;
  event.preventDefault();
  if (busy) later(() => press(event.key));
  else press(event.key);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#work button[id], #work a[id]");
  if (!busy || !button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  later(() => document.getElementById(button.id)?.click());
}, true);

document.addEventListener("click", (event) => {
  const row = event.target.closest(".muscle");
  if (row) choose(row.dataset.row);
});

class TimeSince extends HTMLElement {
  connectedCallback() { this.tick(); this.timer = setInterval(() => this.tick(), 1000); }
  disconnectedCallback() { clearInterval(this.timer); }
  tick() {
    const seconds = Math.max(0, Math.round((Date.now() - new Date(this.getAttribute("at"))) / 1000));
    this.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
customElements.define("time-since", TimeSince);

// A change that found no way to the server is kept and sent again; the version in it keeps it from being done twice.
let pressed = null;
document.addEventListener("click", (event) => { pressed = event.target.closest("#work button[id]")?.id ?? null; });
document.addEventListener("htmx:sendError", (event) => {
  const form = event.detail.elt;
  if (!form.closest("#board") || form.id === "drawing") return; // a drawing keeps itself
  const button = pressed;
  const messages = document.getElementById("messages");
  messages.innerHTML = `<p class="message bad" role="alert">${document.getElementById("board").dataset.offline}</p>`;
  const again = () => {
    messages.replaceChildren();
    const found = button && document.getElementById(button);
    if (found) found.click();
    else htmx.trigger(form, "change");
  };
  if (navigator.onLine) setTimeout(again, 3000);
  else addEventListener("online", again, { once: true });
});

document.addEventListener("htmx:beforeRequest", () => { busy += 1; mark(); });
document.addEventListener("htmx:afterRequest", () => {
  // The new board is whole only a moment after the answer: until then it still holds the version of the old one.
  setTimeout(() => {
    busy = Math.max(0, busy - 1);
    if (chosen) choose(chosen);
    goOn();
  }, 30);
});
