// Add, remove and re-sync documents while questions go on. Files -> PUT /documents/NAME, then a sync that is watched.
(() => {
  const f = window.footnote;
  const LIST_MS = 3000;
  let uploading = null;
  const IDLE_MS = 3000;
  let watching = false;
  let asked = 0;
  let seen = 0; // the number of the last sync that was heard of

  f.refreshDocuments = async () => {
    const mine = ++asked;
    const reply = await fetch(`documents?${new URLSearchParams({ language: f.chosen.language, find: f.find() })}`).catch(() => null);
    const found = reply?.ok && (await reply.json());
    if (!found || mine !== asked) return;
    for (const name of ["list", "followed", "table"]) {
      const part = f.$(`#fn-${name}`);
      const far = f.$(".fn-files", part)?.scrollTop;
      f.keepingFocus(part, () => (part.innerHTML = found[name])); // drawn and escaped by our own server
      if (far) f.$(".fn-files", part)?.scrollTo(0, far);
    }
    f.drawnList(found.count);
    f.wordsAlone(found.words_alone);
    f.$("#fn-follow").hidden = !found.may_follow;
    f.$("#fn-begin").hidden = found.count > 0 || found.running;
    f.$("#fn-examples").hidden = found.count === 0;
    if (uploading === null) show(found);
    if (found.running) watch();
  };

  // Whether the last question was searched by words alone, which a full disk makes of it.
  f.wordsAlone = (so) => (f.$("#fn-words-alone").hidden = !so);

  function show({ running, done, total, said }) {
    const bar = f.$("#fn-progress");
    const busy = running || uploading !== null;
    const [comes, goes] = busy ? ["#fn-halt", "#fn-sync"] : ["#fn-sync", "#fn-halt"];
    const moves = document.activeElement === f.$(goes);
    bar.hidden = !busy;
    f.$(comes).hidden = false;
    f.$(goes).hidden = true;
    if (moves) f.$(comes).focus();
    if (total) bar.value = done / total;
    else bar.removeAttribute("value");
    f.$("#fn-said").textContent = said;
    const side = f.$("#fn-adding");
    side.textContent = said;
    side.hidden = !busy;
  }

  // The list grows with what is read; the longer it takes to draw, the more rarely.
  async function watch() {
    if (watching) return;
    watching = true;
    let [drawn, next] = [-1, 0];
    for (let running = true; running; ) {
      await new Promise((done) => setTimeout(done, 300));
      const reply = await fetch(`documents/progress?language=${f.chosen.language}`).catch(() => null);
      if (!reply?.ok) break;
      const state = await reply.json();
      running = state.running;
      seen = state.nth;
      if (uploading === null) show(state);
      if (!running || state.done === drawn || Date.now() < next) continue;
      const begun = Date.now();
      drawn = state.done;
      await f.refreshDocuments();
      next = Date.now() + Math.max(LIST_MS, 20 * (Date.now() - begun));
    }
    watching = false;
    f.refreshDocuments();
    f.checkQuotes();
  }

  // A sync that begins by itself, because a followed folder changed, is watched as well.
  async function lookForChanges() {
    if (document.hidden || watching) return;
    const reply = await fetch(`documents/progress?language=${f.chosen.language}`).catch(() => null);
    if (reply?.ok && (await reply.json()).nth !== seen) watch();
  }

  // Files, each with its path, go one by one, so that one that is refused costs the others nothing and all of it can be stopped.
  async function upload(files) {
    if (!files.length) return;
    if (!f.$("#fn-d-documents").open) f.$("#fn-d-documents").showModal();
    const refused = f.$("#fn-refused-uploads");
    refused.replaceChildren();
    const controller = (uploading = new AbortController());
    const begun = Date.now();
    let done = 0;
    for (const { path, file } of files) {
      const left = done && f.lasting(((Date.now() - begun) / done / 1000) * (files.length - done));
      const said = f.say(done ? "uploading" : "uploading_begins", { done, total: files.length, left });
      show({ running: true, done, total: files.length, said });
      const name = path.split("/").slice(-3).join(" – ");
      const words = await put(name, file, controller.signal);
      if (controller.signal.aborted) break;
      if (words) refused.append(f.element("li", { textContent: words, dir: "auto" }));
      done += 1;
    }
    uploading = null;
    await start("documents/sync", {});
  }

  async function isReadable(file) {
    try {
      const reader = file.stream().getReader();
      await reader.read();
      reader.cancel();
      return true;
    } catch {
      return false;
    }
  }

  // Take one file; return why it was not taken, in words, or "".
  async function put(name, file, signal) {
    if (!(await isReadable(file))) return f.say("not_readable", { name });
    if (file.size > f.given.maxMb * 1e6) return f.say("too_large", { name, mb: f.given.maxMb });
    const address = `documents/${encodeURIComponent(name)}?language=${f.chosen.language}`;
    const { ok, words } = await f.said(fetch(address, { method: "PUT", body: file, signal }));
    return ok ? "" : words;
  }

  async function start(address, body) {
    const { ok, words } = await f.said(f.post(address, body));
    if (!ok) f.$("#fn-said").textContent = words;
    else watch();
    return ok;
  }

  f.ready(() => {
    for (const id of ["#fn-files", "#fn-folder"]) {
      f.$(id).addEventListener("change", (event) => {
        upload([...event.target.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
        event.target.value = "";
      });
    }
    addEventListener("dragover", (event) => {
      event.preventDefault();
      document.documentElement.dataset.fnDrag = "1";
    });
    addEventListener("dragleave", (event) => !event.relatedTarget && delete document.documentElement.dataset.fnDrag);
    addEventListener("drop", async (event) => {
      event.preventDefault();
      delete document.documentElement.dataset.fnDrag;
      upload(await f.dropped(event.dataTransfer));
    });
    f.$("#fn-sync").addEventListener("click", () => start("documents/sync", {}));
    f.$("#fn-halt").addEventListener("click", () => (uploading ? uploading.abort() : f.said(f.post("documents/stop", {}))));
    f.$("#fn-follow").addEventListener("submit", async (event) => {
      event.preventDefault();
      const path = new FormData(event.target).get("path").trim();
      if (path && (await start("documents/follow", { path }))) event.target.reset();
    });
    f.$("#fn-d-documents").addEventListener("click", (event) => {
      const { docRemove, path } = event.target.dataset;
      if (docRemove) start("documents/remove", { doc_id: docRemove });
      else if (path) start("documents/unfollow", { path });
    });
    f.refreshDocuments();
    setInterval(lookForChanges, IDLE_MS);
  });
})();
