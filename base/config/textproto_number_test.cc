#include "base/config/textproto_number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

TEST(WrittenNumberTest, EndsWhereTheWriterMeantItTo) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"1,5 }", "1,5"},
                                                                  {"1, epochs: 2", "1"},
                                                                  {"1,epochs: 2", "1"},
                                                                  {"1;", "1"},
                                                                  {"0.1}", "0.1"},
                                                                  {"1 000\nepochs: 3", "1 000"},
                                                                  {"1e-3 # rate", "1e-3"},
                                                                  {"1 epochs: 2", "1"},
                                                                  {"10%;", "10%"},
                                                                  {"1 // rate", "1"},
                                                                  {"1// x", "1"},
                                                                  {"10**-3", "10**-3"},
                                                                  {"- 1", "- 1"},
                                                                  {"-inf", ""},
                                                                  {"text", ""},
                                                                  {"\"1,5\"", ""},
                                                                  {"{ 1", ""},
                                                                  {"1'000 x", "1'000"},
                                                                  {".5", ".5"},
                                                                  {".", ""},
                                                                  {"", ""},
                                                                  {"+1", "+1"}};
  for (const auto& [text, number] : cases) EXPECT_EQ(WrittenNumber(text), number) << text;
}

TEST(NumberProblemTest, NumbersOfProtobufTextAreFine) {
  for (const char* const good :
       {"1", "-1", "- 1", "0.1", ".5", "5.", "1e-3", "1E+3", "-2.5e10", "0x10", "0XaF", "010", "08", "1f", "0.1f", "1e3F", ""}) {
    EXPECT_EQ(NumberProblem(good), "") << good;
  }
}

TEST(NumberProblemTest, OtherWaysToWriteThemAreToldWithTheRightOne) {
  const std::string point = "a decimal point is written \".\"", separators = "there are no thousands separators";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1,5", point + "; write 1.5"},
      {"-0,001", point + " and " + separators + "; write -0.001"},
      {"1,5e-3", point + "; write 1.5e-3"},
      {"1,000", point + " and " + separators + "; write 1000 or 1.000"},
      {"1,000,000", point + " and " + separators + "; write 1000000"},
      {"1.000,5", point + " and " + separators + "; write 1000.5"},
      {"1,000.5", point + " and " + separators + "; write 1000.5"},
      {"1,2,3", point + "; a list is written [1, 2, 3]"},
      {"28 28", "it is several; a list is written [28, 28]"},
      {"-1 2", "it is several; a list is written [-1, 2]"},
      {"1_000", separators + "; write 1000"},
      {"1'000", separators + "; write 1000"},
      {"1 000", separators + "; write 1000"},
      {"1.000.000", separators + "; write 1000000"},
      {"10%", "there are no percents; write 0.1"},
      {"-2.5%", "there are no percents; write -0.025"},
      {"1/4", "nothing is computed; write 0.25"},
      {"1/0", "nothing is computed; write the result"},
      {"10**-3", "nothing is computed; write the result, such as 1e-3"},
      {"1e", "digits are missing after the e; write 0.001 or 1e-3"},
      {"1e-", "digits are missing after the e; write 0.001 or 1e-3"},
      {"1.2.3", "it has two decimal points"},
      {"1e-3.5", "what follows the e must be whole"},
      {"1d-3", "write numbers as 1000, 0.001 or 1e-3, without a unit, and text in quotes"},
      {"1k", "write numbers as 1000, 0.001 or 1e-3, without a unit, and text in quotes"},
      {"3d_model", "write numbers as 1000, 0.001 or 1e-3, without a unit, and text in quotes"},
      {"+1", "the sign + is not written; write 1"},
  };
  for (const auto& [written, problem] : cases) {
    EXPECT_EQ(NumberProblem(written), absl::StrCat("\"", written, "\" is not a number: ", problem));
  }
}

}  // namespace
}  // namespace mica
