#include "data/decode/picture_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/testing/test_files.h"
#include "data/decode/picture_header.h"
#include "data/decode/test_pictures.h"

namespace mica {
namespace {

using ::testing::StartsWith;

class PictureFileTest : public testing::Test {
 protected:
  std::string Opened(const std::string& path) {
    const std::optional<PictureProblem> problem = file_.Open(path);
    if (!problem.has_value()) return "opened";
    EXPECT_EQ(problem->fault, PictureFault::kUnreadable);
    EXPECT_FALSE(problem->is_usable);
    EXPECT_EQ(file_.size(), 0);
    EXPECT_EQ(Shown(ProbePicture(file_)), "unreadable: " + problem->message);
    return problem->message;
  }

  // A descriptor that stays open is found here.
  static int NextDescriptor() {
    const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(file);
    return file;
  }

  const std::string folder_ = MakeTestFolder("picture_file");
  PictureFile file_;
};

TEST_F(PictureFileTest, ServesOnePictureAfterAnother) {
  for (const TestPicture& picture : TestPictures()) WriteTestFile(folder_ + "/" + picture.name, picture.bytes);
  const int before = NextDescriptor();
  for (const TestPicture& picture : TestPictures()) {
    ASSERT_EQ(file_.Open(folder_ + "/" + picture.name), std::nullopt);
    EXPECT_EQ(file_.size(), static_cast<int64_t>(picture.bytes.size()));
    EXPECT_EQ(Shown(ProbePicture(file_)), picture.shown);
  }
  file_.Close();
  EXPECT_EQ(NextDescriptor(), before);
}

TEST_F(PictureFileTest, OpensBelowAFolder) {
  WriteTestFile(folder_ + "/a", TestPictureBytes("png_rgb"));
  const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_GE(folder, 0);
  EXPECT_EQ(file_.Open("a", folder), std::nullopt);
  EXPECT_EQ(Shown(ProbePicture(file_)), "PNG RGB, 8 bits, 7 x 5");
  close(folder);
}

TEST_F(PictureFileTest, ReadsAnyPart) {
  std::string content;
  for (int i = 0; i < 100000; ++i) content.push_back(static_cast<char>(i * 7 >> 3));
  WriteTestFile(folder_ + "/a", content);
  ASSERT_EQ(file_.Open(folder_ + "/a"), std::nullopt);
  EXPECT_EQ(file_.Read(0, 100000), content);
  EXPECT_EQ(file_.Read(99990, 1000), content.substr(99990));
  EXPECT_EQ(file_.Read(50000, 10), content.substr(50000, 10));
  EXPECT_EQ(file_.Read(100000, 1), "");
  EXPECT_EQ(file_.Read(INT64_MAX, 1), "");
  EXPECT_EQ(file_.Read(0, INT64_MAX), content);
  EXPECT_EQ(file_.error(), "");
}

TEST_F(PictureFileTest, FindsFewerBytesOnceTheFileIsCut) {
  WriteTestFile(folder_ + "/a", std::string(1000, 'x'));
  ASSERT_EQ(file_.Open(folder_ + "/a"), std::nullopt);
  ASSERT_EQ(truncate((folder_ + "/a").c_str(), 300), 0);
  EXPECT_EQ(file_.Read(0, 1000).size(), 300u);
  EXPECT_EQ(file_.error(), "");
}

TEST_F(PictureFileTest, SaysWhyAFileCannotBeOpened) {
  EXPECT_EQ(Opened(folder_ + "/gone"), "cannot open: No such file or directory; put it back, or list the folder again");
  std::filesystem::create_symlink("loop", folder_ + "/loop");
  EXPECT_THAT(Opened(folder_ + "/loop"), StartsWith("cannot open: Too many levels of symbolic links; "));
}

TEST_F(PictureFileTest, RefusesWhatIsNoRegularFile) {
  const int before = NextDescriptor();
  EXPECT_EQ(Opened(folder_), "is a folder, not a regular file; leave it out");
  EXPECT_EQ(Opened("/dev/null"), "is a device, not a regular file; leave it out");
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(Opened(fifo), "is a named pipe (FIFO), not a regular file; leave it out");
  EXPECT_EQ(NextDescriptor(), before);
}

TEST_F(PictureFileTest, RefusesSockets) {
  const std::filesystem::path old = std::filesystem::current_path();
  std::filesystem::current_path(folder_);  // an address is short
  const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {AF_UNIX, "socket"};
  ASSERT_EQ(bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(Opened("socket"), "cannot open: No such device or address; it is a socket or a device; leave it out");
  close(made);
  std::filesystem::current_path(old);
}

TEST_F(PictureFileTest, ForgetsAnErrorWithTheNextFile) {
  WriteTestFile(folder_ + "/a", TestPictureBytes("bmp_24"));
  EXPECT_NE(Opened(folder_ + "/gone"), "opened");
  EXPECT_EQ(Opened(folder_ + "/a"), "opened");
  EXPECT_EQ(file_.error(), "");
  EXPECT_EQ(Shown(ProbePicture(file_)), "BMP RGB, 8 bits, 7 x 5");
}

}  // namespace
}  // namespace mica
