// Conversations, kept in this browser (and on disk, if so chosen): list, open, rename, delete. A turn is {question, html, text, ...}.
(() => {
  const f = window.footnote;
  // Each conversation has keys of its own, so that two tabs never write over each other's.
  const keyOf = (id) => `talk.${f.given.library}.${id}`;
  const headOf = (id) => `head.${f.given.library}.${id}`;
  let current = null;
  const nameOf = (talk) => talk.name || talk.turns[0]?.question.slice(0, 80) || "";

  // Newest first: [{id, name, when}]. The one on the page is there even if the browser had no room for it.
  function list() {
    const start = `footnote.${headOf("")}`;
    const ids = f.storedKeys().filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
    const here = ids.map((id) => ({ id, ...f.read(headOf(id), {}) }));
    if (current?.turns.length && !ids.includes(current.id)) here.push({ id: current.id, name: nameOf(current), when: current.when });
    const there = f.disk.heads().filter((one) => !here.some((other) => other.id === one.id));
    return [...here, ...there].sort((one, other) => other.when - one.when);
  }
  f.talk = () => current;
  f.isDeleted = (talk) => talk !== current && f.read(headOf(talk.id), null) === null;

  function fresh() {
    current = { id: Math.random().toString(36).slice(2, 12), name: "", turns: [] };
  }

  function forget(id) {
    f.write(keyOf(id), undefined);
    f.write(headOf(id), undefined);
  }

  // Write a conversation to the browser. When its room is used up, what was kept before stays, this one's too.
  function store(talk, when) {
    const kept = f.write(keyOf(talk.id), talk);
    if (kept || f.read(keyOf(talk.id), null)) f.write(headOf(talk.id), { name: nameOf(talk), when });
    f.disk.warn(kept ? "" : "not_kept");
  }

  // Keep the conversation, one turn of which may have changed, with what other tabs kept of it; no other gives way to it.
  f.keepTalk = (talk = current, turn = null) => {
    talk.when = Date.now();
    if (turn) turn.when = talk.when;
    take(talk);
    store(talk, talk.when);
    share(talk);
    if (talk === current) remember(talk.id);
    drawList();
  };

  function take(talk) {
    const stored = f.read(keyOf(talk.id), null);
    const taken = stored ? f.merge(talk, stored) : [];
    if (taken.length && talk === current) draw(taken);
    return stored;
  }

  // Draw what another tab or browser said; what it is still answering comes by itself.
  function draw(taken) {
    f.drawTaken(taken);
    f.expectAnswers(current, async (talk) => {
      const there = await f.disk.read(talk.id);
      if (there) takeOver(talk, there);
    });
  }

  // Keep the conversation on disk too, if so chosen, and take over what another browser said in it.
  async function share(talk) {
    const there = await f.disk.put({ ...talk, name: nameOf(talk) });
    if (there) takeOver(talk, there);
  }

  function takeOver(talk, there) {
    if (f.isDeleted(talk)) return;
    take(talk); // what other tabs kept meanwhile
    const taken = f.merge(talk, there);
    if (taken.length && talk === current) draw(taken);
    store(talk, talk.when);
    drawList();
  }

  // See what other browsers said on disk; what one of them deleted, and this one did not go on with, is deleted here too.
  async function lookAround() {
    const gone = Object.entries(await f.disk.look());
    for (const [id, when] of gone) if (id !== current.id && f.read(headOf(id), null)?.when <= when) forget(id);
    drawList();
    const talk = current;
    const head = f.disk.heads().find((one) => one.id === talk.id);
    const there = head?.when > (talk.when || 0) ? await f.disk.read(talk.id) : null;
    if (there) takeOver(talk, there);
  }

  function remember(id) {
    try {
      sessionStorage.setItem("footnote.current", id);
    } catch {
      // Without it a reload begins anew.
    }
  }

  // A conversation as it is in the browser, with what another browser said in it on disk.
  async function load(id) {
    const [here, there] = [f.named(f.read(keyOf(id), null)), await f.disk.read(id)];
    if (here && there) f.merge(here, there);
    return here || f.named(there);
  }

  async function open(id) {
    if (id === current.id) return;
    if (f.busy()) f.stop();
    current = f.answering(id) || (await load(id));
    if (current) f.write(keyOf(id), current);
    else fresh();
    remember(current.id);
    f.disk.warn("");
    f.drawTalk();
    drawList();
    lookAround();
  }

  function remove(id) {
    if (!confirm(f.say("delete_sure"))) return;
    forget(id);
    f.disk.remove(id);
    if (current.id === id) startNew();
    else if (!f.$("#fn-kept-said").hidden) f.keepTalk(); // there may be room for it now
    drawList();
  }

  async function rename(id) {
    const one = list().find((other) => other.id === id);
    const name = prompt(f.say("new_name"), one.name)?.trim();
    if (!name) return;
    const kept = current.id === id ? current : await load(id);
    if (kept) {
      Object.assign(kept, { name, named: Date.now() });
      store(kept, one.when);
      await share(kept);
    }
    drawList();
  }

  const exportTalk = async (id) => f.exportTalk(current.id === id ? current : (await load(id)) || { turns: [] });

  // A list that says the same stays as it is, and a menu that is open stays open: it may be drawn while one is reached for.
  let drawn = "";
  function drawList() {
    const talks = list();
    const says = JSON.stringify([talks.map(({ id, name }) => [id, name]), current.id, f.chosen.language]);
    if (says === drawn) return;
    drawn = says;
    const opened = f.$("#fn-conversations .fn-more[open]")?.dataset.talk;
    const rows = talks.map((one) => {
      const name = f.element("button", { type: "button", className: "fn-plain fn-talk-name", dir: "auto", textContent: one.name });
      name.addEventListener("click", () => open(one.id));
      if (one.id === current.id) name.setAttribute("aria-current", "page");
      const menu = f.element("details", { className: "fn-more" }, f.element("summary", { textContent: "⋯", ariaLabel: `${f.say("more")}: ${one.name}` }));
      menu.dataset.talk = one.id;
      menu.open = one.id === opened;
      for (const [key, does] of [["rename", rename], ["export", exportTalk], ["delete", remove]]) {
        const button = f.element("button", { type: "button", textContent: f.say(key) });
        button.addEventListener("click", () => {
          menu.open = false;
          f.$("summary", menu).focus();
          does(one.id);
        });
        menu.append(button);
      }
      return f.element("li", {}, name, menu);
    });
    f.keepingFocus(f.$("#fn-conversations"), () => f.$("#fn-conversations").replaceChildren(...rows));
  }

  function startNew() {
    if (f.busy()) f.stop();
    fresh();
    remember(current.id);
    f.disk.warn("");
    f.drawTalk();
    drawList();
    f.$("#fn-box textarea").focus();
  }

  f.showAll = () => {
    f.drawTalk();
    drawList();
    f.refreshDocuments();
  };

  // Where conversations are kept was chosen anew: those of this browser are written, those on disk are listed.
  f.keepChanged = async () => {
    await lookAround();
    for (const { id, when } of list()) {
      const kept = current.id === id && current.turns.length ? current : f.named(f.read(keyOf(id), null));
      if (kept) await share(Object.assign(kept, { when: kept.when || when }));
    }
    await lookAround();
  };

  f.ready(() => {
    let id = null;
    try {
      id = sessionStorage.getItem("footnote.current");
    } catch {
      // Begin anew.
    }
    current = f.named((id && f.read(keyOf(id), null)) || null);
    if (!current) fresh();
    f.drawTalk();
    drawList();
    lookAround();
    f.$("#fn-new").addEventListener("click", startNew);
    addEventListener("focus", lookAround);
    addEventListener("storage", (event) => {
      const stored = event.key === `footnote.${keyOf(current.id)}` && take(current);
      if (stored && f.lacks(stored, current)) store(current, current.when);
      if (event.key?.startsWith("footnote.head.")) drawList();
    });
  });
})();
