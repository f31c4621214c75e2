#include "experiments/audit/suspect_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Twenty raw pictures of 4 x 4 pixels; sample 9 is a dog that is called a cat.
DatasetIndex ExampleData() {
  DatasetIndex index;
  index.classes = ClassMap({"cat", "dog"});
  SampleFile& file = index.files.emplace_back();
  file.path = "/d/pixels";
  file.bytes = std::make_shared<const std::string>(std::string(20 * 16, '\x40'));
  file.raw = ImageShape{1, 4, 4};
  index.common_size = PictureSize{4, 4};
  for (int i = 0; i < 20; ++i) {
    ImageRecord record;
    record.id = i;
    record.position = i;
    record.offset = 16 * i;
    record.length = 16;
    record.label = i < 10 ? 0 : 1;
    index.records.push_back(record);
  }
  return index;
}

AuditedRuns RunsOn(const DatasetIndex& index) {
  AuditedRuns runs;
  runs.class_names = index.classes.names();
  for (const ImageRecord& record : index.records) {
    const double dog = record.id < 9 ? .1 : .9;
    runs.judged.push_back({record.label, {{0, 1 - dog}, {1, dog}}});
    runs.ids.push_back(record.id);
    runs.paths.push_back(index.PathOf(record));
  }
  return runs;
}

TEST(SuspectGridTest, IsAPngUnlessTheDataAreOthers) {
  const DatasetIndex index = ExampleData();
  AuditedRuns runs = RunsOn(index);
  const LabelAudit audit = AuditLabels(runs.judged, 2);
  ASSERT_EQ(audit.issues.size(), 1);
  const absl::StatusOr<std::string> png = SuspectGrid(runs, audit, index);
  ASSERT_THAT(png, IsOk());
  EXPECT_THAT(*png, StartsWith("\x89PNG"));

  runs.paths[9] = "/d/moved#9";
  EXPECT_THAT(SuspectGrid(runs, audit, index), Fails(ExitCode::kData, HasSubstr("/d/moved#9: is not sample 9")));
}

}  // namespace
}  // namespace mica
