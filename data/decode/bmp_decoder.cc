#include "data/decode/bmp_decoder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/strings/match.h"
#include "data/decode/bmp_header.h"
#include "data/decode/decode_problem.h"
#include "data/decode/header_window.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/probe_result.h"

namespace mica {
namespace {

using Rgb = std::array<uint8_t, 3>;

// The header and the palette, which is black where the file has none.
struct BmpHeader : BmpForm {
  std::array<Rgb, 256> palette = {};
};

// As many colours as the header says or, where it says 0, as the bits allow; never beyond the rows.
void ReadPalette(absl::string_view bytes, BmpHeader* header) {
  if (header->pixel_bits > 8) return;
  const int64_t most = int64_t{1} << header->pixel_bits;
  const int64_t end = std::min<int64_t>(bytes.size(), header->data_begin);
  const int64_t stored = std::max<int64_t>(0, end - header->palette_begin) / header->palette_colour_bytes;
  const int64_t count = std::min({header->palette_colours > 0 ? header->palette_colours : most, most, stored});
  for (int64_t i = 0; i < count; ++i) {
    const absl::string_view bgr = bytes.substr(header->palette_begin + i * header->palette_colour_bytes, 3);
    for (int channel = 0; channel < 3; ++channel) header->palette[i][channel] = bgr[2 - channel];
  }
}

std::optional<PictureProblem> ReadHeader(absl::string_view bytes, BmpHeader* header) {
  if (bytes.size() >= 2 && !absl::StartsWith(bytes, "BM")) return Broken("does not begin with \"BM\"").problem;
  PictureInMemory memory(bytes);
  HeaderWindow window(memory);
  if (auto problem = ReadBmpForm(window, header)) {
    return problem->fault == PictureFault::kTruncated ? EndsInHeader(PictureFormat::kBmp) : problem;
  }
  if (auto problem = SizeProblem(PictureFormat::kBmp, header->height_px, header->width_px)) return problem;
  ReadPalette(bytes, header);
  return std::nullopt;
}

void Put(const Rgb& colour, uint8_t* pixel) {
  std::memcpy(pixel, colour.data(), colour.size());
}

void ConvertIndices(const BmpHeader& header, const uint8_t* row, uint8_t* rgb) {
  const int mask = (1 << header.pixel_bits) - 1;
  for (int64_t x = 0, bit = 0; x < header.width_px; ++x, bit += header.pixel_bits) {
    const int index = row[bit / 8] >> (8 - header.pixel_bits - bit % 8) & mask;
    Put(header.palette[index], rgb + 3 * x);
  }
}

// The bits under a mask, scaled to 0…255.
class BitField {
 public:
  explicit BitField(uint32_t mask) : mask_(mask) {
    while (mask != 0 && (mask >> shift_ & 1) == 0) ++shift_;
    most_ = mask >> shift_;
  }

  uint8_t operator()(uint32_t pixel) const {
    const uint64_t value = (pixel & mask_) >> shift_;
    return most_ == 0 ? 0 : most_ == 255 ? value : (value * 255 + most_ / 2) / most_;
  }

 private:
  uint32_t mask_;
  int shift_ = 0;
  uint64_t most_ = 0;
};

// To 3 channels, or 4 with alpha.
void ConvertFields(const BmpHeader& header, int channels, const uint8_t* row, uint8_t* rgb) {
  const BitField fields[] = {BitField(header.masks[0]), BitField(header.masks[1]), BitField(header.masks[2]), BitField(header.masks[3])};
  const int bytes = header.pixel_bits / 8;
  for (int64_t x = 0; x < header.width_px; ++x, row += bytes) {
    uint32_t pixel = row[0] | row[1] << 8;
    if (bytes == 4) pixel |= row[2] << 16 | static_cast<uint32_t>(row[3]) << 24;
    for (int channel = 0; channel < channels; ++channel) *rgb++ = fields[channel](pixel);
  }
}

void ConvertBgr(const BmpHeader& header, const uint8_t* row, uint8_t* rgb) {
  for (int64_t x = 0; x < header.width_px; ++x, row += 3) {
    for (int channel = 2; channel >= 0; --channel) *rgb++ = row[channel];
  }
}

void ConvertRow(const BmpHeader& header, int channels, const uint8_t* row, uint8_t* rgb) {
  if (header.pixel_bits <= 8) return ConvertIndices(header, row, rgb);
  if (header.pixel_bits == 24) return ConvertBgr(header, row, rgb);
  ConvertFields(header, channels, row, rgb);
}

std::optional<PictureProblem> DecodeRows(absl::string_view bytes, const BmpHeader& header, Picture* picture) {
  int64_t at = header.data_begin;
  for (int64_t y = 0; y < header.height_px; ++y, at += header.stride()) {
    if (at + header.row_bytes() > static_cast<int64_t>(bytes.size())) return EndsEarly(PictureFormat::kBmp, y, header.height_px);
    uint8_t* const row = picture->Row(header.is_top_down ? y : header.height_px - 1 - y);
    ConvertRow(header, picture->channels, reinterpret_cast<const uint8_t*>(bytes.data()) + at, row);
  }
  return std::nullopt;
}

// RLE: pairs of a count and a colour, or of 0 and an escape. Rows run from bottom to top.
class RleReader {
 public:
  RleReader(absl::string_view bytes, const BmpHeader& header, Picture* picture)
      : rest_(bytes.substr(std::min<size_t>(bytes.size(), header.data_begin))), header_(header), picture_(*picture) {
    FillRow();
  }

  std::optional<PictureProblem> Run() {
    bool has_end = false;
    while (!has_end && y_ < header_.height_px && rest_.size() >= 2) {
      const int count = Byte(0);
      const int value = Byte(1);
      rest_.remove_prefix(2);
      if (count > 0) {
        for (int i = 0; i < count; ++i) PutIndex(Nibble(value, i));
      } else if (value == kEndOfPicture) {
        has_end = true;
      } else if (!Escape(value)) {
        return EndProblem();
      }
    }
    const bool is_in_last_row = y_ == header_.height_px - 1 && x_ > 0;
    if (y_ >= header_.height_px || (is_in_last_row && (has_end || x_ >= header_.width_px))) return std::nullopt;
    return EndProblem();
  }

 private:
  enum EscapeCode { kEndOfRow = 0, kEndOfPicture = 1, kMove = 2 };

  int Byte(size_t at) const { return static_cast<uint8_t>(rest_[at]); }
  // Of RLE4, a byte holds two indices.
  int Nibble(int byte, int i) const { return header_.pixel_bits == 8 ? byte : i % 2 == 0 ? byte >> 4 : byte & 15; }

  PictureProblem EndProblem() const { return EndsEarly(PictureFormat::kBmp, y_, header_.height_px); }

  // False at the end of the bytes.
  bool Escape(int code) {
    if (code == kEndOfRow) {
      x_ = 0;
      NextRow();
      return true;
    }
    const size_t needed = code == kMove ? 2 : header_.pixel_bits == 8 ? code : (code + 1) / 2;
    if (rest_.size() < needed) return false;
    if (code == kMove) {
      x_ += Byte(0);
      for (int rows = Byte(1); rows > 0; --rows) NextRow();
      rest_.remove_prefix(2);
      return true;
    }
    for (int i = 0; i < code; ++i) PutIndex(Nibble(Byte(header_.pixel_bits == 8 ? i : i / 2), i));
    // Literal indices fill words.
    rest_.remove_prefix(std::min(rest_.size(), (needed + 1) / 2 * 2));
    return true;
  }

  void NextRow() {
    ++y_;
    FillRow();
  }

  void FillRow() {
    if (y_ >= header_.height_px) return;
    row_ = picture_.Row(header_.height_px - 1 - y_);
    for (int64_t x = 0; x < header_.width_px; ++x) Put(header_.palette[0], row_ + 3 * x);
  }

  // Runs that leave the row are cut.
  void PutIndex(int index) {
    if (x_ >= header_.width_px) return;
    Put(header_.palette[index], row_ + 3 * x_);
    ++x_;
  }

  absl::string_view rest_;
  const BmpHeader& header_;
  Picture& picture_;
  int64_t x_ = 0;
  int64_t y_ = 0;  // from the bottom
  uint8_t* row_ = nullptr;
};

std::optional<PictureProblem> Decode(absl::string_view bytes, bool keeps_alpha, Picture* picture) {
  BmpHeader header;
  if (auto problem = ReadHeader(bytes, &header)) return problem;
  const bool has_alpha = header.pixel_bits > 8 && header.masks[3] != 0;
  picture->Reshape(header.height_px, header.width_px, keeps_alpha && has_alpha ? 4 : 3);
  if (header.is_run_length) return RleReader(bytes, header, picture).Run();
  return DecodeRows(bytes, header, picture);
}

}  // namespace

std::vector<PictureProblem> DecodeBmp(absl::string_view bytes, Picture* picture, bool keeps_alpha) {
  if (auto problem = Decode(bytes, keeps_alpha, picture)) return {*std::move(problem)};
  return {};
}

}  // namespace mica
