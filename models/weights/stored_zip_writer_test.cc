#include "models/weights/stored_zip_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/weights/zip_test_reader.h"

namespace mica {
namespace {

using testing::ElementsAre;

TEST(StoredZipWriterTest, RecordsReadBackInTheirOrder) {
  StoredZipWriter zip(/*alignment=*/64);
  zip.Add("b", "text");
  zip.Add("a/größe", std::string("\0\xff\0", 3));
  zip.Add("empty", "");

  const std::vector<ZipRecord> records = ReadZipForTest(std::move(zip).Finish());

  ASSERT_EQ(records.size(), 3);
  EXPECT_EQ(records[0].name, "b");
  EXPECT_EQ(records[0].data, "text");
  EXPECT_EQ(records[1].name, "a/größe");
  EXPECT_EQ(records[1].data, std::string("\0\xff\0", 3));
  EXPECT_EQ(records[2].data, "");
}

// Any room before the data may be left, also less than the four bytes that an extra field needs.
TEST(StoredZipWriterTest, DataIsAlignedAfterNamesOfAnyLength) {
  for (const size_t alignment : {1, 2, 64, 4096}) {
    StoredZipWriter zip(alignment);
    for (int length = 1; length <= 130; ++length) zip.Add(std::string(length, 'n'), std::string(length % 7, 'd'));

    for (const ZipRecord& record : ReadZipForTest(std::move(zip).Finish())) {
      EXPECT_EQ(record.place % alignment, 0) << alignment << " " << record.name.size();
      EXPECT_EQ(record.data.size(), record.name.size() % 7);
    }
  }
}

TEST(StoredZipWriterTest, AnEmptyArchiveIsItsEndAlone) {
  EXPECT_EQ(StoredZipWriter(64).Finish(), std::string("PK\5\6", 4) + std::string(18, '\0'));
}

// A count of 65535 already means: see the ZIP64 end.
TEST(StoredZipWriterTest, MoreRecordsThanSixteenBitsCount) {
  for (const int count : {65534, 65535, 65537}) {
    StoredZipWriter zip(/*alignment=*/1);
    for (int i = 0; i < count; ++i) zip.Add(std::to_string(i), "");
    const std::string archive = std::move(zip).Finish();

    EXPECT_EQ(archive.find("PK\x06\x06") != std::string::npos, count >= 65535) << count;
    const std::vector<ZipRecord> records = ReadZipForTest(archive);
    ASSERT_EQ(records.size(), count);
    EXPECT_EQ(records.back().name, std::to_string(count - 1));
  }
}

// "123456789" has the check value 0xCBF43926 of CRC-32/ISO-HDLC.
TEST(StoredZipWriterTest, ChecksumsAreThoseOfIso3309) {
  StoredZipWriter zip(/*alignment=*/64);
  zip.Add("a", "123456789");
  zip.Add("b", "");

  EXPECT_THAT(zip.Checksums(), ElementsAre(0xCBF43926u, 0u));
}

}  // namespace
}  // namespace mica
