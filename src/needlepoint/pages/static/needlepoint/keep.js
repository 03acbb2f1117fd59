// A partial update never takes away a field that somebody is using. A field with the focus or with unsaved text stays
// the same element across the swap: focus, caret and text are untouched, and a newer value of the server is shown beside
// it. Text whose place on the page is gone is shown as a message. What was open stays open.

const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button]), textarea";
const CHOSEN = "select, input[type=checkbox], input[type=radio]";
const SEGMENTED = new Set(["date", "time", "month", "week", "datetime-local"]); // filled in part by part
const CHANGING = new Set(["version", "key", "csrfmiddlewaretoken"]); // hidden fields that say nothing of whose form it is
const sent = new WeakMap(); // field: the value that is on its way or has arrived
const changed = new WeakSet(); // fields whose change has not been sent yet
const held = new WeakSet(); // dates and times that were changed and not left yet
let stash = null;
let moving = false;

const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const now = (field) => (isTick(field) ? String(field.checked) : field.value);
const saved = (field) => {
  if (isTick(field)) return String(field.defaultChecked);
  if (field.localName !== "select") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
};
const written = (field) => field.name && !field.readOnly && !field.disabled && now(field) !== saved(field);
const unsaved = (field) => written(field) && now(field) !== sent.get(field);

// What a form is for: where it goes to, what it says without being asked, and the names of its fields.
export const formKey = (form) => {
  if (!form) return "";
  if (form.getAttribute("id")) return form.getAttribute("id"); // it stays the same form whatever it asks meanwhile
  const all = [...form.elements];
  const fixed = all.filter((one) => one.type === "hidden" && !CHANGING.has(one.name)).map((one) => `${one.name}=${one.value}`);
  return [form.getAttribute("hx-post") ?? form.getAttribute("action"), ...fixed, ...new Set(all.map((one) => one.name))].join(" ");
};
const keyOf = (element) => {
  const value = element.localName === "button" || element.type === "radio" ? element.value : "";
  const own = element.name || element.id || element.getAttribute("href") || nameOf(element);
  return [formKey(element.form ?? element.closest("form")), element.localName, own, value].join(" ");
};
const nameOf = (details) => (details.querySelector("summary") ?? details).firstChild?.textContent.trim() ?? "";

const put = (place, element, before) => {
  moving = true;
  if (place.moveBefore) place.moveBefore(element, before);
  else place.insertBefore(element, before);
  moving = false;
};

const inUse = (field) => {
  if (field !== document.activeElement) return unsaved(field);
  return SEGMENTED.has(field.type) || unsaved(field) || now(field) === saved(field);
};

const take = (target) => {
  const pantry = Object.assign(document.createElement("div"), { className: "visually-hidden" });
  document.body.append(pantry);
  const active = target.contains(document.activeElement) ? document.activeElement : null;
  stash = {
    target, pantry, active,
    activeKey: active && keyOf(active),
    caret: active?.matches(TYPED) ? [active.selectionStart, active.selectionEnd] : null,
    scrolled: new Map([...target.querySelectorAll(".lane[id]")].map((lane) => [lane.id, lane.scrollTop])),
    open: new Map([...target.querySelectorAll("details")].map((details) => [nameOf(details), details.open])),
    chosen: [...target.querySelectorAll(CHOSEN)].filter(unsaved).map((field) => [keyOf(field), field]),
    typed: [...target.querySelectorAll(TYPED)].filter(inUse).map((field) => [keyOf(field), field]),
  };
  for (const [, field] of stash.typed) put(pantry, field, null);
};

const giveBack = () => {
  const { target, pantry, active, activeKey, caret, scrolled, open, chosen, typed } = stash;
  stash = null;
  const fresh = new Map([...target.querySelectorAll("input, select, textarea, button, a, summary")].map((one) => [keyOf(one), one]));
  for (const details of target.querySelectorAll("details")) details.open = open.get(nameOf(details)) ?? details.open;
  for (const [key, field] of chosen) choose(fresh.get(key), field);
  for (const [key, field] of typed) restore(fresh.get(key), field);
  pantry.remove();
  for (const [id, top] of scrolled) document.getElementById(id)?.scrollTo({ top, behavior: "instant" });
  const again = active?.isConnected ? active : fresh.get(activeKey);
  if (!again || again === document.activeElement) return;
  again.focus({ preventScroll: true });
  if (caret?.[0] != null && again.setSelectionRange) again.setSelectionRange(...caret);
};

const choose = (fresh, field) => {
  if (!fresh) return;
  if (isTick(field)) fresh.checked = field.checked;
  else if ([...fresh.options].some((option) => option.value === field.value)) fresh.value = field.value;
  resend(fresh, field);
};

const restore = (fresh, field) => {
  if (!fresh?.matches(TYPED)) {
    if (unsaved(field) && field.value.trim()) say(document.body.dataset.unsaved, field.value);
    return;
  }
  const theirs = fresh.defaultValue;
  const newer = theirs !== field.defaultValue && theirs !== field.value && theirs !== sent.get(field);
  put(fresh.parentNode, field, fresh);
  fresh.remove();
  field.defaultValue = theirs;
  if (newer) beside(field, `${document.body.dataset.newer} ${theirs}`);
  resend(field, field);
};

// A change that waited for another answer is lost with the form that it came from: it is made once more.
const resend = (fresh, field) => {
  if (changed.has(field)) setTimeout(() => fresh.dispatchEvent(new Event("change", { bubbles: true })));
};

const beside = (field, words) => {
  const line = Object.assign(document.createElement("span"), { className: "newer", textContent: words });
  line.setAttribute("role", "status");
  field.after(line);
};

const say = (words, text) => {
  const line = Object.assign(document.createElement("p"), { className: "message bad" });
  line.setAttribute("role", "alert");
  line.append(`${words} `, Object.assign(document.createElement("q"), { textContent: text }));
  document.getElementById("messages").append(line);
};

const fieldsOf = (element) => (element.form ?? element.closest("form"))?.elements ?? [];
const refused = (xhr) => xhr?.getResponseHeader("HX-Retarget") === "#messages";

// A date or a time is filled in part by part, and the browser says "change" at each part. What counts is the value with
// which the field is left: it is sent once, and a day that does not exist is refused beside the field.
const isPartial = (event) => event.isTrusted && SEGMENTED.has(event.target.type);
const hold = (field) => {
  held.add(field);
  // Between two parts the field is without the focus for a moment; a change after it was left is not followed by another.
  setTimeout(() => { if (held.has(field) && field !== document.activeElement) leave(field); });
};
const differs = (field) => now(field) !== saved(field) || (sent.has(field) && sent.get(field) !== now(field));
const leave = (field) => {
  const wasChanged = held.delete(field);
  forgetFault(field);
  if (field.validity.badInput) return refuseDate(field);
  if (wasChanged && differs(field)) field.dispatchEvent(new Event("change", { bubbles: true }));
};
const refuseDate = (field) => {
  const said = field.type === "time" ? document.body.dataset.badTime : document.body.dataset.badDate;
  // A form with a button keeps what was typed: the browser does not send it before it is right.
  if (field.form?.getAttribute("hx-trigger")?.includes("change")) field.value = saved(field);
  toField(field, Object.assign(document.createElement("span"), { textContent: said }), "alert");
};

// A refusal is shown beside what it concerns, not at the top of a page that is scrolled away.
const answerBeside = (event) => {
  const form = event.detail.requestConfig?.elt?.closest("form");
  if (!form?.isConnected) return;
  let line = form.nextElementSibling;
  if (!line?.matches(".beside")) form.after((line = Object.assign(document.createElement("div"), { className: "beside" })));
  event.detail.target = line;
};

// Each fault of a form goes to its field; what has no visible field stays in the message.
const toFields = (line) => {
  for (const said of line.querySelectorAll("[data-field]")) {
    const field = line.previousElementSibling?.elements?.[said.dataset.field];
    if (!field?.matches?.("input:not([type=hidden]), select, textarea")) continue;
    toField(field, said.querySelector("span"));
    said.remove();
  }
};
const toField = (field, words, role) => {
  Object.assign(words, { className: "field-error", id: `fault-${field.name}` });
  if (role) words.setAttribute("role", role);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", words.id);
  field.after(words);
};
const forgetFault = (field) => {
  if (field.nextElementSibling?.matches(".field-error")) field.nextElementSibling.remove();
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
};
const forgetFaults = (form) => {
  for (const field of form?.querySelectorAll("[aria-invalid]") ?? []) forgetFault(field);
  for (const words of form?.querySelectorAll(".field-error") ?? []) words.remove();
};

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.shouldSwap) return;
  if (refused(event.detail.xhr)) return answerBeside(event);
  // Somebody else was quicker: nothing of the form was saved, so what was typed stays as unsaved text.
  if (event.detail.xhr.status === 409) for (const field of fieldsOf(event.detail.requestConfig.elt)) sent.delete(field);
  take(event.detail.target);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (stash) giveBack();
  if (event.target.matches?.(".beside")) toFields(event.target);
});
document.addEventListener("change", (event) => {
  if (moving) return event.stopImmediatePropagation();
  if (isPartial(event)) {
    hold(event.target);
    return event.stopImmediatePropagation();
  }
  changed.add(event.target);
}, true);
document.addEventListener("focusout", (event) => {
  if (!moving && document.hasFocus() && SEGMENTED.has(event.target.type)) leave(event.target);
}, true);
document.addEventListener("htmx:beforeRequest", (event) => {
  forgetFaults(event.detail.elt.form ?? event.detail.elt.closest("form"));
  for (const field of fieldsOf(event.detail.elt)) { sent.set(field, now(field)); changed.delete(field); }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && !refused(event.detail.xhr)) return;
  for (const field of fieldsOf(event.detail.elt)) sent.delete(field);
});

// What is signed is what is kept: with text that was typed and not saved, the form says so instead.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-whole]")) return;
  const fields = [...document.getElementById("board").querySelectorAll(TYPED)];
  const left = fields.find((field) => field.validity.badInput || (unsaved(field) && field.value.trim()));
  if (!left) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  for (let details = left.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  left.focus();
  beside(left, document.body.dataset.first);
}, true);
