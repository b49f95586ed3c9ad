(() => {
  "use strict";
  const HEIGHT = 190;
  const PAPER_WIDTH = 640;
  /* Room for the names of the faults above the lines. */
  const HEADROOM = 1.2;
  const HEADROOM_LOG = 3;
  const DASHES = [[], [9, 4], [2, 3], [9, 3, 2, 3]];
  const CHARTS = [
    { title: "Depth of the queues, messages", lines: [
      ["order_placed", "order_placed"], ["inventory_reserved", "inventory_reserved"],
      ["order_outcome", "order_outcome"], ["dead", "dead letters"]] },
    { title: "Rates, orders a second", lines: [["accepted", "in: accepted"], ["decided", "out: decided"]] },
    { title: "Latency of accepting, milliseconds (log scale)", log: true, lines: [
      ["p50", "p50"], ["p99", "p99"]] },
    { title: "Wait of the oldest order for its outcome, seconds (estimate)", lines: [["age", "oldest order"]] },
  ];
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const plots = [];

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const element = (name, parent, kind) => {
    const made = parent.appendChild(document.createElement(name));
    if (kind) made.className = kind;
    return made;
  };
  const compact = (n) =>
    n >= 1e6 ? +(n / 1e6).toFixed(1) + "M" : n >= 1e4 ? +(n / 1e3).toFixed(1) + "k" : String(+n.toFixed(2));

  /* A pattern as well as a hue: the bands must show on any paper. */
  function hatched(ctx) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour("--band");
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colour("--hatch");
    pen.lineWidth = 1;
    pen.beginPath();
    for (const at of [-8, 0, 8]) { pen.moveTo(at, 8); pen.lineTo(at + 8, 0); }
    pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }

  function bandsOf(u, marks) {
    const right = u.bbox.left + u.bbox.width;
    return marks.map(([from, until, what], i) => {
      const start = Math.max(u.bbox.left, u.valToPos(from, "x", true));
      const end = Math.min(right, u.valToPos(until, "x", true));
      const over = (m) => m[0] < until && m[1] > from;
      const before = marks.slice(0, i).filter(over).length;
      const alone = marks.filter(over).length < 2;
      return { start, width: Math.max(2 * devicePixelRatio, end - start), before, alone, label: String(i + 1), what, shown: end >= u.bbox.left && start <= right };
    }).filter((band) => band.shown);
  }

  function drawBands(u, marks) {
    const ctx = u.ctx;
    ctx.save();
    ctx.fillStyle = hatched(ctx);
    const bands = bandsOf(u, marks);
    /* What two share is shaded once: the pattern shall stay the same. */
    let done = 0;
    for (const band of [...bands].sort((a, b) => a.start - b.start)) {
      const start = Math.max(done, band.start);
      done = Math.max(done, band.start + band.width);
      if (done > start) ctx.fillRect(start, u.bbox.top, done - start, u.bbox.height);
    }
    ctx.fillStyle = colour("--bad");
    for (const band of bands) {
      ctx.fillRect(band.start, u.bbox.top, devicePixelRatio, u.bbox.height);
      ctx.fillRect(band.start + band.width, u.bbox.top, devicePixelRatio, u.bbox.height);
    }
    ctx.restore();
  }

  function drawLabels(u, marks) {
    const ctx = u.ctx;
    const size = 12 * devicePixelRatio;
    ctx.save();
    ctx.font = "600 " + size + "px system-ui, sans-serif";
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    ctx.lineJoin = "round";
    ctx.lineWidth = size / 3;
    ctx.strokeStyle = colour("--back");
    ctx.fillStyle = colour("--bad");
    for (const band of bandsOf(u, marks)) {
      const full = band.label + " " + band.what;
      const room = band.width - size / 2;
      const text = band.alone && ctx.measureText(full).width <= room ? full : band.label;
      const left = band.start + size * (0.35 + band.before * 1.1);
      const top = u.bbox.top + size * 0.2;
      ctx.strokeText(text, left, top);
      ctx.fillText(text, left, top);
    }
    ctx.restore();
  }

  function keyOf(figure, chart) {
    const key = element("div", figure, "key");
    return chart.lines.map(([, label], i) => {
      const entry = element("span", key);
      entry.innerHTML = '<svg width="30" height="8" aria-hidden="true"><line x1="0" y1="4" x2="30" y2="4" style="stroke:var(--c' +
        (i + 1) + ')" stroke-width="2.5" stroke-dasharray="' + DASHES[i].join(" ") + '"/></svg>';
      entry.append(label);
      return element("output", entry);
    });
  }

  /* Of a log scale, the powers of ten. */
  const decades = (u, ticks) => ticks.map((tick) => Number.isInteger(+Math.log10(tick).toFixed(6)) ? tick : null);

  function optionsOf(chart, marks, group, values) {
    const axis = { stroke: () => colour("--faint"), grid: { stroke: () => colour("--grid"), width: 1 },
      ticks: { stroke: () => colour("--grid"), width: 1 }, font: "12px system-ui, sans-serif" };
    return {
      width: 300, height: HEIGHT, legend: { show: false },
      cursor: { sync: { key: group }, y: false, points: { size: 7 } },
      scales: { x: { time: false },
        y: chart.log
          ? { distr: 3, range: (u, low, high) => uPlot.rangeLog(low || 1, (high || 1) * HEADROOM_LOG, 10, false) }
          : { range: (u, low, high) => [0, Math.max(1, (high || 0) * HEADROOM)] } },
      axes: [
        { ...axis, size: 30, values: (u, ticks) => ticks.map((tick) => tick + " s") },
        { ...axis, ...(chart.log ? { filter: decades, grid: { ...axis.grid, filter: decades }, ticks: { ...axis.ticks, filter: decades } } : {}),
          size: 52, values: (u, ticks) => ticks.map((tick) => tick === null ? "" : compact(tick)) },
      ],
      series: [{}].concat(chart.lines.map((line, i) => ({
        label: line[1], stroke: () => colour("--c" + (i + 1)), width: 2, dash: DASHES[i], spanGaps: false,
        points: { show: false } }))),
      hooks: {
        drawClear: [(u) => drawBands(u, marks)],
        draw: [(u) => drawLabels(u, marks)],
        setCursor: [(u) => values.forEach((output, i) => {
          const value = u.cursor.idx === null || u.cursor.idx === undefined ? null : u.data[i + 1][u.cursor.idx];
          output.textContent = value === null ? "" : compact(value);
        })],
      },
    };
  }

  function describe(chart, columns) {
    return chart.title + ". " + chart.lines.map(([, label], i) =>
      label + " at most " + compact(Math.max(0, ...columns[i].filter((v) => v !== null)))).join(", ") + ".";
  }

  function draw(place) {
    const scenario = data[Number(place.dataset.chart)];
    for (const chart of CHARTS) {
      const columns = chart.lines.map(([name]) =>
        scenario.lines[name].map((v) => v !== null && chart.log ? Math.max(0.1, v) : v));
      const figure = element("figure", place);
      element("figcaption", figure).textContent = chart.title;
      const values = keyOf(figure, chart);
      const box = element("div", figure);
      if (columns.every((column) => column.every((v) => v === null))) {
        box.textContent = "Nothing was seen.";
        continue;
      }
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", describe(chart, columns));
      const options = optionsOf(chart, scenario.marks, "s" + place.dataset.chart, values);
      options.width = Math.max(200, Math.floor(figure.clientWidth));
      const plot = new uPlot(options, [scenario.lines.t, ...columns], box);
      plots.push({ plot, figure });
    }
  }

  function resize(width) {
    for (const { plot, figure } of plots) {
      plot.setSize({ width: width || Math.max(200, Math.floor(figure.clientWidth)), height: HEIGHT });
    }
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => resize());
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(({ plot }) => plot.redraw()));
  addEventListener("beforeprint", () => { root.classList.add("paper"); resize(PAPER_WIDTH); });
  addEventListener("afterprint", () => { root.classList.remove("paper"); resize(); });
  root.dataset.charts = String(plots.length);
})();
