// A picture inside a file that packs several, as an archive does.
//   PictureSlice member(archive, record.offset, record.length);
//   const ProbeResult probe = ProbePicture(member);
#ifndef MICA_DATA_DECODE_PICTURE_SLICE_H_
#define MICA_DATA_DECODE_PICTURE_SLICE_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "data/decode/picture_bytes.h"

namespace mica {

// Borrows the file. Single-thread.
class PictureSlice : public PictureBytes {
 public:
  PictureSlice(PictureBytes& file, int64_t offset, int64_t length) : file_(file), offset_(offset), length_(length) {}

  int64_t size() const override { return length_; }
  absl::string_view Read(int64_t position, int64_t size) override {
    if (position >= length_) return "";
    return file_.Read(offset_ + position, std::min(size, length_ - position));
  }
  std::string error() const override { return file_.error(); }

 private:
  PictureBytes& file_;
  const int64_t offset_;
  const int64_t length_;
};

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_SLICE_H_
