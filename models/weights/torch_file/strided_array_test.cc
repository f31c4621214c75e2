#include "models/weights/torch_file/strided_array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr TorchDtype kU8 = {"U8", 1};
constexpr absl::string_view kLetters = "abcdefghijkl";
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

// The values of a view of kLetters, or the message.
std::string Read(int64_t offset, const std::vector<int64_t>& shape, const std::vector<int64_t>& strides, uint64_t max_bytes = 100) {
  std::deque<std::string> copies;
  ArrayGatherer gatherer(max_bytes, &copies);
  const auto view = gatherer.View("fc.weight", {kU8, kLetters, offset, shape, strides});
  return std::string(view.ok() ? view->bytes : view.status().message());
}

// The reference: value (i, j, …) is letter offset + i * stride + j * stride + …, by hand.
TEST(StridedArrayTest, BringsValuesIntoRowMajorOrder) {
  EXPECT_EQ(Read(0, {3, 4}, {4, 1}), "abcdefghijkl");
  EXPECT_EQ(Read(0, {4, 3}, {1, 4}), "aeibfjcgkdhl") << "transposed";
  EXPECT_EQ(Read(0, {2, 2, 3}, {6, 1, 2}), "acebdfgikhjl") << "channels_last";
  EXPECT_EQ(Read(1, {5}, {2}), "bdfhj") << "every other";
  EXPECT_EQ(Read(2, {2, 3}, {1, 0}), "cccddd") << "expanded";
  EXPECT_EQ(Read(2, {3, 2}, {0, 1}), "cdcdcd") << "rows expanded";
  EXPECT_EQ(Read(11, {}, {}), "l");
  EXPECT_EQ(Read(0, {3, 3}, {1, 1}), "abcbcdcde") << "overlapping";
}

TEST(StridedArrayTest, ContiguousValuesAreNotCopied) {
  std::deque<std::string> copies;
  ArrayGatherer gatherer(0, &copies);
  const auto view = gatherer.View("x", {kU8, kLetters, 3, {2, 1, 3}, {3, 77, 1}});
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->bytes, "defghi");
  EXPECT_EQ(view->bytes.data(), kLetters.data() + 3);
  EXPECT_THAT(copies, IsEmpty());
}

TEST(StridedArrayTest, WideValuesAreCopiedWhole) {
  std::deque<std::string> copies;
  ArrayGatherer gatherer(100, &copies);
  for (const auto& [bytes, expected] :
       {std::pair<uint64_t, std::string>(2, "abefcdgh"), {4, "abcdijklefghmnop"}, {8, "abcdefghqrstuvwxijklmnopyz012345"}}) {
    const auto view = gatherer.View("x", {{"X", bytes}, "abcdefghijklmnopqrstuvwxyz012345", 0, {2, 2}, {1, 2}});
    ASSERT_THAT(view, IsOk());
    EXPECT_EQ(view->bytes, expected);
  }
}

TEST(StridedArrayTest, EmptyArraysNeedNoStorage) {
  EXPECT_EQ(Read(99, {0, 4}, {4, 1}), "");
  EXPECT_EQ(Read(0, {4, 0}, {kMax, 1}), "");
  EXPECT_THAT(Read(0, {0, kMax, kMax}, {1, 1, 1}), HasSubstr("fc.weight"));
}

TEST(StridedArrayTest, WhatReachesPastTheStorageIsRefused) {
  for (const auto& [offset, shape, strides] : {std::tuple<int64_t, std::vector<int64_t>, std::vector<int64_t>>(1, {3, 4}, {4, 1}),
                                               {12, {}, {}},
                                               {0, {2}, {12}},
                                               {kMax, {2}, {1}},
                                               {0, {kMax, kMax}, {kMax, kMax}},
                                               {0, {kMax}, {1}},
                                               {1, {2, 2}, {kMax, kMax}}}) {
    EXPECT_THAT(Read(offset, shape, strides), HasSubstr("tensor \"fc.weight\": shape [")) << offset;
    EXPECT_THAT(Read(offset, shape, strides), HasSubstr("reaches past its 12 stored values")) << offset;
  }
}

TEST(StridedArrayTest, NegativeAndTooManyNumbersAreRefused) {
  EXPECT_THAT(Read(-1, {1}, {1}), HasSubstr("has a negative number"));
  EXPECT_THAT(Read(0, {-1}, {1}), HasSubstr("has a negative number"));
  EXPECT_THAT(Read(3, {2}, {-1}), HasSubstr("has a negative number"));
  EXPECT_THAT(Read(0, {1}, {}), HasSubstr("1 dimensions, but 0 strides"));
  EXPECT_THAT(Read(0, std::vector<int64_t>(65, 1), std::vector<int64_t>(65, 1)), HasSubstr("65 dimensions; at most 64"));
}

TEST(StridedArrayTest, ZeroStridesCannotAskForTerabytes) {
  EXPECT_THAT(Read(0, {int64_t{1} << 40}, {0}), HasSubstr("save it with .contiguous()"));
  EXPECT_THAT(Read(0, {kMax, 2}, {0, 0}), HasSubstr("save it with .contiguous()"));
  EXPECT_EQ(Read(0, {10}, {0}, /*max_bytes=*/10), "aaaaaaaaaa");
  EXPECT_THAT(Read(0, {11}, {0}, /*max_bytes=*/10), HasSubstr("all copies together may take 10 bytes"));
}

TEST(StridedArrayTest, TheBoundIsOfAllCopiesTogether) {
  std::deque<std::string> copies;
  ArrayGatherer gatherer(10, &copies);
  EXPECT_THAT(gatherer.View("a", {kU8, kLetters, 0, {6}, {0}}), IsOk());
  EXPECT_THAT(gatherer.View("b", {kU8, kLetters, 0, {6}, {0}}), Fails(ExitCode::kCheckpoint, HasSubstr("tensor \"b\"")));
}

}  // namespace
}  // namespace mica
