#include "experiments/compare/comparison_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/console_table.h"
#include "base/number_format.h"
#include "eval/metrics/baselines.h"
#include "experiments/compare/terminal_layout.h"

namespace mica {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr int kDigits = 4;
constexpr double kSignificant = 0.05;
constexpr size_t kMaxRunColumns = 4;  // with more runs, differences are listed by value
constexpr size_t kMaxFields = 40;
constexpr size_t kMaxFieldColumns = 40;
constexpr size_t kMaxValues = 8;

// A diverged loss has too many digits before the point for a table.
std::string Number(double value, int digits = kDigits) {
  return std::abs(value) < 1e6 || std::isnan(value) ? FormatFixed(value, digits) : FormatNumber(value);
}

std::string Number(const std::optional<double>& value) {
  return value.has_value() ? Number(*value) : "";
}

std::string Probability(double p) {
  return p < 0.00005 ? "<0.0001" : FormatFixed(p, kDigits);
}

std::string Numbers(absl::string_view noun, absl::Span<const size_t> places) {
  return absl::StrCat(noun, places.size() == 1 ? " " : "s ", NumberList(places));
}

std::string StateName(const RunResults& run) {
  return absl::AsciiStrToLower(RunReport::State_Name(run.record.state));
}

template <typename Predicate>
std::vector<size_t> RunsThat(const Comparison& comparison, Predicate predicate) {
  std::vector<size_t> places;
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    if (predicate(comparison.runs[i])) places.push_back(i);
  }
  return places;
}

bool HasResult(const RunResults& run) {
  return run.Reported("accuracy").has_value();
}

// "test" or "validation" if all runs with results agree.
std::string CommonSplit(const Comparison& comparison) {
  std::string split;
  for (const RunResults& run : comparison.runs) {
    if (!HasResult(run)) continue;
    const std::string& other = run.record.report.reported_split();
    if (!split.empty() && split != other) return "";
    split = other;
  }
  return split;
}

std::string ShortSplit(const RunResults& run) {
  const std::string& split = run.record.report.reported_split();
  return split == "validation" ? "val" : split;
}

std::string RunsSection(const Comparison& comparison) {
  Rows rows = {{"run", "folder", "state", "seed", "device", "threads"}};
  const bool all_finished = RunsThat(comparison, [](const RunResults& run) { return !run.finished(); }).empty();
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    const RunResults& run = comparison.runs[i];
    const RunReport& report = run.record.report;
    rows.push_back({absl::StrCat(i + 1), comparison.names[i], all_finished ? "" : StateName(run), absl::StrCat(report.seed()),
                    report.device(), absl::StrCat(report.cpu_threads())});
  }
  const char* const numbered = comparison.order == RunOrder::kByAccuracy ? "by rank" : "as sorted";
  return absl::StrCat(Wrapped("", absl::StrCat(comparison.runs.size(), " runs, numbered ", numbered, ", in ", comparison.folder)),
                      FittedTable(std::move(rows), 1));
}

// A column for each run.
std::string DifferencesByRun(absl::Span<const FieldDifference* const> differences) {
  const size_t runs = differences[0]->values.size();
  Rows rows = {{"field"}};
  for (size_t i = 0; i < runs; ++i) rows[0].push_back(absl::StrCat("run ", i + 1));
  size_t widest = 0;
  for (const FieldDifference* difference : differences) widest = std::max(widest, difference->path.size());
  const int cell = (kTerminalColumns - static_cast<int>(std::min(widest, kMaxFieldColumns))) / static_cast<int>(runs) - 2;
  for (const FieldDifference* difference : differences) {
    rows.push_back({TerminalTail(difference->path, kMaxFieldColumns)});
    for (const std::string& value : difference->values) rows.back().push_back(TerminalText(value, cell));
  }
  return FittedTable(std::move(rows), 0);
}

// A row for each value, with the runs that have it.
std::string DifferencesByValue(absl::Span<const FieldDifference* const> differences) {
  Rows rows = {{"field", "value", "runs"}};
  for (const FieldDifference* difference : differences) {
    // In the order of their first runs.
    std::vector<std::pair<std::string, std::vector<size_t>>> values;
    for (size_t i = 0; i < difference->values.size(); ++i) {
      const auto same = [&](const auto& value) { return value.first == difference->values[i]; };
      const auto found = std::find_if(values.begin(), values.end(), same);
      (found == values.end() ? values.emplace_back(difference->values[i], std::vector<size_t>()) : *found).second.push_back(i);
    }
    const size_t shown = std::min(values.size(), kMaxValues);
    for (size_t v = 0; v < shown; ++v) {
      rows.push_back({v == 0 ? difference->path : "", TerminalText(values[v].first, 28), TerminalText(NumberList(values[v].second), 30)});
    }
    if (values.size() > shown) rows.push_back({"", absl::StrCat("… ", values.size() - shown, " more values"), "in comparison.csv"});
  }
  return FittedTable(std::move(rows), 0);
}

// Another choice brings a dozen settings of its own. Those at their defaults would hide what was
// changed, so they are left out unless there is nothing else.
std::vector<const FieldDifference*> ShownDifferences(const std::vector<FieldDifference>& differences) {
  const bool defaults_too = std::all_of(differences.begin(), differences.end(), [](const FieldDifference& d) { return d.only_defaults; });
  std::vector<const FieldDifference*> shown;
  for (const FieldDifference& difference : differences) {
    if ((defaults_too || !difference.only_defaults) && shown.size() < kMaxFields) shown.push_back(&difference);
  }
  return shown;
}

std::string DifferencesSection(const Comparison& comparison) {
  if (comparison.differences.empty()) return "What was changed: nothing, the experiments are equal\n";
  const std::vector<const FieldDifference*> shown = ShownDifferences(comparison.differences);
  const bool few = comparison.runs.size() <= kMaxRunColumns;
  std::string text = absl::StrCat("What was changed\n", few ? DifferencesByRun(shown) : DifferencesByValue(shown));
  const size_t left = comparison.differences.size() - shown.size();
  if (left == 0) return text;
  const std::string what = shown.size() < kMaxFields ? "defaults of what only some of the runs have" : "settings";
  return absl::StrCat(text, "and ", left, " more in comparison.csv: ", what, "\n");
}

// What guessing would reach on the reported splits; shown once for all runs with equal counts.
std::string BaselineLines(const Comparison& comparison) {
  std::map<std::pair<std::vector<std::string>, std::vector<int64_t>>, std::vector<size_t>> runs_of_split;
  for (const size_t i : RunsThat(comparison, HasResult)) {
    runs_of_split[{comparison.runs[i].class_names, comparison.runs[i].class_counts}].push_back(i);
  }
  std::string lines;
  for (const auto& [classes, runs] : runs_of_split) {
    const Baselines baselines = ComputeBaselines(classes.second, classes.first);
    const std::string whose = runs_of_split.size() == 1 ? "" : absl::StrCat(" (", Numbers("run", runs), ")");
    lines += Wrapped("", absl::StrCat("accuracy without looking", whose, ": chance ", Number(baselines.chance_accuracy),
                                      ", always the most frequent class \"", TerminalText(baselines.majority_name, 40), "\" ",
                                      Number(baselines.majority_accuracy)));
  }
  return lines;
}

std::string ResultsSection(const Comparison& comparison) {
  const std::string split = CommonSplit(comparison);
  Rows rows = {{"run", "split", "accuracy", "macro F1", "loss", "val acc.", "epoch", "test seen", "parameters", "train s", "MiB"}};
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    const RunResults& run = comparison.runs[i];
    std::vector<std::string>& row = rows.emplace_back();
    row = {absl::StrCat(i + 1),
           split.empty() ? ShortSplit(run) : "",
           Number(run.Reported("accuracy")),
           Number(run.Reported("macro_f1")),
           Number(run.Reported("loss")),
           "",
           "",
           "",
           "",
           "",
           ""};
    if (run.best_test_accuracy.has_value())
      row[7] = absl::StrCat(Number(run.best_test_accuracy->value), " @", run.best_test_accuracy->epoch);
    if (!run.summary.has_value()) continue;
    const auto val_accuracy = run.summary->metrics.find("val_accuracy");
    if (val_accuracy != run.summary->metrics.end() && run.record.report.reported_split() != "validation")
      row[5] = Number(val_accuracy->second);
    if (run.summary->best_epoch.has_value()) row[6] = absl::StrCat(*run.summary->best_epoch);
    row[8] = absl::StrCat(run.summary->parameters);
    row[9] = Number(run.summary->train_seconds, 1);
    row[10] = Number(run.summary->peak_memory_mib, 0);
  }
  return absl::StrCat("Which is better", split.empty() ? "" : absl::StrCat(", on the ", split, " split"), "\n",
                      FittedTable(std::move(rows), 1), BaselineLines(comparison));
}

std::vector<std::string> LuckRow(const RunPair& pair) {
  const bool same_answers = pair.counts.only_a_right + pair.counts.only_b_right == 0;
  const std::string verdict = same_answers                 ? "no difference"
                              : pair.holm_p < kSignificant ? absl::StrCat("run ", pair.a + 1, " is better")
                                                           : "may be luck";
  return {absl::StrCat(pair.b + 1),
          Number(-pair.counts.Difference() + 0.0),
          absl::StrCat(Number(-pair.interval.high + 0.0), " to ", Number(-pair.interval.low + 0.0)),
          absl::StrCat(pair.counts.only_b_right),
          absl::StrCat(pair.counts.only_a_right),
          Probability(pair.p),
          Probability(pair.holm_p),
          verdict};
}

std::string LuckTable(const Comparison& comparison, const std::vector<size_t>& runs) {
  Rows rows = {{"run", "difference", "95 % interval", "wins", "losses", "p", "Holm p", ""}};
  for (size_t i = 1; i < runs.size(); ++i) rows.push_back(LuckRow(comparison.paired.Between(runs[0], runs[i])));
  const RunResults& best = comparison.runs[runs[0]];
  return absl::StrCat("Is it luck? Each run against run ", runs[0] + 1, " on the same ", best.samples->ids.size(), " samples of the ",
                      best.record.report.reported_split(), " split\n", FittedTable(std::move(rows), 1));
}

// Why no two runs are compared sample by sample; the notes below give each pair's reason.
absl::string_view WhyNoPair(const Comparison& comparison) {
  const auto finished = std::count_if(comparison.runs.begin(), comparison.runs.end(), [](const RunResults& run) { return run.finished(); });
  if (finished < 2) return "This takes two finished runs";
  return "No two runs can be compared sample by sample; the notes say why";
}

std::string LuckSection(const Comparison& comparison) {
  std::string text;
  for (const std::vector<size_t>& runs : comparison.paired.same_samples) {
    if (runs.size() > 1) absl::StrAppend(&text, LuckTable(comparison, runs));
  }
  if (text.empty()) return absl::StrCat("Is it luck? ", WhyNoPair(comparison), "\n");
  const auto compared = std::count_if(comparison.paired.pairs.begin(), comparison.paired.pairs.end(),
                                      [](const RunPair& pair) { return pair.reason.empty(); });
  const std::string pairs = compared == 1 ? "the one pair compared" : absl::StrCat("all ", compared, " pairs in comparison_pairs.csv");
  return text +
         Wrapped("", absl::StrCat(
                         "difference: in accuracy, with its bootstrap interval; wins, losses: samples that only this run, only the "
                         "other got right; p: chance of so uneven a count if neither were better (McNemar, exact); Holm p: corrected for ",
                         pairs, ". All this is the luck of the test samples; the luck of a seed is seen by repeating."));
}

// Empty if there are no repeats.
std::string RepeatsSection(const Comparison& comparison) {
  Rows rows = {{"runs", "n", "mean accuracy", "sd", "min", "max", "mean loss", "sd loss", "experiment"}};
  bool has_repeats = false;
  for (const RunGroup& group : comparison.groups) {
    if (group.repeats.empty()) continue;
    has_repeats = has_repeats || group.repeats.size() > 1;
    std::vector<double> accuracies, losses;
    for (const size_t run : group.repeats) {
      accuracies.push_back(*comparison.runs[run].Reported("accuracy"));
      losses.push_back(comparison.runs[run].Reported("loss").value_or(NAN));
    }
    const Spread accuracy = SpreadOf(accuracies);
    const Spread loss = SpreadOf(losses);
    rows.push_back({TerminalText(NumberList(group.repeats), 16), absl::StrCat(group.repeats.size()), Number(accuracy.mean),
                    Number(accuracy.deviation), Number(accuracy.smallest), Number(accuracy.largest), Number(loss.mean),
                    Number(loss.deviation), comparison.runs[group.runs[0]].record.report.experiment()});
  }
  if (!has_repeats) return "";
  return absl::StrCat("\nRepeats: one experiment under several seeds, a line each\n", FittedTable(std::move(rows), 8));
}

std::string UnfinishedNotes(const Comparison& comparison) {
  std::string notes;
  const std::vector<size_t> unfinished = RunsThat(comparison, [](const RunResults& run) { return !run.finished(); });
  if (!unfinished.empty()) {
    notes += Wrapped("- ", absl::StrCat(Numbers("run", unfinished), unfinished.size() == 1 ? " is" : " are",
                                        " not finished: shown with what there is, in no comparison sample by sample"));
  }
  for (const size_t i : unfinished) {
    const RunReport& report = comparison.runs[i].record.report;
    if (report.has_failure()) notes += Wrapped("- ", absl::StrCat("run ", i + 1, " failed: ", TerminalText(report.failure(), 300)));
  }
  return notes;
}

std::string BaselineNotes(const Comparison& comparison) {
  std::string notes;
  for (const size_t i : RunsThat(comparison, HasResult)) {
    const RunResults& run = comparison.runs[i];
    const Baselines baselines = ComputeBaselines(run.class_counts, run.class_names);
    if (*run.Reported("accuracy") > std::max(baselines.majority_accuracy, baselines.chance_accuracy)) continue;
    notes += Wrapped("- ", absl::StrCat("run ", i + 1, " is no better than guessing (",
                                        Number(std::max(baselines.majority_accuracy, baselines.chance_accuracy)), ")"));
  }
  return notes;
}

// Why some runs are not compared with the best one.
std::string OtherSamplesNotes(const Comparison& comparison) {
  if (!comparison.runs[0].samples.has_value()) return "";
  std::map<std::string, std::vector<size_t>> runs_of_reason;
  for (size_t i = 1; i < comparison.runs.size(); ++i) {
    const std::string& reason = comparison.paired.Between(0, i).reason;
    if (!reason.empty() && comparison.runs[i].finished()) runs_of_reason[reason].push_back(i);
  }
  std::string notes;
  for (const auto& [reason, runs] : runs_of_reason) {
    notes +=
        Wrapped("- ", absl::StrCat(Numbers("run", runs),
                                   " cannot be ranked against run 1 or compared with it sample by sample: ", TerminalText(reason, 300)));
  }
  return notes;
}

std::string SeedNotes(const Comparison& comparison) {
  std::string notes;
  for (const RunGroup& group : comparison.groups) {
    if (group.equal_seeds.empty()) continue;
    notes += Wrapped("- ", absl::StrCat(Numbers("run", group.equal_seeds), group.equal_seeds.size() == 1 ? " has" : " have",
                                        " the seed of another run of the same experiment: the same run again, so mean and sd leave ",
                                        group.equal_seeds.size() == 1 ? "it" : "them", " out"));
  }
  return notes;
}

std::string TimeNote(const Comparison& comparison) {
  std::map<std::string, std::vector<size_t>> runs_of_machine;
  for (size_t i = 0; i < comparison.runs.size(); ++i) {
    const RunReport& report = comparison.runs[i].record.report;
    if (!comparison.runs[i].summary.has_value()) continue;
    runs_of_machine[absl::StrCat(report.device(), ", ", report.cpu_threads(), " threads, ", report.host())].push_back(i);
  }
  if (runs_of_machine.size() < 2) return "";
  std::string machines;
  for (const auto& [machine, runs] : runs_of_machine) {
    absl::StrAppend(&machines, machines.empty() ? "" : "; ", Numbers("run", runs), ": ", TerminalText(machine, 80));
  }
  return Wrapped("- ", absl::StrCat("train s does not rank these runs, they ran on different machines or threads (", machines, ")"));
}

std::string TestSeenNote(const Comparison& comparison) {
  const std::vector<size_t> seen = RunsThat(comparison, [](const RunResults& run) { return run.best_test_accuracy.has_value(); });
  if (seen.empty()) return "";
  return Wrapped("- ",
                 "test seen: the best accuracy of the test split while training, @epoch. Nothing was selected by it, so it is no result "
                 "to report");
}

std::string NotesSection(const Comparison& comparison) {
  const std::string notes = absl::StrCat(UnfinishedNotes(comparison), BaselineNotes(comparison), OtherSamplesNotes(comparison),
                                         SeedNotes(comparison), TimeNote(comparison), TestSeenNote(comparison));
  return notes.empty() ? "" : absl::StrCat("\nNotes\n", notes);
}

}  // namespace

std::string ComparisonText(const Comparison& comparison) {
  return absl::StrCat(RunsSection(comparison), "\n", DifferencesSection(comparison), "\n", ResultsSection(comparison), "\n",
                      LuckSection(comparison), RepeatsSection(comparison), NotesSection(comparison));
}

}  // namespace mica
