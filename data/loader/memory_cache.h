// Decoded pictures in this process's memory. What they take is known before any is decoded.
//   const std::vector<PictureSize> sizes = DecodedSizes(index, decoder, threads);
//   const auto cache = MemoryCache::Create(sizes, channels, AvailableMemoryBytes());
//   if (cache.ok()) std::cout << (*cache)->summary() << '\n';
#ifndef MICA_DATA_LOADER_MEMORY_CACHE_H_
#define MICA_DATA_LOADER_MEMORY_CACHE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/decode/region_decoder.h"
#include "data/index/dataset_index.h"
#include "data/loader/decoded_pictures.h"

namespace mica {

// Of every record's picture as it will be decoded, by its header; {} for one that has none, which
// is left to whoever decodes it, and for packed pixels, which need no cache. Uses this many
// threads.
std::vector<PictureSize> DecodedSizes(const DatasetIndex& index, const RegionDecoder& decoder, int threads);

class MemoryCache : public DecodedPictures {
 public:
  // For the pictures of these sizes, by record id. ConfigError with the figures if they take more
  // than 90 % of `available_bytes`, where that is known, or more than the system grants. Takes the
  // memory as it is filled.
  static absl::StatusOr<std::shared_ptr<MemoryCache>> Create(std::vector<PictureSize> sizes, int channels,
                                                             std::optional<int64_t> available_bytes);

  // Of any thread. A picture of another size than expected, because its file has changed, is not
  // kept.
  std::optional<PictureSize> SizeOf(int64_t id) const override;
  absl::Status Copy(int64_t id, PictureRegion region, Picture* part) const override;
  void Keep(int64_t id, const Picture& picture) override;

  int64_t bytes() const { return offsets_.back(); }
  std::string summary() const;  // "memory_cache: 1200 decoded pictures take 643.7 MiB of 22011.4 MiB"

 private:
  enum class State : uint8_t { kEmpty, kBeingFilled, kFull };

  MemoryCache(std::vector<PictureSize> sizes, int channels, std::optional<int64_t> available_bytes);
  absl::Status Refused(absl::string_view why) const;

  const std::vector<PictureSize> sizes_;
  const int channels_;
  const std::optional<int64_t> available_bytes_;
  std::vector<int64_t> offsets_;  // in pixels_, and the end of all
  std::unique_ptr<uint8_t[]> pixels_;
  std::vector<std::atomic<State>> states_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_MEMORY_CACHE_H_
