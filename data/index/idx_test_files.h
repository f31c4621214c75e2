// Small IDX data sets for tests, also of other packages.
//   const std::string folder = MakeTestFolder("runner");
//   WriteIdxDataset(folder, {/*train_per_class=*/20, /*test_per_class=*/10});
// The classes can be learnt: class c of C has a bright band over rows cH/C … (c+1)H/C - 1, under
// noise that makes every picture another. A file that cannot be written ends the test process.
#ifndef MICA_DATA_INDEX_IDX_TEST_FILES_H_
#define MICA_DATA_INDEX_IDX_TEST_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

struct IdxDatasetSize {
  int train_per_class = 20;
  int test_per_class = 10;  // 0: no test files
  int classes = 3;
  int height_px = 8;
  int width_px = 8;
  uint64_t seed = 1;
  bool gzip = true;
};

// Four files (two without a test split) under the default names of IdxDatasetConfig. Labels go 0,
// 1, … C-1, 0, 1, …
void WriteIdxDataset(const std::string& folder, const IdxDatasetSize& size);

// An IDX file of type u8: header, then `data` as it is, even where it does not fit `dimensions`.
std::string IdxBytes(const std::vector<uint32_t>& dimensions, absl::string_view data);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_TEST_FILES_H_
