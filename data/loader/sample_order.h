// Which samples an epoch has, and in what order: a pure function of the settings, the seed and the
// epoch.
//   const auto order = SampleOrder::Create(index, Split::kTrain, config, seed).value();
//   std::vector<SampleTurn> turns;
//   order.OfEpoch(1, &turns);  // order.samples_per_epoch() of them
// Class-balanced and weighted epochs are systematic samples (Madow 1949) of the samples in a random
// order within each class: each comes as often as its weight says, rounded up or down, and so does
// each class as a whole. Weights that are all equal give an ordinary shuffled epoch's samples.
#ifndef MICA_DATA_LOADER_SAMPLE_ORDER_H_
#define MICA_DATA_LOADER_SAMPLE_ORDER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/index/dataset_index.h"
#include "data/loader/loader.pb.h"

namespace mica {

// A sample's turn in an epoch.
struct SampleTurn {
  int64_t id = 0;    // ImageRecord::id
  int64_t copy = 0;  // tells the sample's turns in this epoch apart: 0, 1 … (SampleCopy, base/rng.h)

  friend bool operator==(const SampleTurn& a, const SampleTurn& b) { return a.id == b.id && a.copy == b.copy; }
};

// Immutable, so thread-safe.
class SampleOrder {
 public:
  // The training order of a split. ConfigError for classes that do not exist or leave no sample,
  // and if a sample came more than 2^20 times in an epoch.
  static absl::StatusOr<SampleOrder> Create(const DatasetIndex& index, Split split, const LoaderConfig& config, uint64_t seed);

  // Each of these samples once, in this order in every epoch: for evaluation and prediction.
  static SampleOrder Sequential(std::vector<int64_t> ids, int64_t batch_size);

  // Its memory is used again. epoch >= 1.
  void OfEpoch(int64_t epoch, std::vector<SampleTurn>* turns) const;

  int64_t batch_size() const { return batch_size_; }
  int64_t samples_per_epoch() const { return samples_; }
  int64_t batches_per_epoch() const { return (samples_ + batch_size_ - 1) / batch_size_; }

  // Of this batch.
  int64_t SamplesOf(int64_t batch) const;

  // Whether every epoch is the same.
  bool is_fixed() const { return kind_ == Kind::kSequential; }

 private:
  enum class Kind { kSequential, kShuffled, kRepeated, kWeighted };

  // The samples of a class, in an epoch whose turns are points 0 … samples_ of a line.
  struct ClassTurns {
    std::vector<int64_t> ids;
    double length = 0;  // of the class on the line: the turns that it gets
  };

  SampleOrder() = default;

  absl::Status SetClasses(const DatasetIndex& index, const LoaderConfig& config);
  absl::Status CheckTurns(double share, double samples, absl::string_view sampling) const;
  void Shuffled(int64_t epoch, std::vector<SampleTurn>* turns) const;
  void Repeated(int64_t epoch, std::vector<SampleTurn>* turns) const;
  void Weighted(int64_t epoch, std::vector<SampleTurn>* turns) const;

  Kind kind_ = Kind::kSequential;
  uint64_t seed_ = 0;
  int64_t batch_size_ = 1;
  int64_t samples_ = 0;  // of an epoch
  int64_t copies_ = 1;
  std::vector<int64_t> ids_;         // of the split, ascending
  std::vector<ClassTurns> classes_;  // of kWeighted; those that have turns
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_SAMPLE_ORDER_H_
