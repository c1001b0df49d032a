/* What a diagram on a page can do beyond being read: zoom, drag, and open in draw.io's own viewer. Without this script
   the picture, its links and its downloads are all there. */
(() => {
  "use strict";
  const VIEWER = new URL("viewer.html", document.currentScript.src);
  const STEPS = [1, 1.25, 1.5, 2, 3, 4];

  function button(words, sign, act) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "diagram__button";
    node.textContent = sign;
    if (sign !== words) {
      node.setAttribute("aria-label", words);
      node.title = words;
    }
    node.addEventListener("click", act);
    return node;
  }

  function zoomable(figure, words) {
    const stage = figure.querySelector(".diagram__stage");
    const status = figure.querySelector(".diagram__status");
    let step = 0;
    const zoom = (to) => {
      const next = Math.max(0, Math.min(STEPS.length - 1, to));
      if (next === step) return;
      const ratio = STEPS[next] / STEPS[step];
      const x = (stage.scrollLeft + stage.clientWidth / 2) * ratio - stage.clientWidth / 2;
      const y = (stage.scrollTop + stage.clientHeight / 2) * ratio - stage.clientHeight / 2;
      step = next;
      stage.style.setProperty("--zoom", STEPS[step]);
      stage.classList.toggle("diagram__stage--zoomed", step > 0);
      stage.scrollTo(x, y);
      status.textContent = `${Math.round(STEPS[step] * 100)} %`;
    };
    stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = { "+": step + 1, "=": step + 1, "-": step - 1, "0": 0 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      zoom(to);
    });
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(step + (event.deltaY < 0 ? 1 : -1));
    }, { passive: false });
    stage.addEventListener("pointerdown", (event) => {
      if (step === 0 || event.button !== 0 || event.pointerType !== "mouse") return;
      const start = { x: event.clientX + stage.scrollLeft, y: event.clientY + stage.scrollTop };
      const move = (to) => stage.scrollTo(start.x - to.clientX, start.y - to.clientY);
      const stop = () => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", stop);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", stop);
    });
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    return [
      button(words.larger, "+", () => zoom(step + 1)),
      button(words.smaller, "−", () => zoom(step - 1)),
      button(words.whole, "1:1", () => zoom(0)),
    ];
  }

  function viewable(figure, words, file) {
    const card = document.createElement("div");
    card.className = "diagram__viewer";
    card.hidden = true;
    figure.querySelector(".diagram__stage").after(card);
    const toggle = button(words.view, words.view, () => {
      card.hidden = !card.hidden;
      toggle.setAttribute("aria-expanded", String(!card.hidden));
      toggle.textContent = card.hidden ? words.view : words.close;
      if (card.hidden || card.firstChild) return;
      const frame = document.createElement("iframe");
      frame.title = words.frame;
      frame.src = `${VIEWER}#${encodeURIComponent(file.href)}`;
      card.append(frame);
    });
    toggle.setAttribute("aria-expanded", "false");
    return toggle;
  }

  for (const figure of document.querySelectorAll("figure.diagram")) {
    const words = JSON.parse(figure.dataset.words);
    const tools = figure.querySelector(".diagram__tools");
    tools.prepend(...zoomable(figure, words));
    const file = figure.querySelector("a[href$='.drawio']");
    if (file) tools.append(viewable(figure, words, file));
  }

  // A link to an item leads to its words, which may be folded away.
  const unfold = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    const folded = target && target.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();
})();
