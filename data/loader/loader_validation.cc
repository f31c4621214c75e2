#include "data/loader/loader_validation.h"

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

void ValidateSamplesPerEpoch(int64_t samples, const std::string& path, ConfigProblems* problems) {
  constexpr int64_t kMost = int64_t{1} << 31;
  problems->Require(samples >= 0 && samples <= kMost, JoinPath(path, "samples_per_epoch"), "must be 0 to 2147483648", samples);
}

void ValidateWeights(const WeightedSamplingConfig& config, const std::string& path, ConfigProblems* problems) {
  if (config.classes().empty()) problems->Error(JoinPath(path, "classes"), "is required: list a class with its weight");
  std::set<std::string> names;
  for (int i = 0; i < config.classes_size(); ++i) {
    const ClassWeightConfig& weighted = config.classes(i);
    const std::string element = absl::StrCat(path, ".classes[", i, "]");
    if (weighted.name().empty())
      problems->Error(JoinPath(element, "name"), "is required: the name of a class");
    else if (!names.insert(weighted.name()).second)
      problems->Error(JoinPath(element, "name"), absl::StrCat("is \"", weighted.name(), "\", which was listed before"));
    problems->Require(weighted.weight() >= 0 && weighted.weight() <= 1e9, JoinPath(element, "weight"), "must be 0 to 1000000000",
                      weighted.weight());
  }
}

void ValidateSampling(const LoaderConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.sampling_case()) {
    case LoaderConfig::kClassBalanced:
      return ValidateSamplesPerEpoch(config.class_balanced().samples_per_epoch(), JoinPath(path, "class_balanced"), problems);
    case LoaderConfig::kWeighted:
      ValidateWeights(config.weighted(), JoinPath(path, "weighted"), problems);
      return ValidateSamplesPerEpoch(config.weighted().samples_per_epoch(), JoinPath(path, "weighted"), problems);
    case LoaderConfig::kRepeated: {
      const std::string repeated = JoinPath(path, "repeated");
      const int32_t copies = config.repeated().copies();
      problems->Require(copies >= 2 && copies <= 1000, JoinPath(repeated, "copies"), "must be 2 to 1000", copies);
      return ValidateSamplesPerEpoch(config.repeated().samples_per_epoch(), repeated, problems);
    }
    case LoaderConfig::SAMPLING_NOT_SET:
      return;
  }
}

void ValidateOrder(const LoaderConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (config.shuffle()) return;
  if (config.sampling_case() != LoaderConfig::SAMPLING_NOT_SET) {
    problems->Error(JoinPath(path, "shuffle"),
                    "is false, but the samples that an epoch draws come in a random order; write shuffle: true, or no sampling");
    return;
  }
  problems->Warning(JoinPath(path, "shuffle"),
                    "is false: every epoch sees the samples in file order, which hurts training where files are sorted by class");
}

}  // namespace

void ValidateLoaderConfig(const LoaderConfig& config, absl::string_view path, ConfigProblems* problems) {
  problems->Require(config.batch_size() >= 1, JoinPath(path, "batch_size"), "must be at least 1", int64_t{config.batch_size()});
  problems->Require(config.threads() >= 0 && config.threads() <= 256, JoinPath(path, "threads"), "must be 0 to 256", config.threads());
  problems->Require(config.prefetch_batches() >= 1 && config.prefetch_batches() <= 1024, JoinPath(path, "prefetch_batches"),
                    "must be 1 to 1024", config.prefetch_batches());
  problems->Require(config.timeout_seconds() > 0 && config.timeout_seconds() <= kMaxTimeoutSeconds, JoinPath(path, "timeout_seconds"),
                    "must be above 0 and at most 1000000", config.timeout_seconds());
  ValidateOrder(config, path, problems);
  ValidateSampling(config, path, problems);
  if (config.has_disk_cache() && config.disk_cache().folder().empty())
    problems->Error(JoinPath(JoinPath(path, "disk_cache"), "folder"), "is required: where cache files are kept");
}

}  // namespace mica
