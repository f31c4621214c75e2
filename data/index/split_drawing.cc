#include "data/index/split_drawing.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "data/index/sources/group_pattern.h"
#include "data/index/split_assignment.h"

namespace mica {
namespace {

// What distinguishes a sample from others, wherever the data lies.
absl::string_view IdentityOf(const ImageRecord& record, const SampleList& list) {
  const SampleFile& file = list.files[record.file];
  if (file.bytes != nullptr) return absl::string_view(*file.bytes).substr(record.offset, record.length);
  if (file.members != nullptr) return (*file.members)[record.position];
  return file.relative_path();
}

// A path below the source's folder, for the pattern of groups.
absl::string_view RelativePath(const ImageRecord& record, const SampleList& list) {
  const SampleFile& file = list.files[record.file];
  return file.members != nullptr ? absl::string_view((*file.members)[record.position]) : file.relative_path();
}

class Drawing {
 public:
  Drawing(const DatasetConfig& config, const ClassMap& classes, std::vector<DatasetPart>* parts)
      : config_(config), fractions_{config.validation_fraction(), config.test_fraction()}, classes_(classes), parts_(*parts) {}

  DrawnSplits Draw() {
    if (DrawsSplits(config_) && config_.group_pattern().empty() && !config_.has_fold()) result_.positions.resize(classes_.size());
    for (DatasetPart& part : parts_) {
      if (part.is_pool && DrawsSplits(config_) && !config_.group_pattern().empty()) FindGroups(&part.samples);
      SetSplits(&part);
    }
    Shrink(Split::kTrain, config_.subset().per_class());
    Shrink(Split::kValidation, config_.subset().validation_per_class());
    Shrink(Split::kTest, config_.subset().test_per_class());
    HideLabels();
    return std::move(result_);
  }

 private:
  struct Ranked {
    double position;
    DatasetPart* part;
    size_t record;
  };

  void FindGroups(SampleList* list) {
    const GroupPattern pattern(config_.group_pattern());
    std::unordered_map<std::string, int32_t> known;
    constexpr size_t kMaxExamples = 3;
    std::vector<std::string> examples;
    int64_t unmatched = 0;
    for (ImageRecord& record : list->records) {
      if (record.group >= 0) continue;  // the source says it
      if (record.label < 0) continue;   // it is not drawn
      const absl::string_view path = RelativePath(record, *list);
      const std::optional<absl::string_view> group = pattern.Find(path);
      if (!group.has_value() || group->empty()) {
        ++unmatched;
        if (examples.size() < kMaxExamples) examples.push_back(absl::StrCat("\"", Printable(path), "\""));
        continue;
      }
      const auto [found, is_new] = known.insert({std::string(*group), static_cast<int32_t>(list->groups.size())});
      if (is_new) list->groups.push_back(found->first);
      record.group = found->second;
    }
    if (unmatched == 0) return;
    result_.problems.push_back(
        absl::StrCat(Printable(list->origin), ": group_pattern \"", Printable(config_.group_pattern()), "\" does not match ", unmatched,
                     " of the ", list->records.size(), " paths: ", absl::StrJoin(examples, ", "),
                     unmatched > static_cast<int64_t>(examples.size()) ? ", …" : "", "; every sample needs a group"));
  }

  void SetSplits(DatasetPart* part) {
    const bool is_drawn = part->is_pool && DrawsSplits(config_);
    for (ImageRecord& record : part->samples.records) {
      record.split = part->split;
      if (part->split == Split::kTrain && record.label < 0) {
        record.split = Split::kUnlabelled;
      } else if (is_drawn) {
        DrawSplit(part->samples, &record);
      }
    }
  }

  void DrawSplit(const SampleList& list, ImageRecord* record) {
    const double position =
        record->group >= 0 ? split_draw_.PositionOfGroup(list.groups[record->group]) : PositionOf(*record, list, &split_draw_);
    record->split = SplitOf(position, fractions_);
    if (config_.has_fold() && record->split != Split::kTest) {
      const bool is_held_out = FoldOf(position, config_.fold().of(), fractions_.test) == config_.fold().index();
      record->split = is_held_out ? Split::kValidation : Split::kTrain;
    }
    if (!result_.positions.empty() && record->group < 0) Note(position, record->split, &result_.positions[record->label]);
  }

  double PositionOf(const ImageRecord& record, const SampleList& list, SplitDraw* draw) const {
    const absl::string_view identity = IdentityOf(record, list);
    return list.labels_are_numbers ? draw->Position(identity, record.label) : draw->PositionInClass(identity, classes_.name(record.label));
  }

  static void Note(double position, Split split, DrawnSplits::Positions* positions) {
    if (split == Split::kTrain) positions->smallest_train = std::min(positions->smallest_train, position);
    if (split == Split::kValidation) positions->largest_validation = std::max(positions->largest_validation, position);
    if (split == Split::kTest) positions->smallest_test = std::min(positions->smallest_test, position);
  }

  // The split's labelled samples, class by class, each class in the order of a draw of its own.
  std::vector<std::vector<Ranked>> RankByClass(Split split, DrawPurpose purpose) {
    SplitDraw draw(purpose, config_.split_seed());
    std::vector<std::vector<Ranked>> ranked(classes_.size());
    for (DatasetPart& part : parts_) {
      for (size_t i = 0; i < part.samples.records.size(); ++i) {
        const ImageRecord& record = part.samples.records[i];
        if (record.split != split || record.label < 0) continue;
        ranked[record.label].push_back({PositionOf(record, part.samples, &draw), &part, i});
      }
    }
    for (auto& samples : ranked) {
      std::stable_sort(samples.begin(), samples.end(), [](const Ranked& a, const Ranked& b) { return a.position < b.position; });
    }
    return ranked;
  }

  void Shrink(Split split, int64_t per_class) {
    if (per_class == 0) return;
    std::map<DatasetPart*, std::vector<bool>> dropped;
    for (const auto& samples : RankByClass(split, DrawPurpose::kSubset)) {
      for (size_t rank = per_class; rank < samples.size(); ++rank) {
        std::vector<bool>& flags = dropped[samples[rank].part];
        flags.resize(samples[rank].part->samples.records.size());
        flags[samples[rank].record] = true;
      }
    }
    for (const auto& [part, flags] : dropped) {
      std::vector<ImageRecord> kept;
      for (size_t i = 0; i < flags.size(); ++i) {
        if (!flags[i]) kept.push_back(part->samples.records[i]);
      }
      part->samples.records = std::move(kept);
    }
  }

  void HideLabels() {
    const int64_t kept = config_.labelled_per_class();
    const double fraction = config_.labelled_fraction();
    if (kept == 0 && fraction == 0) return;
    for (const auto& samples : RankByClass(Split::kTrain, DrawPurpose::kLabelled)) {
      for (size_t rank = 0; rank < samples.size(); ++rank) {
        // By the fraction every class keeps one at least.
        const bool is_kept = kept > 0 ? static_cast<int64_t>(rank) < kept : rank == 0 || samples[rank].position < fraction;
        if (is_kept) continue;
        ImageRecord& record = samples[rank].part->samples.records[samples[rank].record];
        record.hidden_label = std::exchange(record.label, -1);
        record.split = Split::kUnlabelled;
      }
    }
  }

  const DatasetConfig& config_;
  const SplitFractions fractions_;
  const ClassMap& classes_;
  std::vector<DatasetPart>& parts_;
  SplitDraw split_draw_{DrawPurpose::kSplit, config_.split_seed()};
  DrawnSplits result_;
};

constexpr double kStep = 0.001;  // fractions in remedies have three digits

double RoundedDown(double fraction) {
  return std::floor(fraction / kStep) * kStep;
}

double RoundedUp(double fraction) {
  return (std::floor(fraction / kStep) + 1) * kStep;
}

std::string Fraction(absl::string_view field, double value, absl::string_view effect) {
  return absl::StrCat(field, ": ", FormatNumber(std::round(value / kStep) / (1 / kStep)), " ", effect);
}

}  // namespace

bool DrawsSplits(const DatasetConfig& config) {
  return config.validation_fraction() > 0 || config.test_fraction() > 0 || config.has_fold();
}

DrawnSplits DrawSplits(const DatasetConfig& config, const ClassMap& classes, std::vector<DatasetPart>* parts) {
  return Drawing(config, classes, parts).Draw();
}

std::string SmallestFix(const DatasetConfig& config, const DrawnSplits::Positions& positions, Split split) {
  const double validation = config.validation_fraction();
  const double test = config.test_fraction();
  if (split == Split::kTrain) {
    // A smaller fraction gives its samples back to training.
    const double less_validation = RoundedDown(positions.largest_validation);
    const double less_test = RoundedDown(1 - positions.smallest_test);
    const bool by_validation = less_validation > 0;
    const bool by_test = less_test > 0;
    if (by_validation && (!by_test || validation - less_validation <= test - less_test)) {
      return Fraction("validation_fraction", less_validation, "keeps 1 for training");
    }
    return by_test ? Fraction("test_fraction", less_test, "keeps 1 for training") : "";
  }
  if (split == Split::kValidation && validation > 0) {
    const double more = RoundedUp(positions.smallest_train);
    constexpr double kMaxFactor = 2;  // more would take the samples of all other classes
    return more <= kMaxFactor * validation && more + test < 1 ? Fraction("validation_fraction", more, "gives it 1") : "";
  }
  return "";
}

}  // namespace mica
