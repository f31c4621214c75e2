#include "data/index/sources_dataset.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "data/index/sources/source_factory.h"
#include "data/index/split_drawing.h"

namespace mica {
namespace {

using Sources = google::protobuf::RepeatedPtrField<SourceConfig>;

// Sources of one use, in the order in which they are listed.
struct Use {
  const char* field;
  const Sources& sources;
  Split split;
  bool needs_labels;
};

std::vector<Use> UsesOf(const DatasetConfig& config) {
  return {{"pool", config.pool(), Split::kTrain, true},
          {"train", config.train(), Split::kTrain, true},
          {"validation", config.validation(), Split::kValidation, true},
          {"test", config.test(), Split::kTest, false},
          {"unlabelled", config.unlabelled(), Split::kUnlabelled, false}};
}

// Whether the fractions and the fold divide these sources.
bool IsPool(const Use& use, const DatasetConfig& config) {
  return use.split == Split::kTrain && (config.pool().empty() || &use.sources == &config.pool());
}

// Groups keep samples together where splits are drawn.
void ValidateGroupColumn(const DatasetConfig& config, const Use& use, const SourceConfig& source, absl::string_view element,
                         ConfigProblems* problems) {
  if (source.csv().group_column().empty()) return;
  const std::string field = JoinPath(element, "csv.group_column");
  if (!DrawsSplits(config)) {
    problems->Warning(field, "has no effect while no split is drawn (validation_fraction, test_fraction, fold)");
  } else if (!IsPool(use, config)) {
    problems->Warning(field, absl::StrCat("has no effect: no split is drawn from dataset.", use.field));
  } else if (!config.group_pattern().empty()) {
    problems->Warning(field, "gives the groups of this source; dataset.group_pattern has no effect on it");
  }
}

}  // namespace

bool SourcesDataset::IsMeant(const DatasetConfig& config) {
  for (const Use& use : UsesOf(config)) {
    if (!use.sources.empty()) return true;
  }
  return false;
}

void SourcesDataset::Validate(absl::string_view path, ConfigProblems* problems) const {
  for (const Use& use : UsesOf(config_)) {
    for (int i = 0; i < use.sources.size(); ++i) {
      const SourceConfig& source = use.sources[i];
      const std::string element = JoinPath(path, absl::StrCat(use.field, "[", i, "]"));
      ValidateSourceConfig(source, element, problems);
      ValidateGroupColumn(config_, use, source, element, problems);
      const std::unique_ptr<SampleSource> created = CreateSampleSource(source);
      if (created == nullptr || !use.needs_labels || created->IsLabelled()) continue;
      problems->Error(element, absl::StrCat("has no labels; samples without labels stand in dataset.unlabelled or dataset.test"));
    }
  }
  if (config_.pool().empty() && config_.train().empty()) {
    problems->Error(JoinPath(path, "train"), "is required: sources of training samples, here or in pool");
  }
}

std::string SourcesDataset::SourceOf(Split split) const {
  if (split == Split::kValidation && !config_.validation().empty()) return "validation";
  if (split == Split::kTest && !config_.test().empty()) return "test";
  return "";
}

std::string SourcesDataset::Origin() const {
  std::string first;
  int others = -1;
  for (const Use& use : UsesOf(config_)) {
    for (const SourceConfig& source : use.sources) {
      if (first.empty()) {
        if (const auto created = CreateSampleSource(source)) first = created->Origin();
      }
      ++others;
    }
  }
  return others > 0 ? absl::StrCat(first, " and ", others, others == 1 ? " other source" : " other sources") : first;
}

std::vector<DatasetPart> SourcesDataset::List() const {
  std::vector<DatasetPart> parts;
  for (const Use& use : UsesOf(config_)) {
    for (const SourceConfig& source : use.sources) {
      DatasetPart& part = parts.emplace_back();
      part.split = use.split;
      part.is_pool = IsPool(use, config_);
      part.samples = CreateSampleSource(source)->List();
    }
  }
  return parts;
}

}  // namespace mica
