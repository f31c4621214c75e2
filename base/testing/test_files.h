// Files and folders that a test writes.
//   const std::string folder = MakeTestFolder("runner");
//   WriteTestFile(folder + "/data.gz", Gzip("bytes"));
// A file that cannot be written ends the test process.
#ifndef MICA_BASE_TESTING_TEST_FILES_H_
#define MICA_BASE_TESTING_TEST_FILES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// A new empty folder below the test's temporary folder; absolute.
std::string MakeTestFolder(absl::string_view name);

// A new file in the place of one of this name. Nothing is synced: the old file is removed, as ext4
// flushes a file that is cut and written again.
void WriteTestFile(const std::string& path, absl::string_view bytes);

// One gzip stream.
std::string Gzip(absl::string_view bytes);

}  // namespace mica

#endif  // MICA_BASE_TESTING_TEST_FILES_H_
