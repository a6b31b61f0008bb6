// Take a conversation along. a conversation -> a Markdown file.
(() => {
  const f = window.footnote;

  // A conversation's name as a file may have it.
  const fileName = (name) => name.replace(/[\p{C}\\/:*?"<>|.]+/gu, " ").trim().slice(0, 60).trim() || "conversation";

  f.exportTalk = (talk) => {
    const written = talk.turns.map((turn, at) => {
      // Footnotes are numbered anew in every answer: the answer's own number comes first.
      const body = (turn.markdown || turn.text || "").replace(/\[\^(\d+)\]/g, `[^${at + 1}-$1]`);
      return `## ${turn.question}\n\n${body}\n`;
    });
    f.save(`${fileName(talk.name || talk.turns[0]?.question || "")}.md`, written.join("\n"));
  };
})();
