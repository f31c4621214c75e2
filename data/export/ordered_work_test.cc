#include "data/export/ordered_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <set>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

TEST(OrderedWorkTest, PiecesComeInOrderHoweverLongTheyTake) {
  for (const int threads : {1, 2, 3, 8}) {
    std::vector<int64_t> taken;
    const auto make = [](int /*worker*/, int64_t piece) {
      if (piece % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return piece * piece;
    };
    const auto take = [&](int64_t piece, int64_t square) {
      EXPECT_EQ(square, piece * piece);
      taken.push_back(piece);
      return absl::OkStatus();
    };
    EXPECT_THAT(DoInOrder<int64_t>(200, threads, make, take), IsOk());
    std::vector<int64_t> all(200);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(taken, all);
  }
}

TEST(OrderedWorkTest, NoPiecesAreNoWork) {
  EXPECT_THAT(DoInOrder<int>(
                  0, 4, [](int, int64_t) { return 1; }, [](int64_t, int) { return OutputError("taken"); }),
              IsOk());
}

TEST(OrderedWorkTest, AnErrorEndsTheWork) {
  std::atomic<int64_t> made{0};
  std::vector<int64_t> taken;
  const auto make = [&](int /*worker*/, int64_t piece) {
    ++made;
    return piece;
  };
  const auto take = [&](int64_t piece, int64_t /*made*/) {
    taken.push_back(piece);
    return piece == 2 ? OutputError("full") : absl::OkStatus();
  };
  EXPECT_THAT(DoInOrder<int64_t>(1000, 2, make, take), Fails(ExitCode::kOutput, "full"));
  EXPECT_THAT(taken, ElementsAre(0, 1, 2));
  EXPECT_LE(made, 3 + 2 * 2);
}

// Pieces may be large: a slow taker must not make them pile up.
TEST(OrderedWorkTest, FewPiecesWait) {
  std::atomic<int64_t> made{0};
  const auto make = [&](int /*worker*/, int64_t /*piece*/) { return ++made; };
  const auto take = [&](int64_t piece, int64_t /*count*/) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_LE(made, piece + 1 + 2 * 3);
    return absl::OkStatus();
  };
  EXPECT_THAT(DoInOrder<int64_t>(50, 3, make, take), IsOk());
  EXPECT_EQ(made, 50);
}

// Each worker has its buffers for itself, and `take` runs here.
TEST(OrderedWorkTest, WorkersAreNotShared) {
  constexpr int kThreads = 4;
  std::atomic<int> busy[kThreads] = {};
  const std::thread::id here = std::this_thread::get_id();
  const auto make = [&](int worker, int64_t /*piece*/) {
    EXPECT_EQ(busy[worker]++, 0);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    EXPECT_EQ(worker == 0, std::this_thread::get_id() == here);
    --busy[worker];
    return worker;
  };
  const auto take = [&](int64_t /*piece*/, int /*worker*/) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    return absl::OkStatus();
  };
  EXPECT_THAT(DoInOrder<int>(200, kThreads, make, take), IsOk());
}

}  // namespace
}  // namespace mica
