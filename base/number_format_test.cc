#include "base/number_format.h"

#include <gtest/gtest.h>
#include <locale.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <locale>

#include "base/rng.h"

namespace mica {
namespace {

template <typename Float, typename Bits>
Float FromBits(Bits bits) {
  static_assert(sizeof(Float) == sizeof(Bits));
  Float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// Same value and same sign of zero; all NaNs are alike.
template <typename Float>
bool Same(Float a, Float b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

// Makes the process print "1,5" for 1.5 until the end of a test: C functions by a German locale
// (compiled here, because few machines have one) and streams by a facet.
class CommaLocale {
 public:
  CommaLocale() {
    const std::string command = "localedef -i de_DE -f UTF-8 '" + testing::TempDir() + "/comma' >/dev/null 2>&1";
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8"}) active_ = active_ || setlocale(LC_ALL, name) != nullptr;
    setenv("LOCPATH", testing::TempDir().c_str(), 1);
    if (!active_ && std::system(command.c_str()) == 0) active_ = setlocale(LC_ALL, "comma") != nullptr;
    std::locale::global(std::locale(std::locale::classic(), new Comma));
  }
  ~CommaLocale() {
    std::locale::global(std::locale::classic());
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
  }
  bool active() const { return active_; }

 private:
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  bool active_ = false;
};

TEST(FormatNumberTest, UsesTheShortestDigits) {
  EXPECT_EQ(FormatNumber(0.1), "0.1");
  EXPECT_EQ(FormatNumber(0.1f), "0.1");
  EXPECT_EQ(FormatNumber(static_cast<double>(0.1f)), "0.10000000149011612");
  EXPECT_EQ(FormatNumber(1e-7), "1e-07");
  EXPECT_EQ(FormatNumber(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(FormatNumber(16777217.0), "16777217");  // StrCat's six digits give 1.67772e+07
  EXPECT_EQ(FormatNumber(1e300), "1e+300");
  EXPECT_EQ(FormatNumber(0.0), "0");
  EXPECT_EQ(FormatNumber(-0.0), "-0");
}

TEST(FormatNumberTest, NamesWhatIsNoNumber) {
  EXPECT_EQ(FormatNumber(std::nan("")), "nan");
  EXPECT_EQ(FormatNumber(-std::nan("")), "nan");
  EXPECT_EQ(FormatNumber(-std::nanf("7")), "nan");
  EXPECT_EQ(FormatNumber(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(FormatNumber(-std::numeric_limits<float>::infinity()), "-inf");
}

TEST(FormatNumberTest, ExtremesReadBackEqual) {
  for (const double value : {std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(), std::numeric_limits<double>::min(),
                             std::numeric_limits<double>::denorm_min(), std::nextafter(1.0, 2.0), 9007199254740993.0}) {
    EXPECT_EQ(std::strtod(FormatNumber(value).c_str(), nullptr), value) << FormatNumber(value);
  }
}

// Any bits: subnormal numbers, infinities and NaNs too. strtod is the independent reader.
TEST(FormatNumberTest, RandomBitsReadBackEqual) {
  Rng rng(/*seed=*/42, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/0);
  for (int i = 0; i < 200000; ++i) {
    const auto number = FromBits<double>(rng.NextU64());
    ASSERT_TRUE(Same(std::strtod(FormatNumber(number).c_str(), nullptr), number)) << FormatNumber(number);
    const auto small = FromBits<float>(rng.NextU32());
    ASSERT_TRUE(Same(std::strtof(FormatNumber(small).c_str(), nullptr), small)) << FormatNumber(small);
  }
}

// If one digit less still reads back equal, the text was not the shortest.
TEST(FormatNumberTest, OneDigitLessDoesNotReadBackEqual) {
  Rng rng(/*seed=*/42, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/1);
  for (int i = 0; i < 10000; ++i) {
    const double number = rng.Uniform() * 100;
    const std::string text = FormatNumber(number);
    int digits = 0;
    for (const char letter : text.substr(text.find_first_not_of("0."), text.find('e'))) digits += letter >= '0' && letter <= '9';
    char shorter[512];
    std::snprintf(shorter, sizeof(shorter), "%.*g", digits - 1, number);
    ASSERT_NE(std::strtod(shorter, nullptr), number) << text << " " << shorter;
  }
}

TEST(FormatFixedTest, RoundsTheExactValueToTheNearest) {
  EXPECT_EQ(FormatFixed(0.87654, 2), "0.88");
  EXPECT_EQ(FormatFixed(0.875, 2), "0.88");  // exact ties go to the even digit
  EXPECT_EQ(FormatFixed(0.625, 2), "0.62");
  EXPECT_EQ(FormatFixed(2.5, 0), "2");
  EXPECT_EQ(FormatFixed(1.005, 2), "1.00");  // the double lies below 1.005
  EXPECT_EQ(FormatFixed(0.995, 2), "0.99");
  EXPECT_EQ(FormatFixed(99.999, 2), "100.00");
  EXPECT_EQ(FormatFixed(-1.25, 1), "-1.2");
}

TEST(FormatFixedTest, KeepsTheCountOfDigits) {
  EXPECT_EQ(FormatFixed(1, 3), "1.000");
  EXPECT_EQ(FormatFixed(0, 2), "0.00");
  EXPECT_EQ(FormatFixed(1234567, 0), "1234567");
  EXPECT_EQ(FormatFixed(1e-9, 4), "0.0000");
}

TEST(FormatFixedTest, NamesWhatIsNoNumber) {
  EXPECT_EQ(FormatFixed(-std::nan(""), 2), "nan");
  EXPECT_EQ(FormatFixed(std::numeric_limits<double>::infinity(), 2), "inf");
  EXPECT_EQ(FormatFixed(-std::numeric_limits<double>::infinity(), 2), "-inf");
}

TEST(FormatFixedTest, TheLargestNumberFits) {
  const std::string text = FormatFixed(-std::numeric_limits<double>::max(), 100);
  EXPECT_EQ(text.size(), 1u + 309 + 1 + 100);
  EXPECT_EQ(std::strtod(text.c_str(), nullptr), -std::numeric_limits<double>::max());
}

TEST(FormatDigitsTest, KeepsTheDigitsThatCount) {
  EXPECT_EQ(FormatDigits(0.0123456, 3), "0.0123");
  EXPECT_EQ(FormatDigits(-123.456, 4), "-123.5");
  EXPECT_EQ(FormatDigits(123456, 3), "1.23e+05");
  EXPECT_EQ(FormatDigits(9.9999, 3), "10");
  EXPECT_EQ(FormatDigits(0, 4), "0");
  EXPECT_EQ(FormatDigits(0.1, 17), "0.10000000000000001");
  EXPECT_EQ(FormatDigits(-std::nan(""), 2), "nan");
  EXPECT_EQ(FormatDigits(-std::numeric_limits<double>::infinity(), 2), "-inf");
}

TEST(NumberFormatTest, NoLocaleChangesTheText) {
  const CommaLocale locale;
  EXPECT_EQ(FormatNumber(1234.5), "1234.5");
  EXPECT_EQ(FormatNumber(1234.5f), "1234.5");
  EXPECT_EQ(FormatFixed(1234.5, 2), "1234.50");
  EXPECT_EQ(FormatDigits(1234.5, 6), "1234.5");
  if (!locale.active()) GTEST_SKIP() << "this machine has no C locale with a decimal comma";
  char printed[16];
  std::snprintf(printed, sizeof(printed), "%.1f", 1.5);
  EXPECT_STREQ(printed, "1,5") << "the locale of this test has no effect";
}

}  // namespace
}  // namespace mica
