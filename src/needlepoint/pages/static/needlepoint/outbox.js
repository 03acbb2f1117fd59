// What is entered on a visit without a connection waits on this device (IndexedDB) and survives reload, closing and
// restart. It is sent in order, once: each entry has a number of its own that the server knows again, and the version
// of the visit that it was made on. What the server refuses stays in view until somebody discards it.

const STORE = "entries";
const RETRY_MS = 5000;
const words = document.body.dataset;
const who = words.staff ?? "";
let waiting = 0;
let sending = false;

const open = () => new Promise((done, fail) => {
  const asked = indexedDB.open("needlepoint-outbox", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
const inStore = async (mode, act) => {
  const base = await open();
  return new Promise((done, fail) => {
    const change = base.transaction(STORE, mode);
    const asked = act(change.objectStore(STORE));
    change.oncomplete = () => { base.close(); done(asked.result); };
    change.onabort = () => { base.close(); fail(change.error); };
  });
};
const all = async () => (await inStore("readonly", (store) => store.getAll())).filter((one) => !who || one.who === who);
const drop = (id) => inStore("readwrite", (store) => store.delete(id));
const keep = (entry) => inStore("readwrite", (store) => store.put(entry));
const visitOf = (url) => /\/visits\/\d+\//.exec(url)?.[0] ?? url;

const show = (entries) => {
  waiting = entries.length;
  let line = document.getElementById("outbox");
  if (!waiting) return line?.remove();
  if (!line) {
    line = Object.assign(document.createElement("section"), { id: "outbox", className: "message bad" });
    line.setAttribute("role", "status");
    document.getElementById("messages").after(line);
  }
  line.replaceChildren(Object.assign(document.createElement("p"), { textContent: `${words.outbox} ${waiting}` }));
  const list = document.createElement("ul");
  for (const entry of entries) list.append(lineOf(entry));
  line.append(list);
};
const lineOf = (entry) => {
  const line = Object.assign(document.createElement("li"), { textContent: entry.what });
  if (!entry.refused) return line;
  line.append(` – ${entry.refused} `);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: words.discard });
  button.addEventListener("click", async () => { await drop(entry.id); show(await all()); send(); });
  line.append(button);
  return line;
};

// The words of what was entered: the label and the value, or the button.
const said = (elt, parameters) => {
  const field = elt.matches?.("form") ? [...elt.elements].find((one) => one.name && one.type !== "hidden" && parameters.some(([name]) => name === one.name)) : elt;
  const label = field?.labels?.[0]?.firstChild?.textContent?.trim() ?? field?.ariaLabel ?? field?.textContent?.trim() ?? "";
  const value = field?.selectedOptions?.[0]?.textContent?.trim() ?? field?.value ?? "";
  return [label.replace(/\s+/g, " "), field?.matches?.("button") ? "" : value].filter(Boolean).join(": ").slice(0, 200) || visitOf(location.pathname);
};
const pending = (elt) => {
  const control = elt.matches?.("form") ? elt.querySelector("input:not([type=hidden]), select, textarea, button") : elt;
  control?.classList.add("pending");
  const line = Object.assign(document.createElement("span"), { className: "newer", textContent: words.pending });
  if (!control?.nextElementSibling?.matches(".newer")) control?.after(line);
};

const ours = (detail) => detail.requestConfig?.verb === "post" && detail.elt.closest("#board") && detail.elt.id !== "drawing";
const take = async (detail) => {
  const config = detail.requestConfig;
  const fields = [...config.formData.entries()].map(([name, value]) => [name, String(value)]);
  const pressed = config.triggeringEvent?.submitter ?? (config.elt.matches("form") ? config.elt : config.elt);
  pending(pressed);
  waiting += 1;
  await keep({ who, url: config.path, fields, what: said(pressed, fields), at: Date.now() });
  show(await all());
};

document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event;
  if (detail.verb === "post" && detail.elt.closest("#board") && !detail.parameters.key) detail.parameters.key = crypto.randomUUID();
});
document.addEventListener("htmx:sendError", (event) => { if (ours(event.detail)) take(event.detail); });
// What is entered while others still wait stands in line behind them.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!waiting || !ours(event.detail)) return;
  event.preventDefault();
  take(event.detail);
});
// A page that leaves would lose what was drawn and typed: consent and signature wait for the connection.
document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.defaultPrevented || event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
  event.preventDefault();
  const line = Object.assign(document.createElement("p"), { className: "field-error", textContent: words.needsLine });
  line.setAttribute("role", "alert");
  event.target.append(line);
});

const post = (entry, version) => {
  const body = new URLSearchParams(entry.fields.map(([name, value]) => [name, name === "version" && version ? version : value]));
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  return fetch(entry.url, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token }, redirect: "manual" });
};
const refusal = async (answer) => {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[role=alert], .message, .bad, p")?.textContent.replace(/\s+/g, " ").trim() || words.refused;
};
const inOrder = async () => {
  const now = new Map(); // visit: the version that our own last entry made, and the one it was made on
  const stopped = new Set();
  let done = 0;
  for (const entry of await all()) {
    const visit = visitOf(entry.url);
    if (entry.refused) stopped.add(visit);
    if (stopped.has(visit)) continue;
    const before = entry.fields.find(([name]) => name === "version")?.[1];
    const chain = now.get(visit);
    const answer = await post(entry, chain && chain.from === before ? chain.to : before);
    if (answer.status >= 500 || answer.status === 0) break; // not now, or signed out: it goes on waiting
    if (answer.headers.get("HX-Redirect")) break;
    if (!answer.ok) {
      await keep({ ...entry, refused: await refusal(answer) });
      stopped.add(visit);
      continue;
    }
    const to = /name="version"\s+value="(\d+)"/.exec(await answer.text())?.[1];
    now.set(visit, { from: before, to: to ?? before });
    await drop(entry.id);
    done += 1;
  }
  return done;
};
const send = async () => {
  if (sending || !navigator.onLine) return;
  sending = true;
  let done = 0;
  try { done = await inOrder(); } catch { /* no connection yet: what waits is still there */ }
  sending = false;
  const left = await all();
  show(left);
  if (done && !left.length) location.reload();
  else if (left.some((one) => !one.refused)) setTimeout(send, RETRY_MS);
};

addEventListener("online", send);
addEventListener("beforeunload", (event) => { if (waiting && navigator.onLine && sending) event.preventDefault(); });
const begin = async () => {
  const entries = await all();
  show(entries);
  if (entries.length) send();
};
if (who || document.body.dataset.outbox) begin();
if (who && "serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
document.querySelector("[data-again]")?.addEventListener("click", () => location.reload());
