// Pictures for tests, and what builds others out of them.
//   for (const TestPicture& picture : TestPictures()) {
//     EXPECT_EQ(Shown(ProbePicture(picture.bytes)), picture.shown) << picture.name;
#ifndef MICA_DATA_DECODE_TEST_PICTURES_H_
#define MICA_DATA_DECODE_TEST_PICTURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/header_window.h"
#include "data/decode/probe_result.h"

namespace mica {

struct TestPicture {
  std::string name;   // "jpeg_orientation_6"
  std::string bytes;  // the whole file
  std::string shown;  // "JPEG RGB, 8 bits, 7 x 5, orientation 6"
};

// Of 7 x 5 pixels, in every kind that Pillow writes. The values are (36 x, 50 y, 20 (x + y)) as far
// as the kind can hold them; alpha rises from the upper edge to the lower.
const std::vector<TestPicture>& TestPictures();
const std::string& TestPictureBytes(absl::string_view name);  // an unknown name ends the process

std::string Big16(uint32_t number);
std::string Big32(uint32_t number);
std::string Little16(uint32_t number);
std::string Little32(uint32_t number);

std::string PngChunk(absl::string_view type, absl::string_view data);
std::string TiffWithOrientation(int orientation);  // EXIF data without "Exif\0\0"

// The header, or "broken header: has width 0 …".
std::string Shown(const ProbeResult& probe);
std::string ShownBy(ProbeResult (*reader)(HeaderWindow&), absl::string_view bytes);

}  // namespace mica

#endif  // MICA_DATA_DECODE_TEST_PICTURES_H_
