// The cache of decoded pictures that an experiment's loader asks for.
//   MICA_ASSIGN_OR_RETURN(const auto cache, OpenDecodedPictures(loader, index, decode, talk));
#ifndef MICA_DATA_LOADER_DECODED_PICTURE_CACHE_H_
#define MICA_DATA_LOADER_DECODED_PICTURE_CACHE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset_index.h"
#include "data/loader/decoded_pictures.h"
#include "data/loader/loader.pb.h"

namespace mica {

// How it tells what it does.
struct CacheTalk {
  std::function<void(const std::string& line)> tell;        // a line for the console
  std::function<bool(int64_t done, int64_t all)> progress;  // while a file is written; returns whether to go on
};

// Null if no cache is asked for, or all pixels are packed. Both may be called with functions
// missing.
absl::StatusOr<std::shared_ptr<DecodedPictures>> OpenDecodedPictures(const LoaderConfig& config, const DatasetIndex& index,
                                                                     const DecodeConfig& decode, const CacheTalk& talk);

}  // namespace mica

#endif  // MICA_DATA_LOADER_DECODED_PICTURE_CACHE_H_
