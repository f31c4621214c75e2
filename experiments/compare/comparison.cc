#include "experiments/compare/comparison.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

// A folder that does not exist stays as it is; reading it will report that.
std::string Canonical(const std::string& folder) {
  std::error_code error;
  const fs::path path = fs::canonical(folder, error);
  return error ? folder : path.string();
}

absl::Status RefuseTwins(absl::Span<const std::string> folders) {
  std::map<std::string, std::string> seen;
  std::vector<std::string> messages;
  for (const std::string& folder : folders) {
    const auto [first, is_new] = seen.try_emplace(Canonical(folder), folder);
    if (is_new) continue;
    messages.push_back(absl::StrCat(folder, ": given twice", first->second == folder ? "" : absl::StrCat(", also as ", first->second),
                                    "; name each run once"));
  }
  return messages.empty() ? absl::OkStatus() : ConfigError(absl::StrJoin(messages, "\n"));
}

absl::StatusOr<std::vector<RunResults>> ReadAll(absl::Span<const std::string> folders, const std::set<std::string>& droppable,
                                                std::vector<std::string>* left_out) {
  std::vector<RunResults> runs;
  absl::Status first_error;
  std::vector<std::string> messages;
  for (const std::string& folder : folders) {
    absl::StatusOr<RunResults> run = ReadRunResults(folder);
    if (run.ok()) {
      runs.push_back(*std::move(run));
      continue;
    }
    if (droppable.count(folder) > 0) {
      left_out->emplace_back(run.status().message());
      continue;
    }
    if (first_error.ok()) first_error = run.status();
    messages.emplace_back(run.status().message());
  }
  if (!first_error.ok()) return WithMessage(first_error, absl::StrJoin(messages, "\n"));
  return runs;
}

bool HasMetric(const RunResults& run) {
  return (run.summary.has_value() && !run.summary->metrics.empty()) || run.best_val_accuracy.has_value() ||
         run.best_test_accuracy.has_value();
}

// The deepest folder that contains all runs' folders.
std::string CommonFolder(absl::Span<const RunResults> runs) {
  fs::path common = fs::path(runs[0].record.folder).parent_path();
  for (const RunResults& run : runs) {
    const fs::path parent = fs::path(run.record.folder).parent_path();
    const auto end = std::mismatch(common.begin(), common.end(), parent.begin(), parent.end()).first;
    fs::path shared;
    for (auto part = common.begin(); part != end; ++part) shared /= *part;
    common = shared;
  }
  return common.string();
}

}  // namespace

Comparison CompareResults(std::vector<RunResults> runs, RunOrder order) {
  if (order == RunOrder::kByAccuracy) {
    std::stable_sort(runs.begin(), runs.end(), [](const RunResults& a, const RunResults& b) {
      return a.Reported("accuracy").value_or(-1) > b.Reported("accuracy").value_or(-1);
    });
  }
  Comparison comparison;
  comparison.runs = std::move(runs);
  comparison.order = order;
  comparison.folder = CommonFolder(comparison.runs);
  std::vector<const google::protobuf::Message*> experiments;
  for (const RunResults& run : comparison.runs) {
    comparison.names.push_back(fs::path(run.record.folder).lexically_relative(comparison.folder).string());
    experiments.push_back(&run.experiment);
  }
  comparison.differences = DiffMessages(experiments);
  comparison.groups = GroupRuns(comparison.runs);
  comparison.paired = PairRuns(comparison.runs);
  return comparison;
}

absl::StatusOr<Comparison> CompareRuns(absl::Span<const std::string> folders, const CompareOptions& options) {
  MICA_RETURN_IF_ERROR(RefuseTwins(folders));
  std::vector<std::string> left_out;
  MICA_ASSIGN_OR_RETURN(std::vector<RunResults> runs, ReadAll(folders, options.droppable, &left_out));
  if (std::none_of(runs.begin(), runs.end(), HasMetric)) {
    std::vector<std::string> states;
    for (const RunResults& run : runs) {
      states.push_back(absl::StrCat(run.record.folder, ": ", RunReport::State_Name(run.record.state), ", no metrics"));
    }
    return ConfigError(absl::StrCat("there is nothing to compare: none of the runs has a metric yet\n", absl::StrJoin(states, "\n")));
  }
  if (runs.size() < 2) {
    return DataError(absl::StrCat("fewer than two runs can be read\n", absl::StrJoin(left_out, "\n")));
  }
  Comparison comparison = CompareResults(std::move(runs), options.order);
  comparison.left_out = std::move(left_out);
  return comparison;
}

}  // namespace mica
