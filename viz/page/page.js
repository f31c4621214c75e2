// What a page does beyond showing: plots with values under the pointer, tables that sort, a
// confusion matrix whose cells show their samples. Everything is read from the JSON that the page
// holds; without scripts the page still has its tables.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = (value, digits = 1) => (100 * value).toFixed(digits) + " %";

  // ---- Plots.

  const charts = [];
  const kDashes = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
  const kColours = ["--right", "--wrong", "--third", "--fourth", "--fifth", "--sixth"];

  // Runs beside the first are drawn thin.
  function lineSet(series, index) {
    const colour = style(kColours[index % kColours.length]);
    return {
      label: series.name, data: series.points, borderColor: colour, backgroundColor: colour,
      borderDash: kDashes[index % kDashes.length], borderWidth: series.thin ? 1 : 2,
      showLine: !series.dots, pointRadius: series.dots ? 5 : series.points.length > 40 ? 0 : 3, pointStyle: ["circle", "rect", "triangle", "rectRot"][index % 4],
      borderJoinStyle: "round", tension: 0, spanGaps: false,
    };
  }

  // A vertical line with a word, such as the best epoch.
  const marks = {
    id: "marks",
    afterDatasetsDraw(chart, _arguments, options) {
      for (const mark of options.list || []) {
        const x = chart.scales.x.getPixelForValue(mark.x), area = chart.chartArea;
        if (x < area.left - 1 || x > area.right + 1) continue;
        const context = chart.ctx;
        context.save();
        context.strokeStyle = context.fillStyle = style("--grey");
        context.setLineDash([3, 3]);
        context.beginPath();
        context.moveTo(x, area.top);
        context.lineTo(x, area.bottom);
        context.stroke();
        context.textAlign = x > (area.left + area.right) / 2 ? "right" : "left";
        context.fillText(mark.label, x + (context.textAlign === "right" ? -4 : 4), area.top + 10);
        context.restore();
      }
    },
  };

  function axis(description) {
    const grid = style("--line"), grey = style("--grey");
    return {
      type: "linear", offset: false, min: description.low, max: description.high,
      title: {display: true, text: description.label, color: grey},
      grid: {color: grid, borderColor: grid, offset: false}, ticks: {color: grey, precision: description.whole ? 0 : undefined},
    };
  }

  function draw(canvas, plot) {
    const bars = plot.kind === "bar";
    const datasets = bars
        ? plot.series.map((series, i) => ({label: series.name, data: series.points, backgroundColor: style(kColours[i % 3]), grouped: false, barPercentage: 1, categoryPercentage: .95}))
        : plot.series.map((series, i) => lineSet({...series, dots: plot.kind === "dots"}, i));
    if (plot.diagonal) {
      datasets.push({label: plot.diagonal, type: "line", order: -1, data: [{x: 0, y: 0}, {x: 1, y: 1}], borderColor: style("--ink"), borderDash: [3, 3], borderWidth: 1, pointRadius: 0});
    }
    charts.push(new Chart(canvas, {
      type: bars ? "bar" : "line", data: {datasets},
      options: {
        parsing: bars, normalized: !bars, animation: false, maintainAspectRatio: false, responsive: true,
        interaction: {mode: plot.free ? "nearest" : "index", intersect: false, axis: "x"},
        scales: {x: axis(plot.x), y: axis(plot.y)},
        plugins: {legend: {labels: {color: style("--ink"), usePointStyle: true, boxHeight: 7}}, marks: {list: plot.marks},
                  tooltip: {callbacks: {title: (items) => items.length ? items[0].raw.label ?? `${plot.x.label}: ${items[0].parsed.x}` : ""}}},
      },
      plugins: [marks],
    }));
  }

  function drawAll() {
    while (charts.length) charts.pop().destroy();
    for (const canvas of document.querySelectorAll("canvas[data-plot]")) draw(canvas, data.plots[canvas.dataset.plot]);
  }
  if (window.Chart) {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    drawAll();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  }

  // ---- Tables that sort.

  const cellValue = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  function compare(a, b) {
    // "87.0 %" and "0.5 to 0.7" are numbers, "10 apples" is a name.
    const number = (text) => /^[-+]?[\d.]+( %| to .*)?$/.test(text) ? parseFloat(text) : NaN;
    const difference = number(a) - number(b);
    return Number.isNaN(difference) ? String(a).localeCompare(String(b), undefined, {numeric: true}) : difference;
  }
  for (const button of document.querySelectorAll("table.sortable th button")) {
    button.addEventListener("click", () => {
      const header = button.closest("th"), table = header.closest("table"), body = table.tBodies[0];
      const descending = header.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.setAttribute("aria-sort", "none");
      header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const rows = [...body.rows].sort((a, b) => compare(cellValue(a, header.cellIndex), cellValue(b, header.cellIndex)));
      body.append(...(descending ? rows.reverse() : rows));
    });
  }

  // ---- Pictures of samples, cut from one sheet.

  const kPictureSide = 112;
  function picture(sample) {
    const [x, y, width, height] = sample.box, scale = kPictureSide / Math.max(width, height);
    const element = document.createElement("span");
    element.className = "picture sheet" + (Math.max(width, height) < 64 ? " small" : "");
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", `Sample ${sample.id}: taken for ${data.classes[sample.p]}, is ${data.classes[sample.t]}`);
    element.style.width = width * scale + "px";
    element.style.height = height * scale + "px";
    element.style.backgroundSize = `${data.sheet[0] * scale}px ${data.sheet[1] * scale}px`;
    element.style.backgroundPosition = `${-x * scale}px ${-y * scale}px`;
    return element;
  }
  function text(tag, className, words) {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = words;
    return element;
  }
  function figure(sample) {
    const figure = document.createElement("figure"), caption = document.createElement("figcaption");
    const right = sample.t === sample.p;
    caption.append(text("bdi", right ? "right" : "wrong", data.classes[sample.p]), " " + percent(sample.c));
    if (!right) caption.append(", but is ", text("bdi", "", data.classes[sample.t]));
    const path = text("bdi", "path", sample.path.split("/").pop());
    path.title = sample.path;
    caption.append(path);
    figure.append(picture(sample), caption);
    return figure;
  }
  function gallery(list, samples) {
    list.replaceChildren(...samples.map((sample) => {
      const item = document.createElement("li");
      item.append(figure(sample));
      return item;
    }));
  }
  for (const list of document.querySelectorAll("ul[data-rank]")) {
    const rank = list.dataset.rank;
    gallery(list, data.samples.filter((sample) => sample[rank]).sort((a, b) => a[rank] - b[rank]));
  }

  // ---- The confusion matrix.

  const matrix = document.querySelector("table.matrix");
  const shown = document.getElementById("cell");
  function showCell(truth, prediction, count) {
    const samples = data.samples.filter((sample) => sample.t === truth && sample.p === prediction).sort((a, b) => b.c - a.c);
    const right = truth === prediction;
    shown.querySelector("p").textContent = right ? `${data.classes[truth]}, right ${count} times`
                                                 : `${data.classes[truth]}, taken for ${data.classes[prediction]} ${count} times`;
    shown.querySelector("p").append(samples.length < count ? `; ${samples.length} of them are shown` : "");
    gallery(shown.querySelector("ul"), samples);
  }
  for (const button of document.querySelectorAll("button[data-cell]")) {
    button.addEventListener("click", () => {
      const [truth, prediction, count] = button.dataset.cell.split(",").map(Number);
      for (const cell of document.querySelectorAll(".chosen")) cell.classList.remove("chosen");
      button.parentElement.classList.add("chosen");
      showCell(truth, prediction, count);
      shown.scrollIntoView({block: "nearest"});
    });
  }
  for (const choice of document.querySelectorAll("input[name=cells]")) {
    choice.addEventListener("change", () => {
      for (const cell of matrix.querySelectorAll("td > *")) cell.textContent = cell.dataset[choice.value];
    });
  }
})();
