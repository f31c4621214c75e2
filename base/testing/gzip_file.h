// Reads what a golden file has packed.
#ifndef MICA_BASE_TESTING_GZIP_FILE_H_
#define MICA_BASE_TESTING_GZIP_FILE_H_

#include <string>

namespace mica {

// All that the file's bytes unpack to. Ends the test program if it cannot be read to its end.
std::string ReadGzipFile(const std::string& path);

}  // namespace mica

#endif  // MICA_BASE_TESTING_GZIP_FILE_H_
