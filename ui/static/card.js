// The card of a citation: its quote, document, place and date, when its chip is pointed at, focused or touched.
(() => {
  const f = window.footnote;
  const SHOW_MS = 120;
  const HIDE_MS = 250;
  let card = null;
  let chip = null;
  let waiting = 0;

  const shown = () => card !== null && !card.hidden;
  const later = (does, ms) => {
    clearTimeout(waiting);
    waiting = setTimeout(does, ms);
  };

  function show(of) {
    clearTimeout(waiting);
    if (!of.isConnected) return;
    chip?.removeAttribute("aria-describedby");
    chip = of;
    const { quote, where } = of.dataset;
    card.replaceChildren(f.element("q", { textContent: quote, dir: "auto" }), f.element("span", { className: "fn-where", textContent: f.where(where), dir: "auto" }));
    card.hidden = false;
    of.setAttribute("aria-describedby", card.id);
    const room = of.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const below = room.bottom + 8 + height <= innerHeight || room.top < height + 8;
    card.style.left = `${Math.max(8, Math.min(room.left - 16, innerWidth - width - 8))}px`;
    card.style.top = `${below ? room.bottom + 8 : room.top - 8 - height}px`;
  }

  f.hideCard = () => {
    clearTimeout(waiting);
    if (!shown()) return;
    card.hidden = true;
    chip?.removeAttribute("aria-describedby");
  };

  // What a click on the page opens: a click on the card opens its chip; a first touch of a chip only shows its card.
  f.toOpen = (event) => {
    const place = event.target.closest?.("[data-doc], #fn-card");
    const touched = event.pointerType === "touch" && place?.matches(".fn-chip") && !(shown() && chip === place);
    if (touched) show(place);
    else f.hideCard();
    return touched ? null : place?.id === "fn-card" ? chip : place;
  };

  f.ready(() => {
    card = f.element("div", { id: "fn-card", role: "tooltip", hidden: true });
    f.$("#fn-columns").append(card);
    document.addEventListener("pointerover", (event) => {
      const over = event.target.closest?.(".fn-chip, #fn-card");
      if (event.pointerType === "touch") return;
      if (over?.matches(".fn-chip")) later(() => show(over), SHOW_MS);
      else if (over) clearTimeout(waiting);
      else if (shown()) later(f.hideCard, HIDE_MS);
      else clearTimeout(waiting);
    });
    document.addEventListener("focusin", (event) => {
      if (event.target.matches?.(".fn-chip:focus-visible")) show(event.target);
      else if (shown() && !chip?.matches(":hover")) f.hideCard();
    });
    for (const kind of ["scroll", "resize"]) addEventListener(kind, f.hideCard, { passive: true, capture: true });
  });
})();
