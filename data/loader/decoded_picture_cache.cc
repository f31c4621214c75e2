#include "data/loader/decoded_picture_cache.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/available_memory.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/loader/disk_cache.h"
#include "data/loader/loader_threads.h"
#include "data/loader/memory_cache.h"

namespace mica {
namespace {

constexpr char kNotForPackedPixels[] =
    "loader: the cache of decoded pictures is left out, as the pixels of this data set are packed: there is nothing to decode";

void Tell(const CacheTalk& talk, const std::string& line) {
  if (talk.tell) talk.tell(line);
}

absl::StatusOr<std::shared_ptr<DecodedPictures>> OpenInMemory(const LoaderConfig& config, const SampleDecoder& decoder,
                                                              const CacheTalk& talk) {
  std::vector<PictureSize> sizes = DecodedSizes(decoder.index(), decoder.encoded(), LoaderThreads(config.threads()));
  MICA_ASSIGN_OR_RETURN(std::shared_ptr<MemoryCache> cache,
                        MemoryCache::Create(std::move(sizes), decoder.channels(), AvailableMemoryBytes()));
  Tell(talk, cache->summary());
  return cache;
}

absl::StatusOr<std::shared_ptr<DecodedPictures>> OpenOnDisk(const LoaderConfig& config, const SampleDecoder& decoder,
                                                            const DecodeConfig& decode, const CacheTalk& talk) {
  DiskCache::Options options;
  options.folder = config.disk_cache().folder();
  options.threads = LoaderThreads(config.threads());
  options.timeout_seconds = config.timeout_seconds();
  options.progress = talk.progress;
  MICA_ASSIGN_OR_RETURN(std::shared_ptr<DiskCache> cache, DiskCache::Open(decoder, decode, options));
  Tell(talk, absl::StrCat("disk_cache: ", cache->path(), " has ", FormatFixed(static_cast<double>(cache->bytes()) / (1 << 20), 1), " MiB"));
  return cache;
}

}  // namespace

absl::StatusOr<std::shared_ptr<DecodedPictures>> OpenDecodedPictures(const LoaderConfig& config, const DatasetIndex& index,
                                                                     const DecodeConfig& decode, const CacheTalk& talk) {
  if (index.IsRaw()) {
    if (config.cache_case() != LoaderConfig::CACHE_NOT_SET) Tell(talk, kNotForPackedPixels);
    return nullptr;
  }
  const SampleDecoder decoder(index, decode);
  switch (config.cache_case()) {
    case LoaderConfig::kMemoryCache:
      return OpenInMemory(config, decoder, talk);
    case LoaderConfig::kDiskCache:
      return OpenOnDisk(config, decoder, decode, talk);
    case LoaderConfig::CACHE_NOT_SET:
      return nullptr;
  }
  return absl::InternalError("LoaderConfig.cache: unknown arm");
}

}  // namespace mica
