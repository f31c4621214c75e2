#include "data/decode/picture_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

std::string Probed(absl::string_view bytes) {
  return Shown(ProbePicture(bytes));
}

TEST(PictureHeaderTest, AgreesWithPillow) {
  ASSERT_EQ(TestPictures().size(), 30u);
  for (const TestPicture& picture : TestPictures()) EXPECT_EQ(Probed(picture.bytes), picture.shown) << picture.name;
}

// Every reader needs what lies before the picture's data, and nothing behind that.
TEST(PictureHeaderTest, NeverTakesACutHeaderForAnotherPicture) {
  for (const TestPicture& picture : TestPictures()) {
    for (size_t size = 0; size < picture.bytes.size(); ++size) {
      const ProbeResult probe = ProbePicture(absl::string_view(picture.bytes).substr(0, size));
      ASSERT_NE(probe.header.has_value(), probe.problem.has_value());
      if (probe.header.has_value()) {
        ASSERT_EQ(Shown(probe), picture.shown) << size;
      } else if (size >= 12) {
        ASSERT_EQ(probe.problem->fault, PictureFault::kTruncated) << picture.name << " " << size;
      }
    }
  }
}

TEST(PictureHeaderTest, DoesNotCareWhatFollows) {
  for (const TestPicture& picture : TestPictures())
    EXPECT_EQ(Probed(picture.bytes + std::string(20000, 'x')), picture.shown) << picture.name;
}

TEST(PictureHeaderTest, NamesFilesWithoutContent) {
  EXPECT_EQ(Probed(""), "empty: has 0 bytes; copy or download it again");
  EXPECT_EQ(Probed(std::string(5000, '\0')),
            "zeros: begins with nothing but zeros, as a broken download or copy leaves; copy or download it again");
}

TEST(PictureHeaderTest, NamesOtherFiles) {
  EXPECT_THAT(Probed("GIF89a"), StartsWith("unsupported format: is a GIF picture"));
  EXPECT_THAT(Probed("<html>"), StartsWith("not a picture: is a web page"));
  EXPECT_THAT(Probed("RIFF"), StartsWith("not a picture: "));
}

TEST(PictureHeaderTest, DoesNotTakeWordsForPictures) {
  EXPECT_THAT(Probed("BMW and other brands of cars and motorcycles"), StartsWith("not a picture: is text that begins with \"BMW"));
  EXPECT_THAT(Probed("P5, the fifth page"), StartsWith("not a picture: is text"));
  EXPECT_THAT(Probed("\xff\xd8 without a marker"), StartsWith("not a picture: "));
}

// Fails from `position_` on.
class FailingBytes : public PictureBytes {
 public:
  FailingBytes(absl::string_view bytes, int64_t position) : bytes_(bytes), position_(position) {}

  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  absl::string_view Read(int64_t position, int64_t size) override {
    has_failed_ = has_failed_ || position + size > position_;
    return position < position_ ? bytes_.substr(position, std::min(size, position_ - position)) : absl::string_view();
  }
  std::string error() const override { return has_failed_ ? "cannot read: Input/output error; copy it from another place" : ""; }

 private:
  const absl::string_view bytes_;
  const int64_t position_;
  bool has_failed_ = false;
};

TEST(PictureHeaderTest, TellsAFailedReadFromACutPicture) {
  for (const int64_t position : {0, 5, 60}) {
    FailingBytes bytes(TestPictureBytes("jpeg_rgb"), position);
    EXPECT_EQ(Shown(ProbePicture(bytes)), "unreadable: cannot read: Input/output error; copy it from another place");
  }
}

class CountedBytes : public PictureInMemory {
 public:
  using PictureInMemory::PictureInMemory;
  absl::string_view Read(int64_t position, int64_t size) override {
    ++reads_;
    return PictureInMemory::Read(position, size);
  }
  int reads() const { return reads_; }

 private:
  int reads_ = 0;
};

TEST(PictureHeaderTest, ReadsTheUsualPictureOnce) {
  for (const TestPicture& picture : TestPictures()) {
    CountedBytes bytes(picture.bytes);
    ProbePicture(bytes);
    EXPECT_EQ(bytes.reads(), 1) << picture.name;
  }
}

}  // namespace
}  // namespace mica
