"use strict";
(() => {
  // Copy buttons.
  for (const code of document.querySelectorAll("pre > code")) addButton(code);

  function addButton(code) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + code.parentElement.dataset.name);
    button.addEventListener("click", async () => {
      say(button, await copied(code) ? "Copied" : "Marked: press Ctrl+C");
    });
    code.parentElement.append(button);
  }

  async function copied(code) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(code);
      return false;
    }
  }

  function say(button, word) {
    button.textContent = word;
    button.setAttribute("aria-label", word);
    setTimeout(() => {
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy " + button.parentElement.dataset.name);
    }, 4000);
  }

  // The window of now, by the clock of this machine: of several the one that ends last.
  const seconds = () => Math.floor(Date.now() / 1000);
  const utc = (at) => new Date(at * 1000).toISOString().slice(0, 19).replace("T", " ") + " UTC";
  const start = (element) => Number(element.dataset.start);
  const end = (element) => Number(element.dataset.end);

  function fitting(status, at) {
    const sets = [...document.querySelectorAll(`.record[data-status="${status}"]`)];
    return sets.filter((set) => start(set) <= at && at <= end(set)).sort((a, b) => end(b) - end(a))[0];
  }

  function show(box, at) {
    const set = fitting(box.dataset.status, at);
    const name = set ? set.dataset.set : "";
    if (box.dataset.shown !== name) {
      box.dataset.shown = name;
      box.replaceChildren();
      box.append(document.createElement("p"));
      if (set && box.dataset.values === "true") box.append(...valuesOf(set));
      box.hidden = false;
    }
    const line = box.firstElementChild;
    line.replaceChildren(`Now, by the clock of this machine, it is ${utc(at)}. `);
    if (!set) {
      line.append(`No window of ${box.dataset.status} fits.`);
      return;
    }
    const link = document.createElement("a");
    link.href = "#" + name;
    link.textContent = name;
    line.append("The records of now are ", link, `, until ${utc(end(set))}.`);
  }

  function valuesOf(set) {
    return [...set.querySelectorAll(".label, pre")].map((element) => {
      const copy = element.cloneNode(true);
      copy.querySelector("button")?.remove();
      if (copy.matches("pre")) addButton(copy.querySelector("code"));
      return copy;
    });
  }

  function mark(at) {
    for (const element of document.querySelectorAll("[data-start]")) {
      const set = fitting(element.dataset.status, at);
      const current = Boolean(set) && start(set) === start(element) && end(set) === end(element);
      if (element.classList.toggle("current", current)) element.setAttribute("aria-current", "time");
      else element.removeAttribute("aria-current");
    }
  }

  function drawNow(at) {
    for (const drawing of document.querySelectorAll("svg[data-from]")) {
      drawing.querySelector(".today")?.remove();
      const {from, to, low, high, bottom} = drawing.dataset;
      const x = Number(low) + (at - from) / (to - from) * (high - low);
      if (x < low || x > high) continue;
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [name, value] of Object.entries({class: "today", x1: x, x2: x, y1: 0, y2: bottom})) line.setAttribute(name, value);
      drawing.append(line);
    }
  }

  function tick() {
    const at = seconds();
    document.querySelectorAll(".now").forEach((box) => show(box, at));
    mark(at);
    drawNow(at);
  }
  tick();
  setInterval(tick, 10000);
})();
