// What is known of each sample's picture once its bytes were looked at.
#ifndef MICA_DATA_SURVEY_PICTURE_FACTS_H_
#define MICA_DATA_SURVEY_PICTURE_FACTS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/decode/picture_format.h"

namespace mica {

// How closely pictures are looked at; each depth includes those before.
enum class SurveyDepth : uint8_t {
  kNothing,
  kHeaders,  // a few KiB of each: format, size, colours
  kContent,  // all bytes: equal files
  kPixels,   // decoded: damage, statistics, what looks alike
};

// A file that did not change has the same one.
struct FileStamp {
  int64_t size_bytes = -1;
  int64_t mtime_ns = 0;
  uint64_t inode = 0;

  friend bool operator==(const FileStamp& a, const FileStamp& b) {
    return a.size_bytes == b.size_bytes && a.mtime_ns == b.mtime_ns && a.inode == b.inode;
  }
};

// Over all pixels of a picture, u8: of R, G and B, or of grey in the first.
struct ChannelSums {
  std::array<uint64_t, 3> sum = {};
  std::array<uint64_t, 3> sum_of_squares = {};
};

// Plain data: the cache keeps it as it is in memory.
struct PictureFacts {
  FileStamp stamp;
  int64_t picture_bytes = 0;  // of the encoded picture

  uint64_t content_hash = 0;  // XXH3 of the encoded picture; kContent

  // kPixels
  uint64_t perceptual_hash = 0;  // perceptual_hash.h
  ChannelSums sums;
  float brightness = 0;  // mean grey, [0, 255]

  // kHeaders. As stored, before the orientation is applied; 0 if unknown.
  int32_t width_px = 0;
  int32_t height_px = 0;

  int32_t problem = -1;                               // index in PictureSurvey::problems; -1: none
  SurveyDepth problem_depth = SurveyDepth::kNothing;  // the depth that it takes to find it
  SurveyDepth depth = SurveyDepth::kNothing;
  PictureFormat format = PictureFormat::kJpeg;
  ColourKind colour = ColourKind::kRgb;
  uint8_t bits = 8;         // per channel
  uint8_t orientation = 1;  // EXIF
  bool is_animated = false;
  bool is_raw = false;               // pixels of a packed file: it has no format
  bool has_perceptual_hash = false;  // flat pictures have none
  uint8_t channels = 0;              // of the pixels: 1 or 3

  bool is_known() const { return width_px > 0; }
};

struct PictureSurvey {
  SurveyDepth depth = SurveyDepth::kNothing;
  std::vector<PictureFacts> facts;  // by record id
  std::vector<PictureProblem> problems;
  int64_t from_cache = 0;  // pictures that were not opened, because nothing about them changed
  bool is_saved = true;    // false: there is a cache, but what was found could not be kept in it

  // The picture's problem, or nullptr.
  const PictureProblem* ProblemOf(int64_t id) const {
    const int32_t problem = facts[id].problem;
    return problem < 0 ? nullptr : &problems[problem];
  }
  bool IsUsable(int64_t id) const {
    const PictureProblem* const problem = ProblemOf(id);
    return problem == nullptr || problem->is_usable;
  }
};

}  // namespace mica

#endif  // MICA_DATA_SURVEY_PICTURE_FACTS_H_
