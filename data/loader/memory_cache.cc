#include "data/loader/memory_cache.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "data/decode/picture_file.h"
#include "data/decode/picture_header.h"
#include "data/decode/picture_slice.h"

namespace mica {
namespace {

PictureSize SizeByHeader(const SampleFile& file, const ImageRecord& record, const RegionDecoder& decoder, PictureFile* opened) {
  if (file.raw.has_value() || opened->Open(file.path).has_value()) return {};
  PictureSlice member(*opened, record.offset, record.length == 0 ? opened->size() : record.length);
  const ProbeResult probe = ProbePicture(member);
  return probe.header.has_value() ? decoder.SizeOf(*probe.header) : PictureSize();
}

std::string Mib(int64_t bytes) {
  return absl::StrCat(FormatFixed(static_cast<double>(bytes) / (1 << 20), 1), " MiB");
}

}  // namespace

std::vector<PictureSize> DecodedSizes(const DatasetIndex& index, const RegionDecoder& decoder, int threads) {
  std::vector<PictureSize> sizes(index.records.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    PictureFile file;
    for (size_t i = next++; i < sizes.size(); i = next++) {
      const ImageRecord& record = index.records[i];
      sizes[i] = SizeByHeader(index.files[record.file], record, decoder, &file);
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) {
    try {
      others.emplace_back(work);
    } catch (const std::system_error&) {
      break;  // the system grants no more: these will do
    }
  }
  work();
  for (std::thread& other : others) other.join();
  return sizes;
}

MemoryCache::MemoryCache(std::vector<PictureSize> sizes, int channels, std::optional<int64_t> available_bytes)
    : sizes_(std::move(sizes)), channels_(channels), available_bytes_(available_bytes), states_(sizes_.size()) {
  offsets_.reserve(sizes_.size() + 1);
  offsets_.push_back(0);
  for (const PictureSize& size : sizes_) offsets_.push_back(offsets_.back() + size.pixels() * channels);
}

std::string MemoryCache::summary() const {
  const auto pictures = std::count_if(sizes_.begin(), sizes_.end(), [](const PictureSize& size) { return size.pixels() > 0; });
  const std::string of = available_bytes_.has_value() ? absl::StrCat(" of ", Mib(*available_bytes_)) : "";
  return absl::StrCat("memory_cache: ", pictures, " decoded pictures take ", Mib(bytes()), of);
}

absl::StatusOr<std::shared_ptr<MemoryCache>> MemoryCache::Create(std::vector<PictureSize> sizes, int channels,
                                                                 std::optional<int64_t> available_bytes) {
  const std::shared_ptr<MemoryCache> cache(new MemoryCache(std::move(sizes), channels, available_bytes));
  if (available_bytes.has_value() && static_cast<double>(cache->bytes()) > 0.9 * static_cast<double>(*available_bytes))
    return cache->Refused(" that are available, a tenth of which is left to all else");
  cache->pixels_.reset(new (std::nothrow) uint8_t[cache->bytes()]);
  if (cache->pixels_ == nullptr) return cache->Refused(", and the system does not grant so much to this process (see ulimit -v)");
  return cache;
}

absl::Status MemoryCache::Refused(absl::string_view why) const {
  return WithFields(
      ConfigError(absl::StrCat("loader.", summary(), why, "; leave the cache out, write smaller pictures to disk, or write disk_cache")),
      {"loader.memory_cache"});
}

std::optional<PictureSize> MemoryCache::SizeOf(int64_t id) const {
  if (states_[id].load(std::memory_order_acquire) != State::kFull) return std::nullopt;
  return sizes_[id];
}

absl::Status MemoryCache::Copy(int64_t id, PictureRegion region, Picture* part) const {
  CopyPart(pixels_.get() + offsets_[id], sizes_[id], channels_, region, part);
  return absl::OkStatus();
}

void MemoryCache::Keep(int64_t id, const Picture& picture) {
  if (PictureSize{picture.height_px, picture.width_px} != sizes_[id]) return;
  State empty = State::kEmpty;
  if (!states_[id].compare_exchange_strong(empty, State::kBeingFilled)) return;
  std::memcpy(pixels_.get() + offsets_[id], picture.pixels.data(), picture.pixels.size());
  states_[id].store(State::kFull, std::memory_order_release);
}

}  // namespace mica
