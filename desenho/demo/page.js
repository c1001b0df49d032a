/* Files as they travel: the server tells, the lines of the diagram light up one after the other. */
(() => {
  "use strict";
  const LARGEST = 1024 ** 3;
  const PAUSE = 250; // ms between two lights, so that the eye can follow what takes a few ms
  const words = JSON.parse(document.body.dataset.words);
  const say = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const seconds = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const news = document.querySelector(".news");
  const list = document.querySelector(".files");
  const stage = document.querySelector(".stage");
  const cell = (id) => document.querySelector(`.stage [data-cell-id="${CSS.escape(id)}"]`);

  function element(tag, text = "", name = "") {
    const node = document.createElement(tag);
    node.textContent = text;
    if (name) node.className = name;
    return node;
  }

  // ---- what is known of a file, in words

  function state(file) {
    const last = file.hops.at(-1);
    if (!file.ended) return { text: say("state.way"), kind: "" };
    if (last.well) return { text: say("state.stored", { seconds: seconds.format(last.seconds) }), kind: "good" };
    const why = file.hops.findLast((hop) => !hop.well && hop.detail);
    const detail = why?.details[document.body.dataset.lang] ?? why?.detail ?? say(last.what);
    return { text: say(last.what === "rejected" ? "state.rejected" : "state.failed", { detail }), kind: "bad" };
  }

  function row(file) {
    const item = element("li");
    item.id = `file-${file.number}`;
    const now = state(file);
    item.append(element("h3", file.name), element("span", now.text, `state ${now.kind}`));
    const steps = element("ol", "", "steps");
    for (const hop of file.hops) {
      const step = element("li", "", hop.well ? "" : "bad");
      step.append(element("time", `${seconds.format(hop.seconds)} s`), ` ${say(`node.${hop.node}`)}: ${say(hop.what)}`);
      steps.append(step);
    }
    const again = element("button", say("again"));
    again.type = "button";
    again.setAttribute("aria-label", `${say("again")}: ${file.name}`);
    again.addEventListener("click", () => {
      queue.length = 0;
      file.hops.forEach((hop, index) => queue.push({ file, hop, first: index === 0 }));
      play();
    });
    item.append(steps, again);
    return item;
  }

  function show(file) {
    document.querySelector(".none").hidden = true;
    const before = document.getElementById(`file-${file.number}`);
    const focused = before?.contains(document.activeElement);
    const item = row(file);
    if (before) before.replaceWith(item);
    else list.prepend(item);
    if (focused) item.querySelector("button").focus();
    while (list.children.length > 50) list.lastElementChild.remove();
  }

  // ---- lights

  const queue = [];
  let playing = false;

  function dark() {
    for (const node of document.querySelectorAll(".stage .lit, .stage .here")) node.classList.remove("lit", "bad", "here", "still");
  }

  /* Where the picture is wider than the screen, it moves along with the file. */
  function follow(node) {
    if (stage.scrollWidth <= stage.clientWidth) return;
    const place = node.getBoundingClientRect();
    const middle = place.left + place.width / 2 - stage.getBoundingClientRect().left - stage.clientWidth / 2;
    stage.scrollBy({ left: middle, behavior: calm.matches ? "auto" : "smooth" });
  }

  function light({ file, hop, first }) {
    if (first) dark();
    for (const node of document.querySelectorAll(".stage .here")) node.classList.remove("here", "bad");
    for (const edge of hop.edges) {
      const line = cell(edge);
      line?.classList.add("lit");
      line?.classList.toggle("bad", !hop.well);
      setTimeout(() => line?.classList.add("still"), 1000);
    }
    const node = cell(hop.node);
    node?.classList.add("here");
    node?.classList.toggle("bad", !hop.well);
    if (node) follow(node);
    news.textContent = `${file.name} → ${say(`node.${hop.node}`)}: ${say(hop.what)}`;
    if (file.ended && hop === file.hops.at(-1)) news.textContent = `${file.name}: ${state(file).text}`;
  }

  function play() {
    if (playing) return;
    playing = true;
    const step = () => {
      const next = queue.shift();
      if (!next) {
        playing = false;
        return;
      }
      light(next);
      setTimeout(step, calm.matches || queue.length > 30 ? 0 : PAUSE);
    };
    step();
  }

  // ---- what the server tells

  const known = new Map();
  let fresh = true; // what is told first was there before this page
  const events = new EventSource("/events");
  events.onopen = () => {
    fresh = true;
    setTimeout(() => { fresh = false; }, 500);
  };
  events.onmessage = (event) => {
    const file = JSON.parse(event.data);
    const shown = known.get(file.number) ?? 0;
    known.set(file.number, file.hops.length);
    show(file);
    if (fresh && shown === 0) queue.length = 0; // of the old ones only the last lights up
    file.hops.forEach((hop, index) => {
      if (index >= shown) queue.push({ file, hop, first: index === 0 });
    });
    play();
  };
  events.addEventListener("cloud", (event) => {
    news.textContent = say(JSON.parse(event.data) ? "back" : "lost");
  });
  events.onerror = () => {
    if (events.readyState !== EventSource.OPEN) news.textContent = say("ended");
  };

  // ---- files in

  function send(file) {
    return new Promise((done) => {
      if (file.size > LARGEST) {
        news.textContent = say("large", { name: file.name });
        done();
        return;
      }
      const request = new XMLHttpRequest();
      request.open("POST", `/files?name=${encodeURIComponent(file.name)}`);
      request.upload.onprogress = (event) => {
        if (event.loaded < event.total) {
          news.textContent = say("sending", { name: file.name, percent: Math.floor((100 * event.loaded) / event.total) });
        }
      };
      request.onloadend = () => {
        if (request.status !== 201) {
          let detail = String(request.status);
          try { detail = JSON.parse(request.responseText).error; } catch { /* the status says enough */ }
          news.textContent = say("refused", { name: file.name, detail });
        }
        done();
      };
      request.send(file);
    });
  }

  async function sendAll(files) {
    for (const file of files) await send(file);
  }

  const form = document.querySelector("form");
  const input = form.querySelector("input");
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", async () => {
    await sendAll([...input.files]);
    input.value = ""; // so that the same file may be chosen again
  });
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.remove("over");
    sendAll([...event.dataTransfer.files]);
  });
})();
