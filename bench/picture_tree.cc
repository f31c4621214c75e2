#include "bench/picture_tree.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

constexpr int kQuality = 90;
constexpr float kFineDetail = 0.72f;

// Values on a grid over the picture.
struct Grid {
  int width, height;
  std::vector<float> values;

  float At(int x, int y) const { return values[static_cast<size_t>(y) * width + x]; }
};

// Twice as fine: each new value between two or four old ones, give or take up to `amplitude`.
Grid Refine(const Grid& coarse, float amplitude, std::mt19937* random) {
  Grid fine = {2 * coarse.width - 1, 2 * coarse.height - 1, {}};
  fine.values.resize(static_cast<size_t>(fine.width) * fine.height);
  const float unit = amplitude / 0x1p31f;
  for (int y = 0; y < fine.height; ++y) {
    for (int x = 0; x < fine.width; ++x) {
      const int left = x / 2, top = y / 2, right = (x + 1) / 2, bottom = (y + 1) / 2;
      const float mean = (coarse.At(left, top) + coarse.At(right, top) + coarse.At(left, bottom) + coarse.At(right, bottom)) / 4;
      fine.values[static_cast<size_t>(y) * fine.width + x] = mean + (static_cast<float>((*random)()) - 0x1p31f) * unit;
    }
  }
  return fine;
}

// At least of this size, around 0.
Grid DrawGrid(int width, int height, float amplitude, float decay, std::mt19937* random) {
  Grid grid = {2, 2, {0, 0, 0, 0}};
  while (grid.width < width || grid.height < height) {
    grid = Refine(grid, amplitude, random);
    amplitude *= decay;
  }
  return grid;
}

std::string NameOf(int64_t picture, const PictureTreeSpec& spec) {
  return absl::StrFormat("class_%02d/%06d.jpg", picture % spec.classes, picture / spec.classes);
}

absl::Status WritePicture(const std::string& path, const PictureTreeSpec& spec, uint32_t seed) {
  const Picture picture = DrawPicture(spec.width_px, spec.height_px, seed, spec.half_colours ? kFineDetail : kUsualDetail);
  const JpegColours colours = spec.half_colours ? JpegColours::kHalfResolution : JpegColours::kByQuality;
  MICA_ASSIGN_OR_RETURN(const std::string jpeg, EncodeJpeg(picture, kQuality, colours));
  if (!(std::ofstream(path, std::ios::binary) << jpeg).flush()) return OutputError(absl::StrCat(path, ": cannot be written"));
  std::error_code error;
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1), error);
  return error ? OutputError(absl::StrCat(path, ": cannot set its time: ", error.message())) : absl::OkStatus();
}

}  // namespace

Picture DrawPicture(int width_px, int height_px, uint32_t seed, float detail) {
  std::mt19937 random(seed);
  constexpr float kHalf = 0.5f;
  const Grid light = DrawGrid(width_px, height_px, 110, detail, &random);
  const Grid red = DrawGrid(width_px, height_px, 40, kHalf, &random);
  const Grid blue = DrawGrid(width_px, height_px, 40, kHalf, &random);
  Picture picture;
  picture.Reshape(height_px, width_px, 3);
  const auto level = [](float value) { return static_cast<uint8_t>(std::clamp(value + 128, 0.0f, 255.0f)); };
  for (int y = 0; y < height_px; ++y) {
    uint8_t* pixel = picture.Row(y);
    for (int x = 0; x < width_px; ++x, pixel += 3) {
      pixel[0] = level(light.At(x, y) + red.At(x, y));
      pixel[1] = level(light.At(x, y));
      pixel[2] = level(light.At(x, y) + blue.At(x, y));
    }
  }
  return picture;
}

absl::Status MakePictureTree(const std::string& folder, const PictureTreeSpec& spec) {
  for (int64_t label = 0; label < spec.classes; ++label) {
    std::error_code error;
    const std::string path = absl::StrFormat("%s/class_%02d", folder, label);
    std::filesystem::create_directories(path, error);
    if (error) return OutputError(absl::StrCat(path, ": cannot be made: ", error.message()));
  }
  for (int64_t picture = 0; picture < spec.pictures; ++picture) {
    const std::string path = absl::StrCat(folder, "/", NameOf(picture, spec));
    if (picture < spec.different) {
      MICA_RETURN_IF_ERROR(WritePicture(path, spec, static_cast<uint32_t>(picture)));
    } else if (link(absl::StrCat(folder, "/", NameOf(picture % spec.different, spec)).c_str(), path.c_str()) != 0) {
      return OutputError(absl::StrCat(path, ": cannot make this hard link: ", strerror(errno)));
    }
  }
  return absl::OkStatus();
}

}  // namespace mica
