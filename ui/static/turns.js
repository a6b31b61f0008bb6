// Draw the conversation: each turn its question, the answer the server drew, and what can be done with it.
(() => {
  const f = window.footnote;
  let following = false;

  const sectionOf = (turn) => f.$(`.fn-turn[data-turn="${CSS.escape(turn.id)}"]`);

  f.drawTalk = () => {
    f.$("#fn-turns").replaceChildren();
    for (const turn of f.talk().turns) {
      if (f.isElsewhere(turn)) cutOff(turn);
      f.addTurn(turn);
    }
    f.closeSource?.();
    f.checkQuotes?.();
    showWelcome();
    f.$(".fn-turn:last-child")?.scrollIntoView({ block: "start" });
  };

  // Draw the turns that another tab added or changed, each in its place.
  f.drawTaken = (taken) => {
    for (const turn of taken) sectionOf(turn)?.remove();
    for (const turn of f.talk().turns) if (!sectionOf(turn)) f.addTurn(turn);
    for (const turn of taken) if (f.isElsewhere(turn)) f.$(".fn-drawn", sectionOf(turn)).append(f.told("p", "answered_elsewhere"));
  };

  // No answer came from the tab or browser that was to give it.
  f.giveUp = (turns) => {
    turns.forEach(cutOff);
    turns.forEach(f.drawAnswer);
  };

  // An answer that the page was closed over: what came of it is kept, and it can be asked again.
  function cutOff(turn) {
    const words = f.told("p", "connection_lost");
    const error = f.element("article", { className: "fn-answer" }, words);
    error.dataset.state = "error";
    const came = turn.html && !turn.html.includes('data-state="waiting"') ? turn.html : "";
    Object.assign(turn, { outcome: "error", text: "", html: came + error.outerHTML });
  }

  f.addTurn = (turn) => {
    const question = f.element("h2", { textContent: turn.question, dir: "auto" });
    const asked = f.element("div", { className: "fn-question" }, question);
    if (turn.only?.length) asked.append(f.element("p", { className: "fn-quiet", dir: "auto", textContent: f.say("only_note", { title: turn.onlyTitle }) }));
    const section = f.element("section", { className: "fn-turn" }, asked, f.element("div", { className: "fn-drawn", tabIndex: -1 }), f.element("div", { className: "fn-actions" }));
    section.dataset.turn = turn.id;
    const place = f.$("#fn-turns");
    place.insertBefore(section, place.children[f.talk().turns.indexOf(turn)] || null);
    showWelcome();
    if (turn.html) f.drawAnswer(turn);
  };

  f.drawAnswer = (turn) => {
    const section = sectionOf(turn);
    const drawn = f.$(".fn-drawn", section);
    drawn.innerHTML = turn.html; // drawn and escaped by our own server
    f.translate(drawn); // in the language of today, whichever it was asked in
    if (!turn.outcome) return;
    f.$(".fn-actions", section).replaceChildren(...actions(turn));
    const suggest = f.$("[data-suggest]", drawn);
    if (suggest && turn.outcome === "abstained") fillSuggestions(suggest, turn);
    f.$(".fn-query", drawn)?.addEventListener("submit", (event) => {
      event.preventDefault();
      again(turn, new FormData(event.target).get("query").trim());
    });
  };

  function showWelcome() {
    f.$("#fn-welcome").hidden = f.talk().turns.length > 0;
  }

  function again(turn, query = "") {
    if (f.busy()) return;
    Object.assign(turn, { html: "", outcome: "", text: "", judged: "", suggested: null, plain: "", markdown: "", bibtex: "" });
    f.$(".fn-drawn", sectionOf(turn)).focus({ preventScroll: true });
    f.$(".fn-actions", sectionOf(turn)).replaceChildren();
    f.ask(turn, query);
  }

  function actions(turn) {
    const button = (key, does) => {
      const made = f.element("button", { type: "button", textContent: f.say(key) });
      made.dataset.act = key;
      made.addEventListener("click", () => does(made));
      return made;
    };
    const made = [];
    if (turn.plain) made.push(...f.judgeButtons(turn, button)); // of nothing there is nothing to judge
    if (turn.plain) {
      made.push(button("copy", (self) => f.copy(`${turn.question}\n\n${turn.plain}`, self)));
      const others = [button("copy_markdown", (self) => f.copy(`**${turn.question}**\n\n${turn.markdown}`, self))];
      if (turn.bibtex) others.push(button("copy_bibtex", (self) => f.copy(turn.bibtex, self)));
      made.push(f.element("details", { className: "fn-more" }, f.element("summary", { textContent: "⋯", ariaLabel: f.say("copy_other") }), f.element("div", {}, ...others)));
    }
    made.push(button("retry", () => again(turn)), button("edit", () => edit(turn)));
    return made;
  }

  // Change the question where it stands; its answer is made anew, the other turns stay.
  function edit(turn) {
    const asked = f.$(".fn-question", sectionOf(turn));
    const area = f.element("textarea", { value: turn.question, rows: 2, dir: "auto", ariaLabel: f.say("your_question") });
    const form = f.element("form", { className: "fn-edit" }, area,
      f.element("button", { type: "submit", textContent: f.say("ask") }),
      f.element("button", { type: "button", textContent: f.say("cancel") }));
    const heading = f.$("h2", asked);
    const close = () => {
      form.remove();
      heading.hidden = false;
      f.$('[data-act="edit"]', sectionOf(turn)).focus({ preventScroll: true });
    };
    form.lastChild.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!area.value.trim() || f.busy()) return;
      turn.question = heading.textContent = area.value.trim();
      close();
      again(turn);
    });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && !event.shiftKey) form.requestSubmit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    heading.hidden = true;
    asked.append(form);
    area.focus();
  }

  // Two questions that were tried and are answered; nothing is shown when there are none.
  async function fillSuggestions(place, turn) {
    if (!turn.suggested) {
      const [talk, { question, only = [] }] = [f.talk(), turn];
      const reply = await fetch(`suggest?${new URLSearchParams([["question", question], ...only.map((doc) => ["only", doc])])}`).catch(() => null);
      const found = reply?.ok ? await reply.json() : [];
      if (turn.question !== question || f.isRunning(turn)) return; // it was asked anew meanwhile
      turn.suggested = found;
      if (!f.isDeleted(talk)) f.keepTalk(talk, turn);
    }
    if (!turn.suggested.length || !place.isConnected) return;
    const buttons = turn.suggested.map((question) => f.element("button", { type: "button", className: "fn-example", dir: "auto", textContent: question }));
    place.replaceChildren(f.element("h3", { textContent: f.say("they_answer") }), ...buttons);
    if (following) reveal(place, f.$(".fn-answer", sectionOf(turn)));
  }

  // Bring what came last above the box, but let the beginning of its answer stay in view.
  function reveal(place, answer) {
    const note = f.$("#fn-only-note");
    const end = (note.hidden ? f.$("#fn-ask") : note).getBoundingClientRect().top - 16;
    const hidden = place.getBoundingClientRect().bottom - end;
    const above = answer.getBoundingClientRect().top - f.$("#fn-bar").getBoundingClientRect().bottom - 8;
    scrollBy(0, Math.max(0, Math.min(hidden, above)));
  }

  // Keep the newest turn in view while it grows, unless the reader scrolls away.
  f.follow = (turn) => {
    following = true;
    sectionOf(turn).scrollIntoView({ block: "start" });
  };
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (following = false), { passive: true });

  document.addEventListener("click", (event) => {
    const example = event.target.closest?.(".fn-example");
    if (!example || f.busy()) return;
    f.send(example.textContent);
    f.leaveBox();
  });
})();
