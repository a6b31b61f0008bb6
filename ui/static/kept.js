// Conversations on disk, in the library's folder, if the person chose so. talks/ID <-> a conversation.
(() => {
  const f = window.footnote;
  let heads = [];
  const chosen = () => f.chosen.talks === "disk";
  const json = async (address) => {
    const { ok, words } = await f.said(fetch(address));
    return ok ? JSON.parse(words) : null;
  };

  async function put(talk) {
    if (!chosen()) return;
    const body = JSON.stringify({ name: talk.name, when: talk.when, turns: talk.turns });
    const { ok, words } = await f.said(fetch(`talks/${talk.id}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body }));
    warn("");
    if (!ok) Object.assign(f.$("#fn-kept-said"), { hidden: false, textContent: words });
  }

  // Say why a conversation is not kept, in a text of the page; "" takes it back.
  function warn(key) {
    const said = f.$("#fn-kept-said");
    said.hidden = !key;
    if (key) said.dataset.t = key;
    else delete said.dataset.t;
    said.textContent = key && f.say(key);
  }

  f.disk = {
    heads: () => heads,
    put,
    warn,
    read: (id) => (chosen() ? json(`talks/${id}`) : null),
    remove: (id) => {
      heads = heads.filter((one) => one.id !== id);
      return chosen() ? f.said(fetch(`talks/${id}`, { method: "DELETE" })) : null;
    },
    // What is there now; nothing when conversations are kept in the browser only.
    look: async () => {
      heads = (chosen() && (await json("talks"))) || [];
    },
  };
})();
