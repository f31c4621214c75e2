#include "data/loader/sample_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <thread>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class SampleBytesTest : public testing::Test {
 protected:
  // A sample that is a file of its own.
  ImageRecord AddFile(const std::string& name, absl::string_view content) {
    WriteTestFile(folder_ + "/" + name, content);
    return AddRecord(name, 0, 0);
  }

  ImageRecord AddRecord(const std::string& name, int64_t offset, int64_t length) {
    const std::string path = folder_ + "/" + name;
    if (index_.files.empty() || index_.files.back().path != path) index_.files.emplace_back().path = path;
    ImageRecord record;
    record.id = static_cast<int64_t>(index_.records.size());
    record.file = static_cast<int32_t>(index_.files.size()) - 1;
    record.offset = offset;
    record.length = length;
    index_.records.push_back(record);
    return record;
  }

  const std::string folder_ = MakeTestFolder("sample_bytes");
  DatasetIndex index_;
};

TEST_F(SampleBytesTest, AreTheWholeFileTheMemberOrTheMemory) {
  const ImageRecord whole = AddFile("1.jpg", "first");
  WriteTestFile(folder_ + "/shard.tar", "headerAAheaderBBB");
  const ImageRecord a = AddRecord("shard.tar", 6, 2), b = AddRecord("shard.tar", 14, 3);
  const ImageRecord resident = AddRecord("idx", 1, 2);
  index_.files.back().bytes = std::make_shared<const std::string>("xyz");
  SampleBytes bytes(index_);

  EXPECT_THAT(bytes.Read(b), IsOkAndHolds("BBB"));
  EXPECT_THAT(bytes.Read(a), IsOkAndHolds("AA"));
  EXPECT_THAT(bytes.Read(whole), IsOkAndHolds("first"));
  EXPECT_THAT(bytes.Read(resident), IsOkAndHolds("yz"));
  EXPECT_THAT(bytes.Read(b), IsOkAndHolds("BBB"));
}

// F19.
TEST_F(SampleBytesTest, AFileThatVanishedIsNamedWithTheSystemsReason) {
  const ImageRecord record = AddFile("1.jpg", "first");
  SampleBytes bytes(index_);
  ASSERT_THAT(bytes.Read(record), IsOk());
  unlink(index_.files[0].path.c_str());

  EXPECT_THAT(bytes.Read(record),
              Fails(ExitCode::kData, AllOf(StartsWith(index_.files[0].path + ": cannot open: "), HasSubstr("No such file or directory"))));

  WriteTestFile(index_.files[0].path, "again");
  EXPECT_THAT(bytes.Read(record), IsOkAndHolds("again"));
}

// I13.
TEST_F(SampleBytesTest, AnArchiveThatChangedItsSizeIsAnError) {
  WriteTestFile(folder_ + "/shard.tar", "headerAAheaderBBB");
  const ImageRecord a = AddRecord("shard.tar", 6, 2), b = AddRecord("shard.tar", 14, 3);
  SampleBytes bytes(index_);
  ASSERT_THAT(bytes.Read(a), IsOk());

  ASSERT_EQ(truncate(index_.files[0].path.c_str(), 15), 0);
  EXPECT_THAT(bytes.Read(b), Fails(ExitCode::kData, HasSubstr("has become shorter: 1 of its 3 bytes are there")));

  ASSERT_THAT(bytes.Read(a), IsOk());  // opened again, with the new size
  ASSERT_EQ(truncate(index_.files[0].path.c_str(), 20), 0);
  EXPECT_THAT(bytes.Read(a), Fails(ExitCode::kData, HasSubstr("changed its size while it was read, from 15 to 20 bytes")));
}

// F29: it would hang.
TEST_F(SampleBytesTest, APipeIsRefused) {
  ASSERT_EQ(mkfifo((folder_ + "/pipe.jpg").c_str(), 0600), 0);

  EXPECT_THAT(SampleBytes(index_).Read(AddRecord("pipe.jpg", 0, 0)), Fails(ExitCode::kData, HasSubstr("not a regular file")));
}

int64_t OpenDescriptors() {
  int64_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

// F42.
TEST_F(SampleBytesTest, HoldsAtMostOneDescriptor) {
  std::vector<ImageRecord> records;
  for (int i = 0; i < 20; ++i) {
    WriteTestFile(folder_ + "/" + std::to_string(i), "0123456789");
    records.push_back(AddRecord(std::to_string(i), 2, 3));
  }
  SampleBytes bytes(index_);
  const int64_t before = OpenDescriptors();

  for (const ImageRecord& record : records) {
    ASSERT_THAT(bytes.Read(record), IsOkAndHolds("234"));
    EXPECT_LE(OpenDescriptors(), before + 1);
  }
}

TEST_F(SampleBytesTest, AReadThatWasGivenUpTellsNothing) {
  const ImageRecord record = AddFile("1.jpg", "first");
  AbandonableWait wait;
  SampleBytes bytes(index_, &wait);
  EXPECT_FALSE(wait.GiveUp());  // nothing is read
  ASSERT_THAT(bytes.Read(record), IsOkAndHolds("first"));
  EXPECT_FALSE(wait.GiveUp());

  wait.Begin();
  EXPECT_TRUE(wait.GiveUp());
  EXPECT_FALSE(wait.End());
  EXPECT_TRUE(absl::IsCancelled(bytes.Read(record).status()));
}

}  // namespace
}  // namespace mica
