// Conversations, kept in this browser: list, open, rename, delete, export. A turn is {question, html, text, ...}.
(() => {
  const f = window.footnote;
  const mine = `talks.${f.given.library}`;
  const keyOf = (id) => `talk.${f.given.library}.${id}`;
  let current = null;

  const list = () => f.read(mine, []);
  f.talk = () => current;

  function fresh() {
    current = { id: Math.random().toString(36).slice(2, 12), name: "", turns: [] };
  }

  // Keep the conversation; when the browser's room is used up, the oldest others give way, and that is said.
  f.keepTalk = () => {
    const others = list().filter((one) => one.id !== current.id);
    const name = current.name || current.turns[0]?.question.slice(0, 80) || "";
    const listed = [{ id: current.id, name, when: Date.now() }, ...others];
    while (!f.write(keyOf(current.id), current) && listed.length > 1) f.write(keyOf(listed.pop().id), undefined);
    f.write(mine, listed);
    try {
      sessionStorage.setItem("footnote.current", current.id);
    } catch {
      // Without it a reload begins anew.
    }
    drawList();
  };

  function open(id) {
    if (f.busy()) f.stop();
    const found = f.read(keyOf(id), null);
    if (found) current = found;
    else fresh();
    f.drawTalk();
    drawList();
  }

  function remove(id) {
    if (!confirm(f.say("delete_sure"))) return;
    f.write(keyOf(id), undefined);
    f.write(mine, list().filter((one) => one.id !== id));
    if (current.id === id) startNew();
    drawList();
  }

  function rename(id) {
    const one = list().find((other) => other.id === id);
    const name = prompt(f.say("new_name"), one.name)?.trim();
    if (!name) return;
    f.write(mine, list().map((other) => (other.id === id ? { ...other, name } : other)));
    const kept = current.id === id ? current : f.read(keyOf(id), null);
    if (kept) {
      kept.name = name;
      f.write(keyOf(id), kept);
    }
    drawList();
  }

  function exportTalk(id) {
    const kept = current.id === id ? current : f.read(keyOf(id), { turns: [] });
    const written = kept.turns.map((turn, at) => {
      // Footnotes are numbered anew in every answer: the answer's own number comes first.
      const body = (turn.markdown || turn.text || "").replace(/\[\^(\d+)\]/g, `[^${at + 1}-$1]`);
      return `## ${turn.question}\n\n${body}\n`;
    });
    f.save("conversation.md", written.join("\n"));
  }

  function drawList() {
    const rows = list().map((one) => {
      const name = f.element("button", { type: "button", className: "fn-plain fn-talk-name", dir: "auto", textContent: one.name });
      name.addEventListener("click", () => open(one.id));
      if (one.id === current.id) name.setAttribute("aria-current", "page");
      const menu = f.element("details", { className: "fn-more" }, f.element("summary", { textContent: "⋯", ariaLabel: `${f.say("more")}: ${one.name}` }));
      for (const [key, does] of [["rename", rename], ["export", exportTalk], ["delete", remove]]) {
        const button = f.element("button", { type: "button", textContent: f.say(key) });
        button.addEventListener("click", () => {
          menu.open = false;
          does(one.id);
        });
        menu.append(button);
      }
      return f.element("li", {}, name, menu);
    });
    f.$("#fn-conversations").replaceChildren(...rows);
  }

  function startNew() {
    if (f.busy()) f.stop();
    fresh();
    sessionStorage.removeItem("footnote.current");
    f.drawTalk();
    drawList();
    f.$("#fn-box textarea").focus();
  }

  f.showAll = () => {
    f.drawTalk();
    drawList();
    f.refreshDocuments();
  };

  f.ready(() => {
    let id = null;
    try {
      id = sessionStorage.getItem("footnote.current");
    } catch {
      // Begin anew.
    }
    current = (id && f.read(keyOf(id), null)) || null;
    if (!current) fresh();
    f.drawTalk();
    drawList();
    f.$("#fn-new").addEventListener("click", startNew);
    addEventListener("storage", (event) => event.key === `footnote.${mine}` && drawList());
  });
})();
