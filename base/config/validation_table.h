// Tables of bad values for the tests of Validate functions. A row changes a valid config and gives
// the problem that the change must cause.
//   const ValidationTable<TrainerConfig> table(ValidateTrainerConfig, "trainer");
//   table.ExpectValid("epochs: 1");
//   table.ExpectErrors({{"epochs: 0", "trainer.epochs must be 1 to 16777215 (got 0)"}});
#ifndef MICA_BASE_CONFIG_VALIDATION_TABLE_H_
#define MICA_BASE_CONFIG_VALIDATION_TABLE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "base/config/textproto.h"

namespace mica {

template <typename Config>
class ValidationTable {
 public:
  using Validate = void (*)(const Config&, absl::string_view, ConfigProblems*);

  struct Row {
    std::string text;
    std::string message;  // how the problem begins
  };

  ValidationTable(Validate validate, std::string path) : validate_(validate), path_(std::move(path)) {}

  // No error and no warning, as written and with every default filled in.
  void ExpectValid(const std::string& text) const {
    EXPECT_THAT(Messages(text, false), testing::IsEmpty()) << text;
    EXPECT_THAT(Messages(text, true), testing::IsEmpty()) << text;
  }

  void ExpectErrors(const std::vector<Row>& rows) const { Expect(rows, ConfigProblem::Severity::kError); }
  void ExpectWarnings(const std::vector<Row>& rows) const { Expect(rows, ConfigProblem::Severity::kWarning); }

 private:
  // Each row causes exactly one problem.
  void Expect(const std::vector<Row>& rows, ConfigProblem::Severity severity) const {
    const std::string mark = severity == ConfigProblem::Severity::kError ? "error: " : "warning: ";
    for (const Row& row : rows) {
      EXPECT_THAT(Messages(row.text, false), testing::ElementsAre(testing::StartsWith(mark + row.message))) << row.text;
      EXPECT_THAT(Messages(row.text, true), testing::ElementsAre(testing::StartsWith(mark + row.message))) << row.text;
    }
  }

  std::vector<std::string> Messages(const std::string& text, bool filled) const {
    Config config;
    FieldLocations locations;
    TextprotoErrors errors;
    ParseTextproto(text, "test", &config, &locations, &errors);
    EXPECT_THAT(errors.messages, testing::IsEmpty()) << text;
    if (filled) FillDefaults(&config);
    ConfigProblems problems;
    validate_(config, path_, &problems);
    std::vector<std::string> messages;
    for (const ConfigProblem& problem : problems.all()) {
      messages.push_back(absl::StrCat(problem.severity == ConfigProblem::Severity::kError ? "error: " : "warning: ", problem.message));
    }
    return messages;
  }

  const Validate validate_;
  const std::string path_;
};

}  // namespace mica

#endif  // MICA_BASE_CONFIG_VALIDATION_TABLE_H_
