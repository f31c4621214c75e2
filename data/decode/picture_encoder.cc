#include "data/decode/picture_encoder.h"

#include <glog/logging.h>
#include <png.h>

// jpeglib.h needs size_t and FILE.
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "data/decode/error_jump.h"

namespace mica {
namespace {

constexpr int32_t kMaxJpegSide = JPEG_MAX_DIMENSION;
constexpr int kMinFullColourQuality = 90;

void CheckPicture(const Picture& picture) {
  CHECK(picture.height_px > 0 && picture.width_px > 0 && (picture.channels == 1 || picture.channels == 3));
  CHECK_EQ(picture.pixels.size(), static_cast<size_t>(picture.height_px * picture.row_bytes()));
}

class PngWriter {
 public:
  PngWriter() = default;
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }

  // False without memory.
  bool Write(const Picture& picture) {
    return RunGuarded(&escape_, [this, &picture] {
      Create();
      Configure(picture);
      png_write_info(png_, info_);
      for (int32_t y = 0; y < picture.height_px; ++y) png_write_row(png_, picture.Row(y));
      png_write_end(png_, nullptr);
    });
  }

  std::string& bytes() { return bytes_; }

 private:
  [[noreturn]] static void OnError(png_structp png, png_const_charp /*text*/) {
    longjmp(static_cast<PngWriter*>(png_get_error_ptr(png))->escape_, 1);
  }
  static void OnWarning(png_structp /*png*/, png_const_charp /*text*/) {}
  static void OnWrite(png_structp png, png_bytep bytes, size_t size) {
    if (!static_cast<PngWriter*>(png_get_io_ptr(png))->Append(bytes, size)) png_error(png, "no memory");
  }

  // False without memory: libpng is C, which an exception must not leave, and a jump must not leave
  // a handler.
  bool Append(const uint8_t* bytes, size_t size) noexcept {
    try {
      bytes_.append(reinterpret_cast<const char*>(bytes), size);
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  void Create() {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, &PngWriter::OnError, &PngWriter::OnWarning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) longjmp(escape_, 1);
  }

  void Configure(const Picture& picture) {
    constexpr int kFastest = 1;
    png_set_write_fn(png_, this, &PngWriter::OnWrite, nullptr);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(png_, kFastest);
    png_set_filter(png_, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
    png_set_IHDR(png_, info_, picture.width_px, picture.height_px, 8, picture.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  }

  std::jmp_buf escape_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::string bytes_;
};

class JpegWriter {
 public:
  JpegWriter() = default;
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;
  ~JpegWriter() { jpeg_destroy_compress(&codec_); }

  // False without memory.
  bool Write(const Picture& picture, int quality, JpegColours colours) {
    return RunGuarded(&escape_, [this, &picture, quality, colours] {
      Create();
      Configure(picture, quality, colours);
      jpeg_start_compress(&codec_, TRUE);
      while (codec_.next_scanline < codec_.image_height) {
        JSAMPROW row = const_cast<JSAMPROW>(picture.Row(codec_.next_scanline));
        jpeg_write_scanlines(&codec_, &row, 1);
      }
      jpeg_finish_compress(&codec_);
    });
  }

  // Once, after Write.
  std::string TakeBytes() {
    // libjpeg frees what it outgrew, and says so only at the end.
    const std::unique_ptr<unsigned char, decltype(&std::free)> buffer(buffer_, &std::free);
    return std::string(reinterpret_cast<const char*>(buffer.get()), size_);
  }

 private:
  [[noreturn]] static void OnError(j_common_ptr codec) { longjmp(static_cast<JpegWriter*>(codec->client_data)->escape_, 1); }
  static void OnMessage(j_common_ptr /*codec*/, int /*level*/) {}

  void Create() {
    codec_.err = jpeg_std_error(&errors_);
    codec_.client_data = this;
    errors_.error_exit = &JpegWriter::OnError;
    errors_.emit_message = &JpegWriter::OnMessage;
    jpeg_create_compress(&codec_);
    jpeg_mem_dest(&codec_, &buffer_, &size_);
  }

  void Configure(const Picture& picture, int quality, JpegColours colours) {
    codec_.image_height = picture.height_px;
    codec_.image_width = picture.width_px;
    codec_.input_components = picture.channels;
    codec_.in_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&codec_);
    jpeg_set_quality(&codec_, quality, TRUE);
    if (quality < kMinFullColourQuality || colours == JpegColours::kHalfResolution) return;
    codec_.comp_info[0].h_samp_factor = 1;
    codec_.comp_info[0].v_samp_factor = 1;
  }

  std::jmp_buf escape_;
  jpeg_compress_struct codec_ = {};
  jpeg_error_mgr errors_ = {};
  unsigned char* buffer_ = nullptr;  // from malloc
  unsigned long size_ = 0;
};

}  // namespace

std::string EncodePng(const Picture& picture) {
  CheckPicture(picture);
  PngWriter writer;
  if (!writer.Write(picture)) throw std::bad_alloc();
  return std::move(writer.bytes());
}

absl::StatusOr<std::string> EncodeJpeg(const Picture& picture, int quality, JpegColours colours) {
  CheckPicture(picture);
  if (std::max(picture.height_px, picture.width_px) > kMaxJpegSide) {
    return OutputError(absl::StrCat("a JPEG holds at most ", kMaxJpegSide, " pixels a side, and the picture has ", picture.width_px, " x ",
                                    picture.height_px, "; write a PNG"));
  }
  JpegWriter writer;
  if (!writer.Write(picture, quality, colours)) throw std::bad_alloc();
  return writer.TakeBytes();
}

}  // namespace mica
