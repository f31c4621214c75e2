#include "data/decode/pnm_decoder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"

namespace mica {
namespace {

constexpr int32_t kMaxNumber = 1 << 30;
constexpr int32_t kMaxMaxval = 65535;

// Text with spaces and comments, which run from "#" to the end of the line.
class PnmText {
 public:
  explicit PnmText(absl::string_view text) : rest_(text) {}

  absl::string_view rest() const { return rest_; }

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

  // The one space between the header and raw samples, or a comment up to the end of its line.
  bool SkipHeaderEnd() {
    if (!rest_.empty() && rest_[0] == '#') SkipComment();
    if (rest_.empty() || !absl::ascii_isspace(rest_[0])) return false;
    rest_.remove_prefix(1);
    return true;
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

struct PnmHeader {
  bool is_plain = false;
  bool is_bitmap = false;
  int channels = 1;
  int32_t height = 0;
  int32_t width = 0;
  int32_t maxval = 1;
};

PictureProblem Broken(absl::string_view message) {
  return Unusable(PictureFault::kBrokenHeader, absl::StrCat("broken PNM header: ", message));
}

std::optional<PictureProblem> ReadNumber(PnmText* text, absl::string_view name, int32_t* number) {
  if (text->AtEnd()) return EndsInHeader(PictureFormat::kPnm);
  const std::optional<int32_t> found = text->Number();
  if (!found.has_value()) return Broken(absl::StrCat("the ", name, " is not a number"));
  *number = *found;
  return std::nullopt;
}

std::optional<PictureProblem> ReadHeader(PnmText* text, PnmHeader* header) {
  if (auto problem = ReadNumber(text, "width", &header->width)) return problem;
  if (auto problem = ReadNumber(text, "height", &header->height)) return problem;
  if (!header->is_bitmap) {
    if (auto problem = ReadNumber(text, "maxval", &header->maxval)) return problem;
  }
  if (header->maxval < 1 || header->maxval > kMaxMaxval) {
    return Broken(absl::StrCat("the maxval is ", header->maxval, "; allowed are 1 to ", kMaxMaxval));
  }
  if (auto problem = SizeProblem(PictureFormat::kPnm, header->height, header->width)) return problem;
  if (header->is_plain || text->SkipHeaderEnd()) return std::nullopt;
  return text->rest().empty() ? EndsInHeader(PictureFormat::kPnm) : Broken("no space follows it");
}

uint8_t Scaled(int32_t sample, int32_t maxval) {
  return static_cast<uint8_t>((sample * 255 + maxval / 2) / maxval);
}

uint8_t Light(int32_t bit) {
  return bit == 0 ? 255 : 0;
}

PictureProblem AboveMaxval(int32_t sample, const PnmHeader& header, int64_t row) {
  return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt PNM data: sample ", sample, " is above the maxval ", header.maxval,
                                                       " (row ", row, " of ", header.height, ")"));
}

std::optional<PictureProblem> DecodePlain(PnmText text, const PnmHeader& header, Picture* picture) {
  const int64_t row_samples = picture->row_bytes();
  for (int64_t y = 0; y < header.height; ++y) {
    uint8_t* const row = picture->Row(y);
    for (int64_t x = 0; x < row_samples; ++x) {
      const std::optional<int32_t> sample = header.is_bitmap ? text.Bit() : text.Number();
      if (!sample.has_value() && text.AtEnd()) return EndsEarly(PictureFormat::kPnm, y, header.height);
      if (!sample.has_value()) {
        return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt PNM data: not a number (row ", y, " of ", header.height, ")"));
      }
      if (*sample > header.maxval) return AboveMaxval(*sample, header, y);
      row[x] = header.is_bitmap ? Light(*sample) : Scaled(*sample, header.maxval);
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

std::optional<PictureProblem> DecodeRaw(absl::string_view bytes, const PnmHeader& header, Picture* picture) {
  const int64_t samples = picture->row_bytes();
  const int64_t raw_row_bytes = header.is_bitmap ? (samples + 7) / 8 : header.maxval > 255 ? 2 * samples : samples;
  for (int64_t y = 0; y < header.height; ++y) {
    if (static_cast<int64_t>(bytes.size()) < raw_row_bytes) return EndsEarly(PictureFormat::kPnm, y, header.height);
    const auto* const raw = reinterpret_cast<const uint8_t*>(bytes.data());
    bytes.remove_prefix(raw_row_bytes);
    uint8_t* const row = picture->Row(y);
    if (header.is_bitmap) {
      ReadBits(raw, samples, row);
    } else if (header.maxval == 255) {
      std::memcpy(row, raw, samples);
    } else if (const auto large = ReadSamples(raw, samples, header.maxval, row)) {
      return AboveMaxval(*large, header, y);
    }
  }
  return std::nullopt;
}

std::optional<PictureProblem> Decode(absl::string_view bytes, Picture* picture) {
  if (bytes.size() < 2) return EndsInHeader(PictureFormat::kPnm);
  const int kind = bytes[0] == 'P' ? bytes[1] - '0' : 0;
  if (kind < 1 || kind > 6) return Broken("it does not begin with P1 to P6");
  PnmHeader header;
  header.is_plain = kind <= 3;
  header.is_bitmap = kind == 1 || kind == 4;
  header.channels = kind == 3 || kind == 6 ? 3 : 1;
  PnmText text(bytes.substr(2));
  if (auto problem = ReadHeader(&text, &header)) return problem;
  picture->Reshape(header.height, header.width, header.channels);
  return header.is_plain ? DecodePlain(text, header, picture) : DecodeRaw(text.rest(), header, picture);
}

}  // namespace

std::vector<PictureProblem> DecodePnm(absl::string_view bytes, Picture* picture) {
  if (auto problem = Decode(bytes, picture)) return {*std::move(problem)};
  return {};
}

}  // namespace mica
