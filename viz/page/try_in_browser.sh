#!/bin/bash
# Opens a page in headless Chromium and tries what it does: no error on the console, plots are drawn, a
# cell of the confusion matrix shows its samples, a table sorts. Not run by CI, which needs no browser.
#   viz/page/try_in_browser.sh runs/x/a/report.html [SCREENSHOT.png]
# With AXE=axe.min.js it also asks axe-core (https://github.com/dequelabs/axe-core) for violations.
set -euo pipefail
page=$(realpath "$1")
command -v chromium >/dev/null || { echo "chromium is not installed (Debian package chromium)" >&2; exit 69; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

probe='
const answers = [];
window.addEventListener("error", (event) => answers.push("FAILED: " + event.message));
window.addEventListener("load", async () => {
  const expect = (what, holds) => answers.push((holds ? "ok: " : "FAILED: ") + what);
  for (const link of document.querySelectorAll("nav a")) expect("section " + link.hash, document.querySelector(link.hash) !== null);
  const canvases = [...document.querySelectorAll("canvas[data-plot]")];
  expect("every plot is drawn", canvases.every((canvas) => Chart.getChart(canvas)?.data.datasets.length > 0));
  const cell = document.querySelector("table.matrix button[data-cell]");
  if (cell) {
    cell.click();
    const samples = document.querySelectorAll("#cell li .picture");
    expect("a click on a cell shows its samples", document.querySelector("#cell p").textContent !== "" && samples.length > 0);
  }
  const header = document.querySelector("table.sortable th.number button");
  if (header) {
    header.click();
    const place = header.closest("th").cellIndex;
    const column = [...header.closest("table").tBodies[0].rows].map((row) => parseFloat(row.cells[place].textContent));
    expect("a table sorts", column.every((value, i) => i === 0 || column[i - 1] <= value));
  }
  expect("nothing is wider than the window", document.documentElement.scrollWidth <= window.innerWidth);
  if (window.axe) {
    for (const violation of (await axe.run()).violations) {
      answers.push("FAILED: axe " + violation.id + ": " + violation.help + " " + violation.nodes.slice(0, 3).map((node) => node.target).join(" "));
    }
    answers.push("ok: axe was asked");
  }
  const list = document.createElement("pre");
  list.id = "answers";
  list.textContent = "\n" + answers.join("\n") + "\n";
  document.body.append(list);
});'

{
  head -c "$(grep -abo '</head>' "$page" | head -1 | cut -d: -f1)" "$page"
  echo "<script>$probe</script>"
  [ -z "${AXE:-}" ] || { echo '<script>'; cat "$AXE"; echo '</script>'; }
  tail -c "+$(($(grep -abo '</head>' "$page" | head -1 | cut -d: -f1) + 1))" "$page"
} >"$folder/page.html"
run() { chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=8000 "$@" 2>/dev/null; }
failed=0
for look in "--window-size=1280,2000" "--window-size=500,2000 --force-dark-mode" "--window-size=390,2000"; do
  echo "$look"
  # shellcheck disable=SC2086
  run $look --dump-dom "file://$folder/page.html" | sed -n '/<pre id="answers">/,/<\/pre>/p' | grep -E '^(ok|FAILED)' >"$folder/answers" || true
  cat "$folder/answers"
  if ! [ -s "$folder/answers" ] || grep -q '^FAILED' "$folder/answers"; then failed=1; fi
done
[ $# -lt 2 ] || run --window-size=1280,6000 "--screenshot=$(realpath "$2")" "file://$page"
exit $failed
