// Conversations on disk, in the library's folder, if the person chose so. talks/ID <-> a conversation.
(() => {
  const f = window.footnote;
  const GONE = 410;
  let heads = [];
  const removed = new Set();
  const chosen = () => f.chosen.talks === "disk";
  const json = async (address) => {
    const { ok, words } = await f.said(fetch(address));
    return ok ? JSON.parse(words) : null;
  };

  // Keep a conversation with what is there of it; return it as it is there if that is more, for another browser went on with it.
  async function put({ id, name, named, when, turns }) {
    if (!chosen()) return null;
    const body = JSON.stringify({ name, named, when, turns });
    const { ok, status, words } = await f.said(fetch(`talks/${id}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body }));
    warn(status === GONE ? "deleted_elsewhere" : "");
    if (!ok && status !== GONE) tell(words);
    return ok ? JSON.parse(words) : null;
  }

  async function remove(id) {
    heads = heads.filter((one) => one.id !== id);
    removed.add(id);
    if (!chosen()) return;
    const { ok, words } = await f.said(fetch(`talks/${id}`, { method: "DELETE" }));
    if (!ok) tell(words);
  }

  const tell = (words) => Object.assign(f.$("#fn-kept-said"), { hidden: false, textContent: words });

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
    remove,
    // See what is there now; return when which were deleted. Nothing when conversations are kept in the browser only.
    look: async () => {
      const found = (chosen() && (await json("talks"))) || { kept: [], deleted: {} };
      heads = found.kept.filter((one) => !removed.has(one.id));
      return found.deleted;
    },
  };
})();
