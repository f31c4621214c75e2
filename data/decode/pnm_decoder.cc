#include "data/decode/pnm_decoder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"
#include "data/decode/header_window.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/pnm_header.h"
#include "data/decode/probe_result.h"

namespace mica {
namespace {

constexpr int32_t kMaxNumber = 1 << 30;

// Text with spaces and comments, which run from "#" to the end of the line.
class PnmText {
 public:
  explicit PnmText(absl::string_view text) : rest_(text) {}

  bool AtEnd() {
    SkipSpaces();
    return rest_.empty();
  }

  // nullopt if anything else follows. Numbers above kMaxNumber become that.
  std::optional<int32_t> Number() {
    if (AtEnd() || !absl::ascii_isdigit(rest_[0])) return std::nullopt;
    int64_t number = 0;
    while (!rest_.empty() && absl::ascii_isdigit(rest_[0])) {
      number = std::min<int64_t>(kMaxNumber, number * 10 + (rest_[0] - '0'));
      rest_.remove_prefix(1);
    }
    return static_cast<int32_t>(number);
  }

  // Bits need no space between them.
  std::optional<int32_t> Bit() {
    if (AtEnd() || (rest_[0] != '0' && rest_[0] != '1')) return std::nullopt;
    const int32_t bit = rest_[0] - '0';
    rest_.remove_prefix(1);
    return bit;
  }

 private:
  void SkipComment() { rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size())); }

  void SkipSpaces() {
    while (!rest_.empty() && (absl::ascii_isspace(rest_[0]) || rest_[0] == '#')) {
      rest_[0] == '#' ? SkipComment() : rest_.remove_prefix(1);
    }
  }

  absl::string_view rest_;
};

std::optional<PictureProblem> ReadHeader(absl::string_view bytes, PnmForm* form) {
  if (bytes.size() >= 3 && !BeginsLikePnm(bytes)) return Broken("does not begin with P1 to P6 and white space").problem;
  PictureInMemory memory(bytes);
  HeaderWindow window(memory);
  if (auto problem = ReadPnmForm(window, form)) {
    return problem->fault == PictureFault::kTruncated ? EndsInHeader(PictureFormat::kPnm) : problem;
  }
  return SizeProblem(PictureFormat::kPnm, form->height_px, form->width_px);
}

uint8_t Scaled(int32_t sample, int32_t maxval) {
  return static_cast<uint8_t>((sample * 255 + maxval / 2) / maxval);
}

uint8_t Light(int32_t bit) {
  return bit == 0 ? 255 : 0;
}

PictureProblem AboveMaxval(int32_t sample, const PnmForm& form, int64_t row) {
  return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt PNM data: sample ", sample, " is above the maxval ", form.maximum, " (row ",
                                                       row, " of ", form.height_px, ")"));
}

std::optional<PictureProblem> DecodePlain(PnmText text, const PnmForm& form, Picture* picture) {
  const int64_t row_samples = picture->row_bytes();
  for (int64_t y = 0; y < form.height_px; ++y) {
    uint8_t* const row = picture->Row(y);
    for (int64_t x = 0; x < row_samples; ++x) {
      const std::optional<int32_t> sample = form.is_bitmap ? text.Bit() : text.Number();
      if (!sample.has_value() && text.AtEnd()) return EndsEarly(PictureFormat::kPnm, y, form.height_px);
      if (!sample.has_value()) {
        return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt PNM data: not a number (row ", y, " of ", form.height_px, ")"));
      }
      if (*sample > form.maximum) return AboveMaxval(*sample, form, y);
      row[x] = form.is_bitmap ? Light(*sample) : Scaled(*sample, form.maximum);
    }
  }
  return std::nullopt;
}

void ReadBits(const uint8_t* raw, int64_t count, uint8_t* row) {
  for (int64_t x = 0; x < count; ++x) row[x] = Light(raw[x / 8] >> (7 - x % 8) & 1);
}

// The sample that is too large, if any.
std::optional<int32_t> ReadSamples(const uint8_t* raw, int64_t count, int32_t maxval, uint8_t* row) {
  const bool is_wide = maxval > 255;
  for (int64_t x = 0; x < count; ++x) {
    const int32_t sample = is_wide ? raw[2 * x] << 8 | raw[2 * x + 1] : raw[x];
    if (sample > maxval) return sample;
    row[x] = Scaled(sample, maxval);
  }
  return std::nullopt;
}

std::optional<PictureProblem> DecodeRaw(absl::string_view bytes, const PnmForm& form, Picture* picture) {
  const int64_t samples = picture->row_bytes();
  const int64_t raw_row_bytes = form.is_bitmap ? (samples + 7) / 8 : form.maximum > 255 ? 2 * samples : samples;
  for (int64_t y = 0; y < form.height_px; ++y) {
    if (static_cast<int64_t>(bytes.size()) < raw_row_bytes) return EndsEarly(PictureFormat::kPnm, y, form.height_px);
    const auto* const raw = reinterpret_cast<const uint8_t*>(bytes.data());
    bytes.remove_prefix(raw_row_bytes);
    uint8_t* const row = picture->Row(y);
    if (form.is_bitmap) {
      ReadBits(raw, samples, row);
    } else if (form.maximum == 255) {
      std::memcpy(row, raw, samples);
    } else if (const auto large = ReadSamples(raw, samples, form.maximum, row)) {
      return AboveMaxval(*large, form, y);
    }
  }
  return std::nullopt;
}

std::optional<PictureProblem> Decode(absl::string_view bytes, Picture* picture) {
  PnmForm form;
  if (auto problem = ReadHeader(bytes, &form)) return problem;
  picture->Reshape(static_cast<int32_t>(form.height_px), static_cast<int32_t>(form.width_px), form.channels);
  const absl::string_view samples = bytes.substr(form.data_begin);
  return form.is_plain ? DecodePlain(PnmText(samples), form, picture) : DecodeRaw(samples, form, picture);
}

}  // namespace

std::vector<PictureProblem> DecodePnm(absl::string_view bytes, Picture* picture) {
  if (auto problem = Decode(bytes, picture)) return {*std::move(problem)};
  return {};
}

}  // namespace mica
