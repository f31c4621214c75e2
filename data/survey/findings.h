// What is wrong or odd with a data set, one row each, with what to do about it.
//   const std::vector<Finding> findings = FindEverything(config, examination);
#ifndef MICA_DATA_SURVEY_FINDINGS_H_
#define MICA_DATA_SURVEY_FINDINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/index/dataset.pb.h"
#include "data/survey/dataset_examination.h"

namespace mica {

enum class FindingKind {
  kDataset,            // about the data as a whole: labels, splits, classes
  kUnusable,           // a picture that cannot be trained on
  kNote,               // a picture that can, although something is wrong with it
  kOtherFormat,        // its name promises another format
  kAnimated,           // only its first frame is used
  kDuplicate,          // the same file again
  kConflictingLabels,  // the same file with another label
  kLeak,               // the same file in training and in another split
  kNearDuplicate,      // looks alike
  kNearLeak,           // looks alike, in training and in another split
  kShortcut,           // a simple fact tells the class
  kUnusualSize,
};
absl::string_view FindingKindName(FindingKind kind);  // "dataset", "unusable", …, "conflicting labels"

enum class Severity { kError, kWarning, kNote };
absl::string_view SeverityName(Severity severity);  // "error", "warning", "note"

struct Finding {
  FindingKind kind = FindingKind::kDataset;
  Severity severity = Severity::kWarning;
  int64_t id = -1;     // of the sample; -1: about all of them, or about a dropped picture
  std::string path;    // of a dropped picture
  int64_t other = -1;  // of the sample that it is like
  int distance = -1;   // bits in which near duplicates differ
  std::string message;
  std::string remedy;
};

// Two pictures whose perceptual hashes differ in at most so many of 64 bits look alike. Pictures
// with a side below kMinNearSide are not compared: so small, all of a kind look alike.
inline constexpr int kMaxNearDistance64 = 4;
inline constexpr int kMinNearSide = 32;

// In the order of FindingKind, then of samples. The survey must be of depth kPixels. A leak is an
// error where more than 1 % of a split leaks and the config does not allow it. Deterministic.
std::vector<Finding> FindEverything(const DatasetConfig& config, const DatasetExamination& examination);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_FINDINGS_H_
