/* Checks the form of a call's section while it is filled in. Without this file the button “Save and check” does it. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-check]");
  const live = document.getElementById("live");
  if (!form || !live) return;
  const PAUSE = 700;
  let timer = 0;
  let asked = 0;

  async function check() {
    const number = ++asked;
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        credentials: "same-origin",
      });
      const text = await answer.text();
      // An answer that was overtaken by a newer question is of no use any more.
      if (answer.ok && number === asked) live.innerHTML = text;
    } catch {
      // Without a network the last answer stays; saving will say what is wrong.
    }
  }

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(check, PAUSE);
  });
})();
