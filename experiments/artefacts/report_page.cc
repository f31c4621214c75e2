#include "experiments/artefacts/report_page.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/config/message_diff.h"
#include "base/config/textproto.h"
#include "base/number_format.h"
#include "experiments/artefacts/page_data.h"
#include "viz/page/html_page.h"

namespace mica {
namespace {

constexpr size_t kMostMatrixClasses = 100;
constexpr size_t kLargeMatrix = 25;  // from here on cells have no numbers

std::string Percent(double share) {
  return std::isnan(share) ? "–" : absl::StrCat(FormatFixed(100 * share, 1), " %");
}

std::string Digits(double value, int digits = 4) {
  return std::isnan(value) ? "–" : FormatFixed(value, digits);
}

std::string Count(double value) {
  return std::isnan(value) ? "–" : FormatFixed(value, 0);
}

// The builder of one run's sections. Each returns HTML.
class Report {
 public:
  Report(const RunFiles& run, absl::string_view repeat) : run_(run), repeat_(repeat), data_(MakePageData(run)) {}

  std::string Html() const {
    HtmlPage page;
    page.title = absl::StrCat(run_.name(), " · mica");
    page.style = SheetStyle();
    page.data = data_.json;
    page.body = BodyHtml(NameHtml(run_.name()), Subtitle(), Sections());
    return RenderHtmlPage(page);
  }

 private:
  std::vector<PageSection> Sections() const {
    std::vector<PageSection> sections = {
        {"figures", "Figures", Figures()},
        {"curves", "Learning curves", Curves()},
        {"matrix", "Confusion matrix", Matrix()},
        {"classes", "Classes", Classes()},
        {"errors", "Largest losses", Gallery("worst", "The samples of which the model was most wrong, the largest loss first.")},
        {"samples", "Samples", Gallery("random", "Drawn at random by the run's seed, neither chosen nor sorted.")},
        {"calibration", "Confidence", Calibration()},
        {"slices", "Parts of the split", Slices()},
        {"data-report", "Data", Data()},
        {"settings", "What was chosen", Settings()},
        {"environment", "Environment", Environment()},
        {"repeat", "How to repeat it", Repeat()},
    };
    if (!run_.problems.empty()) sections.push_back({"problems", "What could not be shown", Problems()});
    return sections;
  }

  const RunReport* report() const { return run_.record.has_value() ? &run_.record->report : nullptr; }

  std::string Plot(const std::string& name, absl::string_view label, absl::string_view html_class = "") const {
    return data_.HasPlot(name) ? PlotHtml(name, label, html_class) : "";
  }

  // Why something is not there.
  std::string Missing(absl::string_view what) const {
    const bool is_unfinished = run_.record.has_value() && run_.record->state != RunReport::FINISHED;
    const bool has_no_split = run_.record.has_value() && !is_unfinished && run_.reported_split().empty();
    return ParagraphHtml(absl::StrCat("There is no ", what, ": ",
                                      is_unfinished  ? "the run has not finished."
                                      : has_no_split ? "the data have neither a test nor a validation split."
                                                     : "its file is missing or broken."),
                         "note");
  }

  std::string SheetStyle() const {
    if (!run_.samples.has_value()) return "";
    return absl::StrCat(".sheet { background-image: url(data:image/jpeg;base64,", absl::Base64Escape(run_.samples->jpeg), "); }\n");
  }

  std::string Subtitle() const {
    if (report() == nullptr) return "";
    std::vector<std::string> parts = {RunReport::State_Name(run_.record->state)};
    std::transform(parts[0].begin(), parts[0].end(), parts[0].begin(), [](unsigned char c) { return std::tolower(c); });
    const RunTable* const summary = run_.Find("summary.csv");
    if (summary != nullptr && summary->size() == 1) {
      parts.push_back(absl::StrCat(EscapeHtml(summary->Texts("model")[0]), ", ", Count(summary->Reals("parameters")[0]), " parameters"));
      parts.push_back(
          absl::StrCat(EscapeHtml(summary->Texts("optimizer")[0]), ", learning rate ", EscapeHtml(summary->Texts("learning_rate")[0])));
    }
    parts.push_back(absl::StrCat(report()->epochs(), report()->epochs() == 1 ? " epoch" : " epochs", " in ",
                                 FormatFixed(report()->train_seconds(), 1), "&nbsp;s on ", EscapeHtml(report()->device())));
    parts.push_back(absl::StrCat("seed ", report()->seed()));
    return ParagraphHtml(absl::StrJoin(parts, " · "), "note");
  }

  std::string Figures() const {
    const RunTable* const intervals = run_.Find("intervals.csv");
    std::string html;
    if (intervals == nullptr || intervals->size() == 0) {
      html = Missing("table of figures");
    } else {
      html = absl::StrCat(ParagraphHtml(absl::StrCat("Of the ", EscapeHtml(run_.reported_split()),
                                                     " split, with 95 % intervals: what another split of this size might give."),
                                        "note"),
                          "<dl class=\"figures\">\n");
      for (size_t row = 0; row < intervals->size(); ++row) html += Figure(*intervals, row);
      html += "</dl>\n";
    }
    return html + TestSeen() + SplitFigures();
  }

  static std::string Figure(const RunTable& table, size_t row) {
    static const std::pair<const char*, const char*> kNames[] = {{"loss", "Loss (nats)"},
                                                                 {"accuracy", "Accuracy"},
                                                                 {"balanced_accuracy", "Balanced accuracy"},
                                                                 {"macro_f1", "Macro F1"},
                                                                 {"ece", "Calibration error (ECE)"}};
    const std::string metric = table.Texts("metric")[row];
    std::string name = EscapeHtml(metric);
    for (const auto& [key, label] : kNames) {
      if (metric == key) name = label;
    }
    const auto shown = [&](const char* column) {
      const double value = table.Reals(column)[row];
      return metric == "loss" || metric == "ece" ? Digits(value) : Percent(value);
    };
    std::string beside = absl::StrCat(shown("low"), " to ", shown("high"));
    if (!table.Texts("chance")[row].empty()) absl::StrAppend(&beside, "<br>chance ", shown("chance"));
    if (!table.Texts("majority")[row].empty()) absl::StrAppend(&beside, "<br>largest class ", shown("majority"));
    return absl::StrCat("<div><dt>", name, "</dt><dd class=\"value\">", shown("value"), "</dd><dd class=\"beside\">", beside,
                        "</dd></div>\n");
  }

  std::string TestSeen() const {
    if (report() == nullptr || !report()->test_seen_each_epoch()) return "";
    return ParagraphHtml(
        "The test split was looked at after every epoch. No checkpoint was selected by it; whoever tunes by its figures selects by hand.",
        "warning");
  }

  // Every metric of summary.csv, a column for each split.
  std::string SplitFigures() const {
    const RunTable* const summary = run_.Find("summary.csv");
    if (summary == nullptr || summary->size() != 1) return "";
    std::vector<std::vector<std::string>> rows;
    for (const RunTable::Column& column : summary->columns()) {
      if (column.name.rfind("val_", 0) != 0) continue;
      const std::string metric = column.name.substr(4);
      const std::string validation = column.texts[0], test = summary->Texts(absl::StrCat("test_", metric))[0];
      if (validation.empty() && test.empty()) continue;
      const auto shown = [](const std::string& text, double value) { return text.empty() ? std::string("–") : Digits(value); };
      rows.push_back({EscapeHtml(metric), shown(validation, RunTable::RealsOf(column)[0]),
                      shown(test, summary->Reals(absl::StrCat("test_", metric))[0])});
    }
    if (rows.empty()) return "";
    return absl::StrCat("<details><summary>All metrics of both splits</summary>\n",
                        HtmlTable("All metrics", {{"metric"}, {"validation", true}, {"test", true}}, rows), "</details>\n");
  }

  std::string Curves() const {
    const RunTable* const table = run_.Find("metrics.csv");
    if (table == nullptr || table->size() == 0) return Missing("finished epoch");
    std::string html = "<div class=\"plots\">\n";
    for (const auto& [name, label] :
         {std::pair("loss", "Loss of each epoch; the table below has its numbers"),
          std::pair("accuracy", "Accuracy of each epoch; the table below has its numbers"),
          std::pair("learning_rate", "Learning rate of each epoch"), std::pair("grad_norm", "Gradient norm of each epoch")}) {
      html += Plot(name, label);
    }
    return absl::StrCat(html, "</div>\n<details><summary>Numbers of each epoch</summary>\n", EpochTable(*table), "</details>\n");
  }

  static std::string EpochTable(const RunTable& table) {
    std::vector<HtmlColumn> columns = {{"epoch", true}};
    std::vector<std::string> names;
    for (const char* const name : {"train_loss", "train_accuracy", "val_loss", "val_accuracy", "test_loss", "test_accuracy"}) {
      const std::vector<std::string> texts = table.Texts(name);
      if (std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return text.empty(); })) continue;
      names.emplace_back(name);
      columns.push_back({absl::StrReplaceAll(name, {{"_", " "}}), true});
    }
    std::vector<std::vector<std::string>> rows(table.size());
    for (size_t row = 0; row < table.size(); ++row) rows[row].push_back(EscapeHtml(table.Texts("epoch")[row]));
    for (const std::string& name : names) {
      const std::vector<double> values = table.Reals(name);
      for (size_t row = 0; row < table.size(); ++row) rows[row].push_back(Digits(values[row]));
    }
    return HtmlTable("Numbers of each epoch", columns, rows);
  }

  std::string Matrix() const {
    const RunTable* const table = run_.Find("confusion_matrix.csv");
    if (table == nullptr || table->size() == 0 || table->columns().size() != table->size() + 1) return Missing("confusion matrix");
    std::string html = ParagraphHtml(absl::StrCat("Rows are what a sample is, columns what it was taken for. ",
                                                  run_.samples.has_value() ? "Choose a cell to see its samples." : ""),
                                     "note");
    html += "<div class=\"sides\">\n<div>\n";
    if (table->size() > kMostMatrixClasses) {
      html += ParagraphHtml(absl::StrCat(table->size(), " classes are too many for a matrix; these pairs are confused most."), "note");
    } else {
      html += MatrixTable(*table);
    }
    html += "</div>\n<div id=\"cell\" aria-live=\"polite\"><p></p><ul class=\"gallery\"></ul></div>\n</div>\n";
    return html + MostConfusedTable();
  }

  static std::string MatrixTable(const RunTable& table) {
    const std::vector<std::string>& names = table.columns()[0].texts;
    const size_t classes = names.size();
    std::string html = absl::StrCat(
        "<fieldset><legend>Cells show</legend><label><input type=\"radio\" name=\"cells\" value=\"count\" checked> counts</label>"
        "<label><input type=\"radio\" name=\"cells\" value=\"share\"> per cent of the row</label></fieldset>\n"
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: confusion matrix\"><table class=\"matrix",
        classes >= kLargeMatrix ? " large" : "", "\"><thead><tr><td></td>");
    for (const std::string& name : names) absl::StrAppend(&html, "<th scope=\"col\"><span>", NameHtml(name), "</span></th>");
    html += "</tr></thead><tbody>\n";
    std::vector<std::vector<double>> counts;  // by prediction
    for (size_t prediction = 0; prediction < classes; ++prediction) counts.push_back(RunTable::RealsOf(table.columns()[prediction + 1]));
    for (size_t truth = 0; truth < classes; ++truth) {
      double samples = 0;
      for (const std::vector<double>& column : counts) samples += std::isnan(column[truth]) ? 0 : column[truth];
      absl::StrAppend(&html, "<tr><th scope=\"row\">", NameHtml(names[truth]), "</th>");
      for (size_t prediction = 0; prediction < classes; ++prediction) html += Cell(truth, prediction, counts[prediction][truth], samples);
      html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
  }

  // Shaded by its share of the row. Half a row and more has the page's colour as text, and between the
  // two shades is a gap: neither text could be read on what is in it.
  static std::string Cell(size_t truth, size_t prediction, double count, double samples) {
    if (!(count > 0)) return "<td><span data-count=\"\" data-share=\"\"></span></td>";
    const double share = samples > 0 ? count / samples : 0;
    const double shade = share > 0.5 ? 0.76 + 0.21 * share : 0.06 + 0.49 * share;
    const std::string text = Count(count), percent = FormatFixed(100 * share, share < 0.1 ? 1 : 0);
    return absl::StrCat("<td style=\"background:rgba(var(--shade),", FormatFixed(shade, 3), ")", share > 0.5 ? ";color:var(--paper)" : "",
                        "\"><button type=\"button\" data-cell=\"", truth, ",", prediction, ",", text, "\" data-count=\"", text,
                        "\" data-share=\"", percent, "\">", text, "</button></td>");
  }

  std::string MostConfusedTable() const {
    constexpr size_t kMostRows = 20;
    const RunTable* const table = run_.Find("most_confused.csv");
    if (table == nullptr || table->size() == 0) return "";
    std::vector<std::vector<std::string>> rows;
    const std::vector<std::string> truths = table->Texts("truth_name"), predictions = table->Texts("prediction_name");
    const std::vector<std::string> truth = table->Texts("truth"), prediction = table->Texts("prediction"),
                                   samples = table->Texts("samples");
    const std::vector<double> shares = table->Reals("share_of_truth");
    for (size_t row = 0; row < std::min(table->size(), kMostRows); ++row) {
      const std::string cell = absl::StrCat(EscapeHtml(truth[row]), ",", EscapeHtml(prediction[row]), ",", EscapeHtml(samples[row]));
      rows.push_back({NameHtml(truths[row]), NameHtml(predictions[row]), EscapeHtml(samples[row]), Percent(shares[row]),
                      absl::StrCat("<button type=\"button\" data-cell=\"", cell, "\">show</button>")});
    }
    const std::vector<HtmlColumn> columns = {{"is"}, {"taken for"}, {"samples", true}, {"of the class", true}, {"pictures"}};
    return absl::StrCat("<h3>Most confused</h3>\n", HtmlTable("Most confused classes", columns, rows));
  }

  std::string Classes() const {
    const RunTable* const table = run_.Find("per_class.csv");
    if (table == nullptr || table->size() == 0) return Missing("table of classes");
    const std::vector<std::string> names = table->Texts("name");
    const auto column = [&](const char* name) { return table->Reals(name); };
    const std::vector<double> support = column("support"), recall = column("recall"), low = column("recall_low"),
                              high = column("recall_high"), precision = column("precision"), f1 = column("f1"), auroc = column("auroc"),
                              average = column("average_precision");
    std::vector<std::vector<std::string>> rows;
    for (size_t row = 0; row < table->size(); ++row) {
      rows.push_back({NameHtml(names[row]), Count(support[row]), Percent(recall[row]),
                      absl::StrCat(Percent(low[row]), " to ", Percent(high[row])), Percent(precision[row]), Digits(f1[row], 3),
                      Digits(auroc[row], 3), Digits(average[row], 3)});
    }
    const std::vector<HtmlColumn> columns = {{"class"},           {"samples", true}, {"recall", true}, {"95 % interval", true},
                                             {"precision", true}, {"F1", true},      {"AUROC", true},  {"average precision", true}};
    return HtmlTable("Figures of each class", columns, rows, /*sorts=*/true);
  }

  std::string Gallery(const char* rank, const char* words) const {
    if (!run_.samples.has_value()) return Missing("picture of a sample");
    return absl::StrCat(ParagraphHtml(words, "note"), "<ul class=\"gallery\" data-rank=\"", rank, "\"></ul>\n");
  }

  std::string Calibration() const {
    if (!data_.HasPlot("reliability")) return Missing("table of confidences");
    std::string html =
        ParagraphHtml("If the model says 80 %, is it right in 80 of 100 cases? And how often is it right where it is sure?", "note");
    html += "<div class=\"plots\">\n";
    html += Plot("reliability", "Accuracy of predictions by their confidence", "square");
    html += Plot("calibrated", "Accuracy by confidence, with the temperature", "square");
    html += Plot("risk_coverage", "Accuracy of the surest predictions by how many are answered", "square");
    html += "</div>\n";
    if (report() != nullptr && report()->has_calibration()) {
      const CalibrationReport& calibration = report()->calibration();
      absl::StrAppend(&html, ParagraphHtml(absl::StrCat("A temperature of ", FormatFixed(calibration.temperature(), 3), ", fitted to ",
                                                        calibration.samples(), " validation samples, turns a loss on the ",
                                                        EscapeHtml(run_.reported_split()), " split of ", Digits(calibration.nll_before()),
                                                        " into ", Digits(calibration.nll_after()), " and a calibration error of ",
                                                        Digits(calibration.ece_before()), " into ", Digits(calibration.ece_after()),
                                                        "; <code>mica predict --calibrated</code> applies it.")));
    }
    return html + ThresholdTable();
  }

  std::string ThresholdTable() const {
    const RunTable* const table = run_.Find("threshold_sweep.csv");
    if (table == nullptr || table->size() == 0) return "";
    std::vector<std::vector<std::string>> rows;
    const std::vector<double> threshold = table->Reals("threshold"), coverage = table->Reals("coverage"),
                              accuracy = table->Reals("accuracy"), kept = table->Reals("kept");
    for (size_t row = 0; row < table->size(); ++row) {
      if (row > 0 && kept[row] == kept[row - 1]) continue;
      rows.push_back({Digits(threshold[row], 2), Percent(coverage[row]), kept[row] > 0 ? Percent(accuracy[row]) : "–"});
    }
    return absl::StrCat("<h3>Answer only where it is sure</h3>\n",
                        HtmlTable("Accuracy by the least confidence that is answered",
                                  {{"least confidence", true}, {"answered", true}, {"right of those", true}}, rows));
  }

  std::string Slices() const {
    const RunTable* const table = run_.Find("slices.csv");
    if (table == nullptr) return Missing("table of parts");
    if (table->size() == 0) return ParagraphHtml("All samples are of one size, format and group.", "note");
    std::vector<std::vector<std::string>> rows;
    const std::vector<std::string> by = table->Texts("by"), slice = table->Texts("slice");
    const std::vector<double> samples = table->Reals("samples"), accuracy = table->Reals("accuracy"), low = table->Reals("accuracy_low"),
                              high = table->Reals("accuracy_high"), loss = table->Reals("loss");
    for (size_t row = 0; row < table->size(); ++row) {
      rows.push_back({EscapeHtml(by[row]), NameHtml(slice[row]), Count(samples[row]), Percent(accuracy[row]),
                      absl::StrCat(Percent(low[row]), " to ", Percent(high[row])), Digits(loss[row])});
    }
    return HtmlTable("Figures of parts of the split",
                     {{"by"}, {"part"}, {"samples", true}, {"accuracy", true}, {"95 % interval", true}, {"loss", true}}, rows,
                     /*sorts=*/true);
  }

  std::string Data() const {
    const RunTable* const table = run_.Find("class_map.csv");
    std::string html;
    if (report() != nullptr) {
      html = ParagraphHtml(absl::StrCat("Fingerprint of the data <code>", EscapeHtml(report()->dataset_fingerprint()),
                                        "</code>, of the classes <code>", EscapeHtml(report()->class_map_fingerprint()), "</code>."),
                           "note");
      for (const std::string& warning : report()->warning()) html += ParagraphHtml(EscapeHtml(warning), "warning");
    }
    if (table == nullptr) return html + Missing("table of classes and splits");
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> all = {"<strong>all</strong>"};
    const std::vector<std::string> names = table->Texts("name");
    for (const std::string& name : names) rows.push_back({NameHtml(name)});
    for (const char* const split : {"train", "validation", "test"}) {
      const std::vector<double> counts = table->Reals(split);
      double sum = 0;
      for (size_t row = 0; row < rows.size(); ++row) {
        rows[row].push_back(Count(counts[row]));
        sum += std::isnan(counts[row]) ? 0 : counts[row];
      }
      all.push_back(absl::StrCat("<strong>", Count(sum), "</strong>"));
    }
    rows.push_back(all);
    return html + HtmlTable("Samples of each class and split", {{"class"}, {"train", true}, {"validation", true}, {"test", true}}, rows);
  }

  std::string Settings() const {
    if (!run_.experiment.has_value()) return Missing("experiment");
    Experiment defaults;
    FillDefaults(&defaults);
    std::vector<std::vector<std::string>> rows;
    for (const FieldDifference& difference : DiffMessages({&*run_.experiment, &defaults})) {
      if (difference.only_defaults || difference.values[0] == kAbsentValue) continue;
      const std::string fallback = difference.values[1] == kAbsentValue ? "" : difference.values[1];
      rows.push_back({absl::StrCat("<code>", EscapeHtml(difference.path), "</code>"),
                      absl::StrCat("<code>", EscapeHtml(difference.values[0]), "</code>"), EscapeHtml(fallback)});
    }
    return absl::StrCat(ParagraphHtml("Every field that is not as it would be without the experiment.", "note"),
                        HtmlTable("Settings", {{"field"}, {"value"}, {"default"}}, rows));
  }

  std::string Environment() const {
    if (report() == nullptr) return Missing("record of the run");
    const RunReport& run = *report();
    const std::pair<const char*, std::string> facts[] = {
        {"mica", run.mica_version()},
        {"LibTorch", run.libtorch_version()},
        {"device", run.device()},
        {"CPU threads", absl::StrCat(run.cpu_threads())},
        {"host", run.host()},
        {"started (UTC)", run.started()},
        {"ended (UTC)", run.ended()},
        {"why it ended", run.stopped_because()},
        {"steps", absl::StrCat(run.steps())},
        {"training", absl::StrCat(FormatFixed(run.train_seconds(), 1), " s")},
        {"evaluation", absl::StrCat(FormatFixed(run.eval_seconds(), 1), " s")},
        {"to the first step", absl::StrCat(FormatFixed(run.start_to_first_step_seconds(), 2), " s")},
        {"reported checkpoint", run.reported_checkpoint()},
        {"experiment's fingerprint", run.experiment_fingerprint()},
    };
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : facts) rows.push_back({name, EscapeHtml(value)});
    return HtmlTable("Environment", {{"fact"}, {"value"}}, rows);
  }

  std::string Repeat() const {
    return absl::StrCat(ParagraphHtml("The run's own experiment, with every default and override in it; the same seed gives the same run:"),
                        "<pre tabindex=\"0\">", EscapeHtml(repeat_), "</pre>\n");
  }

  std::string Problems() const {
    std::string html = "<ul>";
    for (const std::string& problem : run_.problems) absl::StrAppend(&html, "<li>", EscapeHtml(problem), "</li>");
    return html + "</ul>\n";
  }

  const RunFiles& run_;
  const absl::string_view repeat_;
  const PageData data_;
};

}  // namespace

std::string ReportPage(const RunFiles& run, absl::string_view repeat) {
  return Report(run, repeat).Html();
}

}  // namespace mica
