#include "data/index/idx_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

IdxFile File(std::vector<int64_t> dimensions, int value_bytes, std::string data) {
  IdxFile file;
  file.path = "/d/labels";
  file.dimensions = std::move(dimensions);
  file.value_bytes = value_bytes;
  file.bytes = std::move(data);
  return file;
}

class IdxLabelsTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<int32_t>> Labels(const IdxFile& file) { return IdxLabels(file, &warnings_); }

  std::vector<std::string> warnings_;
};

TEST_F(IdxLabelsTest, ReadsBytes) {
  EXPECT_THAT(*Labels(File({3}, 1, std::string("\0\7\xff", 3))), ElementsAre(0, 7, 255));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(IdxLabelsTest, ReadsNumbers) {
  EXPECT_THAT(*Labels(File({3}, 4, std::string("\0\0\0\7\0\1\2\3\xff\xff\xff\xff", 12))), ElementsAre(7, 66051, -1));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(IdxLabelsTest, TakesTheFirstOfSeveralColumns) {
  EXPECT_THAT(*Labels(File({2, 2}, 4, std::string("\0\0\0\5\0\0\0\1\0\0\0\6\0\0\0\2", 16))), ElementsAre(5, 6));
  EXPECT_THAT(warnings_, ElementsAre("/d/labels: has 2 numbers a sample; the first is the label, as in QMNIST"));
}

TEST_F(IdxLabelsTest, ReadsOneHotRows) {
  EXPECT_THAT(*Labels(File({3, 3}, 1, std::string("\0\1\0\1\0\0\0\0\1", 9))), ElementsAre(1, 0, 2));
  EXPECT_THAT(Labels(File({2, 2}, 1, std::string("\0\1\0\0", 4))),
              Fails(ExitCode::kData,
                    "/d/labels: the row at index 1 has 0 values other than 0 among its 2; one-hot labels have one 1 in each row, "
                    "other labels one dimension"));
  EXPECT_THAT(Labels(File({2, 2}, 1, "\1\1\1\1")), Fails(ExitCode::kData, HasSubstr("the row at index 0 has 2 values other than 0")));
  EXPECT_THAT(Labels(File({1, 2}, 1, "\1\2")), Fails(ExitCode::kData, HasSubstr("the row at index 0 has 2 values")));
  EXPECT_THAT(Labels(File({1, 2}, 1, std::string("\2\0", 2))),
              Fails(ExitCode::kData, HasSubstr("the row at index 0 has 1 values other than 0")));
}

}  // namespace
}  // namespace mica
