#include "cli/flag_value.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(FlagValueTest, TextIsAnyText) {
  EXPECT_EQ(ExpectedInstead(FlagType::kString, ""), "");
  EXPECT_EQ(ExpectedInstead(FlagType::kString, "nan"), "");
}

TEST(FlagValueTest, IntsAreDecimalWith32Bits) {
  for (const char* text : {"0", "-5", "010", "2147483647", "-2147483648"}) EXPECT_EQ(ExpectedInstead(FlagType::kInt, text), "") << text;
  for (const char* text : {"", "-", "+5", "0x10", "1e3", " 5", "5 ", "2147483648", "five"}) {
    EXPECT_EQ(ExpectedInstead(FlagType::kInt, text), "a whole number from -2147483648 to 2147483647") << text;
  }
}

TEST(FlagValueTest, DoublesAreFinite) {
  for (const char* text : {"0", "-5", "1e-3", ".5", "1.", "+2"}) EXPECT_EQ(ExpectedInstead(FlagType::kDouble, text), "") << text;
  for (const char* text : {"", "-", "nan", "inf", "1e999", "1e-999", "0x10", " 1", "1,5", "1e"}) {
    EXPECT_EQ(ExpectedInstead(FlagType::kDouble, text), "a finite number") << text;
  }
}

TEST(FlagValueTest, BoolsAreTrueOrFalse) {
  EXPECT_EQ(ExpectedInstead(FlagType::kBool, "true"), "");
  EXPECT_EQ(ExpectedInstead(FlagType::kBool, "false"), "");
  for (const char* text : {"", "1", "True", "yes"}) EXPECT_EQ(ExpectedInstead(FlagType::kBool, text), "true or false") << text;
}

TEST(FlagValueTest, QuotedTextStaysOnOneLine) {
  EXPECT_EQ(Quoted("a\nb\x01"), "'a\\nb\\001'");
  EXPECT_EQ(Quoted("ü"), "'ü'");
}

}  // namespace
}  // namespace mica
