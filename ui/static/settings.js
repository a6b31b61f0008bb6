// What a person chose: theme, size, language, strictness, length. Kept in the browser, at work at once.
(() => {
  const f = window.footnote;
  const root = document.documentElement;

  function apply() {
    const { theme, size, language } = f.chosen;
    root.dataset.fnTheme = theme;
    root.dataset.fnSize = size;
    root.lang = language;
    root.dir = f.given.rtl.includes(language) ? "rtl" : "ltr";
    // Gradio's own parts follow its own class.
    const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.body?.classList.toggle("dark", dark);
  }

  // What names its text, or says what kind of text it is, within a part of the page.
  f.translate = (within = document) => {
    for (const place of f.$$("[data-t]", within)) place.textContent = f.say(place.dataset.t, place.dataset);
    for (const why of f.$$("[data-w]", within)) why.textContent = f.resay(why.textContent);
    for (const where of f.$$(".fn-quote .fn-where", within)) where.textContent = f.where(where.textContent);
  };

  function translate() {
    for (const block of f.$$("#fn-columns .block")) block.dir = root.dir; // gradio says "ltr" of each
    f.translate();
    for (const place of f.$$("[data-l]")) place.setAttribute("aria-label", f.say(place.dataset.l));
    const box = f.$("#fn-box textarea");
    box.dir = "auto";
    box.placeholder = f.say("ask_placeholder");
    box.setAttribute("aria-label", f.say("your_question"));
    f.$("#fn-send").textContent = f.say("ask");
    f.$("#fn-stop").textContent = f.say("stop");
  }

  apply();
  f.ready(() => {
    apply();
    translate();
    const form = f.$("#fn-settings");
    for (const [name, value] of Object.entries(f.chosen)) {
      const choice = f.$(`input[name="${name}"][value="${value}"]`, form);
      if (choice) choice.checked = true;
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => {
      if (!event.target.name) return;
      f.chosen[event.target.name] = event.target.value;
      f.write("settings", f.chosen);
      apply();
      translate();
      if (event.target.name === "talks") f.keepChanged();
      if (event.target.name !== "language") return;
      f.showAll?.();
      f.drawModels();
      f.refreshFetching();
    });
    addEventListener("storage", (event) => {
      if (event.key !== "footnote.settings") return;
      Object.assign(f.chosen, f.read("settings", {}));
      apply();
      translate();
    });
  });
})();
