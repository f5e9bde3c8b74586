"use strict";
(() => {
  const data = { rows: [], metrics: [], training: [], time: [], ...JSON.parse(document.getElementById("charts").textContent) };
  const spoken = document.getElementById("spoken");
  const colour = (row) => `var(--row-${data.rows[row].colour})`;
  // A name that fits into so many pixels; it loses its middle, as the options of a row are at its end.
  const pen = document.createElement("canvas").getContext("2d");
  function short(text, pixels) {
    pen.font = "12.5px system-ui, sans-serif";
    const letters = [...text];
    let found = text;
    for (let kept = Math.min(letters.length - 1, 60); kept > 1 && pen.measureText(found).width > pixels; kept--) {
      found = `${letters.slice(0, Math.ceil(kept / 2)).join("")}…${letters.slice(letters.length - Math.floor(kept / 2)).join("")}`;
    }
    return found;
  }
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // Tables: a button in each heading sorts the rows; rows without a value stay last.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    heads.forEach((head, column) => {
      const isText = column === 0 || body.rows[0]?.cells[column].classList.contains("words");
      if (!isText && ![...body.rows].some((row) => row.cells[column].dataset.order !== undefined)) return;
      const button = make("button", { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending" || (!isText && !head.hasAttribute("aria-sort"));
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const key = (row) => (isText ? row.cells[column].textContent : row.cells[column].dataset.order);
        const sign = descending ? -1 : 1;
        const rows = [...body.rows].sort((one, other) => {
          const [a, b] = [key(one), key(other)];
          if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
          return sign * (isText ? a.localeCompare(b) : Number(a) - Number(b));
        });
        body.append(...rows);
      });
    });
  }

  // Tables: one stop of the Tab key each; the arrow keys go from value to value.
  for (const body of document.querySelectorAll("table.sortable tbody")) {
    const values = (row) => [...row.cells].filter((cell) => cell.tabIndex > -1 || cell.dataset.stop);
    const stops = [...body.rows].flatMap(values);
    stops.forEach((cell, place) => { cell.dataset.stop = "1"; cell.tabIndex = place ? -1 : 0; });
    body.addEventListener("focusin", ({ target }) => {
      if (!target.dataset.stop) return;
      for (const cell of stops) cell.tabIndex = cell === target ? 0 : -1;
    });
    body.addEventListener("keydown", (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!step || !event.target.dataset.stop) return;
      event.preventDefault();
      let [row, column] = [event.target.parentElement.sectionRowIndex + step[0], event.target.cellIndex + step[1]];
      while (body.rows[row]?.cells[column] && !body.rows[row].cells[column].dataset.stop) [row, column] = [row + step[0], column + step[1]];
      body.rows[row]?.cells[column]?.focus();
    });
  }

  // Commands: a button copies each of them.
  for (const command of document.querySelectorAll("pre.command")) {
    const button = make("button", { type: "button", className: "copy", textContent: "Copy the command" });
    button.addEventListener("click", async () => {
      const range = document.createRange();
      range.selectNodeContents(command);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      try { await navigator.clipboard.writeText(command.textContent); } catch { document.execCommand("copy"); }
      button.textContent = "Copied";
    });
    command.after(button);
  }

  // Charts are drawn again when their box changes its width.
  function chart(name, draw) {
    const box = document.querySelector(`[data-chart=${name}]`);
    if (!box) return;
    const controls = make("div", { className: "controls" }), place = make("div");
    let width = 0;
    const redraw = () => {
      if (width > 0) place.replaceChildren(...[draw.plot(width)].flat());
    };
    draw.controls?.(controls, redraw);
    if (controls.childElementCount) box.append(controls);
    box.append(place);
    if (draw.legend) box.append(legend(draw.legend, draw.points));
    new ResizeObserver(([entry]) => {
      const now = Math.floor(entry.contentRect.width);
      if (Math.abs(now - width) > 1) {
        width = now;
        redraw();
      }
    }).observe(box);
  }

  function choice(controls, title, options, change) {
    const select = make("select", {}, ...options.map((text, value) => make("option", { value, textContent: text })));
    select.addEventListener("change", () => change(Number(select.value)));
    controls.append(make("label", {}, `${title} `, select));
  }

  // The dashes of a row; they are declared in widths of its line.
  const dashes = (row, width) => data.rows[row].dash.split(" ").filter(Boolean).map((length) => length * width).join(" ") || null;

  function legend(rows, points) {
    const list = make("ul", { className: "legend" });
    for (const row of rows) {
      const line = Plot.plot({
        className: "chart", width: points ? 14 : 40, height: 14, margin: 0, axis: null, x: { domain: [0, 1] }, y: { domain: [0, 1] },
        marks: [points
          ? Plot.dot([row], { x: () => 0.5, y: () => 0.5, r: 5, symbol: (r) => data.rows[r].symbol, fill: colour(row) })
          : Plot.ruleY([0.5], { stroke: colour(row), strokeWidth: 3, strokeDasharray: dashes(row, 3) })],
      });
      line.setAttribute("aria-hidden", "true");
      list.append(make("li", {}, line, make("bdi", {}, data.rows[row].label)));
    }
    return list;
  }

  // A chart can be walked through with the arrow keys; each point is read out, and written below the chart.
  function walkable(svg, title, points, selector) {
    const readout = make("p", { className: "readout" });
    readout.setAttribute("aria-hidden", "true");
    const marks = [...svg.querySelectorAll(selector)];
    for (const named of svg.querySelectorAll("[aria-label]")) named.setAttribute("role", named.tagName === "g" ? "group" : "img");
    svg.setAttribute("role", "group");
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("aria-label", `${title}. The arrow keys go from point to point.`);
    let place = -1;
    const leave = () => {
      marks[place]?.classList.remove("walked");
      readout.textContent = "";
    };
    svg.addEventListener("blur", leave);
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !points.length) return;
      event.preventDefault();
      leave();
      place = place < 0 && step < 0 ? points.length - 1 : (place + step + points.length) % points.length;
      marks[place]?.classList.add("walked");
      readout.textContent = spoken.textContent = points[place];
    });
    return [svg, readout];
  }

  // Every seed.
  let metric = 0;
  chart("dots", {
    controls: (controls, redraw) => choice(controls, "Metric", data.metrics.map((m) => m.label), (value) => { metric = value; redraw(); }),
    plot: (width) => {
      const { label, rows, decimals, higher } = data.metrics[metric];
      const names = data.rows.map((row) => row.label), left = Math.min(210, width * 0.36);
      const text = (value) => value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      const dots = rows.flatMap((row, r) => row.dots.map(([seed, value], place) => ({
        r, value, y: r + (row.dots.length > 1 ? (place / (row.dots.length - 1) - 0.5) * 0.4 : 0),
        title: `${names[r]}\nseed ${seed}: ${text(value)}`,
      })));
      const means = rows.map((row, r) => ({ ...row, r })).filter((row) => row.mean !== null);
      const svg = Plot.plot({
        className: "chart", width, height: 54 + 44 * rows.length, marginLeft: left, marginRight: 18, style: null,
        fontSize: 13,
        x: { label: `${label} (${higher ? "higher" : "lower"} is better)`, grid: true, nice: true, labelAnchor: "center", labelArrow: "none" },
        y: { domain: [rows.length - 0.5, -0.5], axis: null },
        marks: [
          Plot.axisY({ ticks: d3.range(rows.length), tickFormat: (r) => short(names[r], left - 12), tickSize: 0, label: null, fontSize: 12.5 }),
          Plot.ruleY(means.filter((m) => m.low !== null), { y: "r", x1: "low", x2: "high", stroke: (m) => colour(m.r), strokeWidth: 3, strokeOpacity: 0.45 }),
          Plot.ruleX(means, { x: "mean", y1: (m) => m.r - 0.32, y2: (m) => m.r + 0.32, stroke: (m) => colour(m.r), strokeWidth: 3 }),
          Plot.dot(dots, { x: "value", y: "y", r: 4.5, fill: (d) => colour(d.r), stroke: "var(--card)", ariaLabel: "title", className: "points" }),
          Plot.tip(dots, Plot.pointer({ x: "value", y: "y", title: "title" })),
        ],
      });
      const reader = dots.map((d) => d.title.replace("\n", ", "));
      return walkable(svg, `${label} of every seed`, reader, "g[aria-label=dot] circle");
    },
  });

  // Training curves.
  let curve = 0;
  chart("training", {
    legend: data.training.length ? [...new Set(data.training.flatMap((t) => t.lines.map((l) => l.row)))].sort((a, b) => a - b) : null,
    controls: (controls, redraw) => choice(controls, "Curve", data.training.map((t) => t.label), (value) => { curve = value; redraw(); }),
    plot: (width) => {
      const { label, unit, rounds, lines } = data.training[curve];
      const points = lines.flatMap(({ row, seed, step, values }, line) => values.map((value, place) => ({
        row, line, epoch: place * step + 1, value: value ?? NaN,
        title: `${data.rows[row].label}, seed ${seed}\nepoch ${place * step + 1}: ${value}`,
      })));
      const under = (line) => d3.range(line + 1, lines.length).filter((other) => lines[other].row !== lines[line].row
        && String(lines[other].values) === String(lines[line].values)).length;
      const widths = lines.map((_, line) => 1.8 + 2.8 * under(line));
      const ofLine = d3.group(points, (p) => p.line);
      const svg = Plot.plot({
        className: "chart", width, height: Math.min(360, 120 + width * 0.3), marginLeft: 56,
        x: { label: "epoch", labelAnchor: "center", labelArrow: "none" }, y: { label: unit || label, grid: true, nice: true },
        marks: [
          Plot.ruleX(rounds, { stroke: "var(--soft)", strokeDasharray: "2 3" }),
          Plot.text(rounds.slice(0, 1), { x: (epoch) => epoch, frameAnchor: "top", textAnchor: "start", dx: 4, text: () => "a round starts at each dotted line", fill: "var(--soft)" }),
          ...lines.map(({ row }, line) => Plot.line(ofLine.get(line), { x: "epoch", y: "value", stroke: colour(row), strokeWidth: widths[line], strokeDasharray: dashes(row, 1.8) })),
          Plot.dot(points.filter((p) => lines[p.line].values.length === 1), { x: "epoch", y: "value", fill: (p) => colour(p.row) }),
          Plot.tip(points.filter((p) => Number.isFinite(p.value)), Plot.pointer({ x: "epoch", y: "value", title: "title" })),
        ],
      });
      const ends = lines.map(({ row, seed, values }) => `${data.rows[row].label}, seed ${seed}: from ${values[0]} to ${values.at(-1)}`);
      const found = walkable(svg, `${label} by epoch`, ends, "g[aria-label=line] path");
      return widths.some((each) => each > 2) ? [...found, make("p", { className: "hint" }, "A wide line lies under a line of another row with the same values.")] : found;
    },
  });

  // Accuracy against time.
  chart("time", {
    legend: [...new Set(data.time.map((t) => t.row))],
    points: true,
    plot: (width) => {
      const points = data.time.map((t) => ({ ...t, title: `${data.rows[t.row].label}, seed ${t.seed}\n${t.seconds.toFixed(1)} s, accuracy ${t.accuracy.toFixed(3)}` }));
      const svg = Plot.plot({
        className: "chart", width, height: Math.min(380, 140 + width * 0.3), marginLeft: 56,
        x: { type: "log", label: "seconds of the fit (logarithmic)", labelAnchor: "center", labelArrow: "none", tickFormat: "~g", ticks: width < 500 ? 3 : 6 },
        y: { label: "accuracy", grid: true, nice: true },
        marks: [
          Plot.dot(points, { x: "seconds", y: "accuracy", r: 5, symbol: (p) => data.rows[p.row].symbol, fill: (p) => colour(p.row), stroke: "var(--card)" }),
          Plot.tip(points, Plot.pointer({ x: "seconds", y: "accuracy", title: "title" })),
        ],
      });
      return walkable(svg, "Accuracy against seconds", points.map((p) => p.title.replace("\n", ", ")), "g[aria-label=dot] > *");
    },
  });
})();
