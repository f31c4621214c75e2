#include "bench/reported_numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ReportedNumbersTest, ReadsTheLastLineInTheOrderAskedFor) {
  const auto numbers = ReadReportedNumbers("a=7 b=8\nloading\nb=2.5 c=9 a=1e-3\n\n", {"a", "b"});
  ASSERT_THAT(numbers, IsOk());
  EXPECT_THAT(*numbers, ElementsAre(0.001, 2.5));
}

TEST(ReportedNumbersTest, RefusesWhatIsNoMeasurement) {
  for (const std::string line : {"", "b=1", "a", "a=", "a=x", "a=0", "a=-1", "a=nan", "a=inf", "a=1\nb=1"}) {
    EXPECT_THAT(ReadReportedNumbers(line, {"a"}), Fails(ExitCode::kData, HasSubstr("no such a"))) << line;
  }
  EXPECT_THAT(ReadReportedNumbers("Traceback", {"a", "b"}), Fails(ExitCode::kData, AllOf(HasSubstr("a, b"), HasSubstr("'Traceback'"))));
}

}  // namespace
}  // namespace mica
