// Every shipped experiment can run, but those whose data is their users':
// tests/integration/picture_experiments_test tries them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"

namespace mica {
namespace {

constexpr char kFashionMnist[] = "/usr/share/datasets/fashion-mnist";
const char* const kOnOwnPictures[] = {"cats_dogs_alexnet_groups",
                                      "cats_dogs_resnet18_adam",
                                      "cats_dogs_resnet18_sgd",
                                      "cats_dogs_small_cnn",
                                      "fashion_mnist_jpeg_folder_tiny_vgg",
                                      "food11_cnn_adam",
                                      "food11_cnn_adam_tta",
                                      "garbage40_list_files",
                                      "garbage40_simpleconv3"};

// Their files are fetched when they are run.
const char* const kFetched[] = {"imagenet_efficientnet_lite0", "stamps_mobilenet_v2", "stamps_mobilenet_v2_adam",
                                "stamps_mobilenet_v2_from_scratch"};

std::string Root() {
  return absl::StrCat(getenv("TEST_SRCDIR"), "/", getenv("TEST_WORKSPACE"));
}

TEST(ShippedExperimentsTest, CheckFindsThemValid) {
  if (!std::filesystem::exists(kFashionMnist)) GTEST_SKIP() << kFashionMnist << " is not there";
  MicaCommand command = {{"check"}, Root()};
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(Root() + "/experiments")) {
    const bool is_on_own = std::count(std::begin(kOnOwnPictures), std::end(kOnOwnPictures), entry.path().stem()) > 0 ||
                           std::count(std::begin(kFetched), std::end(kFetched), entry.path().stem()) > 0;
    if (entry.path().extension() == ".textproto" && !is_on_own) names.push_back("experiments/" + entry.path().filename().string());
  }
  ASSERT_FALSE(names.empty());
  command.arguments.insert(command.arguments.end(), names.begin(), names.end());
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const std::string& name : names) EXPECT_THAT(result.out, testing::HasSubstr(absl::StrCat("# ", name, ": valid.")));
}

// A tree of twenty pictures in the place of the stamps, each of a colour of its own.
std::string MakeStamps() {
  const std::string folder = MakeTestFolder("stamps");
  for (int i = 0; i < 20; ++i) {
    const std::string path = absl::StrCat(folder, "/", i % 2 == 0 ? "animal" : "food_or_plant", "/", i, ".ppm");
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteTestFile(path, absl::StrCat("P6 8 8 255\n", std::string(8 * 8 * 3, static_cast<char>('A' + i))));
  }
  return folder;
}

MicaCommand Check(const std::string& experiment, const std::string& stamps) {
  MicaCommand command = {{"check", absl::StrCat("experiments/", experiment, ".textproto")}, Root()};
  command.environment = {
      {"TUXPAINT_STAMPS", stamps}, {"MOBILENET_V2_WEIGHTS", "/nowhere/w.pt"}, {"EFFICIENTNET_LITE0_WEIGHTS", "/nowhere/w.pth"}};
  return command;
}

// All is right but the file of weights, which is not there.
TEST(ShippedExperimentsTest, TheFetchedOnesAreValid) {
  const std::string stamps = MakeStamps();
  const MicaResult from_scratch = RunMica(Check("stamps_mobilenet_v2_from_scratch", stamps));
  EXPECT_EQ(from_scratch.exit_code, 0) << from_scratch;
  for (const char* const name : {"stamps_mobilenet_v2", "stamps_mobilenet_v2_adam"}) {
    const MicaResult result = RunMica(Check(name, stamps));
    EXPECT_EQ(result.exit_code, 4) << result;
    EXPECT_THAT(result.err, testing::HasSubstr("/nowhere/w.pt: cannot open: No such file or directory"));
    EXPECT_THAT(result.err, testing::Not(testing::HasSubstr("weights of this model"))) << "its transforms are those of the weights";
  }
  MicaCommand summary = Check("imagenet_efficientnet_lite0", stamps);
  summary.arguments[0] = "summary";
  const MicaResult shown = RunMica(summary);
  EXPECT_EQ(shown.exit_code, 0) << shown;
  EXPECT_THAT(shown.out, testing::ContainsRegex("total  *3x224x224  *1000  *4652008 "));
}

// Whoever thinks about fetching the data wants to see the model first.
TEST(ShippedExperimentsTest, AModelIsShownBeforeItsDataIsThere) {
  const MicaResult result = RunMica(
      {{"summary", "experiments/cats_dogs_resnet18_sgd.textproto", "--set=dataset { train { class_folders { folder: '/nowhere' } } }"},
       Root()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, testing::ContainsRegex("total  *3x224x224  *2  *11177538 "));
  EXPECT_THAT(result.err, testing::HasSubstr("the 2 classes of dataset.class_names, as the data cannot be read: "));
}

}  // namespace
}  // namespace mica
