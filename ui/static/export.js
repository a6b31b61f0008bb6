// Take a conversation along. a conversation -> a Markdown file.
(() => {
  const f = window.footnote;

  f.exportTalk = (talk) => {
    const written = talk.turns.map((turn, at) => {
      // Footnotes are numbered anew in every answer: the answer's own number comes first.
      const body = (turn.markdown || turn.text || "").replace(/\[\^(\d+)\]/g, `[^${at + 1}-$1]`);
      return `## ${turn.question}\n\n${body}\n`;
    });
    f.save("conversation.md", written.join("\n"));
  };
})();
