// Keys, dialogs, and the side columns as sheets on a phone.
(() => {
  const f = window.footnote;
  const root = document.documentElement;

  f.openDialog = (name) => {
    if (name === "documents") f.refreshDocuments();
    if (name === "evaluation") f.refreshEvaluation();
    if (name === "settings") f.refreshFetching();
    delete root.dataset.fnSheet;
    f.$(`#fn-d-${name}`).showModal();
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    for (const menu of f.$$(".fn-more[open]")) menu.open = menu.contains(target);
    const opens = target.closest?.("[data-dialog]");
    if (opens) f.openDialog(opens.dataset.dialog);
    if (target.closest?.(".fn-close")) target.closest("dialog").close();
    if (target.tagName === "DIALOG") target.close(); // a click beside it
    if (target.closest?.("#fn-menu")) root.dataset.fnSheet = "1";
    else if (!target.closest?.("#fn-side") || target.closest(".fn-talk-name, #fn-new, [data-doc]")) delete root.dataset.fnSheet;
  });

  document.addEventListener("keydown", (event) => {
    if (f.$("dialog[open]")) return;
    const typing = event.target.closest?.("textarea, input, select");
    if (event.key === "Escape") {
      f.hideCard();
      if (root.dataset.fnSheet) delete root.dataset.fnSheet;
      else if (!f.closeSource()) f.stop();
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      f.$("#fn-box textarea").focus({ preventScroll: true });
    } else if (event.key === "[") f.stepSource(-1);
    else if (event.key === "]") f.stepSource(1);
    else if (event.key === "o") f.openSource();
    else if (event.key === "?") f.openDialog("keys");
  });
})();
