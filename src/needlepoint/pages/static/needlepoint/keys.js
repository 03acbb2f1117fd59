// The board by keyboard; the list stands in the dialog that "?" opens, where the keys can also be switched off.
//
// A letter is a command only when nobody is writing: no field has the focus or had it within the last second, no dialog
// is open, no modifier is held. Signing is never a letter: Ctrl+Enter, with the note and its button in view.
//
// The server answers with a new board. What is pressed while an answer is on its way waits for it, so that quick hands
// lose nothing and never press a button that is about to be replaced.

import { formKey } from "./keep.js";

const SIGNS = { a: "all", x: "nothing", b: "taut_band", t: "tender_spot", k: "familiar_pain", r: "referred_pain", w: "twitch" };
const BUTTONS = { d: "all-done", n: "no-reactions", o: "all-clear", p: "time-out" };
const FIELD = "input, textarea, select, dialog, sign-here, [contenteditable]";
const QUIET_MS = 1000;
const OFF = "needlepoint-keys-off";
const waiting = [];
let busy = 0;
let chosen = null;
let wrote = -QUIET_MS;

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

// While the keyboard is in use a number stays with the muscle that had it: the list is ranked anew after every sign, and
// "2" must not become another muscle between two presses. Muscles that are new come behind those that were there.
const HOLD_MS = 15000;
let keyed = -HOLD_MS;
let order = [];

const number = (item, n) => {
  item.dataset.number = n;
  item.querySelector("kbd").textContent = n;
};
const holdOrder = () => {
  const list = document.querySelector(".muscles");
  if (!list) return;
  const rows = new Map([...list.children].map((item) => [item.dataset.row, item]));
  if (performance.now() - keyed < HOLD_MS && order.length) {
    const kept = order.filter((row) => rows.has(row));
    const now = [...kept, ...[...rows.keys()].filter((row) => !kept.includes(row))];
    const active = document.activeElement;
    if (now.some((row, place) => list.children[place] !== rows.get(row))) list.append(...now.map((row) => rows.get(row)));
    now.forEach((row, place) => number(rows.get(row), place + 1));
    if (active !== document.activeElement && active.isConnected) active.focus({ preventScroll: true });
  }
  order = [...list.children].map((item) => item.dataset.row);
};
holdOrder();
document.addEventListener("htmx:afterSettle", holdOrder);

const goOn = () => {
  while (!busy && waiting.length) waiting.shift()();
  mark();
};
const later = (action) => { waiting.push(action); mark(); };

const inField = (element) => Boolean(element?.closest?.(FIELD));
const writing = () => { if (inField(document.activeElement)) wrote = performance.now(); };
for (const name of ["focusin", "focusout", "input", "htmx:beforeSwap", "htmx:afterSwap"]) document.addEventListener(name, writing, true);
document.addEventListener("focusout", (event) => { if (inField(event.target)) wrote = performance.now(); });

// Somebody who goes on writing after a field is gone stays a writer: each key begins the second anew.
const mayCommand = (event) => {
  if (localStorage.getItem(OFF) || event.isComposing || event.repeat) return false;
  if (inField(event.target) || inField(document.activeElement) || document.querySelector("dialog[open]")) return false;
  if (performance.now() - wrote >= QUIET_MS) return true;
  wrote = performance.now();
  return false;
};

const entirely = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= -1 && bottom <= innerHeight + 1; // scrolling stops at whole pixels, layout does not
};

// The first press brings the note and its button into view, the next one signs.
const sign = () => {
  const button = document.getElementById("sign");
  if (!button || button.disabled) return;
  if (document.activeElement === button && entirely(button)) button.click();
  else { button.scrollIntoView({ block: "end" }); button.focus({ preventScroll: true }); }
};

const orLater = (action) => (busy ? later(action) : action());

document.addEventListener("keydown", (event) => {
  if (!mayCommand(event) || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    const action = { Enter: sign, z: () => document.getElementById("undo")?.click() }[event.key];
    if (action && !event.shiftKey) { event.preventDefault(); orLater(action); }
  } else if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (!event.shiftKey && (/^[1-9]$/.test(event.key) || event.key in SIGNS || event.key in BUTTONS)) {
    event.preventDefault();
    keyed = performance.now();
    orLater(() => { keyed = performance.now(); press(event.key); });
  }
});

const switched = document.getElementById("keys-on");
if (switched) {
  switched.checked = !localStorage.getItem(OFF);
  switched.addEventListener("change", () => (switched.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  document.getElementById("keys-open").addEventListener("click", () => document.getElementById("keys").showModal());
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#work button[id], #work a[id]");
  if (!busy || !button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  later(() => document.getElementById(button.id)?.click());
}, true);

// A form sent with Enter, or by a button without a name of its own, waits as well; it is found again in the new board.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("#work form");
  if (!busy || !form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const key = formKey(form);
  later(() => [...document.querySelectorAll("#work form")].find((one) => formKey(one) === key)?.requestSubmit());
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

document.addEventListener("htmx:beforeRequest", () => { busy += 1; mark(); });
document.addEventListener("htmx:afterRequest", () => {
  // The new board is whole only a moment after the answer: until then it still holds the version of the old one.
  setTimeout(() => {
    busy = Math.max(0, busy - 1);
    if (chosen) choose(chosen);
    goOn();
  }, 30);
});
