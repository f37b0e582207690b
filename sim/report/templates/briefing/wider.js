// A table that is wider than its place says so, also when it is unfolded or the window is made smaller.
const { wider } = document.getElementById("load").dataset;
const watched = new ResizeObserver((seen) => seen.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth + 1) target.dataset.wider = wider;
  else delete target.dataset.wider;
}));
document.querySelectorAll(".scroll").forEach((region) => watched.observe(region));
