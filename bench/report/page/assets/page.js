"use strict";
// A grid is one stop of the Tab key, and the arrow keys go from field to field. `rows()` has its fields as they lie now,
// with null for a field that is no stop.
function walkGrid(box, rows) {
  const stops = () => rows().flat().filter(Boolean);
  stops().forEach((stop, place) => { stop.tabIndex = place ? -1 : 0; });
  box.addEventListener("focusin", ({ target }) => {
    const all = stops();
    if (all.includes(target)) for (const stop of all) stop.tabIndex = stop === target ? 0 : -1;
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const all = rows(), from = all.findIndex((line) => line.includes(event.target));
    if (!step || from < 0) return;
    event.preventDefault();
    let [row, column] = [from, all[from].indexOf(event.target)];
    do [row, column] = [row + step[0], column + step[1]]; while (all[row]?.[column] === null);
    all[row]?.[column]?.focus();
  });
}
(() => {
  const data = { rows: [], metrics: [], training: [], time: { fits: [], rows: [] }, ...JSON.parse(document.getElementById("charts").textContent) };
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

  // Tables: the arrow keys go from value to value, in the order in which the rows are sorted.
  for (const body of document.querySelectorAll("table.sortable tbody")) {
    for (const cell of body.querySelectorAll("[tabindex]")) cell.dataset.stop = "1";
    walkGrid(body, () => [...body.rows].map((row) => [...row.cells].map((cell) => (cell.dataset.stop ? cell : null))));
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

  // Names of rows at the right edge of a chart, each with a thin line to the end of its own line.
  const roomOf = (width) => Math.min(170, Math.max(70, width * 0.26));
  function endLabels(svg, ends, width) {
    const [x, y] = ["x", "y"].map((name) => svg.scale(name)), apart = 15;
    const places = ends.map((end) => ({ row: end.row, x: x.apply(end.x), y: y.apply(end.y) })).sort((a, b) => a.y - b.y);
    places.forEach((place, i) => { place.at = Math.max(place.y, i ? places[i - 1].at + apart : -Infinity); });
    let limit = Math.max(...y.range) + 4;
    for (const place of places.toReversed()) {
      place.at = Math.min(place.at, limit);
      limit = place.at - apart;
    }
    const left = Math.max(...x.range), room = width - left - 14;
    const all = d3.select(svg).append("g").attr("class", "line-names").attr("aria-hidden", "true");
    for (const { row, x: from, y: height, at } of places) {
      all.append("path").attr("d", `M${from},${height}L${left + 2},${at}L${left + 10},${at}`).attr("stroke", colour(row)).attr("fill", "none").attr("stroke-opacity", 0.6);
      all.append("text").attr("x", left + 13).attr("y", at).attr("dy", "0.32em").attr("text-anchor", "start").attr("fill", "currentColor").attr("font-size", 12.5).text(short(data.rows[row].label, room));
    }
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
      const { label, rows, decimals, higher, note } = data.metrics[metric];
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
      const found = walkable(svg, [`${label} of every seed`, note].filter(Boolean).join(". ").replace(/\.$/, ""), reader, "g[aria-label=dot] circle");
      return note ? [make("p", { className: "hint", textContent: note }), ...found] : found;
    },
  });

  // Training curves.
  const end = (points) => ({ x: points.at(-1).epoch, y: points.at(-1).value });
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
      const ofLine = d3.group(points, (p) => p.line), ofRow = d3.group(points.filter((p) => Number.isFinite(p.value)), (p) => p.row);
      const svg = Plot.plot({
        className: "chart", width, height: Math.max(Math.min(360, 120 + width * 0.3), 70 + 15 * ofRow.size), marginLeft: 56, marginRight: roomOf(width),
        x: { label: "epoch", labelAnchor: "center", labelArrow: "none", tickFormat: (epoch) => (Number.isInteger(epoch) ? epoch.toLocaleString("en") : "") }, y: { label: unit || label, grid: true, nice: true },
        marks: [
          Plot.ruleX(rounds, { stroke: "var(--soft)", strokeDasharray: "2 3" }),
          Plot.text(rounds.slice(0, 1), { x: (epoch) => epoch, frameAnchor: "top", textAnchor: "start", dx: 4, text: () => "a round starts at each dotted line", fill: "var(--soft)" }),
          ...lines.map(({ row }, line) => Plot.line(ofLine.get(line), { x: "epoch", y: "value", stroke: colour(row), strokeWidth: widths[line], strokeDasharray: dashes(row, 1.8) })),
          Plot.dot(points.filter((p) => lines[p.line].values.length === 1), { x: "epoch", y: "value", fill: (p) => colour(p.row) }),
          Plot.tip(points.filter((p) => Number.isFinite(p.value)), Plot.pointer({ x: "epoch", y: "value", title: "title" })),
        ],
      });
      endLabels(svg, [...ofRow].map(([row, all]) => ({ row, ...end(all.filter((p) => p.line === all[0].line)) })), width);
      const ends = lines.map(({ row, seed, values }) => `${data.rows[row].label}, seed ${seed}: from ${values[0]} to ${values.at(-1)}`);
      const found = walkable(svg, `${label} by epoch`, ends, "g[aria-label=line] path");
      return widths.some((each) => each > 2) ? [...found, make("p", { className: "hint" }, "A wide line lies under a line of another row with the same values.")] : found;
    },
  });

  // Accuracy against time: the course of each row as a line with a band, or its end with a bar, and every fit.
  chart("time", {
    legend: data.time.rows.map((course) => course.row),
    points: true,
    plot: (width) => {
      const seconds = (value) => Math.max(0.001, value), digits = (value) => value.toFixed(3);
      const name = (row) => data.rows[row].label, symbol = (p) => data.rows[p.row].symbol, shade = (p) => colour(p.row);
      const courses = data.time.rows.map(({ row, n, seconds: times, mean, low, high }) => times.map((time, i) => ({
        row, n, x: seconds(time), y: mean[i], low: low[i], high: high[i] })));
      const lines = courses.filter((course) => course.length > 1), single = courses.filter((course) => course.length === 1).flat();
      const several = new Set(courses.flat().filter((p) => p.n > 1).map((p) => p.row));
      const fits = data.time.fits.map((fit) => ({ row: fit.row, x: seconds(fit.seconds), y: fit.accuracy, title: `${name(fit.row)}, seed ${fit.seed}\n${fit.seconds.toFixed(1)} s, accuracy ${digits(fit.accuracy)}` }));
      const ends = courses.map((course) => {
        const [first, last] = [course[0], course.at(-1)];
        const from = course.length > 1 ? `from ${digits(first.y)} after ${first.x.toFixed(1)} s to ` : "";
        const range = last.n > 1 ? `, ${digits(last.low)} to ${digits(last.high)}` : "";
        const title = `${name(last.row)}, ${last.n > 1 ? `mean of ${last.n} fits` : "one fit"}\n${from}${digits(last.y)} after ${last.x.toFixed(1)} s${range}`;
        return { ...last, title: last.n > 1 || from ? title : fits.find((fit) => fit.row === last.row).title };
      });
      const shown = fits.filter((fit) => several.has(fit.row)), opacity = courses.length > 4 ? 0.09 : 0.18;
      const svg = Plot.plot({
        className: "chart", width, height: Math.max(Math.min(420, 150 + width * 0.3), 80 + 15 * courses.length), marginLeft: 50, marginRight: roomOf(width),
        x: { type: "log", label: "seconds of the fit (logarithmic)", labelAnchor: "center", labelArrow: "none", tickFormat: "~g", ticks: width < 500 ? 3 : 6 },
        y: { label: "accuracy", grid: true, nice: true },
        marks: [
          ...lines.map((course) => Plot.areaY(course, { x: "x", y1: "low", y2: "high", fill: colour(course[0].row), fillOpacity: opacity, className: "band" })),
          Plot.ruleX(single.filter((p) => p.low < p.high), { x: "x", y1: "low", y2: "high", stroke: shade, strokeWidth: 1.6 }),
          Plot.dot(shown, { x: "x", y: "y", r: 2.5, symbol, fill: shade, fillOpacity: 0.6, className: "fits" }),
          ...lines.map((course) => Plot.line(course, { x: "x", y: "y", stroke: colour(course[0].row), strokeWidth: 2, strokeDasharray: dashes(course[0].row, 2), className: "course" })),
          Plot.dot(lines.map((course) => course[0]), { x: "x", y: "y", r: 5, symbol, fill: "var(--card)", stroke: shade, strokeWidth: 2, className: "starts" }),
          Plot.dot(ends, { x: "x", y: "y", r: 5.5, symbol, fill: shade, stroke: "var(--card)", className: "ends" }),
          Plot.tip([...shown, ...ends], Plot.pointer({ x: "x", y: "y", title: "title" })),
        ],
      });
      endLabels(svg, ends, width);
      return walkable(svg, "Accuracy against seconds", [...shown, ...ends].map((p) => p.title.replace("\n", ", ")), ".fits > *, .ends > *");
    },
  });
})();
