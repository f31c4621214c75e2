#include "models/weights/zip_test_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>

namespace mica {
namespace {

// Numbers one after the other.
class Cursor {
 public:
  Cursor(const std::string& bytes, size_t place) : bytes_(bytes), place_(place) {}

  uint64_t Take(int size) {
    uint64_t number = 0;
    for (int i = 0; i < size; ++i) number |= uint64_t{static_cast<uint8_t>(bytes_.at(place_++))} << (8 * i);
    return number;
  }
  std::string TakeText(size_t size) {
    place_ += size;
    return bytes_.substr(place_ - size, size);
  }
  void Skip(size_t size) { place_ += size; }
  size_t place() const { return place_; }

 private:
  const std::string& bytes_;
  size_t place_;
};

// From "version needed" to the name's and the extra field's lengths.
struct Description {
  uint64_t version, flags, method, time, date, checksum, packed, unpacked, name_size, extra_size;
};

Description TakeDescription(Cursor* from) {
  Description d;
  d.version = from->Take(2);
  d.flags = from->Take(2);
  d.method = from->Take(2);
  d.time = from->Take(2);
  d.date = from->Take(2);
  d.checksum = from->Take(4);
  d.packed = from->Take(4);
  d.unpacked = from->Take(4);
  d.name_size = from->Take(2);
  d.extra_size = from->Take(2);
  return d;
}

struct End {
  uint64_t records, directory;
};

End ReadEnd(const std::string& archive) {
  const size_t end = archive.rfind("PK\x05\x06");
  EXPECT_EQ(end, archive.size() - 22) << "the end of the directory has no comment";
  Cursor cursor(archive, end + 8);
  EXPECT_EQ(cursor.Take(2), Cursor(archive, end + 10).Take(2)) << "records on this disk and on all disks";
  End result = {Cursor(archive, end + 8).Take(2), Cursor(archive, end + 16).Take(4)};
  if (result.records != 0xFFFF && result.directory != 0xFFFFFFFF) return result;
  EXPECT_EQ(archive.substr(end - 20, 4), "PK\x06\x07") << "the place of the ZIP64 end stands before the end";
  const size_t zip64_end = Cursor(archive, end - 12).Take(8);
  EXPECT_EQ(archive.substr(zip64_end, 4), "PK\x06\x06");
  EXPECT_EQ(zip64_end + 56, end - 20) << "the ZIP64 end has 56 bytes";
  return {Cursor(archive, zip64_end + 32).Take(8), Cursor(archive, zip64_end + 48).Take(8)};
}

// The record whose local header is at `place`, which must say what the directory says.
ZipRecord ReadLocal(const std::string& archive, size_t place, const std::string& name, const Description& listed) {
  EXPECT_EQ(archive.substr(place, 4), "PK\x03\x04") << name;
  Cursor local(archive, place + 4);
  const Description d = TakeDescription(&local);
  EXPECT_EQ(d.checksum, listed.checksum) << name;
  EXPECT_EQ(d.packed, listed.packed) << name;
  EXPECT_EQ(d.flags, listed.flags) << name;
  EXPECT_EQ(local.TakeText(d.name_size), name);
  local.Skip(d.extra_size);
  ZipRecord record{name, "", local.place()};
  record.data = local.TakeText(d.unpacked);
  EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef*>(record.data.data()), static_cast<uInt>(record.data.size())), d.checksum) << name;
  return record;
}

}  // namespace

std::vector<ZipRecord> ReadZipForTest(const std::string& archive) {
  const End end = ReadEnd(archive);
  std::vector<ZipRecord> records;
  Cursor directory(archive, end.directory);
  for (uint64_t i = 0; i < end.records; ++i) {
    EXPECT_EQ(directory.TakeText(4), "PK\x01\x02") << "record " << i;
    directory.Skip(2);
    const Description d = TakeDescription(&directory);
    EXPECT_EQ(d.method, 0u) << "stored";
    EXPECT_EQ(d.packed, d.unpacked);
    directory.Skip(10);
    const size_t place = directory.Take(4);
    const std::string name = directory.TakeText(d.name_size);
    directory.Skip(d.extra_size);
    records.push_back(ReadLocal(archive, place, name, d));
  }
  return records;
}

}  // namespace mica
