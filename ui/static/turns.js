// Draw the conversation: each turn its question, the answer the server drew, and what can be done with it.
(() => {
  const f = window.footnote;
  let following = false;

  const sectionOf = (at) => f.$(`.fn-turn[data-at="${at}"]`);

  f.drawTalk = () => {
    f.$("#fn-turns").replaceChildren();
    f.talk().turns.forEach((turn, at) => {
      if (!turn.outcome && !f.isRunning(turn)) cutOff(turn);
      f.addTurn(turn, at);
    });
    f.closeSource?.();
    showWelcome();
    f.$(".fn-turn:last-child")?.scrollIntoView({ block: "start" });
  };

  // An answer that the page was closed over: what came of it is kept, and it can be asked again.
  function cutOff(turn) {
    const words = f.told("p", "connection_lost");
    const error = f.element("article", { className: "fn-answer" }, words);
    error.dataset.state = "error";
    const came = turn.html && !turn.html.includes('data-state="waiting"') ? turn.html : "";
    Object.assign(turn, { outcome: "error", text: "", html: came + error.outerHTML });
  }

  f.addTurn = (turn, at) => {
    const question = f.element("h2", { textContent: turn.question, dir: "auto" });
    const asked = f.element("div", { className: "fn-question" }, question);
    if (turn.only?.length) asked.append(f.element("p", { className: "fn-quiet", dir: "auto", textContent: f.say("only_note", { title: turn.onlyTitle }) }));
    const section = f.element("section", { className: "fn-turn" }, asked, f.element("div", { className: "fn-drawn" }), f.element("div", { className: "fn-actions" }));
    section.dataset.at = at;
    f.$("#fn-turns").append(section);
    showWelcome();
    if (turn.html) f.drawAnswer(at);
  };

  f.drawAnswer = (at) => {
    const turn = f.talk().turns[at];
    const section = sectionOf(at);
    const drawn = f.$(".fn-drawn", section);
    drawn.innerHTML = turn.html; // drawn and escaped by our own server
    f.translate(drawn); // in the language of today, whichever it was asked in
    if (!turn.outcome) return;
    f.$(".fn-actions", section).replaceChildren(...actions(turn, at));
    const suggest = f.$("[data-suggest]", drawn);
    if (suggest && turn.outcome === "abstained") fillSuggestions(suggest, turn);
    f.$(".fn-query", drawn)?.addEventListener("submit", (event) => {
      event.preventDefault();
      again(at, new FormData(event.target).get("query").trim());
    });
  };

  function showWelcome() {
    f.$("#fn-welcome").hidden = f.talk().turns.length > 0;
  }

  function again(at, query = "") {
    if (f.busy()) return;
    const turn = f.talk().turns[at];
    Object.assign(turn, { html: "", outcome: "", text: "", judged: "" });
    f.$(".fn-actions", sectionOf(at)).replaceChildren();
    f.ask(at, query);
  }

  function actions(turn, at) {
    const button = (key, does) => {
      const made = f.element("button", { type: "button", textContent: f.say(key) });
      made.dataset.act = key;
      made.addEventListener("click", () => does(made));
      return made;
    };
    const made = [];
    if (turn.outcome !== "error") made.push(...f.judgeButtons(turn, button));
    if (turn.plain) {
      made.push(button("copy", (self) => f.copy(`${turn.question}\n\n${turn.plain}`, self)));
      const others = [button("copy_markdown", (self) => f.copy(`**${turn.question}**\n\n${turn.markdown}`, self))];
      if (turn.bibtex) others.push(button("copy_bibtex", (self) => f.copy(turn.bibtex, self)));
      made.push(f.element("details", { className: "fn-more" }, f.element("summary", { textContent: "⋯", ariaLabel: f.say("copy_other") }), f.element("div", {}, ...others)));
    }
    made.push(button("retry", () => again(at)), button("edit", () => edit(at)));
    return made;
  }

  // Change the question where it stands; its answer is made anew, the other turns stay.
  function edit(at) {
    const turn = f.talk().turns[at];
    const asked = f.$(".fn-question", sectionOf(at));
    const area = f.element("textarea", { value: turn.question, rows: 2, dir: "auto", ariaLabel: f.say("your_question") });
    const form = f.element("form", { className: "fn-edit" }, area,
      f.element("button", { type: "submit", textContent: f.say("ask") }),
      f.element("button", { type: "button", textContent: f.say("cancel") }));
    const heading = f.$("h2", asked);
    const close = () => {
      form.remove();
      heading.hidden = false;
    };
    form.lastChild.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!area.value.trim() || f.busy()) return;
      turn.question = heading.textContent = area.value.trim();
      close();
      again(at);
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
      const reply = await fetch(`suggest?${new URLSearchParams([["question", turn.question], ...(turn.only || []).map((doc) => ["only", doc])])}`).catch(() => null);
      turn.suggested = reply?.ok ? await reply.json() : [];
      f.keepTalk();
    }
    if (!turn.suggested.length || !place.isConnected) return;
    const buttons = turn.suggested.map((question) => f.element("button", { type: "button", className: "fn-example", dir: "auto", textContent: question }));
    place.replaceChildren(f.element("h3", { textContent: f.say("they_answer") }), ...buttons);
  }

  // Keep the newest turn in view while it grows, unless the reader scrolls away.
  f.follow = (at) => {
    following = true;
    sectionOf(at).scrollIntoView({ block: "start" });
  };
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (following = false), { passive: true });
  f.isFollowing = () => following;

  document.addEventListener("click", (event) => {
    const example = event.target.closest?.(".fn-example");
    if (example && !f.busy()) f.send(example.textContent);
  });
})();
