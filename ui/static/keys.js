// Keys, dialogs, and the side columns as sheets on a phone.
(() => {
  const f = window.footnote;
  const root = document.documentElement;

  // On a phone the side is a sheet; what lies behind it is not reached until it is closed. Return whether that changed.
  function sheet(open) {
    if (open === "fnSheet" in root.dataset) return false;
    if (open) root.dataset.fnSheet = "1";
    else delete root.dataset.fnSheet;
    const menu = f.$("#fn-menu");
    menu.ariaExpanded = open;
    f.$("#fn-talk").inert = open;
    (open ? f.$("#fn-side") : menu).focus({ preventScroll: true });
    return true;
  }

  f.openDialog = (name) => {
    if (name === "documents") f.refreshDocuments();
    if (name === "evaluation") f.refreshEvaluation();
    if (name === "settings") f.refreshFetching();
    sheet(false);
    f.$(`#fn-d-${name}`).showModal();
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    for (const menu of f.$$(".fn-more[open]")) menu.open = menu.contains(target);
    const opens = target.closest?.("[data-dialog]");
    if (opens) f.openDialog(opens.dataset.dialog);
    if (target.closest?.("dialog :is(.fn-close, [data-doc])")) target.closest("dialog").close();
    if (target.tagName === "DIALOG") target.close(); // a click beside it
    if (target.closest?.("#fn-menu")) sheet(true);
    else if (!target.closest?.("#fn-side") || target.closest(".fn-talk-name, #fn-new, [data-doc]")) sheet(false);
  });

  // From the box to the last answer, or out of it: there the other keys are at work.
  f.leaveBox = () => {
    const answer = f.$(".fn-turn:last-child .fn-drawn");
    if (answer) answer.focus({ preventScroll: true });
    else document.activeElement.blur();
  };

  function closeMenu() {
    const menu = f.$(".fn-more[open]");
    if (!menu) return false;
    menu.open = false;
    f.$("summary", menu).focus();
    return true;
  }

  // Esc ends one thing at a time: what lies uppermost first.
  function leave(box) {
    f.hideCard();
    if (closeMenu() || sheet(false) || f.closeSource()) return;
    if (f.busy()) f.stop();
    else if (box && !box.value) f.leaveBox();
  }

  document.addEventListener("keydown", (event) => {
    if (f.$("dialog[open]") || (event.target.type === "search" && event.target.value)) return; // Esc empties it
    const typing = event.target.closest?.("textarea, input, select");
    if (event.key === "Escape") leave(event.target.closest?.("#fn-box textarea"));
    else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "/") {
      event.preventDefault();
      f.$("#fn-box textarea").focus({ preventScroll: true });
    } else if (event.key === "[") f.stepSource(-1);
    else if (event.key === "]") f.stepSource(1);
    else if (event.key === "o") f.openSource();
    else if (event.key === "?") f.openDialog("keys");
  });

  f.ready(() => {
    f.$("#fn-side").tabIndex = -1;
    matchMedia("(max-width: 56rem)").addEventListener("change", () => sheet(false));
  });
})();
