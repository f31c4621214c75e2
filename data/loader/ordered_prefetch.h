// Threads that prepare the samples of batches ahead of their reader, who gets the batches in order.
//   OrderedPrefetch prefetch(std::make_shared<MyWork>(…), options);
//   MICA_RETURN_IF_ERROR(prefetch.StartEpoch(/*epoch=*/1, /*first_batch=*/0));
//   const auto take = [&](int slot) { … the slot's content … };
//   MICA_ASSIGN_OR_RETURN(bool there_is_one, prefetch.Next(take));
// A thread takes one sample after another, of the earliest batch that has some left, so a slow
// sample delays its own batch alone. Where the next epoch is prepared, its first batches are begun
// as soon as the samples of this one have all been taken: they are ready after an evaluation.
#ifndef MICA_DATA_LOADER_ORDERED_PREFETCH_H_
#define MICA_DATA_LOADER_ORDERED_PREFETCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/loader/abandonable_wait.h"

namespace mica {

// What the threads do. Batches lie in slots 0 … slots-1. A thread that is given up returns from
// PrepareSample into nothing: neither then nor when the work is destroyed may it touch what it
// borrowed.
class PrefetchWork {
 public:
  virtual ~PrefetchWork() = default;

  // Makes an empty slot ready for a batch's samples. One call at a time, in the order of batches.
  virtual absl::Status BeginBatch(int64_t epoch, int64_t batch, int slot) = 0;

  // Puts a sample into its slot. One call at a time for each `worker`. Errors name the sample.
  // `wait`: to be told of what may hang.
  virtual absl::Status PrepareSample(int slot, int64_t sample, int worker, AbandonableWait* wait) = 0;

  // For messages. Thread-safe.
  virtual std::string NameOfSample(int slot, int64_t sample) const = 0;
};

struct PrefetchOptions {
  int threads = 1;  // at least 1
  int slots = 1;    // at least 1: batches ready or in the making
  double timeout_seconds = 120;
  int64_t batches_per_epoch = 0;
  int64_t batch_size = 1;
  int64_t last_batch_size = 1;

  // Whether epoch e + 1 follows e. If not, nothing is prepared after an epoch's end.
  bool prepares_next_epoch = true;
};

// Single-thread, but for the threads that it makes. Those end when it is destroyed, which waits for
// the samples in hand; a thread that hangs in the system is given up after a second and ends when
// the system lets it go.
class OrderedPrefetch {
 public:
  OrderedPrefetch(std::shared_ptr<PrefetchWork> work, const PrefetchOptions& options);
  ~OrderedPrefetch();
  OrderedPrefetch(const OrderedPrefetch&) = delete;
  OrderedPrefetch& operator=(const OrderedPrefetch&) = delete;

  // Keeps what is prepared if this is what comes next anyway, else throws it away.
  absl::Status StartEpoch(int64_t epoch, int64_t first_batch);

  // Waits for the next batch, calls `take` with its slot and empties the slot; or returns false at
  // the end of the epoch. The error of a batch is that of its first sample that has one; the next
  // call goes on with the next batch. A sample that takes longer than timeout_seconds is an error
  // with its name (exit code 3), which every call returns as long as the sample is in the way.
  absl::StatusOr<bool> Next(absl::FunctionRef<void(int slot)> take);

 private:
  struct Shared;

  absl::Status StartThreads();

  const std::shared_ptr<Shared> shared_;  // with the threads
  std::vector<std::thread> threads_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_ORDERED_PREFETCH_H_
