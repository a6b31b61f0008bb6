// Run a question set, look at its report, compare two runs.
(() => {
  const f = window.footnote;
  let watching = false;

  const options = (pairs) => pairs.map(([value, text]) => f.element("option", { value, textContent: text }));

  async function refresh() {
    const reply = await fetch("evaluation").catch(() => null);
    if (!reply?.ok) return (f.$("#fn-run-said").textContent = f.say("no_server"));
    const found = await reply.json();
    const run = f.$("#fn-run");
    const sets = Object.entries(found.sets).map(([name, n]) => [name, f.say(`set_${name}`, { n })]);
    if (run.elements.name.length !== sets.length) run.elements.name.replaceChildren(...options(sets));
    run.hidden = !sets.length;
    const runs = found.runs.map((name) => [name, name]);
    const report = f.$("#fn-report");
    report.hidden = !runs.length;
    if (report.elements.run.length !== runs.length) {
      report.elements.run.replaceChildren(...options(runs));
      report.elements.other.replaceChildren(...options([["", "–"], ...runs]));
    }
    f.$("#fn-run-stop").hidden = !found.running;
    f.$('#fn-run [type="submit"]').hidden = found.running;
    const said = found.running ? f.say("run_going", { done: found.done, total: found.total }) : found.said;
    f.$("#fn-run-said").textContent = said || (sets.length ? "" : f.say("no_sets"));
    if (found.running && !watching) {
      watching = true;
      setTimeout(() => ((watching = false), f.$("#fn-d-evaluation").open && refresh()), 700);
    }
    return null;
  }
  f.refreshEvaluation = refresh;

  f.ready(() => {
    f.$("#fn-run").addEventListener("submit", async (event) => {
      event.preventDefault();
      const { name, limit } = event.target.elements;
      const { ok, words } = await f.said(f.post("evaluation/run", { name: name.value, limit: Number(limit.value) || 0 }));
      if (ok) refresh();
      else f.$("#fn-run-said").textContent = words;
    });
    f.$("#fn-run-stop").addEventListener("click", () => f.said(f.post("evaluation/stop", {})).then(refresh));
    f.$("#fn-report").addEventListener("submit", (event) => {
      event.preventDefault();
      const { run, other } = event.target.elements;
      const asked = other.value ? { before: other.value, after: run.value } : { run: run.value };
      const frame = f.$("#fn-frame");
      frame.hidden = false;
      frame.src = `evaluation/${other.value ? "compare" : "report"}?${new URLSearchParams({ ...asked, theme: f.chosen.theme })}`;
    });
    // The report is as high as it is long: only the dialog is scrolled.
    f.$("#fn-frame").addEventListener("load", ({ target: frame }) => {
      const body = frame.contentDocument?.body;
      if (body) new ResizeObserver(() => (frame.style.height = `${body.offsetHeight + 2}px`)).observe(body);
    });
  });
})();
