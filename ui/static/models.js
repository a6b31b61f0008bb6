// Which model answers: the one Footnote was started with, or a GGUF file of this machine, tried out first. Kept here.
(() => {
  const f = window.footnote;
  const known = () => f.read("models", []);
  let own = null;

  const told = ({ name, mb, memory_gb: gb, speed, writes }) =>
    [name, f.say("model_mb", { mb }), ...(gb ? [f.say("model_memory", { gb })] : []), ...(speed ? [f.say("model_speed", { speed })] : []), f.say(writes ? "model_writes" : "model_reads")].join(" · ");

  function radio(value, words) {
    const input = f.element("input", { type: "radio", name: "model", value, checked: (f.chosen.model || "") === value });
    return f.element("label", { className: "fn-radio" }, input, f.element("span", { textContent: words, dir: "auto" }));
  }

  function draw() {
    if (!own) return;
    const rows = known().map((one) => {
      const away = f.element("button", { type: "button", className: "fn-remove", textContent: f.say("remove"), ariaLabel: f.say("remove_one", { name: one.name }) });
      away.addEventListener("click", () => forget(one.path));
      return f.element("div", { className: "fn-row" }, radio(one.path, told(one)), away);
    });
    f.$("#fn-models").replaceChildren(radio("", told(own)), ...rows);
    f.$("#fn-model-add").hidden = !own.may_name;
  }

  function forget(path) {
    f.write("models", known().filter((one) => one.path !== path));
    if (f.chosen.model === path) choose("");
    draw();
  }

  function choose(model) {
    f.chosen.model = model;
    f.write("settings", f.chosen);
  }

  async function add(path) {
    const said = f.$("#fn-model-said");
    said.textContent = f.say("model_trying");
    const { ok, words } = await f.said(f.post("model", { path }));
    if (!ok) return (said.textContent = words);
    const found = JSON.parse(words);
    said.textContent = found.writes ? "" : f.say("model_failed", { name: found.name });
    f.write("models", [...known().filter((one) => one.path !== found.path), found]);
    choose(found.path);
    f.$("#fn-model-path").value = "";
    draw();
  }

  f.drawModels = draw;
  f.addModel = add;
  f.forgetModel = forget;
  f.ready(async () => {
    const tried = () => f.$("#fn-model-path").value.trim() && add(f.$("#fn-model-path").value.trim());
    f.$("#fn-model-do").addEventListener("click", tried);
    f.$("#fn-settings").addEventListener("submit", tried);
    const reply = await fetch("model").catch(() => null);
    if (!reply?.ok) return;
    own = await reply.json();
    f.$("#fn-set-talks").hidden = !own.may_name;
    draw();
  });
})();
