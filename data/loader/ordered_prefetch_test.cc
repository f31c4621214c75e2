#include "data/loader/ordered_prefetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <new>
#include <stdexcept>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// Writes (epoch, batch, sample) as one number into its slot: 10203 for sample 3 of batch 2.
class NumberWork : public PrefetchWork {
 public:
  NumberWork(int slots, int64_t batch_size) : batches_(slots, std::vector<int64_t>(batch_size)), places_(slots) {}

  absl::Status BeginBatch(int64_t epoch, int64_t batch, int slot) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    begun_.push_back(epoch * 100 + batch);
    places_[slot] = begun_.back();
    changed_.notify_all();
    return absl::OkStatus();
  }

  absl::Status PrepareSample(int slot, int64_t sample, int /*worker*/, AbandonableWait* wait) override {
    const int64_t number = places_[slot] * 100 + sample;
    if (before_) {
      if (absl::Status status = before_(number, wait); !status.ok()) return status;
    }
    batches_[slot][sample] = number;
    const std::lock_guard<std::mutex> lock(mutex_);
    ++prepared_;
    changed_.notify_all();
    return absl::OkStatus();
  }

  std::string NameOfSample(int slot, int64_t sample) const override { return absl::StrCat("/d/", places_[slot] * 100 + sample, ".jpg"); }

  // What is done first, with the sample's number.
  void SetBefore(std::function<absl::Status(int64_t number, AbandonableWait* wait)> before) { before_ = std::move(before); }

  std::vector<int64_t> Take(int slot, int64_t samples) const { return {batches_[slot].begin(), batches_[slot].begin() + samples}; }

  std::vector<int64_t> begun() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return begun_;
  }
  int64_t prepared() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return prepared_;
  }
  void WaitUntilPrepared(int64_t samples) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return prepared_ >= samples; });
  }

 private:
  std::vector<std::vector<int64_t>> batches_;
  std::vector<int64_t> places_;
  std::function<absl::Status(int64_t, AbandonableWait*)> before_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int64_t> begun_;
  int64_t prepared_ = 0;
};

// Epochs of ten samples in batches of four.
class OrderedPrefetchTest : public testing::Test {
 protected:
  static PrefetchOptions Options(int threads, int slots) {
    PrefetchOptions options;
    options.threads = threads;
    options.slots = slots;
    options.batches_per_epoch = 3;
    options.batch_size = 4;
    options.last_batch_size = 2;
    return options;
  }

  void Make(const PrefetchOptions& options) {
    work_ = std::make_shared<NumberWork>(options.slots, options.batch_size);
    prefetch_ = std::make_unique<OrderedPrefetch>(work_, options);
  }

  // The next batch; empty at the end.
  absl::StatusOr<std::vector<int64_t>> Next() {
    std::vector<int64_t> batch;
    absl::StatusOr<bool> there_is_one = prefetch_->Next([&](int slot) { batch = work_->Take(slot, 4); });
    if (!there_is_one.ok()) return there_is_one.status();
    return batch;
  }

  // All numbers of the rest of the epoch; the last batch's unused places left out.
  std::vector<int64_t> Rest() {
    std::vector<int64_t> all;
    for (;;) {
      const std::vector<int64_t> batch = Next().value();
      if (batch.empty()) return all;
      all.insert(all.end(), batch.begin(), batch[0] / 100 % 100 == 2 ? batch.begin() + 2 : batch.end());
    }
  }

  static std::vector<int64_t> Epoch(int64_t epoch, int64_t first_batch = 0) {
    std::vector<int64_t> all;
    for (int64_t batch = first_batch; batch < 3; ++batch) {
      for (int64_t sample = 0; sample < (batch == 2 ? 2 : 4); ++sample) all.push_back(epoch * 10000 + batch * 100 + sample);
    }
    return all;
  }

  std::shared_ptr<NumberWork> work_;
  std::unique_ptr<OrderedPrefetch> prefetch_;
};

class OrderTest : public OrderedPrefetchTest, public testing::WithParamInterface<std::tuple<int, int>> {};

TEST_P(OrderTest, BatchesComeInOrderWhateverTheThreads) {
  Make(Options(std::get<0>(GetParam()), std::get<1>(GetParam())));
  work_->SetBefore([](int64_t number, AbandonableWait*) {
    for (int64_t i = 0; i < number % 3 * 20; ++i) std::this_thread::yield();
    return absl::OkStatus();
  });

  for (int64_t epoch = 1; epoch <= 3; ++epoch) {
    ASSERT_THAT(prefetch_->StartEpoch(epoch, 0), IsOk());
    EXPECT_EQ(Rest(), Epoch(epoch));
    EXPECT_THAT(Next(), IsOkAndHolds(std::vector<int64_t>()));  // still at the end
  }
}

INSTANTIATE_TEST_SUITE_P(ThreadsAndSlots, OrderTest, testing::Combine(testing::Values(1, 2, 8), testing::Values(1, 2, 5)));

TEST_F(OrderedPrefetchTest, BeginsAtAnyBatchWithoutPreparingTheOnesBefore) {
  Make(Options(2, 2));

  ASSERT_THAT(prefetch_->StartEpoch(4, 2), IsOk());

  EXPECT_EQ(Rest(), Epoch(4, 2));
  EXPECT_EQ(work_->begun()[0], 402);
  ASSERT_THAT(prefetch_->StartEpoch(5, 3), IsOk());
  EXPECT_THAT(Next(), IsOkAndHolds(std::vector<int64_t>()));
}

TEST_F(OrderedPrefetchTest, PreparesNoMoreThanItHasSlotsFor) {
  Make(Options(3, 2));
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());
  work_->WaitUntilPrepared(8);

  EXPECT_THAT(work_->begun(), ElementsAre(100, 101));
  EXPECT_EQ(work_->prepared(), 8);
  EXPECT_THAT(Next(), IsOkAndHolds(std::vector<int64_t>({10000, 10001, 10002, 10003})));
  work_->WaitUntilPrepared(10);
  EXPECT_THAT(work_->begun(), ElementsAre(100, 101, 102));
}

TEST_F(OrderedPrefetchTest, TheNextEpochIsPreparedBeforeItStarts) {
  Make(Options(2, 2));
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());
  EXPECT_EQ(Rest(), Epoch(1));

  work_->WaitUntilPrepared(10 + 8);  // as during an evaluation
  ASSERT_THAT(prefetch_->StartEpoch(2, 0), IsOk());

  EXPECT_EQ(Rest(), Epoch(2));
  EXPECT_THAT(work_->begun(), testing::Not(testing::Contains(testing::Lt(100))));
  const std::vector<int64_t> begun = work_->begun();
  EXPECT_THAT((std::vector<int64_t>(begun.begin(), begun.begin() + 6)), ElementsAre(100, 101, 102, 200, 201, 202));  // each once
}

TEST_F(OrderedPrefetchTest, AnyOtherStartThrowsAwayWhatIsPrepared) {
  Make(Options(2, 3));
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());
  ASSERT_THAT(Next(), IsOk());

  ASSERT_THAT(prefetch_->StartEpoch(5, 1), IsOk());  // in the middle of an epoch
  EXPECT_EQ(Rest(), Epoch(5, 1));
  ASSERT_THAT(prefetch_->StartEpoch(5, 0), IsOk());  // not the one that follows
  EXPECT_EQ(Rest(), Epoch(5));
  for (int64_t epoch = 1; epoch <= 20; ++epoch) ASSERT_THAT(prefetch_->StartEpoch(epoch, epoch % 3), IsOk());
  EXPECT_EQ(Rest(), Epoch(20, 2));
}

TEST_F(OrderedPrefetchTest, AnEvaluationsSourcePreparesNothingAfterItsEnd) {
  PrefetchOptions options = Options(2, 2);
  options.prepares_next_epoch = false;
  Make(options);

  for (int64_t round = 1; round <= 3; ++round) {
    ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());
    EXPECT_EQ(Rest(), Epoch(1));
    EXPECT_EQ(work_->prepared(), 10 * round);
  }
}

// New threads get a stack that does not fit into any memory.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge = before_;
    pthread_attr_setstacksize(&huge, size_t{1} << 60);
    pthread_setattr_default_np(&huge);
  }
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

TEST_F(OrderedPrefetchTest, WhereNoThreadStartsEachStartFailsAndNoReaderWaits) {
  Make(Options(2, 2));
  {
    const NoThreads no_threads;
    for (int round = 0; round < 2; ++round) {
      EXPECT_THAT(prefetch_->StartEpoch(1, 0), Fails(ExitCode::kConfig, HasSubstr("loader.threads")));
      EXPECT_THAT(Next(), IsOkAndHolds(std::vector<int64_t>()));
    }
  }

  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());

  EXPECT_EQ(Rest(), Epoch(1));
}

TEST_F(OrderedPrefetchTest, NoBatchesAreAnEndAtOnce) {
  PrefetchOptions options = Options(2, 2);
  options.batches_per_epoch = 0;
  Make(options);

  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());

  EXPECT_THAT(Next(), IsOkAndHolds(std::vector<int64_t>()));
}

// F28: reported at the batch that needs the sample, and nothing else is lost.
TEST_F(OrderedPrefetchTest, AnErrorComesWithItsBatchAndTheRestGoesOn) {
  Make(Options(4, 3));
  std::promise<void> other_begins;
  work_->SetBefore([&other_begins](int64_t number, AbandonableWait*) {
    if (number == 10103) {
      other_begins.set_value();
      return DataError("/d/10103.jpg: is broken");
    }
    if (number == 10101) {
      other_begins.get_future().wait();  // the first of the batch, though mostly reported last
      return DataError("/d/10101.jpg: is broken");
    }
    return absl::OkStatus();
  });
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());

  EXPECT_THAT(Next(), IsOk());
  EXPECT_THAT(Next(), Fails(ExitCode::kData, "/d/10101.jpg: is broken"));
  EXPECT_THAT(Next(), IsOk());
  EXPECT_THAT(Next(), IsOkAndHolds(std::vector<int64_t>()));
  ASSERT_THAT(prefetch_->StartEpoch(2, 0), IsOk());
  EXPECT_EQ(Rest(), Epoch(2));
}

// F28, F30.
TEST_F(OrderedPrefetchTest, ExceptionsBecomeErrorsWithTheSamplesName) {
  Make(Options(2, 2));
  work_->SetBefore([](int64_t number, AbandonableWait*) -> absl::Status {
    if (number == 10001) throw std::bad_alloc();
    if (number == 10102) throw std::runtime_error("odd");
    return absl::OkStatus();
  });
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());

  EXPECT_THAT(Next(), Fails(ExitCode::kData, AllOf(StartsWith("/d/10001.jpg: "), HasSubstr("memory"))));
  EXPECT_THAT(Next(), Fails(ExitCode::kData, AllOf(StartsWith("/d/10102.jpg: "), HasSubstr("odd"))));
  EXPECT_THAT(Next(), IsOk());
}

TEST_F(OrderedPrefetchTest, CanBeDestroyedAtAnyMoment) {
  for (int round = 0; round < 50; ++round) {
    Make(Options(1 + round % 4, 1 + round % 3));
    const int reads = round % 5 - 1;
    if (reads >= 0) {
      ASSERT_THAT(prefetch_->StartEpoch(1, round % 3), IsOk());
    }
    for (int batch = 0; batch < reads; ++batch) ASSERT_THAT(Next(), IsOk());
    prefetch_.reset();
  }
}

// A slow disk or server: no read returns before eight of them, of two batches, are under way.
TEST_F(OrderedPrefetchTest, SlowReadsAreUnderWayTogether) {
  Make(Options(8, 3));
  std::mutex mutex;
  std::condition_variable changed;
  int under_way = 0;
  work_->SetBefore([&](int64_t, AbandonableWait*) {
    std::unique_lock<std::mutex> lock(mutex);
    ++under_way;
    changed.notify_all();
    const bool is_reached = changed.wait_for(lock, std::chrono::seconds(60), [&] { return under_way >= 8; });
    return is_reached ? absl::OkStatus() : DataError("reads wait for one another");
  });

  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());

  EXPECT_EQ(Rest(), Epoch(1));
}

// Lets threads wait as on a server that is gone.
class Hang {
 public:
  // As an honest worker does: true if it still belongs to somebody.
  bool WaitIn(AbandonableWait* wait) {
    wait->Begin();
    entered_.set_value();
    released_.get_future().wait();
    return wait->End();
  }
  void WaitUntilEntered() { entered_.get_future().wait(); }
  void Release() { released_.set_value(); }

 private:
  std::promise<void> entered_, released_;
};

// F29.
TEST_F(OrderedPrefetchTest, ASampleThatTakesTooLongIsNamed) {
  PrefetchOptions options = Options(2, 2);
  options.timeout_seconds = 0.05;
  Make(options);
  Hang hang;
  work_->SetBefore([&hang](int64_t number, AbandonableWait* wait) {
    if (number == 10101) hang.WaitIn(wait);
    return absl::OkStatus();
  });
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());

  EXPECT_THAT(Next(), IsOk());
  const auto times_out = Fails(ExitCode::kData, AllOf(StartsWith("/d/10101.jpg: is not there after 0.05 s"), HasSubstr("timeout_seconds")));
  EXPECT_THAT(Next(), times_out);
  EXPECT_THAT(Next(), times_out);
  EXPECT_THAT(prefetch_->StartEpoch(2, 0), times_out);
  EXPECT_FALSE(Next().ok());
  hang.Release();
  while (!prefetch_->StartEpoch(2, 0).ok()) std::this_thread::yield();
  EXPECT_EQ(Rest(), Epoch(2));
}

// The thread lives on, and what it wakes up to is gone.
TEST_F(OrderedPrefetchTest, AThreadThatHangsIsGivenUp) {
  auto borrowed = std::make_unique<int64_t>(0);
  std::promise<bool> still_ours;
  Hang hang;
  PrefetchOptions options = Options(2, 2);
  options.timeout_seconds = 0.05;
  Make(options);
  work_->SetBefore([&hang, &still_ours, borrowed = borrowed.get()](int64_t number, AbandonableWait* wait) {
    if (number == 10001) {
      const bool ours = hang.WaitIn(wait);
      if (ours) *borrowed = number;
      still_ours.set_value(ours);
    }
    return absl::OkStatus();
  });
  ASSERT_THAT(prefetch_->StartEpoch(1, 0), IsOk());
  hang.WaitUntilEntered();

  prefetch_.reset();
  borrowed.reset();
  hang.Release();

  EXPECT_FALSE(still_ours.get_future().get());
}

}  // namespace
}  // namespace mica
