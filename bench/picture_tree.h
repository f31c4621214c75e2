// A data set of JPEG files for benchmarks: one folder a class, pictures that nobody took.
//   PictureTreeSpec spec;
//   spec.pictures = 1000;
//   MICA_RETURN_IF_ERROR(MakePictureTree("/tmp/tree", spec));  // /tmp/tree/class_00/000000.jpg …
// Few of the files differ; the others are hard links to them. So a tree takes little disk, and a
// program that opens all of them still reads and decodes every one, out of the page cache.
#ifndef MICA_BENCH_PICTURE_TREE_H_
#define MICA_BENCH_PICTURE_TREE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "data/picture/picture.h"

namespace mica {

struct PictureTreeSpec {
  int64_t classes = 40;
  int64_t pictures = 50000;  // in all; the classes share them in turn
  int64_t different = 1000;
  int width_px = 500;
  int height_px = 375;
  bool half_colours = false;  // colours at half resolution (4:2:0), and as much more of fine detail
};

// Fills a folder that is missing or empty. JPEG of quality 90. 500x375 gives files of about 58 kB,
// as photographs of that size have, and takes 10 ms a picture. With `half_colours` they also take
// as long to decode as photographs of 58 kB. The files are an hour old, so that caches trust them.
// The same spec gives the same files.
absl::Status MakePictureTree(const std::string& folder, const PictureTreeSpec& spec);

// RGB, with structure of every size as photographs have: random values on ever finer grids, less
// with each. The next finer grid has `detail` times as much. Both sides at least 1.
constexpr float kUsualDetail = 0.705f;
Picture DrawPicture(int width_px, int height_px, uint32_t seed, float detail = kUsualDetail);

}  // namespace mica

#endif  // MICA_BENCH_PICTURE_TREE_H_
