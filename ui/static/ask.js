// Ask, show the answer as it grows, stop. A turn's question -> POST /ask -> lines of drawn answers.
(() => {
  const f = window.footnote;
  const KEPT_TURNS = 6;
  const ONLY = `footnote.only ${location.pathname}`;
  let running = null;
  let only = null;

  f.busy = () => running !== null;
  f.isRunning = (turn) => running?.turn === turn;
  f.answering = (talkId) => (running?.talk.id === talkId ? running.talk : null);

  // Gradio hands over what stands in the box; what is returned stands there next.
  f.send = (text) => {
    if (!(text || "").trim()) return text;
    if (running) return text;
    const turn = f.newTurn({ question: text.trim(), only: only ? [only.doc] : [], onlyTitle: only?.title || "" });
    f.talk().turns.push(turn);
    f.addTurn(turn);
    f.ask(turn);
    return "";
  };

  f.put = (text) => {
    const box = f.$("#fn-box textarea");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  };

  // Answer a turn (again); what is said before it goes with it, what follows stays as it is.
  f.ask = async (turn, query = "") => {
    const talk = f.talk();
    const id = Math.random().toString(36).slice(2) + Date.now().toString(36);
    const history = talk.turns.slice(0, talk.turns.indexOf(turn)).filter((one) => one.text).slice(-KEPT_TURNS);
    const { language, strictness, length, model = "" } = f.chosen;
    running = { id, talk, turn };
    f.forgetSource();
    document.documentElement.dataset.fnBusy = "1";
    f.follow(turn);
    f.keepTalk(talk, turn); // whatever becomes of the answer, the question is not lost
    let lines = "";
    let last = null;
    try {
      const reply = await f.post("ask", {
        id, language, strictness, length, model, query, question: turn.question, only: turn.only,
        history: history.map((one) => [one.question, one.text]),
      });
      if (!reply.ok) throw new Error(await reply.text());
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        lines += value;
        const whole = lines.split("\n");
        lines = whole.pop();
        if (!whole.length) continue;
        last = JSON.parse(whole.at(-1));
        turn.html = last.html;
        if (f.talk() === talk) f.drawAnswer(turn);
      }
      if (!last?.outcome) throw new Error("cut off");
      Object.assign(turn, { outcome: last.outcome, text: last.text || "", query: last.query || "", plain: last.plain, markdown: last.markdown, bibtex: last.bibtex });
      if ("words_alone" in last) f.wordsAlone(last.words_alone);
    } catch {
      // Nothing that came is lost; what is missing is said below it.
      const before = last && !last.html.includes('data-state="waiting"') ? last.html : "";
      const words = f.told("p", before ? "connection_lost" : "no_server");
      words.setAttribute("role", "alert");
      turn.html = before + f.element("article", { className: "fn-answer" }, words).outerHTML.replace("<article", '<article data-state="error"');
      Object.assign(turn, { outcome: "error", text: "" });
    }
    running = null;
    delete document.documentElement.dataset.fnBusy;
    if (f.talk() === talk) {
      f.drawAnswer(turn);
      f.tell(f.say("answer_ready"));
    }
    if (!f.isDeleted(talk)) f.keepTalk(talk, turn);
  };

  f.stop = () => {
    if (!running) return;
    document.documentElement.dataset.fnBusy = "stopping"; // what is being read is read to its end
    f.said(f.post("stop", { id: running.id }));
  };

  // Ask one document only, until it is taken back; a tab that is loaded again still does.
  f.askOnly = (doc, title) => {
    showOnly(doc ? { doc, title } : null);
    f.$("#fn-box textarea").focus({ preventScroll: true });
    try {
      sessionStorage.setItem(ONLY, JSON.stringify(only));
    } catch {} // it is forgotten at the next load
  };

  function showOnly(chosen) {
    only = chosen;
    const note = f.$("#fn-only-note");
    note.hidden = !only;
    note.replaceChildren();
    if (!only) return;
    const off = Object.assign(f.told("button", "ask_all"), { type: "button" });
    off.addEventListener("click", () => f.askOnly(null));
    note.append(Object.assign(f.told("span", "only_note", { title: only.title }), { dir: "auto" }), off);
  }

  f.ready(() => {
    try {
      showOnly(JSON.parse(sessionStorage.getItem(ONLY)));
    } catch {}
  });
})();
