// Reads a run folder for tests: CSV tables, messages, and which files exist.
//   const TestTable metrics = ReadTestCsv(run + "/metrics.csv");
//   EXPECT_EQ(metrics.Column("epoch"), (std::vector<std::string>{"1", "2", "3"}));
// A missing or malformed file fails the test and gives an empty result.
#ifndef MICA_TESTS_INTEGRATION_RUN_FILES_H_
#define MICA_TESTS_INTEGRATION_RUN_FILES_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// "" if the file cannot be read.
std::string ReadTestFile(const std::string& path);

struct TestTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  std::vector<std::string> Column(absl::string_view name) const;

  // The cell in the first row.
  std::string Cell(absl::string_view name) const;
  double Number(absl::string_view name) const;
};

TestTable ReadTestCsv(const std::string& path);
TestTable ParseTestTable(const std::string& csv);

// The file without the values of time, memory and the run's name: what two equal runs share to the
// byte.
std::string MaskedCsv(const std::string& path);
std::string MaskedCsvText(const std::string& csv);

// Paths of all files below the folder, relative to it, sorted.
std::vector<std::string> FilesBelow(const std::string& folder);

template <typename Message>
Message ReadTextproto(const std::string& path) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(ReadTestFile(path), &message)) << path;
  return message;
}

}  // namespace mica

#endif  // MICA_TESTS_INTEGRATION_RUN_FILES_H_
