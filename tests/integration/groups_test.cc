// Parts of a model that train by themselves or not at all, from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"
#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

constexpr char kModel[] =
    "model { sequential { layer { name: 'conv' conv2d { out_channels: 4 } } layer { name: 'norm' batch_norm {} } "
    "layer { name: 'conv2' conv2d { out_channels: 4 } } layer { flatten {} } layer { name: 'fc' linear {} } } } "
    "checkpoint { keep_all: true } ";

// The stem never trains, conv2 from the third epoch on.
std::string Groups(const std::string& more_of_stem = "") {
  return absl::StrCat(kModel, "optimizer { group { name: 'stem' pattern: ['conv', 'norm'] freeze { ", more_of_stem,
                      " } } group { name: 'middle' pattern: 'conv2' freeze { epochs: 2 } } "
                      "group { name: 'head' rest: true learning_rate_factor: 0.5 } }");
}

class Trained {
 public:
  Trained(const TinyExperiment& tiny, const std::string& set) : folder_(tiny.RunPath("a", "")) {
    const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=a", absl::StrCat("--set=", set)}, tiny.folder()});
    EXPECT_EQ(result.exit_code, 0) << result;
    console = result.err;
    log = ReadTestFile(folder_ + "log.txt");
  }

  // A tensor after so many of the three epochs of six steps.
  std::vector<float> After(int epochs, const std::string& name) const {
    const std::string step = epochs < 2 ? "00000000" : "0000000";
    return DecodeForTest(ReadTestFile(absl::StrCat(folder_, "checkpoints/step-", step, 6 * epochs, "/model.safetensors")))
        .arrays.at(name)
        .floats;
  }

  std::string console, log;

 private:
  const std::string folder_;
};

TEST(GroupsTest, FrozenPartsStayUntilTheirEpoch) {
  const TinyExperiment tiny("frozen");
  const Trained run(tiny, Groups());

  EXPECT_EQ(run.After(1, "conv.weight"), run.After(3, "conv.weight"));
  EXPECT_EQ(run.After(1, "norm.weight"), std::vector<float>(4, 1));
  EXPECT_EQ(run.After(3, "norm.running_mean"), std::vector<float>(4, 0));
  EXPECT_EQ(run.After(1, "conv2.weight"), run.After(2, "conv2.weight"));
  EXPECT_NE(run.After(2, "conv2.weight"), run.After(3, "conv2.weight"));
  EXPECT_NE(run.After(1, "fc.weight"), run.After(2, "fc.weight"));
  const std::string table =
      "group   tensors  parameters  learning rate  weight decay  trains\n"
      "stem          4          48            0.1             0  never\n"
      "middle        2         148            0.1             0  from epoch 3\n"
      "head          2         195           0.05             0  always\n";
  EXPECT_THAT(run.console, HasSubstr(table));
  EXPECT_THAT(run.log, HasSubstr("group name=middle tensors=2 parameters=148 learning_rate=0.1 weight_decay=0 trains=\"from epoch 3\""));
}

TEST(GroupsTest, BatchNormsOfAFrozenPartMayGoOnCollecting) {
  const TinyExperiment tiny("updated");
  const Trained run(tiny, Groups("batch_norms: UPDATED"));
  EXPECT_EQ(run.After(3, "norm.weight"), std::vector<float>(4, 1));
  EXPECT_NE(run.After(3, "norm.running_mean"), std::vector<float>(4, 0));
}

TEST(GroupsTest, CheckShowsThemInComments) {
  const TinyExperiment tiny("check");
  const MicaResult result = RunMica({{"check", "x.textproto", absl::StrCat("--set=", Groups())}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("18 steps\n# group   tensors  parameters  learning rate"));
  EXPECT_THAT(result.out, HasSubstr("\n# head          2         195           0.05             0  always\nname: \"tiny\"\n"));
}

TEST(GroupsTest, AMisspeltPatternIsReportedWhereItStands) {
  const TinyExperiment tiny("misspelt");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--set=optimizer { group { name: 'a' rest: true }\n group { name: 'b' pattern: '0.wieght' } }"},
               tiny.folder()});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("--set:2:"));
  EXPECT_THAT(result.err, HasSubstr("optimizer.group[1].pattern[0]: \"0.wieght\" covers no parameter of the model"));
}

}  // namespace
}  // namespace mica
