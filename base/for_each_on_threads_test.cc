#include "base/for_each_on_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace mica {
namespace {

using testing::Each;

TEST(ForEachOnThreadsTest, EachIndexIsTakenOnce) {
  for (const size_t threads : {1, 2, 3, 20}) {
    std::vector<std::atomic<int>> calls(1000);
    ForEachOnThreads(calls.size(), threads, [&](size_t i) { ++calls[i]; });
    EXPECT_THAT(std::vector<int>(calls.begin(), calls.end()), Each(1)) << threads;
  }
  ForEachOnThreads(0, 4, [](size_t) { FAIL(); });
}

// Each of the three waits for the others, which ends only if there are as many threads.
TEST(ForEachOnThreadsTest, TheThreadsWorkAtOnce) {
  std::atomic<int> arrived(0);
  std::mutex mutex;
  std::set<std::thread::id> seen;
  ForEachOnThreads(3, 3, [&](size_t) {
    ++arrived;
    while (arrived < 3) std::this_thread::yield();
    const std::lock_guard<std::mutex> lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(seen.size(), 3);
  EXPECT_EQ(seen.count(std::this_thread::get_id()), 1);
}

TEST(ForEachOnThreadsTest, LittleWorkGetsOneThread) {
  EXPECT_EQ(ThreadsFor(0), 1);
  EXPECT_EQ(ThreadsFor(1000), 1);
  EXPECT_LE(ThreadsFor(uint64_t{1} << 60), 4);
  EXPECT_GE(ThreadsFor(uint64_t{1} << 60), 1);
}

}  // namespace
}  // namespace mica
