#include "viz/tensorboard/crc32c.h"

#include <gtest/gtest.h>

#include <string>

#include "base/rng.h"

namespace mica {
namespace {

using std::string_literals::operator""s;

// Bit by bit, from the polynomial.
uint32_t PlainCrc32c(const std::string& bytes) {
  uint32_t crc = ~0u;
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  return ~crc;
}

std::string Counting(int first, int step) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes.push_back(static_cast<char>(first + step * i));
  return bytes;
}

TEST(Crc32cTest, HasThePublishedValues) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);  // the check value of the catalogue of CRCs
  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(Crc32c(Counting(0, 1)), 0x46dd794eu);
  EXPECT_EQ(Crc32c(Counting(31, -1)), 0x113fdb5cu);
}

TEST(Crc32cTest, EqualsThePolynomialAtEveryLengthAndAlignment) {
  Rng rng(/*seed=*/7, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes.push_back(static_cast<char>(rng.NextU32()));
  for (size_t size = 0; size < 300; ++size) {
    const std::string part = bytes.substr(size % 17, size);
    ASSERT_EQ(Crc32c(absl::string_view(bytes).substr(size % 17, size)), PlainCrc32c(part)) << size;
  }
  EXPECT_EQ(Crc32c(bytes), PlainCrc32c(bytes));
}

TEST(MaskedCrc32cTest, HasTheValuesOfEventFiles) {
  // The length 24, then the first record of a file of that length, and another record.
  EXPECT_EQ(MaskedCrc32c("\x18\0\0\0\0\0\0\0"s), 0x224b7fa3u);
  EXPECT_EQ(MaskedCrc32c("\x09\0\0\x80\x38\x99\xd6\xd7\x41\x1a\x0d"s + "brain.Event:2"), 0xab364b12u);
  EXPECT_EQ(MaskedCrc32c("\x1a\x11"s + "CRC test, one two"), 0x5794d08au);
}

}  // namespace
}  // namespace mica
