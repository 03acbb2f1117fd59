// <body-map>: draw where it hurts on the body chart, with finger, pen or mouse. Marks are in mm of their view, as the
// server reads them. Every stroke is sent at once; until it has arrived it is also kept on this device, except with the
// attribute `shared-device`: there nothing of it stays behind. A stroke begins on the figure only: beside it one scrolls.

const WIDTH_MM = 30;
const MOST_MARKS = 150;
const COLORS = ["#f2b04c", "#f08c3c", "#e8672f", "#d63f2a", "#b01b2e"];
const NS = "http://www.w3.org/2000/svg";

const make = (name, attributes, parent) => {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
};
const color = (intensity) => COLORS[Math.min(4, Math.max(0, Math.ceil(intensity / 2) - 1))];

// A refusal is an answer: what it refuses is not sent again and again. Only what never arrived is.
const answered = ({ successful, xhr }) => successful || (xhr?.status >= 400 && xhr.status < 500 && xhr.status !== 429);

class BodyMap extends HTMLElement {
  async connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.form = document.getElementById(this.getAttribute("for"));
    this.field = this.form.elements.marks;
    this.keep = `needlepoint-drawing-${location.pathname}`;
    this.marks = JSON.parse(this.field.value || "[]");
    this.view = this.marks[0]?.view ?? "front";
    this.intensity = 6;
    this.erasing = false;
    const response = await fetch(this.getAttribute("chart"));
    this.chart = await response.json();
    this.build();
    this.listRegions();
    this.show(this.view);
    if (this.shared) localStorage.removeItem(this.keep); else this.restore();
    if (this.shared) addEventListener("beforeunload", (event) => { if (this.unsent) event.preventDefault(); });
    document.addEventListener("htmx:afterSettle", () => this.overlay());
    document.addEventListener("row-chosen", (event) => { this.chosen = event.detail; this.overlay(); });
    this.form.addEventListener("htmx:afterRequest", (event) => this.arrived(answered(event.detail)));
  }

  get shared() { return this.hasAttribute("shared-device"); }

  get readonly() { return this.hasAttribute("readonly"); }

  build() {
    const w = this.words;
    this.innerHTML = "";
    const tools = document.createElement("div");
    tools.className = "map-tools";
    this.viewButtons = {};
    for (const id of ["front", "back", "left", "right"]) tools.append(this.viewButtons[id] = this.button(w[id], () => this.show(id)));
    const more = document.createElement("select");
    more.ariaLabel = w.more;
    more.style.inlineSize = "auto";
    more.append(new Option(w.more, ""));
    for (const id of Object.keys(this.chart.views)) if (!["front", "back", "left", "right"].includes(id)) more.append(new Option(this.chart.views[id].name, id));
    more.addEventListener("change", () => more.value && this.show(more.value));
    tools.append(more);
    this.more = more;
    this.append(tools);
    if (!this.readonly) this.append(this.drawingTools());
    this.stage = document.createElement("div");
    this.stage.className = "map-stage";
    this.svg = make("svg", { role: "img", "aria-label": w.hint }, this.stage);
    this.stage.insertAdjacentHTML("beforeend", `<span class="side l"></span><span class="side r"></span>`);
    this.append(this.stage);
    this.say = Object.assign(document.createElement("p"), { className: "map-say", textContent: this.readonly ? "" : w.hint });
    this.say.setAttribute("aria-live", "polite");
    this.append(this.say);
    this.listen();
  }

  drawingTools() {
    const w = this.words;
    const tools = document.createElement("div");
    tools.className = "map-tools";
    this.pen = this.button(w.pen, () => this.erase(false));
    this.rubber = this.button(w.erase, () => this.erase(true));
    tools.append(this.pen, this.rubber, this.button(w.undo, () => { this.marks.pop(); this.changed(); }));
    const label = document.createElement("label");
    label.append(w.intensity, Object.assign(document.createElement("input"), { type: "range", min: 1, max: 10, value: this.intensity }));
    const out = Object.assign(document.createElement("output"), { textContent: this.intensity });
    label.append(out);
    label.querySelector("input").addEventListener("input", (event) => { this.intensity = Number(event.target.value); out.textContent = this.intensity; });
    tools.append(label);
    this.erase(false);
    return tools;
  }

  button(words, action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
    button.addEventListener("click", action);
    return button;
  }

  erase(on) {
    this.erasing = on;
    this.pen.setAttribute("aria-pressed", String(!on));
    this.rubber.setAttribute("aria-pressed", String(on));
  }

  // The list for those who do not draw: every region by name.
  listRegions() {
    const names = document.getElementById("region-names");
    if (!names) return;
    for (const region of Object.values(this.chart.regions)) names.append(Object.assign(document.createElement("option"), { value: region.name }));
  }

  show(id) {
    this.view = id;
    const view = this.chart.views[id];
    this.box = [...view.box];
    this.svg.replaceChildren();
    this.world = make("g", { transform: "scale(1 -1)" }, this.svg);
    this.figure = make("path", { d: view.outline, class: "figure" }, this.world);
    this.zones = make("g", {}, this.world);
    this.listed = make("g", {}, this.world);
    this.drawn = make("g", {}, this.world);
    for (const line of view.lines) make("path", { d: line, class: "figure-line" }, this.world);
    this.crosses = make("g", {}, this.world);
    this.frame();
    for (const [name, button] of Object.entries(this.viewButtons)) button.setAttribute("aria-pressed", String(name === id));
    this.more.value = id in this.viewButtons ? "" : id;
    const [left, right] = id === "back" || id.endsWith("_back") ? ["L", "R"] : ["R", "L"];
    const sided = ["front", "back", "head_front", "head_back"].includes(id);
    this.stage.querySelector(".side.l").textContent = sided ? this.words[left] : "";
    this.stage.querySelector(".side.r").textContent = sided ? this.words[right] : "";
    this.paint();
    this.overlay();
  }

  frame() { this.svg.setAttribute("viewBox", this.box.join(" ")); }

  mine(mark) { return mark.view === this.view || this.chart.views[mark.view]?.of === this.view || this.chart.views[this.view].of === mark.view; }

  paint() {
    this.drawn.replaceChildren();
    for (const mark of this.marks) if (this.mine(mark)) this.one(mark);
  }

  one(mark) {
    const points = mark.points_mm.map((p) => p.map((n) => n.toFixed(1)).join(",")).join(" L");
    if (mark.kind === "polygon") return make("path", { d: `M${points}Z`, class: "area", fill: color(mark.intensity) }, this.drawn);
    const dot = mark.points_mm.length === 1 || mark.kind === "point";
    return make("path", { d: dot ? `M${points} h0.01` : `M${points}`, class: "stroke", stroke: color(mark.intensity), "stroke-width": mark.width_mm ?? WIDTH_MM }, this.drawn);
  }

  overlay() {
    const data = document.getElementById("overlay-data");
    if (!data || !this.zones) return;
    const { regions, muscles } = JSON.parse(data.textContent);
    const shapes = this.chart.views[this.view].regions;
    this.zones.replaceChildren();
    this.listed.replaceChildren();
    this.crosses.replaceChildren();
    for (const [name, intensity] of Object.entries(regions)) if (shapes[name]) make("path", { d: shapes[name], class: "area listed", fill: color(intensity) }, this.listed);
    const muscle = muscles[this.chosen];
    if (!muscle) return;
    for (const kind of ["spill", "essential"]) for (const name of Object.keys(muscle[kind])) if (shapes[name]) make("path", { d: shapes[name], class: `zone ${kind}` }, this.zones);
    for (const name of muscle.lies) if (shapes[name]) make("path", { d: shapes[name], class: "lies" }, this.zones);
    for (const point of muscle.points) this.cross(point, muscle.side, muscle.hazards.length > 0);
    this.say.textContent = muscle.hazards.length ? `${muscle.name} ⚠ ${muscle.hazards.join(", ")}` : muscle.name;
  }

  // A point's place is told for the left side; on the right it is mirrored at the midline.
  // A ring round it: something lies near that a needle must not meet; the line below says what.
  cross(point, side, danger) {
    const mirrored = side === "right";
    const view = mirrored ? point.view.split("_").map((word) => ({ left: "right", right: "left" })[word] ?? word).join("_") : point.view;
    if (view !== this.view && this.chart.views[view]?.of !== this.view) return;
    const [u, v] = [mirrored ? -point.u : point.u, point.v];
    const size = this.box[2] / 70;
    make("path", { d: `M${u - size},${v - size}L${u + size},${v + size}M${u - size},${v + size}L${u + size},${v - size}`, class: "xmark", "stroke-width": size / 2 }, this.crosses);
    if (danger) make("circle", { cx: u, cy: v, r: size * 2.2, class: "danger", "stroke-width": size / 2.5 }, this.crosses);
  }

  place(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.world.getScreenCTM().inverse());
    return [Math.round(at.x * 10) / 10, Math.round(at.y * 10) / 10];
  }

  listen() {
    const fingers = new Map();
    let pinch = 0;
    this.stage.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      fingers.set(event.pointerId, event);
      if (fingers.size === 2) { this.stroke?.node.remove(); this.stroke = null; pinch = this.spread(fingers); return; }
      if (this.readonly || fingers.size > 2 || !this.onFigure(event)) return;
      event.preventDefault();
      this.stage.setPointerCapture(event.pointerId);
      if (this.erasing) this.rub(event);
      else if (this.marks.length < MOST_MARKS) this.begin(event);
    });
    this.stage.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return this.readonly || this.name(event);
      fingers.set(event.pointerId, event);
      if (fingers.size === 2) { const now = this.spread(fingers); this.zoom(pinch / now, event); pinch = now; return; }
      if (this.erasing) this.rub(event);
      else if (this.stroke) this.extend(event);
    });
    const end = (event) => { fingers.delete(event.pointerId); if (this.stroke) this.finish(); };
    this.stage.addEventListener("pointerup", end);
    this.stage.addEventListener("pointercancel", end);
    // Browsers do not heed touch-action on the parts of a picture: a finger on the figure is kept from scrolling here.
    this.stage.addEventListener("touchstart", (event) => { if (event.touches.length > 1 || (!this.readonly && this.onFigure(event.touches[0]))) event.preventDefault(); }, { passive: false });
    // On patients' pages the wheel scrolls the page; with Ctrl, or a pinch on a touchpad, it zooms.
    this.stage.addEventListener("wheel", (event) => { if (this.shared && !event.ctrlKey) return; event.preventDefault(); this.zoom(event.deltaY > 0 ? 1.15 : 0.87, event); }, { passive: false });
  }

  onFigure(event) {
    const point = this.svg.createSVGPoint();
    [point.x, point.y] = this.place(event);
    return this.figure.isPointInFill(point);
  }

  spread(fingers) { const [a, b] = [...fingers.values()]; return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1; }

  zoom(factor, event) {
    const whole = this.chart.views[this.view].box;
    const width = Math.min(whole[2], Math.max(whole[2] / 8, this.box[2] * factor));
    const scale = width / this.box[2];
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    this.box = [at.x - (at.x - this.box[0]) * scale, at.y - (at.y - this.box[1]) * scale, width, this.box[3] * scale];
    if (width === whole[2]) this.box = [...whole];
    this.frame();
  }

  begin(event) {
    // A pen's pressure and the slider together: a light touch is never more than was set.
    const pressed = event.pointerType === "pen" && event.pressure ? Math.max(1, Math.round(this.intensity * Math.min(1, event.pressure * 1.6))) : this.intensity;
    const mark = { view: this.view, kind: "stroke", points_mm: [this.place(event)], intensity: pressed, width_mm: Math.max(6, Math.round(WIDTH_MM * (this.box[2] / this.chart.views[this.view].box[2]) * (this.chart.views[this.view].of ? 0.4 : 1))) };
    this.stroke = { mark, node: this.one(mark) };
  }

  extend(event) {
    const { mark, node } = this.stroke;
    const [u, v] = this.place(event);
    const [pu, pv] = mark.points_mm.at(-1);
    if (Math.hypot(u - pu, v - pv) < 3 || mark.points_mm.length > 400) return;
    mark.points_mm.push([u, v]);
    node.setAttribute("d", `M${mark.points_mm.map((p) => p.join(",")).join(" L")}`);
  }

  finish() {
    const { mark } = this.stroke;
    this.stroke = null;
    if (mark.points_mm.length === 1) mark.kind = "point";
    this.marks.push(mark);
    this.changed();
  }

  rub(event) {
    const [u, v] = this.place(event);
    const left = this.marks.filter((mark) => !this.mine(mark) || !mark.points_mm.some(([pu, pv]) => Math.hypot(pu - u, pv - v) < (mark.width_mm ?? WIDTH_MM)));
    if (left.length < this.marks.length) { this.marks = left; this.changed(); }
  }

  name(event) {
    const [u, v] = this.place(event);
    const point = this.svg.createSVGPoint();
    [point.x, point.y] = [u, v];
    this.probe ??= make("path", { fill: "none" }, this.world);
    for (const [name, path] of Object.entries(this.chart.views[this.view].regions)) {
      this.probe.setAttribute("d", path);
      if (this.probe.isPointInFill(point)) { this.say.textContent = this.chart.regions[name]?.name ?? ""; return; }
    }
  }

  changed() {
    this.paint();
    this.field.value = JSON.stringify(this.marks);
    this.form.elements.key.value = crypto.randomUUID();
    this.unsent = true;
    if (!this.shared) localStorage.setItem(this.keep, this.field.value);
    this.form.dispatchEvent(new Event("drawn"));
  }

  arrived(answered) {
    if (answered) { this.unsent = false; localStorage.removeItem(this.keep); this.say.textContent = ""; return; }
    this.say.textContent = this.words.unsent;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.form.dispatchEvent(new Event("drawn")), 4000);
  }

  // What did not arrive before the page was left is sent now.
  restore() {
    const kept = localStorage.getItem(this.keep);
    if (!kept || this.readonly || kept === this.field.value) return;
    this.marks = JSON.parse(kept);
    this.changed();
  }
}
customElements.define("body-map", BodyMap);
