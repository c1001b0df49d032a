// The copy button beside a console block copies what is to be typed: no prompt, no output. The theme copies `data-copy`.
(() => {
  "use strict";
  for (const code of document.querySelectorAll(".language-console.highlight code")) {
    const typed = code.cloneNode(true);
    for (const said of typed.querySelectorAll(".gp, .go")) said.remove();
    code.closest("pre").dataset.copy = typed.textContent.split("\n").filter((line) => line.trim()).join("\n");
  }
})();
