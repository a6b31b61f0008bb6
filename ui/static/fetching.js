// Download a model from the hub, on the person's order, and delete it. POST model/download, watched; then it is tried out.
(() => {
  const f = window.footnote;
  let offers = [];
  let watching = false;

  const file = (name) => name.split("/").pop();
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const say = (key, values = {}) => (f.$("#fn-fetch-said").textContent = key && f.say(key, values));

  function offer({ name, gb, memory_gb: memory, licence }) {
    const words = f.element("span", {}, f.element("bdi", { textContent: file(name) }), ` · ${f.say("fetch_offer", { gb, memory, licence })}`);
    const button = f.element("button", { type: "button", textContent: f.say("fetch_do"), ariaLabel: f.say("fetch_one", { name: file(name) }) });
    button.addEventListener("click", () => start(name));
    return f.element("li", {}, words, button);
  }

  // What lies on this machine, each with its size and a way to be rid of it.
  function drawHeld(held) {
    const mb = (one) => Math.round(one.n_bytes / 1e6).toLocaleString(f.chosen.language);
    const rows = held.map((one) => {
      const size = f.say(one.is_whole ? "held_whole" : "held_part", { mb: mb(one) });
      const words = f.element("span", {}, f.element("bdi", { textContent: one.name }), ` · ${size}`);
      const button = f.element("button", { type: "button", textContent: f.say("delete"), ariaLabel: `${f.say("delete")}: ${one.name}` });
      button.addEventListener("click", () => remove(one, mb(one)));
      return f.element("li", {}, words, button);
    });
    f.$("#fn-held").replaceChildren(...rows);
    f.$("#fn-held-here").hidden = !held.length;
  }

  async function remove({ name, path }, mb) {
    if (!confirm(f.say("held_sure", { name: file(name) }))) return;
    const { ok, words } = await f.said(f.post("model/download/delete", { name }));
    if (ok) f.forgetModel(path);
    const state = await look();
    if (state) drawHeld(state.held);
    if (ok) say("held_gone", { name: file(name), mb });
    else f.$("#fn-fetch-said").textContent = words;
    f.$('#fn-fetch [type="submit"]').focus();
  }

  // The bar is read when it is asked for; what is said aloud (#fn-fetch-said) changes only at the beginning and the end.
  function show({ running, name, done_bytes: done, total_bytes: total, left_seconds: left }) {
    if (!running && document.activeElement === f.$("#fn-fetch-stop")) f.$('#fn-fetch [type="submit"]').focus();
    f.$("#fn-fetch-row").hidden = !running;
    const mb = (bytes) => Math.round(bytes / 1e6).toLocaleString(f.chosen.language);
    const values = { name: file(name), done: mb(done), total: mb(total), left: clock(left) };
    f.$("#fn-fetch-far").textContent = f.say(!total ? "fetch_begins" : left ? "fetch_left" : "fetch_far", values);
    if (total) f.$("#fn-fetch-bar").value = done / total;
    else f.$("#fn-fetch-bar").removeAttribute("value");
  }

  async function look() {
    const reply = await fetch("model/download").catch(() => null);
    return reply?.ok ? reply.json() : null;
  }

  async function watch() {
    if (watching) return;
    watching = true;
    let state = await look();
    if (state?.running) say("fetch_going", { name: file(state.name) });
    while (state?.running) {
      show(state);
      await new Promise((done) => setTimeout(done, 500));
      state = await look();
    }
    watching = false;
    if (!state) return say("no_server");
    show(state);
    drawHeld(state.held);
    if (state.failed) f.$("#fn-fetch-said").textContent = state.failed;
    else say(state.stopped ? "fetch_stopped" : "fetch_done", { name: file(state.name) });
    if (state.path) f.addModel(state.path);
  }

  async function start(name) {
    const { ok, words } = await f.said(f.post("model/download", { name }));
    if (ok) watch();
    else f.$("#fn-fetch-said").textContent = words;
  }

  // A download goes on without this page: one that runs is watched again, one that ended meanwhile is told.
  f.refreshFetching = async () => {
    const state = await look();
    f.$("#fn-fetch").hidden = !state;
    if (!state) return;
    offers = state.offers;
    f.$("#fn-offers").replaceChildren(...offers.map(offer));
    show(state);
    drawHeld(state.held);
    if (state.running) {
      say("fetch_going", { name: file(state.name) });
      return watch();
    }
    if (!state.held.some((one) => one.path === state.path) || f.read("models", []).some((one) => one.path === state.path)) return;
    f.$("#fn-model-path").value ||= state.path;
    say("fetch_try", { name: file(state.name) });
  };

  f.ready(() => {
    f.$("#fn-fetch").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = event.target.elements.name.value.trim();
      if (name) start(name);
    });
    f.$("#fn-fetch-stop").addEventListener("click", () => f.said(f.post("model/download/stop", {})));
    f.refreshFetching();
  });
})();
