// <sign-here>: a signature drawn with finger, pen or mouse, kept as one SVG path in a box of 400 by 140.

class SignHere extends HTMLElement {
  connectedCallback() {
    const label = this.getAttribute("label");
    this.innerHTML = `<p class="sub">${label}</p><div class="sign-pad"><svg viewBox="0 0 400 140" role="img" preserveAspectRatio="none"><path/></svg></div><input type="hidden"><button type="button" class="quiet"></button>`;
    this.querySelector("svg").setAttribute("aria-label", label);
    this.field = this.querySelector("input");
    this.field.name = this.getAttribute("name");
    this.path = this.querySelector("path");
    this.querySelector("button").textContent = this.getAttribute("again");
    this.querySelector("button").addEventListener("click", () => this.put(""));
    const pad = this.querySelector(".sign-pad");
    this.put(this.getAttribute("value") ?? ""); // what was drawn before the page came back
    let drawing = false;
    pad.addEventListener("pointerdown", (event) => { event.preventDefault(); drawing = true; pad.setPointerCapture(event.pointerId); this.put(`${this.field.value}M${this.at(event)}`); });
    pad.addEventListener("pointermove", (event) => { if (drawing && this.field.value.length < 50000) this.put(`${this.field.value}L${this.at(event)}`); });
    for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { drawing = false; });
  }

  at(event) {
    const box = this.querySelector("svg").getBoundingClientRect();
    return `${(((event.clientX - box.left) / box.width) * 400).toFixed(1)},${(((event.clientY - box.top) / box.height) * 140).toFixed(1)}`;
  }

  put(path) { this.field.value = path; this.path.setAttribute("d", path); }
}
customElements.define("sign-here", SignHere);
