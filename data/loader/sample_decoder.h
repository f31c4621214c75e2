// From a record to its pixels: encoded pictures are decoded, as little of them as is needed, packed
// pixels (IDX, CIFAR) unpacked.
//   const SampleDecoder decoder(index, decode);
//   SampleDecoderScratch scratch(index);  // one a thread
//   MICA_ASSIGN_OR_RETURN(const PictureSize size, decoder.Read(record, &scratch));
//   MICA_RETURN_IF_ERROR(decoder.Decode(record, region, /*output=*/{}, &scratch, &part));
#ifndef MICA_DATA_LOADER_SAMPLE_DECODER_H_
#define MICA_DATA_LOADER_SAMPLE_DECODER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/decode/decode.pb.h"
#include "data/decode/probe_result.h"
#include "data/decode/region_decoder.h"
#include "data/index/dataset_index.h"
#include "data/loader/abandonable_wait.h"
#include "data/loader/sample_bytes.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

// 1 or 3: as DecodeConfig.colour says, else 3 for a data set that has encoded pictures, and what
// packed pixels have.
int ChannelsOf(const DatasetIndex& index, const DecodeConfig& decode);

// What a thread keeps from sample to sample, so that it takes no memory for one.
class SampleDecoderScratch {
 public:
  // Both are borrowed. `wait`, if any, is told of reads that may hang.
  explicit SampleDecoderScratch(const DatasetIndex& index, AbandonableWait* wait = nullptr) : bytes_(index, wait) {}

 private:
  friend class SampleDecoder;

  SampleBytes bytes_;
  absl::string_view content_;  // of the sample that was read last
  PictureHeader header_;
  Picture planes_;  // packed pixels, before their channels are changed
};

// Immutable, so thread-safe.
class SampleDecoder {
 public:
  // `index` is borrowed.
  SampleDecoder(const DatasetIndex& index, const DecodeConfig& decode);

  // Reads the sample and tells the size of its picture, upright. Errors of both functions:
  // DataError "PATH: reason"; kCancelled if the wait was given up.
  absl::StatusOr<PictureSize> Read(const ImageRecord& record, SampleDecoderScratch* scratch) const;

  // Part of the sample that was read last, in channels() channels; `output` as for RegionDecoder.
  absl::Status Decode(const ImageRecord& record, PictureRegion region, PictureSize output, SampleDecoderScratch* scratch,
                      PicturePart* part) const;

  int channels() const { return channels_; }
  const RegionDecoder& encoded() const { return decoder_; }
  const DatasetIndex& index() const { return index_; }

 private:
  absl::Status Failed(const ImageRecord& record, absl::string_view reason) const;
  void Unpack(const ImageShape& shape, SampleDecoderScratch* scratch, Picture* picture) const;

  const DatasetIndex& index_;
  const int channels_;
  const RegionDecoder decoder_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_SAMPLE_DECODER_H_
