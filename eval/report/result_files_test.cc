#include "eval/report/result_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files/csv_reader.h"
#include "base/testing/status_matchers.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

std::string TextOf(const std::vector<ResultFile>& files, const std::string& name) {
  for (const ResultFile& file : files) {
    if (file.name == name) return file.text;
  }
  ADD_FAILURE() << "there is no " << name;
  return "";
}

TEST(ResultFilesTest, EveryFileIsATableOfItsOwnName) {
  std::set<std::string> names;
  for (const ResultFile& file : ResultFiles(ExamplePredictions(), ExampleIndex(), std::nullopt)) {
    EXPECT_TRUE(names.insert(file.name).second) << file.name;
    EXPECT_THAT(ParseCsv(file.text, file.name, {}).status(), IsOk()) << file.name;
  }
  EXPECT_EQ(names.size(), 9u);
}

TEST(ResultFilesTest, ATemperatureAddsItsOwnReliability) {
  const DatasetIndex index = ExampleIndex();
  const std::string plain = TextOf(ResultFiles(ExamplePredictions(), index, std::nullopt), "reliability.csv");
  const std::string mended = TextOf(ResultFiles(ExamplePredictions(), index, 2.5), "reliability.csv");
  EXPECT_THAT(plain, testing::Not(testing::HasSubstr("\n2.5,")));
  EXPECT_THAT(mended, testing::StartsWith(plain));
  EXPECT_THAT(mended, testing::HasSubstr("\n2.5,equal_width,"));
}

}  // namespace
}  // namespace mica
