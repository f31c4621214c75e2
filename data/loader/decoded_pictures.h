// Pictures of a data set that were decoded before, so that a further epoch need not decode them.
// Implementations: memory_cache.h, disk_cache.h.
#ifndef MICA_DATA_LOADER_DECODED_PICTURES_H_
#define MICA_DATA_LOADER_DECODED_PICTURES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

// Pictures are whole and upright, all with the same channels. Thread-safe.
class DecodedPictures {
 public:
  virtual ~DecodedPictures() = default;

  // Nullopt: it is not there.
  virtual std::optional<PictureSize> SizeOf(int64_t id) const = 0;

  // A part of a picture that is there. Takes no memory but for `part`. Touches nothing that is
  // borrowed but `part`: it may hang, and whoever called it may be gone when it returns.
  virtual absl::Status Copy(int64_t id, PictureRegion region, Picture* part) const = 0;

  // Keeps a picture that is not there, if it can. Another thread may keep it at the same time.
  virtual void Keep(int64_t id, const Picture& picture) = 0;

  // Of the file that holds them; empty if none does.
  virtual std::string path() const { return ""; }
};

// A part of u8 HWC pixels without gaps, of this size.
void CopyPart(const uint8_t* pixels, PictureSize size, int channels, PictureRegion region, Picture* part);

}  // namespace mica

#endif  // MICA_DATA_LOADER_DECODED_PICTURES_H_
