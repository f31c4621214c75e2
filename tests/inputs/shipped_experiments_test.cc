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

std::string Root() {
  return absl::StrCat(getenv("TEST_SRCDIR"), "/", getenv("TEST_WORKSPACE"));
}

TEST(ShippedExperimentsTest, CheckFindsThemValid) {
  if (!std::filesystem::exists(kFashionMnist)) GTEST_SKIP() << kFashionMnist << " is not there";
  MicaCommand command = {{"check"}, Root()};
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(Root() + "/experiments")) {
    const bool is_on_own = std::count(std::begin(kOnOwnPictures), std::end(kOnOwnPictures), entry.path().stem()) > 0;
    if (entry.path().extension() == ".textproto" && !is_on_own) names.push_back("experiments/" + entry.path().filename().string());
  }
  ASSERT_FALSE(names.empty());
  command.arguments.insert(command.arguments.end(), names.begin(), names.end());
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const std::string& name : names) EXPECT_THAT(result.out, testing::HasSubstr(absl::StrCat("# ", name, ": valid.")));
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
