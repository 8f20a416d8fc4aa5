"use strict";
(() => {
  const ui = JSON.parse(document.getElementById("report-ui").textContent);
  const collator = new Intl.Collator(ui.lang, { numeric: true, sensitivity: "base" });

  // Sorting: headers become buttons; rows without a value stay last, ties keep their order.
  const keyOf = (row, column, numeric) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? (cell.querySelector(".first") ?? cell).textContent.trim();
    if (!numeric) return text === "" || text === "–" ? null : text;
    return text === "" ? null : Number(text);
  };
  const sort = (table, header) => {
    const numeric = header.dataset.type === "number";
    const before = header.getAttribute("aria-sort");
    const first = numeric && !header.hasAttribute("data-rank") ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = before === first ? other : first;
    for (const th of table.tHead.rows[0].cells) th.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const column = header.cellIndex;
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: keyOf(row, column, numeric) }));
    rows.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      return sign * (numeric ? a.key - b.key : collator.compare(a.key, b.key));
    });
    body.append(...rows.map((entry) => entry.row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.rows[0].cells) {
      if (header.dataset.type === "fixed") continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sort(table, header));
    }
  }

  // Filter boxes: a row stays when it holds every word typed.
  const shown = (visible, all) =>
    ui.count.replace("{shown}", String(visible)).replace("{all}", String(all));
  for (const input of document.querySelectorAll(".filter input")) {
    const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLocaleLowerCase(ui.lang));
    const status = input.parentElement.querySelector(".shown");
    input.parentElement.hidden = false;
    input.addEventListener("input", () => {
      const words = input.value.toLocaleLowerCase(ui.lang).split(/\s+/).filter(Boolean);
      let visible = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        visible += row.hidden ? 0 : 1;
      });
      status.textContent = words.length ? shown(visible, rows.length) : "";
    });
  }

  // Heat map: one stop for the tab key, arrow keys move, the cell is read out below.
  for (const grid of document.querySelectorAll("svg.heat")) {
    const rows = [...grid.querySelectorAll('[role="row"]')]
      .map((row) => [...row.querySelectorAll('[role="gridcell"]')]).filter((row) => row.length);
    const readout = grid.closest("figure").querySelector("[data-readout]");
    const at = new Map();
    rows.forEach((row, r) => row.forEach((cell, c) => at.set(cell, [r, c])));
    let current = rows[0][0];
    current.setAttribute("tabindex", "0");
    const read = (cell) => { readout.textContent = cell.querySelector("title").textContent; };
    const move = (cell) => {
      current.setAttribute("tabindex", "-1");
      current = cell;
      current.setAttribute("tabindex", "0");
      current.focus();
    };
    grid.addEventListener("keydown", (event) => {
      const place = at.get(event.target.closest('[role="gridcell"]'));
      if (!place) return;
      const [r, c] = place;
      const row = rows[r];
      const next = {
        ArrowRight: row[c + 1], ArrowLeft: row[c - 1], Home: row[0], End: row[row.length - 1],
        ArrowDown: rows[r + 1] && rows[r + 1][Math.min(c, rows[r + 1].length - 1)],
        ArrowUp: rows[r - 1] && rows[r - 1][Math.min(c, rows[r - 1].length - 1)],
      }[event.key];
      if (!next) return;
      event.preventDefault();
      move(next);
    });
    for (const kind of ["focusin", "mouseover"]) {
      grid.addEventListener(kind, (event) => {
        const cell = event.target.closest('[role="gridcell"]');
        if (cell) read(cell);
      });
    }
  }

  // Paper shows everything: details open for print and close again after it.
  let opened = [];
  const open = () => {
    const closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((element) => { element.open = true; });
    opened = opened.concat(closed);
  };
  const close = () => {
    opened.forEach((element) => { element.open = false; });
    opened = [];
  };
  window.addEventListener("beforeprint", open);
  window.addEventListener("afterprint", close);
  window.matchMedia("print").addEventListener("change", (event) => (event.matches ? open() : close()));
})();
