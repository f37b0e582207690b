// What a link leads to may stand folded: it is opened first, also when the same link is followed again.
const unfold = () => {
  const there = document.getElementById(location.hash.slice(1));
  const fold = there?.closest("details");
  if (!fold || fold.open) return;
  fold.open = true;
  there.scrollIntoView();
};
addEventListener("hashchange", unfold);
addEventListener("click", (event) => event.target.closest?.('a[href^="#"]') && setTimeout(unfold));
unfold();
