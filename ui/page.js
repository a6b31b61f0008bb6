// Open sources beside the conversation, and the keys. A click on anything with data-doc -> /source -> the side panel.
(() => {
  const $ = (selector) => document.querySelector(selector);
  let opener = null;

  async function open(place) {
    const panel = $("#fn-source");
    if (!panel) return;
    opener = place;
    document.querySelectorAll("[aria-current]").forEach((chip) => chip.removeAttribute("aria-current"));
    place.setAttribute("aria-current", "true");
    const { doc, start, end } = place.dataset;
    const asked = new URLSearchParams({ doc, start, end });
    let drawn;
    try {
      const reply = await fetch(`source?${asked}`);
      drawn = await reply.text();
    } catch {
      drawn = "<p role='alert'>The server does not answer. Start it again with: footnote chat</p>";
    }
    panel.innerHTML = '<button type="button" id="fn-close" aria-label="Close the source">×</button>' + drawn;
    panel.hidden = false;
    const mark = $("#fn-mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    $("#fn-close").focus({ preventScroll: true });
  }

  function close() {
    const panel = $("#fn-source");
    if (!panel || panel.hidden) return false;
    panel.hidden = true;
    panel.innerHTML = "";
    document.querySelectorAll("[aria-current]").forEach((chip) => chip.removeAttribute("aria-current"));
    if (opener && opener.isConnected) opener.focus();
    return true;
  }

  function step(by) {
    const chips = [...document.querySelectorAll(".fn-chip")];
    if (!chips.length) return;
    const at = chips.findIndex((chip) => chip.getAttribute("aria-current"));
    const next = at < 0 ? (by > 0 ? 0 : chips.length - 1) : (at + by + chips.length) % chips.length;
    open(chips[next]);
  }

  // Keep a question whose answer was wrong, for the person's own question set.
  async function keepWrong(button) {
    const { question, answer } = button.dataset;
    const body = JSON.stringify({ question, answer });
    const headers = { "Content-Type": "application/json" };
    const reply = await fetch("feedback", { method: "POST", headers, body }).catch(() => null);
    button.textContent = reply && reply.ok ? "Kept for your question set" : "Could not be kept";
    button.disabled = true;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest(".fn-wrong")) return keepWrong(event.target.closest(".fn-wrong"));
    if (event.target.closest("#fn-close")) return close();
    const place = event.target.closest("[data-doc]");
    if (place) open(place);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, input");
    if (event.key === "Escape") {
      const stop = $("#fn-stop");
      if (!close() && stop && stop.offsetParent) stop.click();
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      $("#fn-box textarea").focus();
    } else if (event.key === "[") {
      step(-1);
    } else if (event.key === "]") {
      step(1);
    }
  });

  // Keep the newest turn in view while it grows, unless the reader has scrolled away.
  let followed = 0;
  new MutationObserver(() => {
    const growing = $("#fn-growing .fn-answer");
    if (!growing) return;
    const state = growing.dataset.state;
    if (state === "waiting") followed = 1;
    if (!followed) return;
    const question = $("#fn-growing .fn-question");
    if (question) question.scrollIntoView({ block: "start" });
    if (state !== "waiting" && state !== "growing") followed = 0;
  }).observe(document.documentElement, { childList: true, subtree: true });
  addEventListener("wheel", () => (followed = 0), { passive: true });
  addEventListener("touchmove", () => (followed = 0), { passive: true });
})();
