#include "data/index/sources_dataset.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "data/index/sources/source_factory.h"

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
      part.is_pool = use.split == Split::kTrain && (config_.pool().empty() || &use.sources == &config_.pool());
      part.samples = CreateSampleSource(source)->List();
    }
  }
  return parts;
}

}  // namespace mica
