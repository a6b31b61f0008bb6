// Find a document by its name, and go through the list of them with the arrow keys. what is typed -> a shorter list.
(() => {
  const f = window.footnote;
  const MANY = 20;
  const WAIT_MS = 150;
  let waiting = 0;

  f.find = () => f.$("#fn-find").value.trim();
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const buttons = () => f.$$("#fn-list .fn-open");

  // The list is one stop for the Tab key, however long it is.
  const stopAt = (chosen) => buttons().forEach((one) => (one.tabIndex = one === chosen ? 0 : -1));
  f.drawnList = (count) => {
    f.$("#fn-find-side").hidden = count <= MANY && !f.find();
    stopAt(buttons().find((one) => one === document.activeElement) || buttons()[0]);
  };

  f.ready(() => {
    for (const field of f.$$(".fn-find input")) {
      field.addEventListener("input", () => {
        for (const other of f.$$(".fn-find input")) other.value = field.value;
        clearTimeout(waiting);
        waiting = setTimeout(f.refreshDocuments, WAIT_MS);
      });
    }
    const list = f.$("#fn-list");
    list.addEventListener("focusin", (event) => event.target.matches(".fn-open") && stopAt(event.target));
    list.addEventListener("keydown", (event) => {
      if (!Object.hasOwn(steps, event.key)) return;
      event.preventDefault();
      const all = buttons();
      const to = Math.max(0, Math.min(all.length - 1, all.indexOf(event.target) + steps[event.key]));
      all[to]?.focus();
    });
  });
})();
