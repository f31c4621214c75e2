#include "data/survey/dataset_examination.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/printable.h"
#include "data/decode/decode_policy.h"
#include "data/survey/survey_cache.h"

namespace mica {
namespace {

// Adds the sizes of pictures to a fingerprint of their paths and labels.
void CompleteFingerprint(DatasetExamination* examination) {
  DatasetIndex& index = examination->draft.index;
  if (index.IsRaw()) return;
  uint64_t hash = Fingerprint(index.fingerprint);
  for (const PictureFacts& facts : examination->survey.facts) {
    const int64_t bytes = facts.stamp.size_bytes;
    hash = Fingerprint(absl::string_view(reinterpret_cast<const char*>(&bytes), sizeof(bytes)), hash);
  }
  index.fingerprint = FormatFingerprint(hash);
}

PictureHeader HeaderOf(const PictureFacts& facts) {
  PictureHeader header;
  header.format = facts.format;
  header.colour = facts.colour;
  header.bits = facts.bits;
  header.orientation = facts.orientation;
  header.is_animated = facts.is_animated;
  header.width_px = facts.width_px;
  header.height_px = facts.height_px;
  return header;
}

constexpr size_t kMaxShown = 50;

void ReportUnusable(const DatasetExamination& examination, std::vector<std::string>* problems) {
  const std::vector<std::string> unusable = UnusablePictures(examination);
  problems->insert(problems->end(), unusable.begin(), unusable.begin() + std::min(unusable.size(), kMaxShown));
  if (unusable.size() > kMaxShown) {
    problems->push_back(absl::StrCat("… and ", unusable.size() - kMaxShown, " more; `mica index` lists them all in problems.csv"));
  }
  if (!unusable.empty()) {
    problems->push_back(absl::StrCat(Printable(examination.draft.origin), ": ", unusable.size(), " of ", examination.survey.facts.size(),
                                     " pictures cannot be used; mend or remove them, or set dataset { on_bad_sample: DROP }"));
  }
}

void WarnOfDropped(DatasetExamination* examination) {
  constexpr size_t kMaxExamples = 3;
  std::vector<std::string> examples;
  for (const DroppedPicture& picture : examination->dropped) {
    if (examples.size() < kMaxExamples) examples.push_back(absl::StrCat(Printable(picture.path), ": ", picture.problem.message));
  }
  examination->draft.index.warnings.push_back(absl::StrCat(Printable(examination->draft.origin), ": left out ", examination->dropped.size(),
                                                           " pictures that cannot be used: ", absl::StrJoin(examples, "; "),
                                                           examination->dropped.size() > kMaxExamples ? "; …" : ""));
}

}  // namespace

PictureSize UprightSize(const DecodeConfig& decode, const PictureFacts& facts) {
  return UprightSize(decode, HeaderOf(facts));
}

void RejectPictures(const DecodeConfig& decode, PictureSurvey* survey) {
  if (decode.reject().empty()) return;
  std::map<std::string, int32_t> known;  // those that share a reason share the problem, which the survey's cache never sees
  for (size_t id = 0; id < survey->facts.size(); ++id) {
    PictureFacts& facts = survey->facts[id];
    if (!facts.is_known() || !survey->IsUsable(static_cast<int64_t>(id))) continue;
    std::optional<PictureProblem> problem = Rejection(decode, HeaderOf(facts));
    if (!problem.has_value()) continue;
    const auto [entry, is_new] = known.emplace(problem->message, static_cast<int32_t>(survey->problems.size()));
    if (is_new) survey->problems.push_back(*std::move(problem));
    facts.problem = entry->second;
    facts.problem_depth = SurveyDepth::kHeaders;
  }
}

std::optional<PictureSize> CommonSize(const PictureSurvey& survey, const DecodeConfig& decode) {
  std::optional<PictureSize> common;
  for (const PictureFacts& facts : survey.facts) {
    const PictureSize size = UprightSize(decode, facts);
    if (common.value_or(size) != size) return std::nullopt;
    common = size;
  }
  return common;
}

DatasetExamination ExamineDataset(const DatasetConfig& config, SurveyOptions options, const DecodeConfig& decode) {
  DatasetExamination examination;
  std::unordered_set<std::string> left_out;
  while (true) {
    examination.draft = ListDataset(config, left_out);
    options.cache_file = CacheFileOf(CacheFolder(), examination.draft.origin);
    examination.survey = SurveyPictures(examination.draft.index, options);
    RejectPictures(decode, &examination.survey);
    if (config.on_bad_sample() != DatasetConfig::DROP) break;
    const size_t known = left_out.size();
    for (const ImageRecord& record : examination.draft.index.records) {
      if (examination.survey.IsUsable(record.id)) continue;
      const std::string path = examination.draft.index.PathOf(record);
      if (left_out.insert(path).second) examination.dropped.push_back({path, *examination.survey.ProblemOf(record.id)});
    }
    // A subset without them takes others, which may be broken too.
    if (left_out.size() == known) break;
  }
  CompleteFingerprint(&examination);
  return examination;
}

int64_t DropUnusable(DatasetExamination* examination) {
  std::vector<ImageRecord>& records = examination->draft.index.records;
  std::vector<PictureFacts>& facts = examination->survey.facts;
  size_t kept = 0;
  for (size_t id = 0; id < records.size(); ++id) {
    if (!examination->survey.IsUsable(static_cast<int64_t>(id))) continue;
    records[kept] = records[id];
    records[kept].id = static_cast<int64_t>(kept);
    facts[kept] = facts[id];
    ++kept;
  }
  const auto dropped = static_cast<int64_t>(records.size() - kept);
  records.resize(kept);
  facts.resize(kept);
  return dropped;
}

std::vector<std::string> UnusablePictures(const DatasetExamination& examination) {
  const DatasetIndex& index = examination.draft.index;
  std::vector<std::string> unusable;
  for (const ImageRecord& record : index.records) {
    if (examination.survey.IsUsable(record.id)) continue;
    unusable.push_back(absl::StrCat(Printable(index.PathOf(record)), ": ", examination.survey.ProblemOf(record.id)->message));
  }
  return unusable;
}

absl::StatusOr<OpenedDataset> OpenDataset(const DatasetConfig& config, const DecodeConfig& decode) {
  const auto start = std::chrono::steady_clock::now();
  DatasetExamination examination = ExamineDataset(config, SurveyOptions(), decode);
  DatasetDraft& draft = examination.draft;
  if (!examination.dropped.empty()) WarnOfDropped(&examination);
  ReportUnusable(examination, &draft.problems);
  if (draft.problems.empty()) CheckDataset(config, &draft);
  if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  VLOG(1) << "data_read samples=" << draft.index.records.size() << " classes=" << draft.index.classes.size()
          << " fingerprint=" << draft.index.fingerprint << " seconds=" << ElapsedSeconds(start);
  draft.index.common_size = CommonSize(examination.survey, decode);
  return OpenedDataset{std::move(draft.index), std::move(examination.survey)};
}

}  // namespace mica
