// Batches straight from the unpacked bytes of an index: for data sets that fit into memory, where gathering a batch costs microseconds and
// threads would only add overhead.
//   ResidentBatchSource::Options options;
//   options.batch_size = 32;
//   ResidentBatchSource train(index, Split::kTrain, options);
#ifndef MICA_DATA_LOADER_RESIDENT_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_RESIDENT_BATCH_SOURCE_H_

#include <cstdint>
#include <vector>

#include "data/index/dataset_index.h"
#include "data/loader/batch_source.h"

namespace mica {

class ResidentBatchSource : public BatchSource {
 public:
  struct Options {
    int64_t batch_size = 1;  // at least 1
    bool shuffle = false;    // otherwise in the order of ids
    bool drop_last = false;
    uint64_t seed = 0;  // of the shuffled order
  };

  // `index` is borrowed and outlives the source; its records of `split` are delivered.
  ResidentBatchSource(const DatasetIndex& index, Split split, const Options& options);

  void StartEpoch(int64_t epoch) override;
  bool Next(Batch* batch) override;
  int64_t samples_per_epoch() const override;
  int64_t batches_per_epoch() const override;

 private:
  const DatasetIndex& index_;
  const Options options_;
  const std::vector<int64_t> ids_;  // of the split, ascending
  std::vector<int64_t> order_;      // ids of this epoch
  int64_t next_ = 0;                // position in order_
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_RESIDENT_BATCH_SOURCE_H_
