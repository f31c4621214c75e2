// Headers that chance has damaged: whatever the bytes are, the answer is a header that can be or a
// problem in words, after few reads inside the picture.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "data/decode/header_window.h"
#include "data/decode/picture_header.h"
#include "data/decode/test_pictures.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

// Checks what it is asked for. Hands out copies of just that many bytes, so that the address
// sanitizer sees a read behind them or through an old view.
class WatchedBytes : public PictureBytes {
 public:
  explicit WatchedBytes(const std::string& bytes) : bytes_(bytes) {}

  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  absl::string_view Read(int64_t position, int64_t size) override {
    ++reads_;
    is_sane_ = is_sane_ && position >= 0 && size > 0 && size <= kFirstHeaderRead && position <= this->size() - size;
    if (!is_sane_) return {};
    copy_ = std::vector<char>(bytes_.begin() + position, bytes_.begin() + position + size);
    return absl::string_view(copy_.data(), copy_.size());
  }
  bool is_sane() const { return is_sane_; }
  int reads() const { return reads_; }

 private:
  const std::string& bytes_;
  std::vector<char> copy_;
  bool is_sane_ = true;
  int reads_ = 0;
};

// Pictures whose headers hold more than Pillow writes.
std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (const TestPicture& picture : TestPictures()) seeds.push_back(picture.bytes);
  const std::string& png = TestPictureBytes("png_palette_alpha_2");
  std::string long_text = png;
  long_text.insert(33, PngChunk("tEXt", std::string(20000, 'x')));
  seeds.push_back(long_text);
  const std::string& jpeg = TestPictureBytes("jpeg_orientation_6");
  std::string long_profile = jpeg;
  long_profile.insert(2, absl::StrCat("\xff\xe2", Big16(30002), std::string(30000, 'x')));
  seeds.push_back(long_profile);
  seeds.push_back("P3 # by hand\n2 2\n255\n1 2 3 4 5 6 7 8 9 10 11 12\n");
  seeds.push_back(absl::StrCat("BM", std::string(8, '\0'), Little32(138), Little32(124), Little32(4), Little32(-4), Little16(1),
                               Little16(32), Little32(3), std::string(20, '\0'), Little32(0xff0000), Little32(0xff00), Little32(0xff),
                               Little32(0xff000000), std::string(68 + 64, '\0')));
  seeds.push_back(absl::StrCat(std::string(3, '\0'), "\x18", "ftypmif1", std::string(4, '\0'), "mif1heic", std::string(40, 'x')));
  return seeds;
}

// The checksums of a PNG's first chunks, so that more than its signature is tried.
void MendPng(std::string* bytes) {
  constexpr size_t kIhdrBegin = 8, kIhdrData = 16, kIhdrBytes = 13;
  if (bytes->size() < kIhdrData + kIhdrBytes + 4) return;
  bytes->replace(kIhdrBegin, 12 + kIhdrBytes, PngChunk("IHDR", bytes->substr(kIhdrData, kIhdrBytes)));
}

class Mutator {
 public:
  std::string Mutate(std::string bytes) {
    const bool is_png = bytes[0] == '\x89';
    for (int64_t change = Below(4); change >= 0; --change) Change(&bytes);
    if (is_png && Below(4) != 0) MendPng(&bytes);
    return bytes;
  }

  int64_t Below(int64_t bound) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound)); }

 private:
  // Most of what a header says stands at its beginning.
  size_t Position(const std::string& bytes) {
    const size_t bound = Below(3) == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 64);
    return bound == 0 ? 0 : static_cast<size_t>(Below(static_cast<int64_t>(bound)));
  }

  void Change(std::string* bytes) {
    const size_t at = Position(*bytes);
    if (bytes->empty()) return;
    switch (Below(6)) {
      case 0:
        (*bytes)[at] = static_cast<char>((*bytes)[at] ^ (1 << Below(8)));
        break;
      case 1:
        (*bytes)[at] = static_cast<char>(Below(256));
        break;
      case 2:
        bytes->resize(at);
        break;
      case 3:
        bytes->insert(at, std::string(static_cast<size_t>(Below(20)), static_cast<char>(Below(256))));
        break;
      case 4:
        bytes->erase(at, static_cast<size_t>(Below(9)));
        break;
      case 5: {
        constexpr uint32_t kNumbers[] = {0, 1, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
        const uint32_t number = kNumbers[Below(9)];
        bytes->replace(at, 4, Below(2) == 0 ? Big32(number) : Little32(number));
        break;
      }
    }
  }

  std::mt19937 random_{20240607};
};

bool IsBits(int bits) {
  return bits >= 1 && bits <= 32;
}

void ExpectCanBe(const ProbeResult& probe) {
  ASSERT_TRUE(probe.header.has_value() || probe.problem.has_value());
  if (probe.header.has_value()) {
    const PictureHeader& header = *probe.header;
    ASSERT_TRUE(header.width_px > 0 && header.height_px > 0 && int64_t{header.width_px} * header.height_px <= kMaxPicturePixels);
    ASSERT_TRUE(header.orientation >= 1 && header.orientation <= 8);
    ASSERT_TRUE(IsBits(header.bits)) << int{header.bits};
  }
  if (probe.problem.has_value()) {
    const std::string& message = probe.problem->message;
    ASSERT_NE(message.find("; "), std::string::npos) << "without a remedy: " << message;
    ASSERT_TRUE(std::none_of(message.begin(), message.end(), absl::ascii_iscntrl)) << message;
    ASSERT_EQ(probe.problem->is_usable, probe.header.has_value());
  }
}

TEST(PictureHeaderFuzzTest, SurvivesDamagedHeaders) {
  constexpr int kMutants = 100000;
  const std::vector<std::string> seeds = Seeds();
  Mutator mutator;
  int accepted = 0;
  int faults[9] = {};
  for (int i = 0; i < kMutants; ++i) {
    const std::string mutant = mutator.Mutate(seeds[static_cast<size_t>(i) % seeds.size()]);
    WatchedBytes bytes(mutant);
    const ProbeResult probe = ProbePicture(bytes);
    ASSERT_TRUE(bytes.is_sane()) << i;
    ASSERT_LE(bytes.reads(), kMaxHeaderReads) << i;
    ASSERT_NO_FATAL_FAILURE(ExpectCanBe(probe)) << i;
    ASSERT_EQ(Shown(probe), Shown(ProbePicture(mutant))) << i;
    accepted += probe.header.has_value();
    if (probe.problem.has_value()) ++faults[static_cast<size_t>(probe.problem->fault)];
  }
  EXPECT_GT(accepted, kMutants / 10) << "the mutants are too wild to test what lies behind the first check";
  for (const PictureFault fault : {PictureFault::kNotAPicture, PictureFault::kUnsupportedFormat, PictureFault::kBrokenHeader,
                                   PictureFault::kTooLarge, PictureFault::kTruncated}) {
    EXPECT_GT(faults[static_cast<size_t>(fault)], kMutants / 200) << PictureFaultName(fault);
  }
}

// The same behind each format's first bytes: all lengths and positions at once.
TEST(PictureHeaderFuzzTest, SurvivesNoise) {
  std::mt19937 random(5);
  const std::string starts[] = {"\xff\xd8\xff", TestPictureBytes("png_rgb").substr(0, 33), "BM", "RIFF....WEBPVP8X", "P6 ", ""};
  for (int i = 0; i < 20000; ++i) {
    std::string noise(3000, '\0');
    for (char& byte : noise) byte = static_cast<char>(random() % (i % 3 == 0 ? 4 : 256));
    const std::string bytes = starts[static_cast<size_t>(i) % std::size(starts)] + noise;
    WatchedBytes watched(bytes);
    const ProbeResult probe = ProbePicture(watched);
    ASSERT_TRUE(watched.is_sane()) << i;
    ASSERT_NO_FATAL_FAILURE(ExpectCanBe(probe)) << i;
  }
}

// One megabyte of each kind of byte that a reader may walk through without an end.
TEST(PictureHeaderFuzzTest, BoundsTheWorkOnEndlessHeaders) {
  const std::string fillers[] = {std::string("\0", 1), "\xff", "\xff\x01", std::string("\xff\xe0\0\2", 4),
                                 PngChunk("tEXt", ""), " ",    "#\n",      absl::StrCat("JUNK", Little32(0))};
  const std::string starts[] = {"\xff\xd8\xff", TestPictureBytes("png_rgb").substr(0, 33), "P6 ",
                                absl::StrCat("RIFF", Little32(0xfffffff0), "WEBPVP8X", Little32(10), std::string(10, '\1'))};
  for (const std::string& start : starts) {
    for (const std::string& filler : fillers) {
      std::string bytes = start;
      while (bytes.size() < (8 << 20)) bytes += filler;
      WatchedBytes watched(bytes);
      const ProbeResult probe = ProbePicture(watched);
      EXPECT_TRUE(watched.is_sane());
      EXPECT_LE(watched.reads(), kMaxHeaderReads);
      EXPECT_FALSE(probe.header.has_value());
    }
  }
}

}  // namespace
}  // namespace mica
