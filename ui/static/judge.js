// Thumbs up and down; a wrong answer with what would have been right joins the person's question set.
(() => {
  const f = window.footnote;
  let judged = null;

  f.judgeButtons = (turn, button) => {
    if (turn.judged) return [f.element("span", { className: "fn-quiet", textContent: f.say(`judged_${turn.judged}`) })];
    return [
      button("right", (self) => keep(turn, { verdict: "right" }, self.parentElement)),
      button("wrong", (self) => {
        judged = { turn, actions: self.parentElement };
        f.$("#fn-judge").reset();
        f.$("#fn-judge-said").textContent = "";
        f.$("#fn-d-judging").showModal();
      }),
    ];
  };

  // What was pressed is gone: the focus goes to what comes next.
  const goOn = (actions) => f.$("button", actions)?.focus({ preventScroll: true });

  async function keep(turn, judgement, actions) {
    const talk = f.talk();
    const history = talk.turns.slice(0, talk.turns.indexOf(turn)).filter((one) => one.text).slice(-6).map((one) => [one.question, one.text]);
    const { ok, words } = await f.said(f.post("feedback", { question: turn.question, answer: turn.text, history, ...judgement }));
    if (!ok) return words;
    turn.judged = judgement.verdict;
    f.keepTalk(talk, turn);
    const gone = f.$$('[data-act="right"], [data-act="wrong"]', actions);
    gone[0]?.before(f.element("span", { className: "fn-quiet", textContent: f.say(`judged_${turn.judged}`) }));
    gone.forEach((one) => one.remove());
    goOn(actions);
    f.tell(f.say(`judged_${turn.judged}`));
    return "";
  }

  f.ready(() => {
    const form = f.$("#fn-judge");
    const declines = form.elements.should_decline;
    declines.addEventListener("change", () => (form.elements.right_answer.disabled = declines.checked));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { reason, right_answer: right } = form.elements;
      const judgement = { verdict: "wrong", reason: reason.value, right_answer: declines.checked ? "" : right.value, should_decline: declines.checked };
      const failed = await keep(judged.turn, judgement, judged.actions);
      f.$("#fn-judge-said").textContent = failed;
      if (failed) return;
      f.$("#fn-d-judging").close();
      goOn(judged.actions);
    });
  });
})();
