#include "data/loader/ordered_prefetch.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"

namespace mica {
namespace {

using Clock = std::chrono::steady_clock;
using Lock = std::unique_lock<std::mutex>;

struct BatchPlace {
  int64_t epoch = 0;
  int64_t batch = 0;

  friend bool operator==(const BatchPlace& a, const BatchPlace& b) { return a.epoch == b.epoch && a.batch == b.batch; }
};

// A batch in its slot.
struct PrefetchSlot {
  int64_t samples = 0;
  int64_t taken = 0;  // by threads
  int64_t done = 0;
  absl::Status error;  // of the first sample that has one
  int64_t error_sample = 0;

  bool is_complete() const { return done == samples; }
  void Fail(absl::Status why, int64_t sample) {
    if (!error.ok() && error_sample <= sample) return;
    error = std::move(why);
    error_sample = sample;
  }
};

// What a thread has in hand.
struct PrefetchWorker {
  AbandonableWait wait;
  int slot = -1;  // -1: nothing
  int64_t sample = 0;
  Clock::time_point since;
  bool has_ended = false;
};

}  // namespace

// Owned by the prefetch and each thread, because a thread that was given up may live on.
struct OrderedPrefetch::Shared {
  Shared(std::shared_ptr<PrefetchWork> prefetch_work, const PrefetchOptions& prefetch_options)
      : work(std::move(prefetch_work)), options(prefetch_options), slots(options.slots), workers(options.threads) {
    for (int slot = 0; slot < options.slots; ++slot) free.push_back(slot);
  }

  // A thread's life.
  void Run(int worker);

  // From here on, functions are called with the lock held.
  bool CanTakeSample() const { return handing_out >= 0; }
  bool CanBeginBatch() const { return handing_out < 0 && !is_beginning && !free.empty() && next_to_begin.has_value(); }
  void BeginBatch(Lock* lock);
  void KeepBegun(int slot, BatchPlace place, absl::Status status);
  bool PrepareSample(int worker, Lock* lock);  // false: given up, without the lock

  // Waits until `is_ready`, but not for a sample that takes too long.
  absl::Status WaitFor(absl::FunctionRef<bool()> is_ready, Lock* lock);
  absl::Status Discard(Lock* lock);
  const PrefetchWorker* LongestAtWork() const;
  bool IsIdle() const { return !is_beginning && LongestAtWork() == nullptr; }

  // Without it.
  absl::Status TryBegin(BatchPlace place, int slot) const;
  absl::Status TryPrepare(int slot, int64_t sample, int worker, AbandonableWait* wait) const;
  BatchPlace After(BatchPlace place) const;

  const std::shared_ptr<PrefetchWork> work;
  const PrefetchOptions options;

  std::mutex mutex;
  // All are woken where one would do: glibc up to 2.40 loses a pthread_cond_signal now and then, if
  // several threads wait (its bug 25847), and then a worker slept on while there was work.
  std::condition_variable for_workers;
  std::condition_variable for_reader;
  // All below is guarded by the mutex, but for the workers' `wait`.
  std::vector<PrefetchSlot> slots;
  std::vector<PrefetchWorker> workers;
  std::vector<int> free;  // slots
  std::deque<int> queue;  // slots that hold batches, in the order of batches
  int handing_out = -1;   // the last of the queue if it has samples to take
  bool is_beginning = false;
  bool is_discarding = false;  // no sample is taken until StartEpoch has emptied all slots
  bool is_stopped = false;
  std::optional<BatchPlace> next_to_begin;
  BatchPlace next_to_read;    // of no epoch if StartEpoch failed
  int64_t epoch_to_read = 0;  // the reader's
};

BatchPlace OrderedPrefetch::Shared::After(BatchPlace place) const {
  return place.batch + 1 < options.batches_per_epoch ? BatchPlace{place.epoch, place.batch + 1} : BatchPlace{place.epoch + 1, 0};
}

void OrderedPrefetch::Shared::Run(int worker) {
  Lock lock(mutex);
  for (;;) {
    for_workers.wait(lock, [&] { return is_stopped || CanTakeSample() || CanBeginBatch(); });
    if (is_stopped) break;
    if (!CanTakeSample()) {
      BeginBatch(&lock);
    } else if (!PrepareSample(worker, &lock)) {
      return;
    }
  }
  workers[worker].has_ended = true;
  for_reader.notify_all();
}

void OrderedPrefetch::Shared::BeginBatch(Lock* lock) {
  const int slot = free.back();
  const BatchPlace place = *next_to_begin;
  free.pop_back();
  next_to_begin = After(place);
  if (next_to_begin->epoch != place.epoch && !options.prepares_next_epoch) next_to_begin.reset();
  is_beginning = true;
  lock->unlock();
  absl::Status status = TryBegin(place, slot);
  lock->lock();
  is_beginning = false;
  KeepBegun(slot, place, std::move(status));
  for_workers.notify_all();
  for_reader.notify_all();
}

void OrderedPrefetch::Shared::KeepBegun(int slot, BatchPlace place, absl::Status status) {
  slots[slot] = PrefetchSlot();
  queue.push_back(slot);
  if (is_discarding) return;
  if (status.ok()) {
    slots[slot].samples = place.batch + 1 < options.batches_per_epoch ? options.batch_size : options.last_batch_size;
    handing_out = slot;
  }
  slots[slot].error = std::move(status);
}

absl::Status OrderedPrefetch::Shared::TryBegin(BatchPlace place, int slot) const {
  try {
    return work->BeginBatch(place.epoch, place.batch, slot);
  } catch (const std::bad_alloc&) {
    return DataError("there is no memory for another batch; lower loader.batch_size or loader.prefetch_batches");
  } catch (const std::exception& exception) {
    return absl::InternalError(absl::StrCat("batch ", place.batch, " of epoch ", place.epoch, ": ", exception.what()));
  }
}

bool OrderedPrefetch::Shared::PrepareSample(int worker, Lock* lock) {
  PrefetchWorker& self = workers[worker];
  const int slot = self.slot = handing_out;
  const int64_t sample = self.sample = slots[slot].taken++;
  self.since = Clock::now();
  if (slots[slot].taken == slots[slot].samples) {
    handing_out = -1;
    for_workers.notify_all();  // one begins the next batch meanwhile
  }
  lock->unlock();
  absl::Status status = TryPrepare(slot, sample, worker, &self.wait);
  if (self.wait.is_given_up()) return false;
  lock->lock();
  self.slot = -1;
  if (!status.ok()) slots[slot].Fail(std::move(status), sample);
  ++slots[slot].done;
  if (slots[slot].is_complete() || is_discarding) for_reader.notify_all();
  return true;
}

absl::Status OrderedPrefetch::Shared::TryPrepare(int slot, int64_t sample, int worker, AbandonableWait* wait) const {
  try {
    return work->PrepareSample(slot, sample, worker, wait);
  } catch (const std::bad_alloc&) {
    return DataError(absl::StrCat(work->NameOfSample(slot, sample), ": does not fit into the memory that is left"));
  } catch (const std::exception& exception) {
    return DataError(absl::StrCat(work->NameOfSample(slot, sample), ": cannot be prepared: ", exception.what()));
  }
}

const PrefetchWorker* OrderedPrefetch::Shared::LongestAtWork() const {
  const PrefetchWorker* longest = nullptr;
  for (const PrefetchWorker& worker : workers) {
    if (worker.slot >= 0 && (longest == nullptr || worker.since < longest->since)) longest = &worker;
  }
  return longest;
}

absl::Status OrderedPrefetch::Shared::WaitFor(absl::FunctionRef<bool()> is_ready, Lock* lock) {
  const auto timeout = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.timeout_seconds));
  while (!is_ready()) {
    const PrefetchWorker* const longest = LongestAtWork();
    const Clock::time_point now = Clock::now();
    if (longest != nullptr && now - longest->since >= timeout) {
      return DataError(absl::StrCat(work->NameOfSample(longest->slot, longest->sample), ": is not there after ",
                                    FormatNumber(options.timeout_seconds),
                                    " s; see whether its disk or file server answers, or raise loader.timeout_seconds"));
    }
    for_reader.wait_until(*lock, longest == nullptr ? now + timeout : longest->since + timeout);
  }
  return absl::OkStatus();
}

OrderedPrefetch::OrderedPrefetch(std::shared_ptr<PrefetchWork> work, const PrefetchOptions& options)
    : shared_(std::make_shared<Shared>(std::move(work), options)) {
  CHECK(options.threads >= 1 && options.slots >= 1);
}

OrderedPrefetch::~OrderedPrefetch() {
  constexpr auto kLook = std::chrono::milliseconds(20);
  const auto patience = std::chrono::duration<double>(std::min(1.0, shared_->options.timeout_seconds));
  Lock lock(shared_->mutex);
  shared_->is_stopped = true;
  shared_->for_workers.notify_all();
  const Clock::time_point start = Clock::now();
  for (size_t i = 0; i < threads_.size(); ++i) {
    PrefetchWorker& worker = shared_->workers[i];
    const auto is_gone = [&] { return worker.has_ended || (Clock::now() - start >= patience && worker.wait.GiveUp()); };
    while (!is_gone()) shared_->for_reader.wait_for(lock, kLook);
  }
  lock.unlock();
  for (size_t i = 0; i < threads_.size(); ++i) {
    if (shared_->workers[i].wait.is_given_up()) {
      threads_[i].detach();
    } else {
      threads_[i].join();
    }
  }
}

absl::Status OrderedPrefetch::StartThreads() {
  while (static_cast<int>(threads_.size()) < shared_->options.threads) {
    const auto worker = static_cast<int>(threads_.size());
    try {
      threads_.emplace_back([shared = shared_, worker] { shared->Run(worker); });
    } catch (const std::system_error& error) {
      if (worker > 0) return absl::OkStatus();  // the system grants no more: these will do
      return WithFields(ConfigError(absl::StrCat("loader.threads: the system starts no thread that could read samples: ", error.what(),
                                                 "; allow more processes (ulimit -u)")),
                        {"loader.threads"});
    }
  }
  return absl::OkStatus();
}

absl::Status OrderedPrefetch::StartEpoch(int64_t epoch, int64_t first_batch) {
  Lock lock(shared_->mutex);
  Shared& shared = *shared_;
  const BatchPlace place = {epoch, first_batch};
  shared.epoch_to_read = epoch;
  const bool is_prepared = !shared.queue.empty() || shared.is_beginning || shared.next_to_begin == place;
  if (shared.next_to_read == place && is_prepared) return absl::OkStatus();
  MICA_RETURN_IF_ERROR(shared.Discard(&lock));
  const bool has_batches = first_batch < shared.options.batches_per_epoch;
  if (has_batches) {
    MICA_RETURN_IF_ERROR(StartThreads());
  }
  shared.next_to_read = place;
  if (has_batches) shared.next_to_begin = place;
  shared.for_workers.notify_all();
  return absl::OkStatus();
}

absl::Status OrderedPrefetch::Shared::Discard(Lock* lock) {
  is_discarding = true;
  handing_out = -1;
  next_to_begin.reset();
  next_to_read = BatchPlace();
  MICA_RETURN_IF_ERROR(WaitFor([&] { return IsIdle(); }, lock));
  free.insert(free.end(), queue.begin(), queue.end());
  queue.clear();
  is_discarding = false;
  return absl::OkStatus();
}

absl::StatusOr<bool> OrderedPrefetch::Next(absl::FunctionRef<void(int slot)> take) {
  Lock lock(shared_->mutex);
  Shared& shared = *shared_;
  if (shared.is_discarding) return absl::FailedPreconditionError("no epoch was started");
  if (shared.next_to_read.epoch != shared.epoch_to_read || shared.next_to_read.batch >= shared.options.batches_per_epoch) return false;
  MICA_RETURN_IF_ERROR(shared.WaitFor([&] { return !shared.queue.empty() && shared.slots[shared.queue.front()].is_complete(); }, &lock));
  const int slot = shared.queue.front();
  absl::Status error = std::move(shared.slots[slot].error);
  if (error.ok()) {
    lock.unlock();  // nobody else touches the slot
    take(slot);
    lock.lock();
  }
  shared.queue.pop_front();
  shared.free.push_back(slot);
  shared.next_to_read = shared.After(shared.next_to_read);
  shared.for_workers.notify_all();
  if (!error.ok()) return error;
  return true;
}

}  // namespace mica
