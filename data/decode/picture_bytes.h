// The bytes of one picture by position, wherever they lie: a file (picture_file.h), a part of an
// archive, or memory.
//   PictureInMemory bytes(downloaded);
//   const ProbeResult probe = ProbePicture(bytes);
// Implementations are single-thread unless they say otherwise.
#ifndef MICA_DATA_DECODE_PICTURE_BYTES_H_
#define MICA_DATA_DECODE_PICTURE_BYTES_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

class PictureBytes {
 public:
  virtual ~PictureBytes() = default;

  virtual int64_t size() const = 0;

  // `size` bytes from `position` on; both are at least 0. Fewer only at the end, or when reading
  // fails: then error() says why. The view holds until the next call.
  virtual absl::string_view Read(int64_t position, int64_t size) = 0;

  // Why a read failed, with what to do about it; "" while all went well.
  virtual std::string error() const { return ""; }
};

// Borrows the bytes, which must outlive it. Thread-safe.
class PictureInMemory : public PictureBytes {
 public:
  explicit PictureInMemory(absl::string_view bytes) : bytes_(bytes) {}

  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  absl::string_view Read(int64_t position, int64_t size) override {
    return bytes_.substr(std::min<size_t>(position, bytes_.size()), static_cast<size_t>(size));
  }

 private:
  const absl::string_view bytes_;
};

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_BYTES_H_
