// One conversation in several tabs or browsers: what each adds stays. a conversation and its stored copy -> the turns of both.
(() => {
  const f = window.footnote;
  const LOOK_MS = 2000;
  const LONGEST_MS = 300_000;

  f.newTurn = (said) => ({ id: Date.now().toString(36) + Math.random().toString(36).slice(2, 10), ...said });

  // Turns that were kept before they had ids go by their places, which are the same in every tab.
  f.named = (talk) => {
    talk?.turns.forEach((turn, at) => {
      turn.id ||= `${at}`;
      turn.when ||= 0;
    });
    return talk;
  };

  // Take over into a conversation the turns that its stored copy has beyond it, or newer, and its newer name; return these turns.
  f.merge = (talk, stored) => {
    const mine = new Map(talk.turns.map((turn) => [turn.id, turn]));
    const taken = [];
    const turns = (f.named(stored)?.turns || []).map((theirs) => {
      const turn = mine.get(theirs.id) || {};
      mine.delete(theirs.id);
      if (!f.isRunning(turn) && !(theirs.when <= turn.when)) taken.push(Object.assign(turn, theirs));
      return turn;
    });
    if ((stored?.named || 0) > (talk.named || 0)) Object.assign(talk, { name: stored.name, named: stored.named });
    talk.when = Math.max(talk.when || 0, stored?.when || 0);
    talk.turns.splice(0, talk.turns.length, ...turns, ...mine.values());
    return taken;
  };

  // A turn that has neither an answer nor anyone here who makes it: another tab or browser does.
  f.isElsewhere = (turn) => !turn.outcome && !f.isRunning(turn);

  // While another tab or browser answers a turn of the conversation on the page, look again and again; at last give it up.
  let looking = 0;
  f.expectAnswers = (talk, look, until = Date.now() + LONGEST_MS) => {
    clearTimeout(looking);
    if (!talk.turns.some(f.isElsewhere)) return;
    looking = setTimeout(async () => {
      if (talk === f.talk()) await look(talk);
      if (talk !== f.talk()) return;
      if (Date.now() < until) f.expectAnswers(talk, look, until);
      else f.giveUp(talk.turns.filter(f.isElsewhere));
    }, LOOK_MS);
  };

  // Whether a stored copy lacks a turn of a conversation, or its newer state: of two tabs that wrote at once one came last.
  f.lacks = (stored, talk) => talk.turns.some((turn) => !stored.turns.some((one) => one.id === turn.id && one.when >= turn.when));
})();
