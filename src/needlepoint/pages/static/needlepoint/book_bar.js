// The bar with "Book a visit" shows once the buttons at the top of the page have left the view.
const first = document.querySelector(".first-step");
const bar = document.querySelector(".book-bar");
new IntersectionObserver(([entry]) => {
  bar.hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
}).observe(first);
