// Of two keepings of a page the one with the later clock counts; the name that is being typed is looked up as "q".
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.closest("form")?.elements.seq) parameters.seq = Date.now();
  if (elt.dataset.lookup !== undefined) parameters.q = elt.value;
});
document.addEventListener("submit", (event) => {
  if (event.target.elements.seq) event.target.elements.seq.value = Date.now();
}, true);
