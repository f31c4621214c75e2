#include "data/decode/jpeg_decoder.h"

// jpeglib.h needs size_t and FILE.
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"
#include "data/decode/error_jump.h"

namespace mica {
namespace {

// Each coefficient of three components in a scan of its own. A small file with many more would keep
// a large picture busy for minutes.
constexpr int kMaxScans = 3 * DCTSIZE2;

constexpr int kCmykChannels = 4;

// Upsampling takes colours of the pixels beside a row's ends, so that many more columns are
// decoded.
constexpr int kMarginPx = 2;

// libjpeg's object and what it said.
class JpegReader {
 public:
  explicit JpegReader(absl::string_view bytes) : bytes_(bytes) {}
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }

  std::optional<PictureProblem> ReadHeader();
  PictureSize size() const { return {static_cast<int32_t>(codec_.image_height), static_cast<int32_t>(codec_.image_width)}; }
  std::optional<PictureProblem> ReadRows(const PictureRegion& region, int reduction, Picture* picture, PictureBox* box);
  // After ReadRows.
  std::vector<PictureProblem> Findings();

 private:
  static JpegReader& Of(j_common_ptr codec) { return *static_cast<JpegReader*>(codec->client_data); }
  static void OnError(j_common_ptr codec);
  static void OnMessage(j_common_ptr codec, int level);
  static void OnProgress(j_common_ptr codec);

  void Create();
  void OnWarning(int code);
  [[noreturn]] void Stop() { longjmp(escape_, 1); }
  void ChooseColours();
  void CheckScans();
  bool HasUsualSampling() const;
  bool IsCoarse() const;
  void ReadWindow(const PictureRegion& window, Picture* picture, PictureBox* box);
  void SkipOutside(const PictureRegion& window, JDIMENSION* left);
  void PutCmyk(const uint8_t* row, const PictureRegion& window, uint8_t* result) const;
  PictureProblem EndProblem() const;
  PictureProblem ErrorProblem(PictureFault otherwise) const;
  PictureProblem WarningProblem() const;

  enum class Place { kHeader, kRows, kEnd };

  const absl::string_view bytes_;
  Place place_ = Place::kHeader;
  std::jmp_buf escape_;
  jpeg_decompress_struct codec_ = {};
  jpeg_error_mgr errors_ = {};
  jpeg_progress_mgr progress_ = {};
  char error_[JMSG_LENGTH_MAX] = {};
  char first_warning_[JMSG_LENGTH_MAX] = {};
  int warnings_ = 0;
  int header_warnings_ = 0;  // those of left-over bytes in the header
  bool has_lost_rows_ = false;
  bool has_run_out_ = false;  // of bytes, before an end marker
  bool is_coarse_ = false;    // its last scans are missing
};

// Warnings that say nothing about pixels.
bool IsHarmless(int code) {
  return code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM || code == JWRN_NOT_SEQUENTIAL || code == JWRN_BOGUS_ICC;
}

void JpegReader::OnError(j_common_ptr codec) {
  JpegReader& reader = Of(codec);
  codec->err->format_message(codec, reader.error_);
  reader.Stop();
}

void JpegReader::OnMessage(j_common_ptr codec, int level) {
  if (level < 0) Of(codec).OnWarning(codec->err->msg_code);  // others are traces
}

void JpegReader::OnProgress(j_common_ptr codec) {
  JpegReader& reader = Of(codec);
  if (reader.codec_.input_scan_number <= kMaxScans) return;
  reader.errors_.msg_code = JMSG_NOMESSAGE;
  std::snprintf(reader.error_, sizeof(reader.error_), "more than %d scans", kMaxScans);
  reader.Stop();
}

void JpegReader::OnWarning(int code) {
  if (IsHarmless(code)) return;
  if (code == JWRN_JPEG_EOF) {
    has_run_out_ = true;
    if (!codec_.arith_code || place_ != Place::kRows) return;
  }
  if (code == JWRN_JPEG_EOF || (code == JWRN_HIT_MARKER && codec_.unread_marker == JPEG_EOI)) {
    has_lost_rows_ = true;
    Stop();
  }
  if (place_ == Place::kHeader && code == JWRN_EXTRANEOUS_DATA) ++header_warnings_;
  if (warnings_++ == 0) errors_.format_message(reinterpret_cast<j_common_ptr>(&codec_), first_warning_);
  // Without restart markers, nothing that follows is in its place.
  if (code == JWRN_HIT_MARKER && codec_.restart_interval == 0) Stop();
}

void JpegReader::Create() {
  codec_.err = jpeg_std_error(&errors_);
  codec_.client_data = this;
  errors_.error_exit = &JpegReader::OnError;
  errors_.emit_message = &JpegReader::OnMessage;
  jpeg_create_decompress(&codec_);
  progress_.progress_monitor = &JpegReader::OnProgress;
  codec_.progress = &progress_;
  jpeg_mem_src(&codec_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
}

std::optional<PictureProblem> JpegReader::ReadHeader() {
  if (bytes_.empty()) return EndsInHeader(PictureFormat::kJpeg);
  const bool done = RunGuarded(&escape_, [this] {
    Create();
    jpeg_read_header(&codec_, TRUE);
  });
  if (!done && has_run_out_) return EndsInHeader(PictureFormat::kJpeg);
  if (!done) return ErrorProblem(PictureFault::kBrokenHeader);
  if (auto problem = SizeProblem(PictureFormat::kJpeg, codec_.image_height, codec_.image_width)) return problem;
  if (codec_.num_components == 2 || codec_.jpeg_color_space == JCS_UNKNOWN) {
    return Unusable(PictureFault::kUnsupportedFormat, absl::StrCat("is a JPEG with ", codec_.num_components, " components"));
  }
  return std::nullopt;
}

void JpegReader::ChooseColours() {
  switch (codec_.num_components) {
    case 1:
      codec_.out_color_space = JCS_GRAYSCALE;
      return;
    case kCmykChannels:
      codec_.out_color_space = JCS_CMYK;
      return;
    default:
      codec_.out_color_space = JCS_RGB;
  }
}

// A component's first scan sets its quantisation table.
bool HasTable(const jpeg_decompress_struct& codec, int component) {
  return codec.comp_info[component].quant_table != nullptr;
}

// libjpeg's coef_bits: the lowest bit that was sent of each coefficient, -1 for none; null if the
// file is not progressive.
bool HasMean(const jpeg_decompress_struct& codec, int component) {
  return HasTable(codec, component) && (codec.coef_bits == nullptr || codec.coef_bits[component][0] >= 0);
}

bool HasAllBits(const jpeg_decompress_struct& codec, int component) {
  if (!HasTable(codec, component)) return false;
  if (codec.coef_bits == nullptr) return true;
  const int* const lowest_bits = codec.coef_bits[component];
  return std::all_of(lowest_bits, lowest_bits + DCTSIZE2, [](int lowest_bit) { return lowest_bit == 0; });
}

bool JpegReader::IsCoarse() const {
  for (int component = 0; component < codec_.num_components; ++component) {
    if (!HasAllBits(codec_, component)) return true;
  }
  return false;
}

// Files with several scans are read to their end before any row comes out. A progressive file may
// end before all bits were sent, but not before each component's mean; without its end marker, it
// must have sent all.
void JpegReader::CheckScans() {
  if (!jpeg_has_multiple_scans(&codec_)) return;
  for (int component = 0; component < codec_.num_components; ++component) {
    if (!(has_run_out_ ? HasAllBits : HasMean)(codec_, component)) has_lost_rows_ = true;
  }
  if (has_lost_rows_) Stop();
  is_coarse_ = IsCoarse();
}

// libjpeg-turbo 2.1 reads memory that it has not written when it crops pictures of other factors.
bool JpegReader::HasUsualSampling() const {
  const jpeg_component_info* const components = codec_.comp_info;
  if (codec_.num_components != 1 && codec_.num_components != 3) return false;
  for (int i = 1; i < codec_.num_components; ++i) {
    if (components[i].h_samp_factor != 1 || components[i].v_samp_factor != 1) return false;
  }
  const int most = codec_.num_components == 1 ? 1 : 2;
  return components[0].h_samp_factor <= most && components[0].v_samp_factor <= most;
}

// Of ink that is stored inverted.
uint8_t Light(int ink, int black) {
  return static_cast<uint8_t>((ink * black + 127) / 255);
}

void CmykToRgb(const uint8_t* cmyk, int64_t pixels, uint8_t inversion, uint8_t* rgb) {
  for (const uint8_t* const end = cmyk + pixels * kCmykChannels; cmyk < end; cmyk += kCmykChannels) {
    const int black = cmyk[3] ^ inversion;
    for (int ink = 0; ink < 3; ++ink) *rgb++ = Light(cmyk[ink] ^ inversion, black);
  }
}

// `left`: the column of the whole picture with which rows then begin.
void JpegReader::SkipOutside(const PictureRegion& window, JDIMENSION* left) {
  // Coarse pictures are smoothed across blocks, which cropping would change.
  if (!HasUsualSampling() || is_coarse_) return;
  const JDIMENSION begin = std::max(0, window.left_px - kMarginPx);
  JDIMENSION width = std::min<JDIMENSION>(window.right_px() + kMarginPx, codec_.output_width) - begin;
  if (width < codec_.output_width) {
    *left = begin;
    jpeg_crop_scanline(&codec_, left, &width);
  }
  if (window.top_px > 0) jpeg_skip_scanlines(&codec_, window.top_px);
}

constexpr JDIMENSION kRowsPerCall = 16;

void JpegReader::PutCmyk(const uint8_t* row, const PictureRegion& window, uint8_t* result) const {
  CmykToRgb(row + window.left_px * kCmykChannels, window.width_px, codec_.saw_Adobe_marker ? 0 : 0xff, result);
}

// Rows go to the picture as they come, with the columns beside the window: to copy them would take
// a tenth of the time. Those above the window are overwritten.
void JpegReader::ReadWindow(const PictureRegion& window, Picture* picture, PictureBox* box) {
  JDIMENSION left = 0;
  SkipOutside(window, &left);
  const bool is_cmyk = codec_.out_color_space == JCS_CMYK;
  const auto top = static_cast<JDIMENSION>(window.top_px), bottom = static_cast<JDIMENSION>(window.bottom_px());
  if (is_cmyk) {
    picture->Reshape(window.height_px, window.width_px, 3);
  } else {
    picture->Reshape(window.height_px, static_cast<int32_t>(codec_.output_width), codec_.output_components);
    box->left += window.left_px - static_cast<int32_t>(left);
  }
  JSAMPARRAY inks = nullptr;
  if (is_cmyk) {
    const JDIMENSION row_bytes = codec_.output_width * kCmykChannels;
    inks = codec_.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&codec_), JPOOL_IMAGE, row_bytes, kRowsPerCall);
  }
  while (codec_.output_scanline < bottom) {
    const JDIMENSION first = codec_.output_scanline;
    const JDIMENSION wanted = std::min(kRowsPerCall, bottom - first);
    const auto row_of = [&](JDIMENSION i) { return picture->Row(first + i > top ? first + i - top : 0); };
    JSAMPROW rows[kRowsPerCall];
    for (JDIMENSION i = 0; i < wanted; ++i) rows[i] = is_cmyk ? inks[i] : row_of(i);
    const JDIMENSION count = jpeg_read_scanlines(&codec_, rows, wanted);
    for (JDIMENSION i = 0; is_cmyk && i < count; ++i) PutCmyk(inks[i], window, row_of(i));
  }
}

// The pixels of a scaled picture that the region touches.
PictureRegion Cover(const PictureRegion& region, int scale) {
  PictureRegion cover;
  cover.left_px = region.left_px / scale;
  cover.top_px = region.top_px / scale;
  cover.width_px = (region.right_px() + scale - 1) / scale - cover.left_px;
  cover.height_px = (region.bottom_px() + scale - 1) / scale - cover.top_px;
  return cover;
}

PictureBox BoxIn(const PictureRegion& window, const PictureRegion& region, double scale) {
  return {region.left_px / scale - window.left_px, region.top_px / scale - window.top_px, region.width_px / scale,
          region.height_px / scale};
}

std::optional<PictureProblem> JpegReader::ReadRows(const PictureRegion& region, int reduction, Picture* picture, PictureBox* box) {
  ChooseColours();
  const int scale = HasUsualSampling() ? reduction : 1;
  codec_.scale_num = 1;
  codec_.scale_denom = scale;
  const PictureRegion window = Cover(region, scale);
  *box = BoxIn(window, region, scale);
  place_ = Place::kRows;
  const bool done = RunGuarded(&escape_, [&] {
    jpeg_start_decompress(&codec_);
    CheckScans();
    ReadWindow(window, picture, box);
  });
  if (done) return std::nullopt;
  if (has_lost_rows_ || has_run_out_) return EndProblem();
  return error_[0] == '\0' ? WarningProblem() : ErrorProblem(PictureFault::kCorrupt);
}

PictureProblem JpegReader::EndProblem() const {
  const int64_t height = codec_.image_height;
  const int64_t row = std::min(height, int64_t{codec_.input_iMCU_row} * codec_.max_v_samp_factor * DCTSIZE);
  if (codec_.input_scan_number <= 1) return EndsEarly(PictureFormat::kJpeg, row, height);
  return Unusable(PictureFault::kTruncated,
                  absl::StrCat("JPEG ends early (scan ", codec_.input_scan_number, ", row ", row, " of ", height, ")"));
}

PictureProblem JpegReader::ErrorProblem(PictureFault otherwise) const {
  switch (errors_.msg_code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
      return Unusable(PictureFault::kUnsupportedFormat, error_);
    case JERR_NO_BACKING_STORE:  // JPEGMEM, libjpeg's variable of the environment, allows no more
    case JERR_OUT_OF_MEMORY:
      return NoMemory();
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      return Unusable(PictureFault::kTooLarge, absl::StrCat("is too large for libjpeg: ", error_));
    default:
      return Unusable(otherwise,
                      absl::StrCat(otherwise == PictureFault::kBrokenHeader ? "broken JPEG header: " : "corrupt JPEG data: ", error_));
  }
}

PictureProblem JpegReader::WarningProblem() const {
  const std::string count = warnings_ > 1 ? absl::StrCat(" (", warnings_, " warnings)") : "";
  return {PictureFault::kCorrupt, /*is_usable=*/warnings_ == header_warnings_, absl::StrCat(first_warning_, count)};
}

std::vector<PictureProblem> JpegReader::Findings() {
  place_ = Place::kEnd;
  const bool has_rows_left = codec_.output_scanline < codec_.output_height;
  const bool done = has_rows_left || RunGuarded(&escape_, [this] { jpeg_finish_decompress(&codec_); });
  if (warnings_ > 0) return {WarningProblem()};
  if (has_run_out_) return {Note(PictureFault::kTruncated, "JPEG has no end marker; all rows are there")};
  if (is_coarse_) return {Note(PictureFault::kTruncated, "progressive JPEG without its last scans; all rows are there, but coarse")};
  if (!done) return {Note(PictureFault::kCorrupt, absl::StrCat("corrupt JPEG data: ", error_, "; all rows are there"))};
  return {};
}

}  // namespace

std::vector<PictureProblem> DecodeJpeg(absl::string_view bytes, Picture* picture) {
  JpegReader reader(bytes);
  if (auto problem = reader.ReadHeader()) return {*std::move(problem)};
  PictureBox box;
  if (auto problem = reader.ReadRows(PictureRegion::Whole(reader.size()), /*reduction=*/1, picture, &box)) return {*std::move(problem)};
  return reader.Findings();
}

std::vector<PictureProblem> DecodeJpegPart(absl::string_view bytes, const JpegPart& part, Picture* picture, PictureBox* box) {
  JpegReader reader(bytes);
  if (auto problem = reader.ReadHeader()) return {*std::move(problem)};
  if (reader.size() != part.whole) return {OtherSize(PictureFormat::kJpeg, reader.size(), part.whole)};
  if (auto problem = reader.ReadRows(part.region, part.reduction, picture, box)) return {*std::move(problem)};
  return reader.Findings();
}

}  // namespace mica
