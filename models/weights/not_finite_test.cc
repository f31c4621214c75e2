#include "models/weights/not_finite.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace mica {
namespace {

template <typename Value>
std::string TextOf(absl::string_view dtype, const std::vector<Value>& values) {
  return NotFiniteText(dtype, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)});
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

TEST(NotFiniteTest, FiniteValuesOfAnySizeAreFine) {
  EXPECT_EQ(NotFiniteText("F32", ""), "");
  EXPECT_EQ(TextOf<float>("F32", {0, -0.0f, std::numeric_limits<float>::max(), std::numeric_limits<float>::denorm_min(), -1}), "");
  EXPECT_EQ(TextOf<double>("F64", {0, 3.4028235e38, -3.4028235e38, 1e-300}), "");
}

TEST(NotFiniteTest, NanAndInfinityAreCountedInEveryBlock) {
  std::vector<float> values(10001, 1.0f);
  values[0] = kNan;
  values[4095] = -kInfinity;
  values[4096] = -kNan;
  EXPECT_EQ(TextOf("F32", values), "2 NaN and 1 infinity");
  values[10000] = kInfinity;
  EXPECT_EQ(TextOf("F32", values), "2 NaN and 2 infinities");
  EXPECT_EQ(TextOf("F32", std::vector<float>{kNan}), "1 NaN");
  EXPECT_EQ(TextOf("F32", std::vector<float>{kInfinity}), "1 infinity");
}

// A short block after a full one must not count the full one's rest again.
TEST(NotFiniteTest, NothingIsCountedTwice) {
  std::vector<float> values(4097, kNan);
  EXPECT_EQ(TextOf("F32", values), "4097 NaN");
}

TEST(NotFiniteTest, AllTypesThatCanBecomeF32AreLookedAt) {
  EXPECT_EQ(TextOf<uint16_t>("F16", {0x7BFF, 0x7C00, 0xFC00, 0x7C01, 0xFE00}), "2 NaN and 2 infinities");
  EXPECT_EQ(TextOf<uint16_t>("BF16", {0x7F7F, 0x7F80, 0xFF80, 0x7F81}), "1 NaN and 2 infinities");
  EXPECT_EQ(TextOf<double>("F64", {std::nan(""), 1e39, -3.5e38, 1}), "1 NaN and 2 infinities");
  EXPECT_EQ(TextOf<int64_t>("I64", {-1}), "");
}

// The limit at which a double becomes infinite is the compiler's own.
TEST(NotFiniteTest, DoublesThatBecomeInfiniteFloatsCount) {
  const double limit = std::ldexp(1, 128) - std::ldexp(1, 103);
  for (const double value : {std::nextafter(limit, 0), limit}) {
    EXPECT_EQ(TextOf<double>("F64", {value}).empty(), std::isfinite(static_cast<float>(value))) << value;
  }
}

TEST(NotFiniteTest, BytesMayStandAnywhere) {
  std::string bytes(" ");
  bytes.append(reinterpret_cast<const char*>(&kNan), sizeof(kNan));
  EXPECT_EQ(NotFiniteText("F32", absl::string_view(bytes).substr(1)), "1 NaN");
}

}  // namespace
}  // namespace mica
