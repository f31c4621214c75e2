// Reads ZIP archives of stored records for tests. Written from PKWARE's APPNOTE, not from our
// writer.
//   const std::vector<ZipRecord> records = ReadZipForTest(bytes);
//   records[0].name == "archive/data.pkl"
// An archive that breaks a rule of the format fails the running test; the message names the rule.
#ifndef MICA_MODELS_WEIGHTS_ZIP_TEST_READER_H_
#define MICA_MODELS_WEIGHTS_ZIP_TEST_READER_H_

#include <cstddef>
#include <string>
#include <vector>

namespace mica {

struct ZipRecord {
  std::string name, data;
  size_t place = 0;  // of the data in the archive
};

// In the order of the directory.
std::vector<ZipRecord> ReadZipForTest(const std::string& archive);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_ZIP_TEST_READER_H_
