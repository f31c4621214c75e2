#include "base/testing/gzip_file.h"

#include <zlib.h>

#include <cstdio>
#include <cstdlib>

namespace mica {

std::string ReadGzipFile(const std::string& path) {
  std::string bytes;
  const gzFile file = gzopen(path.c_str(), "rb");
  char block[1 << 14];
  int count = -1;
  while (file != nullptr && (count = gzread(file, block, sizeof(block))) > 0) bytes.append(block, count);
  if (count != 0 || gzclose(file) != Z_OK) {
    fprintf(stderr, "gzip_file: reading %s failed\n", path.c_str());
    abort();
  }
  return bytes;
}

}  // namespace mica
