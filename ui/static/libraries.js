// The libraries beside this one, to go to, and a new one. GET libraries -> links under the name; POST libraries -> there.
(() => {
  const f = window.footnote;

  function entry({ name, href, current, documents }) {
    const words = [f.element("bdi", { textContent: name })];
    if (documents !== null) {
      const unseen = f.element("span", { className: "fn-unseen", textContent: f.say("documents") });
      unseen.dataset.t = "documents";
      words.push(f.element("span", { className: "fn-count" }, documents.toLocaleString(f.chosen.language), " ", unseen));
    }
    return f.element("li", {}, current ? f.element("span", { ariaCurrent: "page" }, ...words) : f.element("a", { href }, ...words));
  }

  async function draw() {
    const reply = await fetch("libraries").catch(() => null);
    if (!reply?.ok) return;
    const { libraries, may_make: mayMake } = await reply.json();
    if (libraries.length < 2 && !mayMake) return;
    const rows = libraries.map(entry);
    if (mayMake) {
      const make = f.element("button", { type: "button", className: "fn-plain", textContent: f.say("new_library") });
      Object.assign(make.dataset, { dialog: "library", t: "new_library" });
      rows.push(f.element("li", {}, make));
    }
    menu().replaceChildren(...rows);
  }

  // The name becomes what opens the list, which is drawn anew whenever it is opened.
  function menu() {
    const title = f.$("#fn-library");
    if (title.tagName === "DETAILS") return f.$("ul", title);
    const about = f.element("span", { className: "fn-unseen", textContent: f.say("other_libraries") });
    about.dataset.t = "other_libraries";
    const summary = f.element("summary", {}, f.element("bdi", { textContent: title.textContent }), " ", about);
    const list = f.element("ul");
    const details = f.element("details", { id: "fn-library" }, summary, list);
    details.addEventListener("toggle", () => details.open && draw());
    title.replaceWith(details);
    return list;
  }

  async function make(given) {
    const { ok, words } = await f.said(f.post(`libraries?language=${f.chosen.language}`, given));
    if (!ok) return words;
    const { href } = JSON.parse(words);
    if (given.folder.trim()) await f.said(f.post(`${href}documents/sync`, {}));
    location.assign(href);
    return "";
  }

  f.ready(() => {
    draw();
    f.$("#fn-make").addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = f.$("button", event.target);
      button.disabled = true; // once is enough
      f.$("#fn-make-said").textContent = "";
      f.$("#fn-make-said").textContent = await make(Object.fromEntries(new FormData(event.target)));
      button.disabled = false;
    });
  });
})();
