#include "experiments/compare/comparison_page.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "experiments/compare/comparison_plots.h"
#include "viz/page/html_page.h"

namespace mica {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr double kSignificant = 0.05;
constexpr size_t kMostPairs = 200;

std::string Digits(const std::optional<double>& value, int digits = 4) {
  return value.has_value() && !std::isnan(*value) ? FormatFixed(*value, digits) : "–";
}

std::string Probability(double p) {
  return p < 0.00005 ? "&lt;0.0001" : FormatFixed(p, 4);
}

std::string RunLink(const Comparison& comparison, size_t run, const std::string& folder) {
  const std::filesystem::path page = std::filesystem::path(comparison.runs[run].record.folder) / "report.html";
  return absl::StrCat(run + 1, " <a href=\"", RelativeUrl(page.lexically_relative(folder).string()), "\">", NameHtml(comparison.names[run]),
                      "</a>");
}

std::string Leaderboard(const Comparison& comparison, const std::string& folder) {
  Rows rows;
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    const RunResults& run = comparison.runs[i];
    const RunReport& report = run.record.report;
    const bool has_summary = run.summary.has_value();
    rows.push_back({RunLink(comparison, i, folder), absl::AsciiStrToLower(RunReport::State_Name(run.record.state)),
                    EscapeHtml(report.reported_split()), Digits(run.Reported("accuracy")), Digits(run.Reported("balanced_accuracy")),
                    Digits(run.Reported("macro_f1")), Digits(run.Reported("loss")), Digits(run.Reported("ece")),
                    has_summary ? absl::StrCat(run.summary->parameters) : "–",
                    has_summary ? FormatFixed(run.summary->train_seconds, 1) : "–", EscapeHtml(PlaceOf(run)), absl::StrCat(report.seed())});
  }
  const std::vector<HtmlColumn> columns = {{"run"},
                                           {"state"},
                                           {"split"},
                                           {"accuracy", true},
                                           {"balanced accuracy", true},
                                           {"macro F1", true},
                                           {"loss", true},
                                           {"ECE", true},
                                           {"parameters", true},
                                           {"training (s)", true},
                                           {"where"},
                                           {"seed", true}};
  return HtmlTable("Runs", columns, rows, /*sorts=*/true);
}

std::string Differences(const Comparison& comparison) {
  constexpr size_t kMostRuns = 12;
  if (comparison.differences.empty()) return ParagraphHtml("Nothing: the experiments are equal.", "note");
  const size_t runs = std::min(comparison.runs.size(), kMostRuns);
  std::vector<HtmlColumn> columns = {{"field"}};
  for (size_t i = 0; i < runs; ++i) columns.push_back({absl::StrCat("run ", i + 1)});
  Rows rows;
  for (const FieldDifference& difference : comparison.differences) {
    if (difference.only_defaults) continue;
    rows.push_back({absl::StrCat("<code>", EscapeHtml(difference.path), "</code>")});
    for (size_t i = 0; i < runs; ++i) rows.back().push_back(EscapeHtml(difference.values[i]));
  }
  std::string html = HtmlTable("Settings that differ", columns, rows);
  if (runs < comparison.runs.size()) html += ParagraphHtml(absl::StrCat("Of the first ", runs, " runs; comparison.csv has all."), "note");
  return html;
}

// The pairs with the best of each set of runs on the same samples.
std::string Luck(const Comparison& comparison, const std::string& folder) {
  Rows rows;
  for (const std::vector<size_t>& set : comparison.paired.same_samples) {
    for (size_t i = 1; i < set.size() && rows.size() < kMostPairs; ++i) {
      const RunPair& pair = comparison.paired.Between(set[0], set[i]);
      const bool equal = pair.counts.only_a_right + pair.counts.only_b_right == 0;
      rows.push_back({RunLink(comparison, pair.b, folder), absl::StrCat(pair.a + 1), FormatFixed(-pair.counts.Difference() + 0.0, 4),
                      absl::StrCat(FormatFixed(-pair.interval.high + 0.0, 4), " to ", FormatFixed(-pair.interval.low + 0.0, 4)),
                      absl::StrCat(pair.counts.only_b_right), absl::StrCat(pair.counts.only_a_right), Probability(pair.p),
                      Probability(pair.holm_p),
                      equal                        ? "no difference"
                      : pair.holm_p < kSignificant ? absl::StrCat("run ", pair.a + 1, " is better")
                                                   : "may be luck"});
    }
  }
  if (rows.empty()) return ParagraphHtml("No two runs were tested on the same samples.", "note");
  return absl::StrCat(
      ParagraphHtml("Each run against the best on the same samples: difference in accuracy with its bootstrap interval, samples that only "
                    "one of the two got right, McNemar's exact test, and the same after Holm's correction. All this is the luck of the "
                    "test samples; the luck of a seed is seen by repeating.",
                    "note"),
      HtmlTable("Is it luck?",
                {{"run"},
                 {"against", true},
                 {"difference", true},
                 {"95 % interval", true},
                 {"wins", true},
                 {"losses", true},
                 {"p", true},
                 {"Holm p", true},
                 {"so"}},
                rows, /*sorts=*/true));
}

std::string Repeats(const Comparison& comparison) {
  Rows rows;
  for (const RunGroup& group : comparison.groups) {
    if (group.repeats.empty()) continue;
    std::vector<double> accuracies;
    std::string runs;
    for (const size_t run : group.repeats) {
      accuracies.push_back(*comparison.runs[run].Reported("accuracy"));
      absl::StrAppend(&runs, runs.empty() ? "" : ", ", run + 1);
    }
    const Spread spread = SpreadOf(accuracies);
    rows.push_back({NameHtml(comparison.runs[group.runs[0]].record.report.experiment()), runs, absl::StrCat(group.repeats.size()),
                    Digits(spread.mean), Digits(spread.deviation), Digits(spread.smallest), Digits(spread.largest)});
  }
  if (rows.empty()) return ParagraphHtml("No run has finished.", "note");
  return HtmlTable("Repeats",
                   {{"experiment"}, {"runs"}, {"n", true}, {"mean accuracy", true}, {"sd", true}, {"least", true}, {"most", true}}, rows,
                   /*sorts=*/true);
}

Json Number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

// Curves of the first runs: validation, or test where there is none.
Json CurvesOf(const Comparison& comparison, const std::vector<RunTable>& metrics, const std::string& metric, const char* label) {
  Json series = Json::array();
  for (size_t i = 0; i < std::min(metrics.size(), kMostCurveRuns); ++i) {
    const std::vector<double> epochs = metrics[i].Reals("epoch");
    for (const char* const prefix : {"val_", "test_"}) {
      const std::vector<double> values = metrics[i].Reals(absl::StrCat(prefix, metric));
      if (std::none_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) continue;
      Json points = Json::array();
      for (size_t row = 0; row < values.size(); ++row) points.push_back({{"x", Number(epochs[row])}, {"y", Number(values[row])}});
      series.push_back({{"name", absl::StrCat(i + 1, ": ", comparison.names[i])}, {"points", points}});
      break;
    }
  }
  Json plot = {{"kind", "line"}, {"series", series}};
  plot["x"] = {{"label", "epoch"}, {"whole", true}};
  plot["y"] = {{"label", label}};
  return plot;
}

// A series of dots for each place, by seconds: the chart takes its points to be sorted by x.
Json AccuracySeconds(const Comparison& comparison) {
  Json series = Json::array();
  std::set<std::string> places;
  for (const RunResults& run : comparison.runs) places.insert(PlaceOf(run));
  std::vector<size_t> timed;
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    if (comparison.runs[i].summary.has_value() && comparison.runs[i].Reported("accuracy").has_value()) timed.push_back(i);
  }
  const auto seconds = [&](size_t i) { return comparison.runs[i].summary->train_seconds; };
  std::stable_sort(timed.begin(), timed.end(), [&](size_t a, size_t b) { return seconds(a) < seconds(b); });
  for (const std::string& place : places) {
    Json points = Json::array();
    for (const size_t i : timed) {
      const RunResults& run = comparison.runs[i];
      if (PlaceOf(run) != place) continue;
      points.push_back(
          {{"x", run.summary->train_seconds}, {"y", *run.Reported("accuracy")}, {"label", absl::StrCat(i + 1, ": ", comparison.names[i])}});
    }
    if (!points.empty()) series.push_back({{"name", place}, {"points", points}});
  }
  Json plot = {{"kind", "dots"}, {"series", series}, {"free", true}};
  plot["x"] = {{"label", "training (s)"}};
  plot["y"] = {{"label", "accuracy"}};
  return plot;
}

std::string PlotIfAny(const Json& plots, const std::string& name, absl::string_view label) {
  return plots[name]["series"].empty() ? "" : PlotHtml(name, label);
}

}  // namespace

std::string ComparisonPage(const Comparison& comparison, const std::vector<RunTable>& metrics, const std::string& folder) {
  Json plots = {{"loss", CurvesOf(comparison, metrics, "loss", "loss (nats)")},
                {"accuracy", CurvesOf(comparison, metrics, "accuracy", "accuracy")},
                {"seconds", AccuracySeconds(comparison)}};
  const std::string curves =
      PlotIfAny(plots, "loss", "Loss of each epoch, a curve a run") + PlotIfAny(plots, "accuracy", "Accuracy of each epoch, a curve a run");
  const std::string seconds = PlotIfAny(plots, "seconds", "Accuracy against seconds of training; the numbers stand in the table of runs");
  const std::string place_note = ParagraphHtml("Only runs of one place can be ranked by time.", "note");
  HtmlPage page;
  page.title = absl::StrCat(comparison.runs.size(), " runs · mica");
  page.body = BodyHtml(
      absl::StrCat(comparison.runs.size(), " runs in ", NameHtml(comparison.folder)), /*subtitle=*/"",
      {{"runs", "Runs", Leaderboard(comparison, folder)},
       {"settings", "What was changed", Differences(comparison)},
       {"luck", "Is it luck?", Luck(comparison, folder)},
       {"repeats", "Repeats", Repeats(comparison)},
       {"curves", "Curves",
        curves.empty() ? ParagraphHtml("No run has an evaluated epoch.", "note")
                       : absl::StrCat("<div class=\"plots\">\n", curves, "</div>\n")},
       {"seconds", "Accuracy against seconds", seconds.empty() ? ParagraphHtml("No run has finished.", "note") : place_note + seconds}});
  page.data = Json({{"classes", Json::array()}, {"sheet", {0, 0}}, {"samples", Json::array()}, {"plots", plots}})
                  .dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
  return RenderHtmlPage(page);
}

}  // namespace mica
