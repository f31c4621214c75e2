#include "experiments/runner/prediction_input.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/index/named_pictures.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/picture_survey.h"
#include "experiments/runner/asked_split.h"

namespace mica {
namespace {

// Looking for what is missing lists a folder, so not for every file of a long list.
constexpr int kMaxLookedFor = 20;

bool IsMissing(const std::string& path) {
  struct stat stats;
  return stat(path.c_str(), &stats) != 0 && errno == ENOENT;
}

// For who names a split as if it were a folder.
std::string SplitHint(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  for (const Split split : kAllSplits) {
    if (name == SplitName(split)) return absl::StrCat("; the split of the run's own data is --split=", name);
  }
  return "";
}

// A sample's own name, below what was named: "cats/1.jpg", "0007.jpg" of a shard, "images#17".
std::string RelativeName(const SampleFile& file, const ImageRecord& record) {
  const std::string path = PathOfSample(file, record);
  if (file.members != nullptr) return path.substr(file.path.size() + 1);
  const auto begin = static_cast<size_t>(file.relative_begin);
  return begin > 0 ? path.substr(begin) : path.substr(file.path.rfind('/') + 1);
}

void AddPicture(const DatasetIndex& index, const ImageRecord& record, PredictionInput* input) {
  SubmittedPicture& picture = input->pictures.emplace_back();
  picture.path = index.PathOf(record);
  picture.relative = RelativeName(index.files[record.file], record);
  picture.position = static_cast<int64_t>(input->pictures.size()) - 1;
}

absl::Status CheckIds(const DatasetIndex& index, absl::Span<const int64_t> ids) {
  const auto samples = static_cast<int64_t>(index.records.size());
  std::set<int64_t> seen;
  std::vector<std::string> problems;
  for (const int64_t id : ids) {
    if (id < 0 || id >= samples) {
      problems.push_back(absl::StrCat("--samples: there is no sample ", id, "; the data has 0 to ", samples - 1));
    } else if (!seen.insert(id).second) {
      problems.push_back(absl::StrCat("--samples: ", id, " is given twice"));
    }
  }
  return problems.empty() ? absl::OkStatus() : FlagError(absl::StrJoin(problems, "\n"));
}

absl::Status NothingToPredict(const PredictionInput& input) {
  constexpr size_t kMaxShown = 20;
  std::vector<std::string> lines(input.problems.begin(), input.problems.begin() + std::min(input.problems.size(), kMaxShown));
  if (input.problems.size() > kMaxShown) lines.push_back(absl::StrCat("… and ", input.problems.size() - kMaxShown, " more"));
  lines.push_back("none of the pictures can be used, so there is nothing to predict");
  return DataError(absl::StrJoin(lines, "\n"));
}

}  // namespace

absl::StatusOr<PredictionInput> NamedInput(absl::Span<const std::string> paths, std::vector<std::string> class_names,
                                           const DecodeConfig& decode) {
  NamedPictures named = ListNamedPictures(paths, ClassMap(std::move(class_names)));
  PredictionInput input;
  input.warnings = std::move(named.warnings);
  input.problems = std::move(named.problems);
  DatasetExamination examination;
  examination.draft.index = std::move(named.index);
  examination.survey = SurveyPictures(examination.draft.index, SurveyOptions());
  RejectPictures(decode, &examination.survey);
  int64_t usable = 0;
  int looked_for = 0;
  for (const ImageRecord& record : examination.draft.index.records) {
    AddPicture(examination.draft.index, record, &input);
    const bool is_usable = examination.survey.IsUsable(record.id);
    input.records.push_back(is_usable ? usable++ : -1);
    if (is_usable) continue;
    const std::string& path = input.pictures.back().path;
    const bool is_missing = looked_for < kMaxLookedFor && IsMissing(path) && ++looked_for > 0;
    input.problems.push_back(absl::StrCat(
        Printable(path), ": ",
        is_missing ? absl::StrCat(WhyNotOpened(path, ENOENT), SplitHint(path)) : examination.survey.ProblemOf(record.id)->message));
  }
  DropUnusable(&examination);
  input.index = std::move(examination.draft.index);
  if (input.index.records.empty()) return NothingToPredict(input);
  input.index.common_size = CommonSize(examination.survey, decode);
  return input;
}

absl::StatusOr<PredictionInput> SplitInput(DatasetIndex index, Split split, const Checkpoint* checkpoint) {
  if (checkpoint != nullptr) MICA_RETURN_IF_ERROR(RequireSameClasses(*checkpoint, index.classes.names()));
  PredictionInput input;
  input.split = split;
  input.records = index.RecordsOf(split);
  if (input.records.empty()) return NoSuchSamples(split, SplitsWithSamples(index));
  for (const int64_t id : input.records) AddPicture(index, index.records[id], &input);
  input.warnings = index.warnings;
  input.index = std::move(index);
  return input;
}

absl::StatusOr<PredictionInput> SamplesInput(DatasetIndex index, absl::Span<const int64_t> ids, const Checkpoint* checkpoint) {
  if (checkpoint != nullptr) MICA_RETURN_IF_ERROR(RequireSameClasses(*checkpoint, index.classes.names()));
  MICA_RETURN_IF_ERROR(CheckIds(index, ids));
  PredictionInput input;
  input.split = Split::kTest;  // any would do
  std::vector<ImageRecord> chosen;
  for (const int64_t id : ids) {
    ImageRecord& record = chosen.emplace_back(index.records[id]);
    record.id = static_cast<int64_t>(chosen.size()) - 1;
    record.split = input.split;
    AddPicture(index, record, &input);
    input.records.push_back(record.id);
  }
  index.records = std::move(chosen);
  input.warnings = index.warnings;
  input.index = std::move(index);
  return input;
}

}  // namespace mica
