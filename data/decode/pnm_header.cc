#include "data/decode/pnm_header.h"

#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr int64_t kMaxHeaderBytes = 1 << 16;  // comments included
constexpr int64_t kMaxNumber = INT32_MAX;

class PnmHeader {
 public:
  explicit PnmHeader(HeaderWindow& window) : window_(window) {}

  ProbeResult Read() {
    const absl::string_view magic = window_.At(0, 2);
    if (magic.size() < 2) return EndsBefore(window_, "its size");
    kind_ = magic[1];
    const std::optional<int64_t> width = NextNumber();
    const std::optional<int64_t> height = width.has_value() ? NextNumber() : std::nullopt;
    if (has_maximum()) maximum_ = height.has_value() ? NextNumber() : std::nullopt;
    if (!height.has_value() || !maximum_.has_value()) return BadHeader();
    if (*maximum_ < 1 || *maximum_ > UINT16_MAX)
      return Broken(absl::StrCat("has the largest value ", *maximum_, ", which must be 1 to 65535"));
    const ProbeResult sized = WithSize(Header(), *width, *height);
    if (!sized.header.has_value()) return sized;
    const int64_t needed = position_ + FewestDataBytes(*width, *height);
    return window_.size() < needed ? Truncated(window_.size(), needed) : sized;
  }

 private:
  bool is_raw() const { return kind_ >= '4'; }
  bool is_bitmap() const { return kind_ == '1' || kind_ == '4'; }
  bool is_colour() const { return kind_ == '3' || kind_ == '6'; }
  bool has_maximum() const { return !is_bitmap(); }

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

  ProbeResult BadHeader() const {
    if (is_cut_) return EndsBefore(window_, "the end of its header");
    return Broken(absl::StrCat("has no number up to ", kMaxNumber, " at byte ", position_ - 1, " of its header (width, height",
                               has_maximum() ? ", largest value)" : ")"));
  }

  PictureHeader Header() const {
    PictureHeader header;
    header.format = PictureFormat::kPnm;
    header.colour = is_colour() ? ColourKind::kRgb : ColourKind::kGrey;
    header.bits = is_bitmap() ? 1 : *maximum_ > UINT8_MAX ? 16 : 8;
    return header;
  }

  // Plain values are at least a digit each, with white space between those of P2 and P3.
  int64_t FewestDataBytes(int64_t width, int64_t height) const {
    const int64_t values = width * height * (is_colour() ? 3 : 1);
    if (kind_ == '4') return (width + 7) / 8 * height;
    if (is_raw()) return values * (*maximum_ > UINT8_MAX ? 2 : 1);
    return is_bitmap() ? values : 2 * values - 1;
  }

  HeaderWindow& window_;
  char kind_ = 0;         // the digit behind the P
  int64_t position_ = 2;  // of the next byte
  bool is_cut_ = false;   // a byte was wanted behind the last
  std::optional<int64_t> maximum_ = 1;
};

}  // namespace

bool BeginsLikePnm(absl::string_view first_bytes) {
  return first_bytes.size() >= 3 && first_bytes[0] == 'P' && first_bytes[1] >= '1' && first_bytes[1] <= '6' &&
         (absl::ascii_isspace(first_bytes[2]) || first_bytes[2] == '#');
}

ProbeResult ReadPnmHeader(HeaderWindow& window) {
  return PnmHeader(window).Read();
}

}  // namespace mica
