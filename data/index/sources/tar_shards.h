// Pictures in tar files, as WebDataset writes them (TarShardsConfig).
//   TarShards(config).List()
// A sample is what members that follow each other share: the name up to the first dot of its last
// part ("n01/0007" of "n01/0007.jpg"), as in WebDataset. What follows is the extension: "jpg",
// "cls", "seg.png". Members that begin with a dot, or have none, belong to no sample. The picture
// is the member whose extension is that of pictures, "jpg"; if none is, the one whose last part is,
// "input.png".
#ifndef MICA_DATA_INDEX_SOURCES_TAR_SHARDS_H_
#define MICA_DATA_INDEX_SOURCES_TAR_SHARDS_H_

#include <string>

#include "data/index/sources/sample_source.h"
#include "data/index/sources/source.pb.h"

namespace mica {

class TarShards : public SampleSource {
 public:
  explicit TarShards(const TarShardsConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool IsLabelled() const override { return config_.labels() != SourceConfig::NONE; }
  std::string Origin() const override { return config_.files(); }

  // Walks through all shards with several threads; reads headers and labels, no pictures. Records
  // keep the order of the shards and of the members in them. A record's bytes are those of the
  // picture in the shard, its position that among the shard's samples, and SampleFile::members its
  // member's name. A label is text of at most 1,000 bytes, without blanks at its ends, or the value
  // of a key in a JSON object of at most 1 MiB.
  //
  // Errors name the first samples they are about: without a picture, with an empty one or several;
  // without a label or with an unusable one; whose members do not lie side by side. Keys that occur
  // in two shards, and shards without samples or without tar's end mark, are warned of.
  //
  // fingerprint_lines: "HASH SAMPLES\n" per shard. HASH is the XXH3 of the last sample's picture
  // length (8 bytes, little-endian), whose seed is the XXH3 of its label (empty without labels),
  // whose seed is that of its key, whose seed is HASH before that sample; before the first it is
  // the XXH3 of the shard's file name. So no picture is read, and pictures of equal length count as
  // equal. "label_offset N\n" follows if it is not 0.
  SampleList List() const override;

 private:
  const TarShardsConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_TAR_SHARDS_H_
