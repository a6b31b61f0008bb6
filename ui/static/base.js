// What every room of the page uses: words in the chosen language, elements, storage, requests.
(() => {
  const f = window.footnote;
  f.$ = (selector, within = document) => within.querySelector(selector);
  f.$$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Storage may be full or forbidden: the page works without it, and says so once.
  f.read = (key, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(`footnote.${key}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  f.write = (key, value) => {
    try {
      if (value === undefined) localStorage.removeItem(`footnote.${key}`);
      else localStorage.setItem(`footnote.${key}`, JSON.stringify(value));
      return true;
    } catch {
      f.tell(f.say("not_stored"));
      return false;
    }
  };

  f.storedKeys = () => {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  };

  f.chosen = { strictness: "usual", length: "written", talks: "browser", theme: "system", size: "medium", language: "en", ...f.read("settings", {}) };
  f.say = (key, values = {}) => {
    const texts = f.given.words[f.chosen.language] || f.given.words.en;
    return (Object.hasOwn(texts, key) ? texts[key] : key).replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);
  };

  // What the server says in English of a place ("line 4") or of a refused sentence, in the chosen language. Such a
  // text is told by its pattern, which is the English one of the catalogue: {n} and {t} are numbers, all else words.
  let patterns = null;
  const shapes = () => (patterns ||= Object.entries(f.given.words.en).filter(([key]) => /^(place|why)_/.test(key)).map(([key, text]) => {
    const names = [...text.matchAll(/\{(\w)\}/g)].map((found) => found[1]);
    const plain = text.split(/\{\w\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return { key, names, shape: new RegExp(`^${plain.map((part, n) => part + (n < names.length ? ("nt".includes(names[n]) ? "([\\d.,]+)" : "(.+)") : "")).join("")}$`) };
  }));
  f.resay = (text) => {
    if (f.chosen.language === "en") return text;
    for (const { key, names, shape } of shapes()) {
      const found = text.match(shape);
      if (!found) continue;
      const values = Object.fromEntries(names.map((name, n) => [name, found[n + 1]]));
      if (key !== "place_to") return f.say(key, values);
      const ends = [f.resay(values.x), f.resay(values.y)];
      if (ends[0] !== values.x && ends[1] !== values.y) return f.say(key, { x: ends[0], y: ends[1] });
    }
    return text;
  };
  f.where = (text) => text.split(" · ").map(f.resay).join(" · ");

  // How long something lasts, as the server says it (`lasting`).
  f.lasting = (seconds) => {
    const [key, unit] = [["last_hours", 3600], ["last_minutes", 60]].find(([, unit]) => seconds >= 2 * unit) || ["last_seconds", 1];
    return f.say(key, { n: Math.round(seconds / unit) });
  };

  // Words for the ear, and for the eye where nothing else shows them.
  f.tell = (words) => {
    const live = f.$("#fn-live");
    if (live) live.textContent = words;
  };

  f.element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // An element that names its text, for `f.translate` to say it in another language.
  f.told = (name, key, values = {}) => {
    const made = f.element(name, { textContent: f.say(key, values) });
    Object.assign(made.dataset, { t: key, ...values });
    return made;
  };

  // Change a part of the page; what had the focus in it has it again, or else what stands in its place.
  f.keepingFocus = (part, change) => {
    const all = () => f.$$("button, summary, a", part);
    const named = (one) => one.ariaLabel || one.textContent;
    const [before, had] = [all(), document.activeElement];
    const at = before.indexOf(had);
    change();
    if (at < 0) return;
    const after = all();
    const [there, same] = [after[Math.min(at, after.length - 1)], (one) => named(one) === named(had)];
    (there && same(there) ? there : after.find(same) || there)?.focus({ preventScroll: true });
  };

  f.post = (address, body) =>
    fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

  // The reply's words, or that there is no server; never an exception.
  f.said = async (request) => {
    try {
      const reply = await request;
      return { ok: reply.ok, status: reply.status, words: await reply.text() };
    } catch {
      return { ok: false, words: f.say("no_server") };
    }
  };

  f.copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = f.element("textarea", { value: text, className: "fn-unseen" });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = f.say("copied");
    setTimeout(() => (button.textContent = before), 1500);
  };

  f.save = (name, text) => {
    const link = f.element("a", { href: URL.createObjectURL(new Blob([text], { type: "text/markdown" })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // Gradio draws the page after this script has run; what needs it waits here.
  const waiting = [];
  f.ready = (start) => waiting.push(start);
  const look = () => {
    const parts = ["#fn-turns", "#fn-box textarea", "#fn-send", "#fn-stop", "#fn-source", "#fn-conversations"];
    if (!parts.every((part) => f.$(part))) return requestAnimationFrame(look);
    for (const start of waiting) start();
    document.documentElement.dataset.fnReady = "1";
  };
  requestAnimationFrame(look);
})();
