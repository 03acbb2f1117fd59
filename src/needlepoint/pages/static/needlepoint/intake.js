// Of two keepings of a page the one with the later clock counts; the name that is being typed is looked up as "q".
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.closest("form")?.elements.seq) parameters.seq = Date.now();
  if (elt.dataset.lookup !== undefined) parameters.q = elt.value;
});
document.addEventListener("submit", (event) => {
  if (event.target.elements.seq) event.target.elements.seq.value = Date.now();
}, true);
// A sign that is checked takes back "none of these". The other way round nothing is cleared: what was checked counts.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked || target.value === "none") return;
  const same = target.form?.elements[target.name];
  for (const box of same?.length ? same : []) if (box.value === "none") box.checked = false;
});
