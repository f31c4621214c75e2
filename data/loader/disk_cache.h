// Decoded pictures in one file, which is made once and serves every later run on the same files.
//   MICA_ASSIGN_OR_RETURN(const auto cache, DiskCache::Open(decoder, decode, options));
// The file pictures-KEY.pixels holds the pixels of all pictures, a table of where each lies with
// its checksum, and a trailer (docs/file_formats.md). KEY follows from the paths, sizes and times
// of change of all files and from how they are decoded, so that a changed data set gets another
// file. Not for packed pixels, which are in memory anyway.
#ifndef MICA_DATA_LOADER_DISK_CACHE_H_
#define MICA_DATA_LOADER_DISK_CACHE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/files/file.h"
#include "data/decode/decode.pb.h"
#include "data/loader/decoded_pictures.h"
#include "data/loader/sample_decoder.h"

namespace mica {

class DiskCache : public DecodedPictures {
 public:
  struct Options {
    std::string folder;            // made if it is missing
    int threads = 1;               // that decode
    double timeout_seconds = 120;  // of a picture
    // Told now and then how many pictures are written; returns whether to go on.
    std::function<bool(int64_t done, int64_t all)> progress;
  };

  // Opens the file of this data set. If there is none, or a damaged one, it is written first: whole
  // or not at all. Pictures that cannot be decoded are left to whoever needs them. `decode` is the
  // decoder's. Several machines may share the folder: each writes a file of its own, and the first
  // that is whole serves all. kCancelled if `progress` stops it. Errors of writing end with exit
  // code 5.
  static absl::StatusOr<std::shared_ptr<DiskCache>> Open(const SampleDecoder& decoder, const DecodeConfig& decode, const Options& options,
                                                         FileCalls& calls = SystemFileCalls());

  ~DiskCache() override;

  // Of any thread. A picture's checksum is compared when it is copied for the first time; damage is
  // an error that names the file (exit code 3).
  std::optional<PictureSize> SizeOf(int64_t id) const override;
  absl::Status Copy(int64_t id, PictureRegion region, Picture* part) const override;
  void Keep(int64_t /*id*/, const Picture& /*picture*/) override {}

  std::string path() const override { return path_; }
  int64_t bytes() const { return bytes_; }  // of the file

 private:
  struct Entry {
    int64_t offset = 0;
    int32_t height_px = 0;  // 0: the picture is not there
    int32_t width_px = 0;
    uint64_t checksum = 0;
  };
  struct Trailer;
  class Writer;

  DiskCache(std::string path, int channels) : path_(std::move(path)), channels_(channels) {}

  static absl::Status WriteAtomically(const SampleDecoder& decoder, uint64_t key, const Options& options, const std::string& path,
                                      FileCalls& calls);
  static absl::Status Write(const SampleDecoder& decoder, uint64_t key, const Options& options, const std::string& path, FileCalls& calls);
  bool Load(uint64_t key, size_t records);  // false: missing or damaged
  bool ReadAll(int64_t offset, int64_t size, void* bytes) const;
  absl::Status Damaged(int64_t id) const;

  const std::string path_;
  const int channels_;
  int file_ = -1;
  int64_t bytes_ = 0;
  std::vector<Entry> entries_;  // by record id
  mutable std::vector<std::atomic<bool>> is_checked_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_DISK_CACHE_H_
