// The libraries beside this one, to go to; each is a page of its own. GET libraries -> links under the name.
(() => {
  const f = window.footnote;

  f.ready(async () => {
    const reply = await fetch("libraries").catch(() => null);
    const found = reply?.ok ? await reply.json() : [];
    const others = found.filter((one) => !one.current);
    if (!others.length) return;
    const links = others.map(({ name, href }) => f.element("li", {}, f.element("a", { href }, f.element("bdi", { textContent: name }))));
    const title = f.$("#fn-library");
    const about = f.element("span", { className: "fn-unseen", textContent: f.say("other_libraries") });
    about.dataset.t = "other_libraries";
    const summary = f.element("summary", {}, f.element("bdi", { textContent: title.textContent }), about);
    title.replaceWith(f.element("details", { id: "fn-library" }, summary, f.element("ul", {}, ...links)));
  });
})();
