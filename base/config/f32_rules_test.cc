#include "base/config/f32_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using Rule = void (*)(double, absl::string_view, ConfigProblems*);

std::string Problem(Rule rule, double value) {
  ConfigProblems problems;
  rule(value, "x", &problems);
  return problems.all().empty() ? "" : problems.all()[0].message;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr char kWhy[] = ", as it is a 32-bit number in the computation (got ";

TEST(F32RulesTest, APositiveNumberMustStayOne) {
  for (const double good : {1.2e-38, 1e-8, 1.0, 3.4e38}) EXPECT_EQ(Problem(RequirePositiveF32, good), "") << good;
  for (const double bad : {0.0, -1.0, kInfinity, -kInfinity, kNan}) {
    EXPECT_THAT(Problem(RequirePositiveF32, bad), testing::StartsWith("x must be finite and > 0 (got ")) << bad;
  }
  EXPECT_EQ(Problem(RequirePositiveF32, 1e-300), absl::StrCat("x must be at least 1.1754944e-38", kWhy, "1e-300)"));
  EXPECT_EQ(Problem(RequirePositiveF32, 1e-40), absl::StrCat("x must be at least 1.1754944e-38", kWhy, "1e-40)"));
  EXPECT_EQ(Problem(RequirePositiveF32, 1e39), absl::StrCat("x must be at most 3.4028235e+38", kWhy, "1e+39)"));
}

TEST(F32RulesTest, ZeroMayBeMeant) {
  EXPECT_EQ(Problem(RequireNonNegativeF32, 0), "");
  EXPECT_EQ(Problem(RequireNonNegativeF32, 1e-300), absl::StrCat("x must be 0 or at least 1.1754944e-38", kWhy, "1e-300)"));
  for (const double bad : {-1.0, kInfinity, kNan}) {
    EXPECT_THAT(Problem(RequireNonNegativeF32, bad), testing::StartsWith("x must be finite and >= 0 (got ")) << bad;
  }
}

TEST(F32RulesTest, ANumberBelowOneMustNotBeRoundedToIt) {
  for (const double good : {0.0, 1e-300, 0.9, 0.99999994}) EXPECT_EQ(Problem(RequireBelowOneF32, good), "") << good;
  EXPECT_EQ(Problem(RequireBelowOneF32, 0.99999999), "x must be at most 0.99999994, the largest 32-bit number below 1 (got 0.99999999)");
  for (const double bad : {1.0, -0.1, kNan})
    EXPECT_THAT(Problem(RequireBelowOneF32, bad), testing::StartsWith("x must be in [0, 1) (got "));
}

}  // namespace
}  // namespace mica
