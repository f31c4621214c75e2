#include "base/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mica {
namespace {

std::string BytesModulo251(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % 251);
  return bytes;
}

// xxHash publishes the value of the empty input; the others come from Python's package xxhash 3
// (xxh3_64). The lengths exercise each of XXH3's methods: 0, 1-3, 4-8, 9-16, 17-128, 129-240, over
// 240 bytes and over one block.
TEST(FingerprintTest, EqualsXxh3OfOtherImplementations) {
  EXPECT_EQ(Fingerprint(""), 0x2d06800538d394c2u);
  EXPECT_EQ(Fingerprint("a"), 0xe6c632b61e964e1fu);
  EXPECT_EQ(Fingerprint("mica"), 0xd79ab36cf1c4d2a6u);
  EXPECT_EQ(Fingerprint(BytesModulo251(12)), 0x5ace6a511c10894bu);
  EXPECT_EQ(Fingerprint("The quick brown fox jumps over the lazy dog"), 0xce7d19a5418fb365u);
  EXPECT_EQ(Fingerprint(BytesModulo251(200)), 0xf42a8864feaf0703u);
  EXPECT_EQ(Fingerprint(BytesModulo251(1000)), 0x33ef703fb2b20ed1u);
  EXPECT_EQ(Fingerprint(BytesModulo251(1000000)), 0xdf99c4163891c544u);
}

TEST(FingerprintTest, SeedGivesAnotherFunction) {
  EXPECT_EQ(Fingerprint("", 42), 0xb029411ff43d84d2u);
  EXPECT_EQ(Fingerprint("mica", 42), 0x59300ad042ab6583u);
  EXPECT_EQ(Fingerprint(BytesModulo251(1000000), 42), 0xdcb70c482e907cb1u);
  EXPECT_EQ(Fingerprint("mica", 0), Fingerprint("mica"));
}

TEST(FingerprintTest, ReadsBytesBehindAZeroByte) {
  EXPECT_EQ(Fingerprint(absl::string_view("a\0b", 3)), 0xd5a06cd078125351u);
}

TEST(FingerprintTest, EachFlippedBitIsSeen) {
  std::string bytes = BytesModulo251(300);
  std::set<uint64_t> seen = {Fingerprint(bytes)};
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= 1 << bit % 8;
    seen.insert(Fingerprint(bytes));
    bytes[bit / 8] ^= 1 << bit % 8;
  }
  EXPECT_EQ(seen.size(), 1 + 8 * bytes.size());
}

TEST(FingerprintTest, TextHasSixteenDigits) {
  EXPECT_EQ(FormatFingerprint(Fingerprint("")), "2d06800538d394c2");
  EXPECT_EQ(FormatFingerprint(0), "0000000000000000");
  EXPECT_EQ(FormatFingerprint(0xABC), "0000000000000abc");
  EXPECT_EQ(FormatFingerprint(~uint64_t{0}), "ffffffffffffffff");
}

}  // namespace
}  // namespace mica
