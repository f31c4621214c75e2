#include "experiments/artefacts/sample_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/rng.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

struct Row {
  int64_t id, truth, prediction;
  std::string confidence, loss;
};

RunTable Predictions(const std::vector<Row>& rows) {
  std::vector<RunTable::Column> columns = {{"id", {}}, {"path", {}}, {"truth", {}}, {"prediction", {}}, {"confidence", {}}, {"loss", {}}};
  for (const Row& row : rows) {
    const std::string texts[] = {
        absl::StrCat(row.id), absl::StrCat("/p", row.id), absl::StrCat(row.truth), absl::StrCat(row.prediction), row.confidence, row.loss};
    for (size_t i = 0; i < columns.size(); ++i) columns[i].texts.push_back(texts[i]);
  }
  return RunTable(rows.size(), columns);
}

std::vector<Row> RandomRows(int64_t samples, int64_t classes) {
  std::vector<Row> rows;
  Rng rng(1, RngStream::kSampling, 1, 1);
  const auto below = [&](int64_t bound) { return static_cast<int64_t>(rng.UniformBelow(static_cast<uint64_t>(bound))); };
  for (int64_t id = 0; id < samples; ++id) {
    const int64_t truth = below(classes);
    rows.push_back({id, truth, below(2) == 0 ? truth : below(classes), absl::StrCat(rng.Uniform()), absl::StrCat(rng.Uniform())});
  }
  return rows;
}

std::vector<int64_t> IdsByRank(const std::vector<SheetSample>& samples, int64_t SheetSample::*rank) {
  std::map<int64_t, int64_t> ids;
  for (const SheetSample& sample : samples) {
    if (sample.*rank > 0) ids[sample.*rank] = sample.id;
  }
  std::vector<int64_t> ordered;
  for (const auto& [place, id] : ids) ordered.push_back(id);
  return ordered;
}

TEST(SampleChoiceTest, AFewSamplesAreAllShown) {
  const RunTable table = Predictions({{7, 0, 0, "0.9", "0.1"}, {3, 1, 0, "0.8", "2.5"}, {5, 1, 1, "0.6", "0.5"}});
  const std::vector<SheetSample> chosen = ChooseSamples(table, 42);
  ASSERT_EQ(chosen.size(), 3u);
  EXPECT_EQ(chosen[0].id, 3) << "by id";
  EXPECT_EQ(chosen[0].path, "/p3");
  EXPECT_FALSE(chosen[0].is_right());
  EXPECT_THAT(IdsByRank(chosen, &SheetSample::worst_rank), ElementsAre(3, 5, 7));
  EXPECT_EQ(IdsByRank(chosen, &SheetSample::random_rank).size(), 3u);
}

TEST(SampleChoiceTest, ALossThatIsNoNumberIsTheWorstAndEqualsRankById) {
  const RunTable table = Predictions({{1, 0, 0, "0.9", "3"}, {2, 0, 1, "nan", "nan"}, {3, 0, 0, "0.9", "3"}, {4, 0, 0, "0.9", "inf"}});
  EXPECT_THAT(IdsByRank(ChooseSamples(table, 42), &SheetSample::worst_rank), ElementsAre(2, 4, 1, 3));
}

TEST(SampleChoiceTest, RowsWithoutClassesArePassedOver) {
  RunTable table(2, {{"id", {"0", "1"}}, {"truth", {"0", ""}}, {"prediction", {"0", "1"}}});
  const std::vector<SheetSample> chosen = ChooseSamples(table, 42);
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_EQ(chosen[0].id, 0);
}

TEST(SampleChoiceTest, TheSeedDrawsTheRandomOnesWithoutRepetition) {
  const RunTable table = Predictions(RandomRows(2000, 10));
  const auto drawn = [&](uint64_t seed) { return IdsByRank(ChooseSamples(table, seed), &SheetSample::random_rank); };
  EXPECT_EQ(drawn(42), drawn(42));
  EXPECT_NE(drawn(42), drawn(43));
  const std::vector<int64_t> ids = drawn(42);
  EXPECT_EQ(std::set<int64_t>(ids.begin(), ids.end()).size(), kMostRandom);
}

// The same by looking at each cell by itself.
TEST(SampleChoiceTest, EveryCellShowsItsSurest) {
  const std::vector<Row> rows = RandomRows(3000, 4);
  std::set<int64_t> shown;
  for (const SheetSample& sample : ChooseSamples(Predictions(rows), 42)) shown.insert(sample.id);
  std::map<std::pair<int64_t, int64_t>, std::vector<std::pair<double, int64_t>>> cells;
  for (const Row& row : rows) cells[{row.truth, row.prediction}].push_back({-std::stod(row.confidence), row.id});
  for (auto& [cell, members] : cells) {
    std::sort(members.begin(), members.end());
    const size_t most = cell.first == cell.second ? kMostRightOfClass : kMostConfusedOfPair;
    for (size_t i = 0; i < most; ++i) EXPECT_TRUE(shown.count(members[i].second)) << cell.first << " " << cell.second << " " << i;
  }
}

TEST(SampleChoiceTest, AThousandClassesStayWithinTheLimit) {
  const std::vector<SheetSample> chosen = ChooseSamples(Predictions(RandomRows(20000, 1000)), 42);
  EXPECT_LE(chosen.size(), kMostWorst + kMostRandom + kMostConfused + kMostRight);
  EXPECT_GE(chosen.size(), kMostConfused + kMostRight);
  EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end(), [](const SheetSample& a, const SheetSample& b) { return a.id < b.id; }));
}

}  // namespace
}  // namespace mica
