#include "viz/tensorboard/event_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/rng.h"
#include "viz/tensorboard/read_events.h"

namespace mica {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAreArray;

TEST(EventRecordTest, TheFirstRecordOfAFile) {
  std::string bytes;
  AppendEventRecord("\x09\0\0\x80\x38\x99\xd6\xd7\x41\x1a\x0d"s + "brain.Event:2", &bytes);
  EXPECT_EQ(bytes, "\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22\x09\0\0\x80\x38\x99\xd6\xd7\x41\x1a\x0d"s + "brain.Event:2\x12\x4b\x36\xab");
}

TEST(EventRecordTest, AnotherReaderReadsAllRecordsBack) {
  Rng rng(/*seed=*/3, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  std::vector<std::string> records = {""};
  for (int i = 0; i < 200; ++i) {
    std::string& data = records.emplace_back();
    for (uint64_t size = rng.UniformBelow(uint64_t{1} << (i % 14)); size > 0; --size) data.push_back(static_cast<char>(rng.NextU32()));
  }
  std::string bytes;
  size_t expected_size = 0;
  for (const std::string& data : records) {
    AppendEventRecord(data, &bytes);
    expected_size += data.size() + kEventRecordOverheadBytes;
  }
  EXPECT_EQ(bytes.size(), expected_size);
  EXPECT_THAT(ReadEventRecords(bytes).records, ElementsAreArray(records));
  EXPECT_TRUE(ReadEventRecords(bytes).whole);
}

// Guards the reader, which other tests rely on.
TEST(EventRecordTest, TheReaderSeesDamage) {
  std::string bytes;
  AppendEventRecord("one", &bytes);
  AppendEventRecord("two", &bytes);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] ^= 1;
    EXPECT_FALSE(ReadEventRecords(damaged).whole) << i;
    EXPECT_EQ(ReadEventRecords(damaged).records.size(), i < bytes.size() / 2 ? 0u : 1u) << i;
  }
  for (size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_EQ(ReadEventRecords(bytes.substr(0, size)).whole, size == bytes.size() / 2) << size;
  }
}

}  // namespace
}  // namespace mica
