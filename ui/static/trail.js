// How an answer was found: what tells that sentences were refused opens it.
document.addEventListener("click", (event) => {
  const trail = event.target.closest?.(".fn-refused")?.parentElement.querySelector(".fn-how");
  if (!trail) return;
  trail.open = true;
  trail.firstElementChild.focus({ preventScroll: true });
  trail.scrollIntoView({ block: "nearest" });
});
