"use strict";
(() => {
  const data = JSON.parse(document.getElementById("charts").textContent).samples;
  const spoken = document.getElementById("spoken");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const numbers = new Uint32Array(bytes(data.numbers).buffer);
  const classes = data.classes && new Int16Array(bytes(data.classes).buffer);
  const shown = numbers.length;
  const number = (value) => value.toLocaleString("en");
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const foreign = (text) => make("bdi", {}, text);

  // The samples, their clusters and their coordinates.
  const sampleName = (place) => data.names?.[place] || `row ${number(numbers[place])}`;
  const sampleText = (place) => data.texts?.[place] || (data.texts ? "(empty text)" : "");
  const className = (place) => data.classNames[classes[place]];
  const clusterName = (cluster) => (cluster < 0 ? "noise" : `cluster ${cluster}`);
  const read = (place, labels) => {
    const parts = [sampleName(place), ...(data.texts ? [sampleText(place)] : [])];
    if (classes) parts.push(`class ${className(place)}`);
    parts.push(clusterName(labels[place]));
    return parts.join(", ");
  };
  function labelsOf(fit) {
    if (!fit.decoded) {
      const content = bytes(fit.labels);
      fit.decoded = content.length === shown ? new Int8Array(content.buffer) : new Int16Array(content.buffer);
    }
    return fit.decoded;
  }
  function pointsOf(fit) {
    const space = data.spaces[fit.space];
    space.decoded ??= new Uint16Array(bytes(space.points).buffer);
    return space.decoded;
  }
  const match = (fit, cluster) => (cluster < 0 ? null : fit.matched[cluster]);
  function about(fit, cluster) {
    const size = cluster < 0 ? fit.noise : fit.sizes[cluster];
    const matched = match(fit, cluster);
    const parts = [`${clusterName(cluster)}: ${number(size)} sample${size === 1 ? "" : "s"}`];
    if (data.classNames && cluster >= 0) {
      parts.push(matched === null ? "matched with no class" : `matched with class ${data.classNames[matched]}`);
    }
    return parts.join(", ");
  }

  // Small images: each is a part of one large one.
  const thumbnails = document.getElementById("thumbnails");
  function tile(source, [, columns, width, height], place, side, title) {
    const canvas = make("canvas", { className: width < 20 ? "tile coarse" : "tile", width, height });
    const scale = side / Math.max(width, height);
    canvas.style.width = `${Math.round(width * scale)}px`;
    canvas.style.height = `${Math.round(height * scale)}px`;
    if (title) {
      canvas.title = title;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", title);
    } else canvas.setAttribute("aria-hidden", "true");
    const draw = () => canvas.getContext("2d").drawImage(
      source, (place % columns) * width, Math.floor(place / columns) * height, width, height, 0, 0, width, height);
    if (source.complete && source.naturalWidth) draw();
    else source.addEventListener("load", draw);
    return canvas;
  }
  const sample = (place, side, title) => tile(thumbnails, data.thumbnails, place, side, title);
  function sampleList(places, labels, side) {
    if (!data.thumbnails) {
      const shown = data.texts ? sampleText : sampleName;
      return make("ul", { className: data.texts ? "names texts" : "names" }, ...places.map((place) => make("li", { title: sampleName(place) }, foreign(shown(place)))));
    }
    return make("div", { className: "tiles" }, ...places.map((place) => sample(place, side, read(place, labels))));
  }

  // Boxes: each has controls and a place for its content.
  function box(name) {
    const found = document.querySelector(`[data-samples=${name}]`);
    if (!found) return null;
    const controls = make("div", { className: "controls" }), place = make("div");
    found.append(controls, place);
    return { controls, place };
  }
  function choice(controls, title, texts, change) {
    const select = make("select", {});
    const fill = (options) => {
      select.replaceChildren(...options.map((text, value) => make("option", { value, textContent: text })));
      label.hidden = options.length < 2;
    };
    const label = make("label", {}, `${title} `, select);
    fill(texts);
    select.addEventListener("change", () => change(Number(select.value)));
    controls.append(label);
    return { fill, choose: (value) => { select.value = value; } };
  }
  // A choice of a row and of one of its fits.
  function fitChoice(controls, rows, change) {
    let row = rows[0];
    const seeds = () => row.fits.map((fit) => `seed ${fit.seed}`);
    choice(controls, "Method", rows.map((each) => each.label), (value) => {
      row = rows[value];
      seedChoice.fill(seeds());
      change(row, row.fits[0]);
    });
    const seedChoice = choice(controls, "Seed", seeds(), (value) => change(row, row.fits[value]));
    change(row, row.fits[0]);
  }
  const rowsWith = (has) => data.rows.map((row) => ({ label: row.label, fits: row.fits.filter(has) })).filter((row) => row.fits.length);
  function scrolling(label, child) {
    const region = make("div", { className: "scroll", tabIndex: 0 }, child);
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", label);
    return region;
  }

  // Prototypes, and the samples of each cluster.
  function mapTable(title, fit, cell) {
    const { columns, hits } = fit.map;
    const table = make("table", { className: "map" }, make("caption", {}, title));
    for (let start = 0; start < hits.length; start += columns) {
      const line = table.insertRow();
      for (let unit = start; unit < start + columns; unit++) {
        const field = line.insertCell();
        field.dataset.unit = unit;
        cell(field, unit);
      }
    }
    walkGrid(table, () => [...table.rows].map((row) => [...row.cells]));
    return table;
  }
  const heat = (cell, share) => cell.classList.add(`heat-${share > 0 ? Math.max(1, Math.min(9, Math.floor(share * 10))) : 0}`);
  function maps(fit, sheet) {
    const { hits, distances } = fit.map;
    const [most, far, near] = [Math.max(...hits), Math.max(...distances), Math.min(...distances)];
    const side = hits.length > 150 ? 20 : 32;
    const found = [
      mapTable("Samples nearest to each unit (hits)", fit, (cell, unit) => { cell.textContent = hits[unit]; heat(cell, hits[unit] / most); }),
      mapTable("U-matrix: mean distance to the neighbours", fit, (cell, unit) => {
        cell.textContent = d3.format(".2r")(distances[unit]);
        heat(cell, far > near ? (distances[unit] - near) / (far - near) : 0);
      }),
    ];
    if (sheet) {
      found.unshift(mapTable("Prototypes", fit, (cell, unit) => cell.append(
        tile(sheet, fit.prototypes, unit, side, `unit ${unit + 1}: ${number(hits[unit])} samples`))));
    }
    const readout = make("p", { className: "readout" });
    readout.setAttribute("aria-hidden", "true");
    const all = make("div", { className: "maps" }, ...found.map((table) => make("div", { className: "scroll" }, table)));
    all.addEventListener("focusin", ({ target }) => {
      if (!target.dataset.unit) return;
      const unit = Number(target.dataset.unit), [row, column] = [Math.floor(unit / fit.map.columns), unit % fit.map.columns];
      readout.textContent = spoken.textContent = `unit ${unit + 1}, row ${row + 1}, column ${column + 1}: ${number(hits[unit])} sample${hits[unit] === 1 ? "" : "s"}, mean distance to the neighbours ${d3.format(".3r")(distances[unit])}`;
    });
    all.addEventListener("focusout", () => { readout.textContent = ""; });
    return make("div", {}, all, readout, make("p", { className: "hint" }, "The arrow keys go from unit to unit."));
  }
  function centres(fit, sheet) {
    const [count] = fit.prototypes;
    const isCentre = count === fit.sizes.length;
    return make("ul", { className: "centres" }, ...Array.from({ length: count }, (_, place) => {
      const text = isCentre ? about(fit, place) : `prototype ${place}`;
      return make("li", {}, tile(sheet, fit.prototypes, place, 64, ""), make("span", {}, foreign(text)));
    }));
  }
  const proto = box("prototypes");
  if (proto) {
    fitChoice(proto.controls, rowsWith((fit) => fit.key), (row, fit) => {
      const sheet = [...document.querySelectorAll("img.prototype-sheet")].find((image) => image.dataset.key === fit.key);
      const labels = labelsOf(fit), parts = [];
      const heading = make("h3", {}, foreign(row.label), `, seed ${fit.seed}: prototypes`);
      if (fit.map) parts.push(heading, maps(fit, sheet));
      else if (fit.prototypes) parts.push(heading, centres(fit, sheet));
      else if (data.thumbnails) parts.push(heading, make("p", {}, "This fit has no prototypes that can be shown as images."));
      if (fit.clusters.length) {
        const body = make("tbody"), heads = ["Cluster", "Most typical", "Least certain"];
        for (const [cluster, typical, uncertain] of fit.clusters) {
          const head = make("th", { scope: "row" }, foreign(about(fit, cluster)));
          body.append(make("tr", {}, head, ...[typical, uncertain].map((places, i) => {
            const cell = make("td", {}, sampleList(places, labels, 40));
            cell.dataset.head = heads[i + 1];
            return cell;
          })));
        }
        const columns = heads.map((text) => make("th", { scope: "col" }, text));
        const table = make("table", { className: "clusters" }, make("thead", {}, make("tr", {}, ...columns)), body);
        const n = fit.sizes.filter((size) => size > 0).length;
        const some = fit.clusters.length < n ? `: the first ${fit.clusters.length} of ${n} clusters` : "";
        parts.push(make("h3", {}, foreign(row.label), `, seed ${fit.seed}: samples of each cluster${some}`), scrolling("Samples of each cluster", table));
      }
      proto.place.replaceChildren(...parts);
    });
  }

  // Colours of classes and clusters.
  const COLOURS = ["#2f7ae5", "#c2410c", "#7c3aed", "#15803d", "#db2777", "#0e7490", "#a16207", "#4b5563", "#dc2626", "#65a30d"];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const GREY = () => (dark.matches ? "#8b949e" : "#6e7781");
  function colours(count) {
    return Array.from({ length: count }, (_, place) => {
      if (count > COLOURS.length) return `hsl(${Math.round((360 * place) / count)} 70% ${(dark.matches ? 62 : 38) + (place % 2) * 8}%)`;
      const colour = d3.color(COLOURS[place]);
      return dark.matches ? d3.interpolateRgb(colour, "#fff")(0.35) : colour.formatHex();
    });
  }

  // The scatter plot.
  function scatter({ controls, place }) {
    let row, fit, labels, points, cluster = null, active = -1, byClass = Boolean(classes), order = [], side = 0, ratio = 1;
    const base = make("canvas"), top = make("canvas", { tabIndex: 0 });
    const tip = make("div", { className: "tip", hidden: true });
    const plot = make("div", { className: "plot" }, base, top, tip);
    const text = make("p", { className: "space" }), list = make("ul", { className: "legend" }), details = make("div", { className: "details" });
    top.setAttribute("role", "application");
    place.append(text, make("div", { className: "scatter" }, plot, make("div", { className: "beside" }, list, details)));
    const groupOf = (sample) => (byClass ? classes[sample] : labels[sample]);
    const isShown = (sample) => cluster === null || labels[sample] === cluster;
    const at = (sample) => [10 + (points[2 * sample] / 65535) * (side - 20), 10 + ratioY(points[2 * sample + 1]) * (side * ratio - 20)];
    let low = 0, high = 65535;
    const ratioY = (value) => (high - value) / Math.max(1, high - low);

    function setFit(newRow, newFit) {
      [row, fit] = [newRow, newFit];
      [labels, points] = [labelsOf(fit), pointsOf(fit)];
      [low, high] = [65535, 0];
      for (let sample = 0; sample < data.drawn; sample++) {
        low = Math.min(low, points[2 * sample + 1]);
        high = Math.max(high, points[2 * sample + 1]);
      }
      ratio = Math.min(1, Math.max(0.45, (high - low) / 65535));
      order = d3.range(data.drawn).sort((a, b) => labels[a] - labels[b] || points[2 * a] - points[2 * b]);
      const { explained, dimensions, input } = data.spaces[fit.space];
      const share = explained === null ? "All samples are in one point." : `They explain ${(100 * explained).toFixed(0)} % of its variance${explained > 0.99 ? "." : explained > 0.9 ? "; the distances in the picture are nearly those of the method." : ", so the distances in the picture are not those of the method."}`;
      const which = input ? "the input space, in which this method works" : "its own space";
      text.textContent = `The first two principal components of ${which} (${dimensions} dimension${dimensions === 1 ? "" : "s"}). ${share}`;
      top.setAttribute("aria-label", `Scatter plot of ${row.label}, seed ${fit.seed}. Right and left arrow: next and previous sample. Down and up arrow: next and previous cluster. Enter: select the cluster. Escape: select all.`);
      const clusters = fit.sizes.map((_, k) => k).filter((k) => fit.sizes[k]);
      choices = [null, ...clusters, ...(fit.noise ? [-1] : [])];
      clusterChoice?.fill(choices.map((k) => (k === null ? "all clusters" : about(fit, k))));
      select(null);
    }
    let choices = [null];
    let clusterChoice = null;

    function select(k) {
      cluster = k;
      clusterChoice?.choose(choices.indexOf(k));
      show(-1);
      draw();
      tellCluster();
    }
    function tellCluster() {
      details.replaceChildren();
      if (cluster === null) return;
      const members = order.filter((sample) => labels[sample] === cluster);
      details.append(make("h3", {}, foreign(about(fit, cluster))));
      if (classes) {
        const counts = d3.rollups(members, (all) => all.length, (sample) => classes[sample]).sort((a, b) => b[1] - a[1]).slice(0, 5);
        details.append(make("p", {}, `Of ${number(members.length)} points: `, ...counts.flatMap(([k, count], i) => [i ? ", " : "", "class ", foreign(data.classNames[k]), `: ${number(count)}`]), "."));
      }
      const step = Math.max(1, Math.floor(members.length / 24));
      details.append(sampleList(members.filter((_, i) => i % step === 0).slice(0, 24), labels, 40));
    }

    function palette() {
      if (!byClass && !classes) return [d3.range(fit.sizes.length), colours(fit.sizes.length), (k) => String(k)];
      const all = colours(data.classNames.length);
      if (byClass) return [d3.range(all.length), all, (k) => data.classNames[k]];
      return [d3.range(fit.sizes.length), fit.sizes.map((_, k) => (match(fit, k) === null ? GREY() : all[match(fit, k)])), (k) => String(k)];
    }
    function draw() {
      if (!side || !fit) return;
      const pen = sized(base, true), [groups, shades, nameOf] = palette();
      const members = new Map(groups.map((k) => [k, []]));
      members.set(-1, []);
      const dimmed = [];
      for (const sample of order) (isShown(sample) ? members.get(groupOf(sample)) : dimmed)?.push(sample);
      const radius = side < 450 ? 1.7 : 2.4;
      const dots = (samples, colour) => {
        pen.fillStyle = colour;
        pen.beginPath();
        for (const sample of samples) {
          const [x, y] = at(sample);
          pen.moveTo(x + radius, y);
          pen.arc(x, y, radius, 0, 7);
        }
        pen.fill();
      };
      pen.globalAlpha = 0.18;
      dots(dimmed, GREY());
      pen.globalAlpha = 0.8;
      dots(members.get(-1), GREY());
      for (const k of groups) dots(members.get(k), shades[k]);
      pen.globalAlpha = 1;
      if (groups.length <= 30) {
        const taken = [], largest = groups.filter((k) => members.get(k).length > 2).sort((a, b) => members.get(b).length - members.get(a).length);
        for (const k of largest) name(pen, members.get(k), nameOf(k), taken);
      }
      legend(groups.filter((k) => byClass || fit.sizes[k]), shades, nameOf);
    }
    // The name of a group at the middle of its points, unless a larger group has its name there.
    function name(pen, samples, text, taken) {
      const x = d3.median(samples, (sample) => at(sample)[0]), y = d3.median(samples, (sample) => at(sample)[1]);
      const style = getComputedStyle(document.documentElement);
      pen.font = "600 13px system-ui, sans-serif";
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.lineWidth = 4;
      pen.lineJoin = "round";
      pen.strokeStyle = style.getPropertyValue("--card");
      pen.fillStyle = style.getPropertyValue("--text");
      const short = [...text].length > 14 ? `${[...text].slice(0, 13).join("")}…` : text;
      const half = pen.measureText(short).width / 2;
      if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 14)) return;
      taken.push({ x, y, half });
      pen.strokeText(short, x, y);
      pen.fillText(short, x, y);
    }
    function legend(groups, shades, nameOf) {
      const most = 30;
      const items = groups.slice(0, most).map((k) => {
        const swatch = make("span", { className: "swatch" });
        swatch.style.background = shades[k];
        return make("li", {}, swatch, foreign(byClass ? nameOf(k) : `cluster ${k}`));
      });
      if (groups.length > most) items.push(make("li", {}, `and ${groups.length - most} more`));
      list.replaceChildren(...items);
    }
    function sized(canvas, clear) {
      const scale = devicePixelRatio || 1, height = Math.round(side * ratio);
      if (clear) [canvas.width, canvas.height] = [side * scale, height * scale];
      canvas.style.width = `${side}px`;
      canvas.style.height = `${height}px`;
      const pen = canvas.getContext("2d");
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      return pen;
    }

    // One sample: a ring around its point, and a box with the sample itself.
    function show(sample) {
      active = sample;
      if (!side) return;
      const pen = sized(top, true);
      tip.hidden = sample < 0;
      if (sample < 0) return;
      const [x, y] = at(sample);
      pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--text");
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x, y, 6, 0, 7);
      pen.stroke();
      const lines = [...(data.texts ? [sampleText(sample)] : []), sampleName(sample), ...(classes ? [`class ${className(sample)}`] : []), clusterName(labels[sample])];
      tip.replaceChildren(...(data.thumbnails ? [preview(sample)] : []), make("div", {}, ...lines.map((line) => make("div", {}, foreign(line)))));
      const right = x > side / 2, below = y > (side * ratio) / 2;
      tip.style.left = right ? "auto" : `${x + 12}px`;
      tip.style.right = right ? `${side - x + 12}px` : "auto";
      tip.style.top = below ? "auto" : `${y + 12}px`;
      tip.style.bottom = below ? `${side * ratio - y + 12}px` : "auto";
    }
    const preview = (place) => sample(place, side < 450 ? 56 : 84, "");
    function nearest(event) {
      const frame = top.getBoundingClientRect(), x = event.clientX - frame.left, y = event.clientY - frame.top;
      let best = -1, least = 14 ** 2;
      for (let sample = 0; sample < data.drawn; sample++) {
        if (!isShown(sample)) continue;
        const [px, py] = at(sample), distance = (px - x) ** 2 + (py - y) ** 2;
        if (distance < least) [best, least] = [sample, distance];
      }
      return best;
    }
    top.addEventListener("pointermove", (event) => { const found = nearest(event); if (found !== active) show(found); });
    top.addEventListener("pointerleave", () => { if (document.activeElement !== top) show(-1); });
    top.addEventListener("click", (event) => {
      const found = nearest(event);
      if (found >= 0) select(labels[found] === cluster ? null : labels[found]);
      if (found >= 0) show(found);
    });
    top.addEventListener("blur", () => show(-1));
    top.addEventListener("keydown", (event) => {
      const { key } = event;
      if (key === "Escape") { select(null); return; }
      const walk = order.filter(isShown);
      if (!walk.length) return;
      const now = walk.indexOf(active), last = walk.length - 1;
      let next;
      if (key === "ArrowRight") next = now < 0 || now === last ? 0 : now + 1;
      else if (key === "ArrowLeft") next = now <= 0 ? last : now - 1;
      else if (key === "Home") next = 0;
      else if (key === "End") next = last;
      else if (key === "ArrowDown" || key === "ArrowUp") next = otherCluster(walk, now, key === "ArrowDown");
      else if (key === "Enter" && active >= 0) {
        event.preventDefault();
        const sample = active;
        select(cluster === null ? labels[sample] : null);
        show(sample);
        spoken.textContent = cluster === null ? "all clusters" : `selected ${about(fit, cluster)}`;
        return;
      } else return;
      event.preventDefault();
      show(walk[next]);
      spoken.textContent = read(walk[next], labels);
    });
    function otherCluster(walk, now, forwards) {
      const firsts = d3.range(walk.length).filter((i) => i === 0 || labels[walk[i]] !== labels[walk[i - 1]]);
      const here = now < 0 ? (forwards ? -1 : 0) : firsts.findLastIndex((i) => i <= now);
      return firsts[(here + (forwards ? 1 : -1) + firsts.length) % firsts.length];
    }

    fitChoice(controls, rowsWith((each) => each.space !== null), setFit);
    if (classes) choice(controls, "Colour by", ["true class", "cluster"], (value) => { byClass = value === 0; draw(); });
    clusterChoice = choice(controls, "Cluster", choices.map((k) => (k === null ? "all clusters" : about(fit, k))), (value) => select(choices[value]));
    dark.addEventListener("change", () => { draw(); show(active); });
    new ResizeObserver(([entry]) => {
      const now = Math.floor(Math.min(620, entry.contentRect.width));
      if (Math.abs(now - side) < 2) return;
      side = now;
      draw();
      show(-1);
    }).observe(place);
  }
  const cloud = box("scatter");
  if (cloud && rowsWith((fit) => fit.space !== null).length) scatter(cloud);

  // Confusion matrices: the arrow keys go from field to field, and a field shows its samples.
  const matrix = box("confusion");
  if (matrix) {
    fitChoice(matrix.controls, rowsWith((fit) => fit.counts), (row, fit) => {
      const labels = labelsOf(fit), none = data.classNames.length;
      const found = fit.sizes.map((_, k) => k).filter((k) => fit.sizes[k]).sort((a, b) => (fit.matched[a] ?? none) - (fit.matched[b] ?? none) || a - b);
      const columns = [...found, ...(fit.noise ? [-1] : [])];
      const countOf = (k, cluster) => fit.counts[k].at(cluster);
      const right = d3.sum(fit.matched, (k, cluster) => (k === null ? 0 : fit.counts[k][cluster]));
      const table = make("table", { className: "confusion" });
      table.append(make("caption", {}, foreign(row.label), `, seed ${fit.seed}: accuracy ${(right / d3.sum(fit.counts, (c) => d3.sum(c))).toFixed(3)}`));
      table.append(make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "class \\ cluster"), ...columns.map((k) => make("th", { scope: "col" }, k < 0 ? "noise" : String(k))))));
      const body = make("tbody"), grid = [];
      data.classNames.forEach((text, k) => {
        const total = d3.sum(fit.counts[k]), line = make("tr", {}, make("th", { scope: "row", title: text }, foreign(text)));
        grid.push(columns.map((cluster) => {
          const count = countOf(k, cluster), cell = line.insertCell();
          heat(cell, total ? count / total : 0);
          const button = make("button", { type: "button", textContent: number(count) });
          button.setAttribute("aria-label", `class ${text} in ${clusterName(cluster)}: ${number(count)} of ${number(total)} samples`);
          button.addEventListener("click", () => examples(button, k, cluster, count));
          cell.append(button);
          return button;
        }));
        body.append(line);
      });
      table.append(body);
      const panel = make("div", { className: "examples" });
      panel.setAttribute("aria-live", "polite");
      let chosen = null;
      function examples(button, k, cluster, count) {
        chosen?.removeAttribute("aria-pressed");
        chosen = button;
        button.setAttribute("aria-pressed", "true");
        button.focus();
        const places = d3.range(shown).filter((place) => classes[place] === k && labels[place] === cluster).slice(0, 32);
        const part = places.length < count ? ` ${places.length || "None"} of them ${places.length === 1 ? "is" : "are"} shown.` : "";
        panel.replaceChildren(make("p", {}, "Class ", foreign(data.classNames[k]), ` in ${clusterName(cluster)}: ${number(count)} sample${count === 1 ? "" : "s"}.${part}`), sampleList(places, labels, 44));
      }
      walkGrid(table, () => grid);
      const region = make("div", { className: "scroll" }, table);
      matrix.place.replaceChildren(region, make("p", { className: "hint" }, "Choose a field to see its samples. The arrow keys go from field to field."), panel);
    });
  }
})();
