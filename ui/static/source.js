// Open sources beside the conversation. A click on anything with data-doc -> /source -> the side panel, at the words.
(() => {
  const f = window.footnote;
  let opener = null;
  let asked = 0;

  const isSheet = () => innerWidth <= 896; // on a phone the source lies over the conversation
  const panel = () => f.$("#fn-source");
  const chips = () => {
    const turn = (opener?.isConnected && opener.closest(".fn-turn")) || f.$(".fn-turn:last-child");
    const seen = new Set();
    return f.$$(".fn-chip, .fn-quote", turn || document).filter((one) => {
      const place = `${one.dataset.doc} ${one.dataset.start}`;
      return !seen.has(place) && seen.add(place);
    });
  };
  const at = (places) => places.findIndex((one) => opener && one.dataset.doc === opener.dataset.doc && one.dataset.start === opener.dataset.start);

  async function open(place, focus = true) {
    opener = place;
    const mine = ++asked;
    f.$$("[data-doc][aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    place.setAttribute("aria-current", "true");
    const { doc, start, end, where, quote = "" } = place.dataset;
    const { ok, words } = await f.said(fetch(`source?${new URLSearchParams({ doc, start, end, quote, language: f.chosen.language })}`));
    if (mine !== asked) return;
    const drawn = ok || words.startsWith("<") ? words : f.element("p", { textContent: words }).outerHTML;
    panel().innerHTML = `<div class="fn-steps"></div>${drawn}`; // drawn and escaped by our own server
    steadily(() => (panel().hidden = false));
    if (isSheet() && !history.state?.fnSource) history.pushState({ fnSource: 1 }, ""); // so that Back closes it
    const told = f.$("#fn-where");
    if (told && where) told.textContent = f.where(f.$("#fn-changed") ? told.textContent : where);
    drawSteps();
    showMark();
    showPage(mine);
    if (focus) f.$("#fn-close").focus({ preventScroll: true });
  }

  // The conversation gets narrower and wider with the panel; what is read stays at its height.
  function steadily(change) {
    const top = (one) => one.getBoundingClientRect().top;
    const inView = (one) => one?.offsetParent && top(one) >= 0 && top(one) < innerHeight;
    const still = inView(opener) ? opener : f.$$("#fn-turns :is(h2, p, .fn-quote, .fn-actions)").find(inView);
    const before = still && top(still);
    change();
    if (still) scrollBy({ top: top(still) - before, behavior: "instant" });
  }

  // Only the document is scrolled: scrollIntoView would take the conversation along.
  function showMark() {
    const [room, mark] = [f.$(".fn-document"), f.$("#fn-mark")];
    if (!mark) return;
    const [around, words] = [room.getBoundingClientRect(), mark.getBoundingClientRect()];
    room.scrollTop += words.top - around.top - Math.max(0, (around.height - words.height) / 2);
  }

  // A PDF's page, the words boxed in it; without it the text below says the same.
  async function showPage(mine) {
    const figure = f.$("#fn-page");
    const reply = figure && (await fetch(figure.dataset.page).catch(() => null));
    if (!reply?.ok || mine !== asked) return;
    const image = f.element("img", { src: URL.createObjectURL(await reply.blob()), alt: f.say("page_picture", { n: reply.headers.get("X-Page") }) });
    image.addEventListener("load", () => {
      URL.revokeObjectURL(image.src);
      figure.replaceChildren(image);
      figure.hidden = false;
      const room = figure.parentElement;
      room.scrollTop = figure.offsetTop - room.offsetTop + image.height * Number(reply.headers.get("X-Top")) - room.clientHeight / 3;
    });
  }

  function drawSteps() {
    const places = chips();
    const here = at(places);
    const button = (id, text, label, does) => {
      const made = f.element("button", { type: "button", id, textContent: text, ariaLabel: f.say(label), title: f.say(label) });
      made.addEventListener("click", does);
      return made;
    };
    const steps = f.$(".fn-steps");
    if (here >= 0 && places.length > 1) {
      steps.append(button("fn-previous", "‹", "previous", () => step(-1)),
        f.element("span", { textContent: f.say("n_of_m", { n: here + 1, m: places.length }) }),
        button("fn-next", "›", "next", () => step(1)));
    }
    steps.append(button("fn-close", "×", "close_source", close));
  }

  function close() {
    asked += 1;
    if (!panel() || panel().hidden) return false;
    steadily(() => (panel().hidden = true));
    panel().replaceChildren();
    if (history.state?.fnSource) history.back();
    f.$$("[data-doc][aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    if (opener?.offsetParent) opener.focus({ preventScroll: true });
    else f.leaveBox(); // it is shown no longer
    f.hideCard();
    return true;
  }

  function step(by) {
    const places = chips();
    if (!places.length) return;
    const here = at(places);
    open(places[here < 0 ? (by > 0 ? 0 : places.length - 1) : (here + by + places.length) % places.length]);
  }

  // Quotes whose words no longer stand in their documents say so, and what is open shows its document as it is now.
  f.checkQuotes = async () => {
    const drawn = f.$$("#fn-turns .fn-quote[data-quote]");
    const quotes = drawn.map(({ dataset: { doc, start, end, quote } }) => ({ doc, start: Number(start), end: Number(end), quote }));
    const reply = quotes.length && (await f.post("standing", { quotes }).catch(() => null));
    const told = reply?.ok ? await reply.json() : [];
    told.forEach((key, n) => {
      const [quote, before] = [drawn[n], f.$(".fn-gone", drawn[n])];
      if (key === (before?.dataset.t || "")) return;
      before?.remove();
      if (key) quote.append(Object.assign(f.told("span", key), { className: "fn-gone" }));
      if (!panel().hidden && at([quote]) === 0) open(quote, panel().contains(document.activeElement));
    });
  };

  // The keys go on from the place that was opened last, but not past a new question.
  Object.assign(f, { closeSource: close, stepSource: step, forgetSource: () => (opener = null) });
  f.openSource = () => (opener?.isConnected && panel().hidden ? open(opener) : step(1));

  addEventListener("popstate", close);
  document.addEventListener("click", (event) => {
    const place = f.toOpen(event);
    if (place) open(place);
    const only = event.target.closest?.("#fn-only");
    if (!only) return;
    if (isSheet()) close(); // it lies over the box
    f.askOnly(only.dataset.docOnly, only.dataset.title);
  });
})();
