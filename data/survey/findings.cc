#include "data/survey/findings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "data/survey/label_shortcut.h"
#include "data/survey/near_duplicates.h"
#include "data/survey/unusual_sizes.h"

namespace mica {
namespace {

bool IsEvaluated(Split split) {
  return split == Split::kValidation || split == Split::kTest;
}

Finding Make(FindingKind kind, Severity severity, int64_t id, absl::string_view message, absl::string_view remedy) {
  Finding finding;
  finding.kind = kind;
  finding.severity = severity;
  finding.id = id;
  finding.message = std::string(message);
  finding.remedy = std::string(remedy);
  return finding;
}

// For messages that say what is wrong, "; " and what to do.
Finding MakeFromMessage(FindingKind kind, Severity severity, int64_t id, absl::string_view message) {
  const size_t cut = message.rfind("; ");
  return Make(kind, severity, id, message.substr(0, cut), cut == absl::string_view::npos ? "" : message.substr(cut + 2));
}

// "JPEG" for "a.JPG"; "" for a name that promises none.
absl::string_view FormatPromisedBy(absl::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == absl::string_view::npos) return "";
  const std::string extension = absl::AsciiStrToLower(name.substr(dot + 1));
  constexpr std::array<std::pair<absl::string_view, absl::string_view>, 25> kExtensions = {{
      {"jpg", "JPEG"}, {"jpeg", "JPEG"}, {"jpe", "JPEG"},  {"jfif", "JPEG"}, {"mpo", "JPEG"},  {"png", "PNG"},     {"apng", "PNG"},
      {"bmp", "BMP"},  {"webp", "WebP"}, {"ppm", "PNM"},   {"pgm", "PNM"},   {"pbm", "PNM"},   {"pnm", "PNM"},     {"gif", "GIF"},
      {"tif", "TIFF"}, {"tiff", "TIFF"}, {"heic", "HEIC"}, {"heif", "HEIC"}, {"avif", "AVIF"}, {"jxl", "JPEG XL"}, {"jp2", "JPEG 2000"},
      {"svg", "SVG"},  {"psd", "PSD"},   {"ico", "ICO"},   {"pam", "PAM"},
  }};
  for (const auto& [known, format] : kExtensions) {
    if (extension == known) return format;
  }
  return "";
}

class Search {
 public:
  Search(const DatasetConfig& config, const DatasetExamination& examination)
      : config_(config), examination_(examination), index_(examination.draft.index), survey_(examination.survey) {}

  std::vector<Finding> Run() {
    JudgeDataset();
    for (const ImageRecord& record : index_.records) JudgePicture(record);
    for (const DroppedPicture& picture : examination_.dropped) {
      findings_.push_back(Unusable(Severity::kWarning, -1, picture.problem));
      findings_.back().path = picture.path;
    }
    FindEqualFiles();
    FindSimilarPictures();
    TestShortcuts();
    FindOddSizes();
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return std::pair(a.kind, a.id) < std::pair(b.kind, b.id); });
    return std::move(findings_);
  }

 private:
  const PictureFacts& FactsOf(int64_t id) const { return survey_.facts[id]; }
  Split SplitOf(int64_t id) const { return index_.records[id].split; }
  std::string PathOf(int64_t id) const { return Printable(index_.PathOf(index_.records[id])); }

  // What would be wrong with the samples that can be used.
  void JudgeDataset() {
    DatasetExamination rest = examination_;
    DropUnusable(&rest);
    CheckDataset(config_, &rest.draft);
    for (const std::string& problem : rest.draft.problems)
      findings_.push_back(MakeFromMessage(FindingKind::kDataset, Severity::kError, -1, problem));
    for (const std::string& warning : rest.draft.index.warnings) {
      findings_.push_back(MakeFromMessage(FindingKind::kDataset, Severity::kWarning, -1, warning));
    }
  }

  void JudgePicture(const ImageRecord& record) {
    const PictureFacts& facts = FactsOf(record.id);
    if (const PictureProblem* const problem = survey_.ProblemOf(record.id)) JudgeProblem(record.id, *problem);
    if (!facts.is_known() || facts.is_raw) return;
    const std::string path = index_.PathOf(record);
    const absl::string_view promised = FormatPromisedBy(path);
    if (!promised.empty() && promised != PictureFormatName(facts.format)) {
      findings_.push_back(Make(FindingKind::kOtherFormat, Severity::kNote, record.id,
                               absl::StrCat("is a ", PictureFormatName(facts.format), " picture"),
                               "its bytes count, so nothing need be done"));
    }
    if (facts.is_animated) {
      findings_.push_back(Make(FindingKind::kAnimated, Severity::kNote, record.id, "is animated: only its first frame is used",
                               "split it into pictures if the others count"));
    }
  }

  void JudgeProblem(int64_t id, const PictureProblem& problem) {
    if (problem.is_usable)
      return findings_.push_back(Make(FindingKind::kNote, Severity::kNote, id, problem.message, "nothing need be done"));
    findings_.push_back(Unusable(Severity::kError, id, problem));
  }

  static Finding Unusable(Severity severity, int64_t id, const PictureProblem& problem) {
    Finding finding = MakeFromMessage(FindingKind::kUnusable, severity, id, problem.message);
    if (finding.remedy.empty()) finding.remedy = "copy it again or remove it, or set dataset { on_bad_sample: DROP }";
    return finding;
  }

  // Files with the same bytes.
  void FindEqualFiles() {
    std::unordered_map<uint64_t, std::vector<int64_t>> by_hash;
    for (const ImageRecord& record : index_.records) {
      if (FactsOf(record.id).content_hash != 0 && survey_.IsUsable(record.id))
        by_hash[FactsOf(record.id).content_hash].push_back(record.id);
    }
    std::array<int64_t, 4> leaks = {};  // by split
    const size_t first_finding = findings_.size();
    for (const auto& [hash, ids] : by_hash) {
      if (ids.size() > 1) JudgeEqualFiles(ids, &leaks);
    }
    constexpr double kMaxShare = 0.01;
    std::array<int64_t, 4> samples = {};  // by split
    for (const ImageRecord& record : index_.records) ++samples[static_cast<size_t>(record.split)];
    for (size_t i = first_finding; i < findings_.size(); ++i) {
      Finding& finding = findings_[i];
      if (finding.kind != FindingKind::kLeak) continue;
      const auto split = static_cast<size_t>(SplitOf(finding.id));
      const bool is_many = static_cast<double>(leaks[split]) > kMaxShare * static_cast<double>(samples[split]);
      if (is_many && !config_.allow_shared_samples()) finding.severity = Severity::kError;
    }
  }

  void JudgeEqualFiles(const std::vector<int64_t>& ids, std::array<int64_t, 4>* leaks) {
    const auto in_training = std::find_if(ids.begin(), ids.end(), [&](int64_t id) { return SplitOf(id) == Split::kTrain; });
    int64_t labelled = -1;     // the first with a label
    int64_t contradicts = -1;  // the first with another label than that
    for (const int64_t id : ids) {
      const int32_t label = index_.records[id].label;
      if (IsEvaluated(SplitOf(id)) && in_training != ids.end()) {
        ++(*leaks)[static_cast<size_t>(SplitOf(id))];
        AddPair(FindingKind::kLeak, id, *in_training, "is the training sample ",
                "remove one of the two, or keep both on one side (group_pattern)");
      }
      if (labelled < 0 && label >= 0) labelled = id;
      if (contradicts < 0 && label >= 0 && label != index_.records[labelled].label) contradicts = id;
      const bool is_first_label = label < 0 || label == index_.records[labelled].label;
      const int64_t other = is_first_label ? contradicts : labelled;
      if (label >= 0 && other >= 0) {
        AddPair(FindingKind::kConflictingLabels, id, other,
                absl::StrCat("is labelled \"", Printable(index_.classes.name(label)), "\", but as \"",
                             Printable(index_.classes.name(index_.records[other].label)), "\" where it is "),
                "correct one of the labels");
      } else if (id != ids.front()) {
        AddPair(FindingKind::kDuplicate, id, ids.front(), "is the same file as ", "remove one of the two");
      }
    }
  }

  void AddPair(FindingKind kind, int64_t id, int64_t other, absl::string_view what, absl::string_view remedy) {
    Finding finding;
    finding.kind = kind;
    finding.id = id;
    finding.other = other;
    finding.message = absl::StrCat(what, PathOf(other));
    finding.remedy = std::string(remedy);
    findings_.push_back(std::move(finding));
  }

  void FindSimilarPictures() {
    std::vector<uint64_t> hashes;
    std::vector<int64_t> ids;
    // Of equal hashes each is paired with the first, which is to be a training sample if one is.
    for (const bool is_training : {true, false}) {
      for (const ImageRecord& record : index_.records) {
        const PictureFacts& facts = FactsOf(record.id);
        if ((record.split == Split::kTrain) != is_training) continue;
        if (!facts.has_perceptual_hash || std::min(facts.width_px, facts.height_px) < kMinNearSide) continue;
        hashes.push_back(facts.perceptual_hash);
        ids.push_back(record.id);
      }
    }
    constexpr int64_t kMaxPairs = 100000;
    const NearDuplicates found = FindNearDuplicates(hashes, kMaxNearDistance64, kMaxPairs);
    if (!found.is_complete || static_cast<int64_t>(found.pairs.size()) == kMaxPairs) {
      findings_.push_back(
          Make(FindingKind::kDataset, Severity::kWarning, -1,
               absl::StrCat("more pictures look alike than are listed: ", found.pairs.size(), " of at least ", found.pair_count, " pairs"),
               "are many of them frames of a few films?"));
    }
    for (const NearPair& pair : found.pairs) {
      const int64_t a = ids[pair.a];
      const int64_t b = ids[pair.b];
      if (FactsOf(a).content_hash == FactsOf(b).content_hash) continue;
      const bool leaks =
          (IsEvaluated(SplitOf(a)) && SplitOf(b) == Split::kTrain) || (IsEvaluated(SplitOf(b)) && SplitOf(a) == Split::kTrain);
      AddPair(leaks ? FindingKind::kNearLeak : FindingKind::kNearDuplicate, b, a,
              leaks ? absl::StrCat("looks like a picture of the ", SplitName(SplitOf(a)), " split, ") : "looks like ",
              "look at both: remove one, or keep both on one side (group_pattern)");
      findings_.back().distance = pair.distance;
    }
  }

  void TestShortcuts() {
    std::vector<int32_t> labels;
    for (const ImageRecord& record : index_.records) {
      labels.push_back(FactsOf(record.id).channels > 0 ? record.label : -1);
    }
    const auto numbers = [&](absl::string_view name, const std::function<double(const PictureFacts&)>& value) {
      std::vector<double> values;
      for (const PictureFacts& facts : survey_.facts) values.push_back(value(facts));
      AddShortcut(name, TestShortcut(values, labels, index_.classes.size()));
    };
    const auto categories = [&](absl::string_view name, const std::function<int64_t(const PictureFacts&)>& value) {
      std::vector<int64_t> values;
      for (const PictureFacts& facts : survey_.facts) values.push_back(value(facts));
      AddShortcut(name, TestCategoricalShortcut(values, labels, index_.classes.size()));
    };
    if (!examination_.draft.has_classes) return;
    numbers("width", [](const PictureFacts& facts) { return facts.width_px; });
    numbers("height", [](const PictureFacts& facts) { return facts.height_px; });
    numbers("aspect", [](const PictureFacts& facts) { return static_cast<double>(facts.width_px) / std::max(facts.height_px, 1); });
    numbers("brightness", [](const PictureFacts& facts) { return facts.brightness; });
    categories("format", [](const PictureFacts& facts) { return static_cast<int64_t>(facts.format); });
    categories("kind of colours", [](const PictureFacts& facts) { return static_cast<int64_t>(facts.colour); });
  }

  void AddShortcut(absl::string_view feature, const ShortcutResult& result) {
    if (!result.is_judged || !result.is_suspicious) return;
    const std::string whom =
        result.revealed_class >= 0 ? absl::StrCat("class \"", Printable(index_.classes.name(result.revealed_class)), "\"") : "the class";
    findings_.push_back(
        Make(FindingKind::kShortcut, Severity::kWarning, -1,
             absl::StrCat("the ", feature, " of a picture alone tells ", whom, ": balanced accuracy ",
                          FormatFixed(result.balanced_accuracy, 2), ", chance ", FormatFixed(1.0 / result.classes, 2), ", accuracy ",
                          FormatFixed(result.accuracy, 2), ", majority class ", FormatFixed(result.majority_accuracy, 2)),
             "a model may learn that in place of what the pictures show: were classes collected in different ways?"));
  }

  void FindOddSizes() {
    std::vector<ImageShape> shapes;
    for (const PictureFacts& facts : survey_.facts) shapes.push_back({/*channels=*/1, facts.height_px, facts.width_px});
    constexpr int kMaxExamples = 1000;
    for (const UnusualSize& unusual : FindUnusualSizes(shapes, kMaxExamples).examples) {
      findings_.push_back(Make(FindingKind::kUnusualSize, Severity::kNote, unusual.index,
                               absl::StrCat(UnusualSizeName(unusual.kind), ": ", unusual.reason), "look at it"));
    }
  }

  const DatasetConfig& config_;
  const DatasetExamination& examination_;
  const DatasetIndex& index_;
  const PictureSurvey& survey_;
  std::vector<Finding> findings_;
};

}  // namespace

absl::string_view FindingKindName(FindingKind kind) {
  switch (kind) {
    case FindingKind::kDataset:
      return "dataset";
    case FindingKind::kUnusable:
      return "unusable";
    case FindingKind::kNote:
      return "note";
    case FindingKind::kOtherFormat:
      return "other format";
    case FindingKind::kAnimated:
      return "animated";
    case FindingKind::kDuplicate:
      return "duplicate";
    case FindingKind::kConflictingLabels:
      return "conflicting labels";
    case FindingKind::kLeak:
      return "leak";
    case FindingKind::kNearDuplicate:
      return "near duplicate";
    case FindingKind::kNearLeak:
      return "near leak";
    case FindingKind::kShortcut:
      return "shortcut";
    case FindingKind::kUnusualSize:
      return "unusual size";
  }
  return "unknown finding";
}

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "unknown severity";
}

std::vector<Finding> FindEverything(const DatasetConfig& config, const DatasetExamination& examination) {
  return Search(config, examination).Run();
}

}  // namespace mica
