#include "data/decode/pnm_header.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr int64_t kMaxHeaderBytes = 1 << 16;  // comments included
constexpr int64_t kMaxNumber = INT32_MAX;

class FormReader {
 public:
  explicit FormReader(HeaderWindow& window) : window_(window) {}

  std::optional<PictureProblem> Read(PnmForm* form) {
    const absl::string_view magic = window_.At(0, 2);
    if (magic.size() < 2) return EndsBefore(window_, "its size").problem;
    const char kind = magic[1];
    form->is_plain = kind <= '3';
    form->is_bitmap = kind == '1' || kind == '4';
    form->channels = kind == '3' || kind == '6' ? 3 : 1;
    const std::optional<int64_t> width = NextNumber();
    const std::optional<int64_t> height = width.has_value() ? NextNumber() : std::nullopt;
    std::optional<int64_t> maximum = 1;
    if (!form->is_bitmap) maximum = height.has_value() ? NextNumber() : std::nullopt;
    if (!height.has_value() || !maximum.has_value()) return BadHeader(*form).problem;
    if (*maximum < 1 || *maximum > UINT16_MAX) {
      return Broken(absl::StrCat("has the largest value ", *maximum, ", which must be 1 to 65535")).problem;
    }
    form->width_px = *width;
    form->height_px = *height;
    form->maximum = static_cast<int32_t>(*maximum);
    form->data_begin = position_;
    return std::nullopt;
  }

 private:
  std::optional<char> NextByte() {
    if (position_ == kMaxHeaderBytes) return std::nullopt;
    const absl::string_view byte = window_.At(position_, 1);
    is_cut_ = byte.empty();
    if (is_cut_) return std::nullopt;
    ++position_;
    return byte[0];
  }

  // A comment reads as the end of its line, as Netpbm has it.
  std::optional<char> NextOutsideComments() {
    std::optional<char> byte = NextByte();
    if (byte != '#') return byte;
    do {
      byte = NextByte();
    } while (byte.has_value() && byte != '\n' && byte != '\r');
    return byte;
  }

  // Also takes the one white space behind the number. nullopt if there is no number, or one above
  // kMaxNumber.
  std::optional<int64_t> NextNumber() {
    std::optional<char> byte = NextOutsideComments();
    while (byte.has_value() && absl::ascii_isspace(*byte)) byte = NextOutsideComments();
    if (!byte.has_value() || !absl::ascii_isdigit(*byte)) return std::nullopt;
    int64_t number = 0;
    while (byte.has_value() && absl::ascii_isdigit(*byte)) {
      number = 10 * number + (*byte - '0');
      if (number > kMaxNumber) return std::nullopt;
      byte = NextOutsideComments();
    }
    if (!byte.has_value() || !absl::ascii_isspace(*byte)) return std::nullopt;
    return number;
  }

  ProbeResult BadHeader(const PnmForm& form) const {
    if (is_cut_) return EndsBefore(window_, "the end of its header");
    return Broken(absl::StrCat("has no number up to ", kMaxNumber, " at byte ", position_ - 1, " of its header (width, height",
                               form.is_bitmap ? ")" : ", largest value)"));
  }

  HeaderWindow& window_;
  int64_t position_ = 2;  // of the next byte
  bool is_cut_ = false;   // a byte was wanted behind the last
};

PictureHeader HeaderOf(const PnmForm& form) {
  PictureHeader header;
  header.format = PictureFormat::kPnm;
  header.colour = form.channels == 3 ? ColourKind::kRgb : ColourKind::kGrey;
  header.bits = form.is_bitmap ? 1 : form.maximum > UINT8_MAX ? 16 : 8;
  return header;
}

// Plain values are at least a digit each, with white space between those of P2 and P3.
int64_t FewestDataBytes(const PnmForm& form) {
  const int64_t values = form.width_px * form.height_px * form.channels;
  if (form.is_plain) return form.is_bitmap ? values : 2 * values - 1;
  if (form.is_bitmap) return (form.width_px + 7) / 8 * form.height_px;
  return values * (form.maximum > UINT8_MAX ? 2 : 1);
}

}  // namespace

bool BeginsLikePnm(absl::string_view first_bytes) {
  return first_bytes.size() >= 3 && first_bytes[0] == 'P' && first_bytes[1] >= '1' && first_bytes[1] <= '6' &&
         (absl::ascii_isspace(first_bytes[2]) || first_bytes[2] == '#');
}

std::optional<PictureProblem> ReadPnmForm(HeaderWindow& window, PnmForm* form) {
  return FormReader(window).Read(form);
}

ProbeResult ReadPnmHeader(HeaderWindow& window) {
  PnmForm form;
  if (auto problem = ReadPnmForm(window, &form)) return {std::nullopt, std::move(problem)};
  const ProbeResult sized = WithSize(HeaderOf(form), form.width_px, form.height_px);
  if (!sized.header.has_value()) return sized;
  const int64_t needed = form.data_begin + FewestDataBytes(form);
  return window.size() < needed ? Truncated(window.size(), needed) : sized;
}

}  // namespace mica
