#include "data/loader/sample_order.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/nearest_name.h"
#include "base/rng.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// Of a sample in an epoch. SampleCopy allows for eight views of each.
constexpr int64_t kMostTurns = int64_t{1} << 20;

// 0: as many as there are.
int64_t SamplesOfConfig(const LoaderConfig& config) {
  switch (config.sampling_case()) {
    case LoaderConfig::kClassBalanced:
      return config.class_balanced().samples_per_epoch();
    case LoaderConfig::kWeighted:
      return config.weighted().samples_per_epoch();
    case LoaderConfig::kRepeated:
      return config.repeated().samples_per_epoch();
    case LoaderConfig::SAMPLING_NOT_SET:
      return 0;
  }
  return 0;
}

// Of the split's samples, by label; those without one stand behind all others.
std::vector<std::vector<int64_t>> IdsByClass(const DatasetIndex& index, const std::vector<int64_t>& ids) {
  std::vector<std::vector<int64_t>> by_class(index.classes.size() + 1);
  for (const int64_t id : ids) {
    const int32_t label = index.records[id].label;
    by_class[label < 0 ? by_class.size() - 1 : label].push_back(id);
  }
  return by_class;
}

// The weight of one sample of each class of `by_class`.
absl::StatusOr<std::vector<double>> ConfiguredWeights(const ClassMap& classes, const WeightedSamplingConfig& config) {
  std::vector<double> weights(classes.size() + 1, 1.0);
  for (int i = 0; i < config.classes_size(); ++i) {
    const ClassWeightConfig& weighted = config.classes(i);
    const auto found = std::find(classes.names().begin(), classes.names().end(), weighted.name());
    if (found == classes.names().end()) {
      return WithFields(ConfigError(absl::StrCat("loader.weighted.classes[", i, "].name is \"", weighted.name(),
                                                 "\", which is no class of the data set", DidYouMean(weighted.name(), classes.names()))),
                        {absl::StrCat("loader.weighted.classes[", i, "].name")});
    }
    weights[found - classes.names().begin()] = weighted.weight();
  }
  return weights;
}

std::vector<double> BalancedWeights(const std::vector<std::vector<int64_t>>& by_class) {
  std::vector<double> weights;
  for (const auto& ids : by_class) weights.push_back(ids.empty() ? 0 : 1.0 / static_cast<double>(ids.size()));
  return weights;
}

}  // namespace

absl::StatusOr<SampleOrder> SampleOrder::Create(const DatasetIndex& index, Split split, const LoaderConfig& config, uint64_t seed) {
  SampleOrder order = Sequential(index.RecordsOf(split), config.batch_size());
  order.seed_ = seed;
  if (const int64_t samples = SamplesOfConfig(config); samples > 0 && order.samples_ > 0) order.samples_ = samples;
  if (config.drop_last()) order.samples_ -= order.samples_ % order.batch_size_;
  switch (config.sampling_case()) {
    case LoaderConfig::kClassBalanced:
    case LoaderConfig::kWeighted:
      order.kind_ = Kind::kWeighted;
      MICA_RETURN_IF_ERROR(order.SetClasses(index, config));
      return order;
    case LoaderConfig::kRepeated:
      order.kind_ = Kind::kRepeated;
      order.copies_ = config.repeated().copies();
      MICA_RETURN_IF_ERROR(order.CheckTurns(/*share=*/1, static_cast<double>(order.ids_.size()), "repeated"));
      return order;
    case LoaderConfig::SAMPLING_NOT_SET:
      if (config.shuffle()) order.kind_ = Kind::kShuffled;
      return order;
  }
  return absl::InternalError("LoaderConfig.sampling: unknown arm");
}

SampleOrder SampleOrder::Sequential(std::vector<int64_t> ids, int64_t batch_size) {
  SampleOrder order;
  order.ids_ = std::move(ids);
  order.batch_size_ = batch_size;
  order.samples_ = static_cast<int64_t>(order.ids_.size());
  return order;
}

absl::Status SampleOrder::SetClasses(const DatasetIndex& index, const LoaderConfig& config) {
  std::vector<std::vector<int64_t>> by_class = IdsByClass(index, ids_);
  std::vector<double> weights = BalancedWeights(by_class);
  if (config.has_weighted()) {
    MICA_ASSIGN_OR_RETURN(weights, ConfiguredWeights(index.classes, config.weighted()));
  }
  double total = 0;
  for (size_t i = 0; i < weights.size(); ++i) total += weights[i] * static_cast<double>(by_class[i].size());
  if (!(total > 0) && samples_ > 0) {
    return WithFields(ConfigError("loader.weighted.classes: every class that has training samples has weight 0; give one a weight above 0"),
                      {"loader.weighted.classes"});
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    const double length = weights[i] * static_cast<double>(by_class[i].size()) / total * static_cast<double>(samples_);
    if (!(length > 0)) continue;
    MICA_RETURN_IF_ERROR(CheckTurns(length / static_cast<double>(samples_), static_cast<double>(by_class[i].size()),
                                    config.has_weighted() ? "weighted" : "class_balanced"));
    classes_.push_back({std::move(by_class[i]), length});
  }
  return absl::OkStatus();
}

// Each turn of a sample is augmented for itself, which random numbers can tell apart up to a limit.
// `samples` samples have this share of the epoch's turns, each as many as the others.
absl::Status SampleOrder::CheckTurns(double share, double samples, absl::string_view sampling) const {
  if (!(share * static_cast<double>(samples_) > static_cast<double>(kMostTurns) * samples)) return absl::OkStatus();
  const std::string field = absl::StrCat("loader.", sampling, ".samples_per_epoch");
  const auto most = static_cast<int64_t>(static_cast<double>(kMostTurns) * samples / share);
  return WithFields(ConfigError(absl::StrCat(field, " is ", samples_, ", so that a sample would come more than ", kMostTurns,
                                             " times in an epoch; write at most ", most)),
                    {field});
}

int64_t SampleOrder::SamplesOf(int64_t batch) const {
  return std::clamp<int64_t>(samples_ - batch * batch_size_, 0, batch_size_);
}

void SampleOrder::OfEpoch(int64_t epoch, std::vector<SampleTurn>* turns) const {
  turns->resize(samples_);
  if (samples_ == 0) return;
  switch (kind_) {
    case Kind::kSequential:
      for (int64_t i = 0; i < samples_; ++i) (*turns)[i] = {ids_[i], 0};
      return;
    case Kind::kShuffled:
      return Shuffled(epoch, turns);
    case Kind::kRepeated:
      return Repeated(epoch, turns);
    case Kind::kWeighted:
      return Weighted(epoch, turns);
  }
}

void SampleOrder::Shuffled(int64_t epoch, std::vector<SampleTurn>* turns) const {
  const std::vector<int64_t> positions = RandomOrder(seed_, RngStream::kShuffle, epoch, static_cast<int64_t>(ids_.size()));
  for (int64_t i = 0; i < samples_; ++i) (*turns)[i] = {ids_[positions[i]], 0};
}

void SampleOrder::Repeated(int64_t epoch, std::vector<SampleTurn>* turns) const {
  const auto count = static_cast<int64_t>(ids_.size());
  const std::vector<int64_t> positions = RandomOrder(seed_, RngStream::kShuffle, epoch, count);
  for (int64_t i = 0; i < samples_; ++i) {
    const int64_t sample = i / copies_, round = sample / count;  // an epoch longer than all copies begins again
    (*turns)[i] = {ids_[positions[sample % count]], round * copies_ + i % copies_};
  }
}

// The classes lie behind one another on a line; each of a class's samples, in a random order, has
// an equal part of its length. The turns are the points first, first + 1, first + 2 …
void SampleOrder::Weighted(int64_t epoch, std::vector<SampleTurn>* turns) const {
  const double first = Rng(seed_, RngStream::kSampling, epoch, /*sample=*/1).Uniform();
  const std::vector<int64_t> places = RandomOrder(seed_, RngStream::kShuffle, epoch, samples_);
  int64_t turn = 0;
  double begin = 0;
  for (const ClassTurns& turns_of_class : classes_) {
    const auto count = static_cast<int64_t>(turns_of_class.ids.size());
    const std::vector<int64_t> positions = RandomOrder(seed_, RngStream::kSampling, epoch, count);
    const bool is_last = &turns_of_class == &classes_.back();  // takes what rounding leaves
    const double end = begin + turns_of_class.length;
    SampleTurn next = {-1, 0};
    for (; turn < samples_ && (is_last || first + static_cast<double>(turn) < end); ++turn) {
      const double part = (first + static_cast<double>(turn) - begin) / turns_of_class.length;
      const auto sample = std::min(static_cast<int64_t>(std::clamp(part, 0.0, 1.0) * static_cast<double>(count)), count - 1);
      const int64_t id = turns_of_class.ids[positions[sample]];
      next = {id, id == next.id ? next.copy + 1 : 0};
      (*turns)[places[turn]] = next;
    }
    begin = end;
  }
}

}  // namespace mica
