#include "data/decode/header_window.h"

#include <gtest/gtest.h>

#include <string>

namespace mica {
namespace {

// Byte i is i % 251. Counts its reads.
class CountedBytes : public PictureBytes {
 public:
  explicit CountedBytes(int64_t size) : size_(size) {}

  int64_t size() const override { return size_; }
  absl::string_view Read(int64_t position, int64_t size) override {
    ++reads_;
    EXPECT_GE(position, 0);
    EXPECT_GT(size, 0);
    EXPECT_LE(position + size, size_);
    buffer_.clear();
    for (int64_t i = position; i < position + size; ++i) buffer_.push_back(ByteAt(i));
    return buffer_;
  }

  static char ByteAt(int64_t position) { return static_cast<char>(position % 251); }
  int reads() const { return reads_; }

 private:
  const int64_t size_;
  std::string buffer_;
  int reads_ = 0;
};

TEST(HeaderWindowTest, ReadsOnceForAllOfTheBeginning) {
  CountedBytes bytes(1 << 20);
  HeaderWindow window(bytes);
  ASSERT_EQ(window.At(0, 1).size(), 1u);
  for (int64_t position = kFirstHeaderRead - 10; position >= 0; position -= 10) {
    ASSERT_EQ(window.At(position, 10).size(), 10u);
    ASSERT_EQ(window.At(position, 1)[0], CountedBytes::ByteAt(position));
  }
  EXPECT_EQ(bytes.reads(), 1);
}

TEST(HeaderWindowTest, MovesForwardAndBack) {
  CountedBytes bytes(1 << 20);
  HeaderWindow window(bytes);
  for (const int64_t position : {int64_t{0}, kFirstHeaderRead - 1, int64_t{700000}, int64_t{20}}) {
    const absl::string_view view = window.At(position, 2);
    ASSERT_EQ(view.size(), 2u);
    EXPECT_EQ(view[0], CountedBytes::ByteAt(position));
    EXPECT_EQ(view[1], CountedBytes::ByteAt(position + 1));
  }
  EXPECT_EQ(bytes.reads(), 4);
  EXPECT_FALSE(window.is_exhausted());
}

TEST(HeaderWindowTest, GivesFewerBytesAtTheEnd) {
  CountedBytes bytes(100);
  HeaderWindow window(bytes);
  EXPECT_EQ(window.At(95, 10).size(), 5u);
  EXPECT_EQ(window.At(99, 1).size(), 1u);
  EXPECT_EQ(window.At(100, 1).size(), 0u);
  EXPECT_EQ(window.At(INT64_MAX, 1).size(), 0u);
  EXPECT_EQ(window.At(-1, 1).size(), 0u);
}

TEST(HeaderWindowTest, GivesUpAfterTooManyReads) {
  CountedBytes bytes(int64_t{1} << 40);
  HeaderWindow window(bytes);
  for (int64_t i = 0; i < kMaxHeaderReads; ++i) ASSERT_EQ(window.At(i << 30, 8).size(), 8u);
  EXPECT_FALSE(window.is_exhausted());
  EXPECT_EQ(window.At(5, 8).size(), 0u);
  EXPECT_TRUE(window.is_exhausted());
  EXPECT_EQ(window.At(5, 8).size(), 0u);
  EXPECT_EQ(bytes.reads(), kMaxHeaderReads);
}

TEST(HeaderNumbersTest, KnowBothOrders) {
  const absl::string_view bytes("\x81\x02\x03\x84", 4);
  EXPECT_EQ(BigEndian16(bytes), 0x8102u);
  EXPECT_EQ(BigEndian32(bytes), 0x81020384u);
  EXPECT_EQ(LittleEndian16(bytes), 0x0281u);
  EXPECT_EQ(LittleEndian24(bytes), 0x030281u);
  EXPECT_EQ(LittleEndian32(bytes), 0x84030281u);
}

TEST(HeaderNumbersTest, TakeMissingBytesForZeros) {
  EXPECT_EQ(BigEndian32("\x01\x02"), 0x01020000u);
  EXPECT_EQ(LittleEndian32("\x01\x02"), 0x0201u);
  EXPECT_EQ(BigEndian16(""), 0u);
}

}  // namespace
}  // namespace mica
