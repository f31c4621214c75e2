// mica probe from outside: outputs of layers against arithmetic by hand and against mica predict,
// two models side by side, and what happens to calls that are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/test_files.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"
#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The last column of the table of classes, the last one that probe shows.
std::vector<double> Probabilities(const std::string& out) {
  std::vector<double> values;
  const std::vector<std::string> lines = absl::StrSplit(out.substr(out.find("\nclass ") + 1), '\n');
  for (size_t i = 1; i < lines.size() && !lines[i].empty(); ++i) values.push_back(std::atof(lines[i].substr(lines[i].rfind(' ')).c_str()));
  return values;
}

class ProbeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pixels;
    for (int i = 0; i < 64; ++i) pixels.push_back(static_cast<char>(4 * i));
    WriteTestFile(tiny_.Path("p.pgm"), "P5\n8 8\n255\n" + pixels);
  }

  MicaResult Mica(const std::vector<std::string>& words) const { return RunMica({words, tiny_.folder()}); }

  void Train(const std::string& run, const std::string& set) const {
    const MicaResult result = Mica({"train", "x.textproto", "--run_name=" + run, "--set=trainer { max_steps: 2 } " + set});
    ASSERT_EQ(result.exit_code, 0) << result;
  }

  std::vector<double> Values(const std::string& file) const {
    std::vector<double> values;
    for (const std::string& value : ReadTestCsv(tiny_.Path(file)).Column("value")) values.push_back(std::atof(value.c_str()));
    return values;
  }

  const TinyExperiment tiny_ = TinyExperiment("probe");
};

TEST_F(ProbeTest, OutputsAreThoseOfArithmeticByHand) {
  Train("a", "");
  const MicaResult result =
      Mica({"probe", "runs/tiny/a", "p.pgm", "--layers=layer_stack.1,layer_stack.2", "--output_dir=out", "--format=csv"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  const std::string folder = tiny_.RunPath("a", "checkpoints");
  const DecodedSafetensors weights =
      DecodeForTest(ReadTestFile(absl::StrCat(folder, "/", NamedCheckpoint(folder, "latest"), "/model.safetensors")));

  const std::vector<double> picture = Values("out/picture.csv");
  ASSERT_EQ(picture.size(), 64);
  EXPECT_NEAR(picture[63], 252 / 255., 1e-7);
  const auto linear = [&](const std::string& layer, const std::vector<double>& inputs) {
    const std::vector<float>& weight = weights.arrays.at(layer + ".weight").floats;
    std::vector<double> outputs;
    for (const float bias : weights.arrays.at(layer + ".bias").floats) {
      double sum = bias;
      for (size_t i = 0; i < inputs.size(); ++i) sum += inputs[i] * weight[outputs.size() * inputs.size() + i];
      outputs.push_back(sum);
    }
    return outputs;
  };
  const std::vector<double> hidden = linear("layer_stack.1", picture), logits = linear("layer_stack.2", hidden);
  EXPECT_THAT(Values("out/layer_stack.1.csv"), testing::Pointwise(testing::DoubleNear(1e-5), hidden));
  EXPECT_THAT(Values("out/layer_stack.2.csv"), testing::Pointwise(testing::DoubleNear(1e-5), logits));
  EXPECT_THAT(ReadTestCsv(tiny_.Path("out/logits.csv")).Column("logit"), ReadTestCsv(tiny_.Path("out/layer_stack.2.csv")).Column("value"));
  EXPECT_THAT(ReadTestCsv(tiny_.Path("out/probe.csv")).Column("file"),
              ElementsAre("picture.csv", "layer_stack.1.csv", "layer_stack.2.csv"));
}

// 1 x 1 x 8 x 8 values of f32 behind a header of 128 bytes.
TEST_F(ProbeTest, ArraysAreWrittenForNumpyAndTheProbabilitiesArePredicts) {
  Train("a", "model { tiny_vgg { hidden_channels: 3 } }");
  const MicaResult result = Mica({"probe", "runs/tiny/a", "p.pgm", "--layers=block_1.0,block_2", "--output_dir=out"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(FilesBelow(tiny_.Path("out")), ElementsAre("block_1.0.npy", "block_2.npy", "logits.csv", "picture.npy", "probe.csv"));
  const std::string array = ReadTestFile(tiny_.Path("out/picture.npy"));
  EXPECT_THAT(array, AllOf(StartsWith("\x93NUMPY\x01"), HasSubstr("'shape': (1, 8, 8), }")));
  ASSERT_EQ(array.size(), 128 + 4 * 64);
  float last;
  std::memcpy(&last, array.data() + array.size() - 4, 4);
  EXPECT_FLOAT_EQ(last, 252 / 255.f);
  EXPECT_THAT(result.out, AllOf(StartsWith("runs/tiny/a (checkpoint step-00000000"), ContainsRegex("\nblock_1\\.0 +conv2d +3x8x8 "),
                                ContainsRegex("\nblock_2 +block +3x2x2 "), ContainsRegex("\nclass +logit +probability\n")));

  ASSERT_EQ(Mica({"predict", "runs/tiny/a", "p.pgm", "--csv=p.csv"}).exit_code, 0);
  const TestTable predicted = ReadTestCsv(tiny_.Path("p.csv"));
  const std::vector<double> probabilities = Probabilities(result.out);
  ASSERT_EQ(probabilities.size(), 3);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(probabilities[i], predicted.Number(absl::StrCat("prob_", i)), 5.1e-5);
}

TEST_F(ProbeTest, TwoModelsStandSideBySide) {
  Train("a", "");
  Train("b", "seed: 2");
  const MicaResult result = Mica({"probe", "runs/tiny/a", "runs/tiny/b", "p.pgm", "--layers=*", "--output_dir=out"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(StartsWith("a: runs/tiny/a (checkpoint "), HasSubstr("\nb: runs/tiny/b (checkpoint "),
                                HasSubstr("\nBoth models get the same numbers for the picture.\n"), HasSubstr("layer_stack.2  linear"),
                                HasSubstr("  b - a  "), HasSubstr("\nclass  a: logit  a: probability  b: logit  b: probability\n")));
  EXPECT_TRUE(std::filesystem::exists(tiny_.Path("out/a.layer_stack.2.npy")));
  EXPECT_NE(ReadTestFile(tiny_.Path("out/a.layer_stack.2.npy")), ReadTestFile(tiny_.Path("out/b.layer_stack.2.npy")));
  EXPECT_EQ(ReadTestFile(tiny_.Path("out/a.picture.npy")), ReadTestFile(tiny_.Path("out/b.picture.npy")));
}

// The transforms of evaluation count, not those of training, and no view of test-time augmentation.
TEST_F(ProbeTest, AnExperimentsModelHasItsFirstWeights) {
  const std::string set =
      "--set=train_transforms { horizontal_flip {} } evaluation { test_time_augmentation { views: 2 } } "
      "model { linear {} initialisation { rule { pattern: '*' constant { value: 0.5 } } rule { pattern: '*' tensor: BIAS constant { value: "
      "1 } } } }";
  const MicaResult result = Mica({"probe", "x.textproto", "p.pgm", "--layers=layer_stack.*", set, "--output_dir=out", "--format=csv"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, StartsWith("x.textproto (the weights that training begins with)\n"));
  const double sum = 4 * 63 * 64 / 2. / 255;  // of all pixels
  EXPECT_THAT(Values("out/layer_stack.1.csv"), testing::Each(testing::DoubleNear(1 + sum / 2, 1e-4)));
  EXPECT_THAT(Values("out/layer_stack.2.csv"), testing::Each(testing::DoubleNear(1 + 5 * (1 + sum / 2), 1e-3)));
  EXPECT_NEAR(Values("out/picture.csv")[0], 0, 1e-7);  // not flipped
}

struct WrongCall {
  std::vector<std::string> words;
  int exit_code;
  std::string message;
};

TEST_F(ProbeTest, WrongCallsSayWhatIsRight) {
  Train("a", "model { tiny_vgg { hidden_channels: 3 } }");
  std::filesystem::create_directory(tiny_.Path("mine"));
  WriteTestFile(tiny_.Path("mine/notes.txt"), "x");
  const std::vector<WrongCall> calls = {
      {{"runs/tiny/a", "p.pgm"}, 1, "--layers=NAME,… is required: mica summary shows the names of a model's layers"},
      {{"runs/tiny/a", "p.pgm", "--layers=block_3"}, 1, "--layers: block_3 is no layer of runs/tiny/a; did you mean \"block_1\"?"},
      {{"runs/tiny/a", "p.pgm", "--layers=features.*"}, 1, "outermost layers are block_1, block_2, classifier; mica summary shows all"},
      {{"runs/tiny/a", "p.pgm", "--layers=block_1", "--format=csv"}, 1, "--format has no effect without --output_dir=FOLDER"},
      {{"runs/tiny/a", "p.pgm", "--layers=block_1", "--output_dir=o", "--format=nyp"}, 1, "did you mean \"npy\"?"},
      {{"runs/tiny/a", "p.pgm", "--layers=block_1", "--output_dir=mine"}, 5, "holds notes.txt, so it is no report of mica probe"},
      {{"runs/tiny/a", "none.pgm", "--layers=block_1"}, 3, "none.pgm: No such file or directory"},
      {{"runs/tiny/a", "data", "--layers=block_1"}, 3, "no pictures"},
      {{"runs/tiny/b", "p.pgm", "--layers=block_1"}, 3, "runs/tiny/b: no such run folder"},
      {{"runs/tiny", "p.pgm", "--layers=block_1"}, 3, "runs/tiny"},
      {{"runs/tiny/a", "p.pgm", "--layers=block_1", "--checkpoint=7"}, 4, "complete checkpoints: step-"},
      {{"x.textproto", "p.pgm", "--layers=layer_stack", "--checkpoint=best"},
       1,
       "x.textproto is an experiment, which has none; name its run"},
      {{"x.textproto", "p.pgm", "--layers=layer_stack", "--set=model { sequential { layer { linear {} } } }"}, 2, "--set:1:30: "},
      {{"x.textproto"}, 1, "PICTURE"},
      {{"runs/tiny/a", "--layers=block_1", "--samples=x"}, 1, "--samples=x: expected numbers of samples, as the id of predictions.csv"},
      {{"runs/tiny/a", "--layers=block_1", "--samples=1,2"}, 1, "--samples: expected one; --grad_cam alone takes more"},
      {{"runs/tiny/a", "--layers=block_1", "--samples=99999"}, 1, "--samples: there is no sample 99999; the data has 0 to "},
      {{"runs/tiny/a", "p.pgm", "--grad_cam", "--samples=1", "--output_dir=o"}, 1, "expected one RUN_OR_EXPERIMENT and no PICTURE beside"},
      {{"runs/tiny/a", "p.pgm", "p.pgm", "p.pgm", "--layers=block_1"}, 1, "--grad_cam alone takes more pictures"},
      {{"runs/tiny/a", "p.pgm", "--layers=block_1", "--grad_cam_layer=block_1"}, 1, "--grad_cam_layer has no effect without --grad_cam"},
      {{"runs/tiny/a", "p.pgm", "--grad_cam"}, 1, "--grad_cam writes pictures: name their folder, --output_dir=FOLDER"},
      {{"runs/tiny/a", "p.pgm", "--grad_cam", "--layers=block_1", "--output_dir=o"}, 1, "leave --layers out"},
      {{"runs/tiny/a", "p.pgm", "--grad_cam", "--grad_cam_layer=block_3", "--output_dir=o"}, 1, "did you mean \"block_1\"?"},
      {{"runs/tiny/a", "p.pgm", "--grad_cam", "--grad_cam_layer=classifier.1", "--output_dir=o"}, 1, "block_2 is the last whose output"},
      {{"runs/tiny/a", "p.pgm", "none.pgm", "--grad_cam", "--output_dir=o"}, 3, "none.pgm: No such file or directory"},
      {{"runs/tiny/a", "p.pgm", "--grad_cam", "--output_dir=mine"}, 5, "holds notes.txt, so it is no report of mica probe --grad_cam"},
      {{"x.textproto", "p.pgm", "--grad_cam", "--output_dir=o"}, 1, "use a model with convolutions"},
  };
  for (const WrongCall& call : calls) {
    std::vector<std::string> words = {"probe"};
    words.insert(words.end(), call.words.begin(), call.words.end());
    const MicaResult result = Mica(words);
    EXPECT_EQ(result.exit_code, call.exit_code) << result;
    EXPECT_THAT(result.err, HasSubstr(call.message));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

// The convolution sees one channel; block_2's picture is 2 x 2 pixels.
TEST_F(ProbeTest, GradCamWritesHeatMapsOfSeveralPictures) {
  Train("a", "model { tiny_vgg { hidden_channels: 3 } }");
  std::filesystem::create_directory(tiny_.Path("more"));
  std::filesystem::copy(tiny_.Path("p.pgm"), tiny_.Path("more/p.pgm"));
  const std::vector<std::string> words = {"probe", "runs/tiny/a", "p.pgm", "more", "--grad_cam", "--output_dir=heat"};
  const MicaResult result = Mica(words);
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, AllOf(StartsWith("runs/tiny/a (checkpoint step-00000000"),
                                HasSubstr("Grad-CAM at layer block_2 (block), the last whose output is a picture\n"),
                                HasSubstr("Everything is in heat/\n")));
  EXPECT_THAT(FilesBelow(tiny_.Path("heat")), ElementsAre("grad_cam.csv", "grad_cam.png", "p.npy", "p.png", "p_2.npy", "p_2.png"));
  const std::string array = ReadTestFile(tiny_.Path("heat/p.npy"));
  EXPECT_THAT(array, HasSubstr("'shape': (2, 2), }"));
  EXPECT_EQ(ReadTestFile(tiny_.Path("heat/p_2.npy")), array);
  for (size_t at = 128; at < array.size(); at += 4) {
    float value;
    std::memcpy(&value, array.data() + at, 4);
    EXPECT_TRUE(value >= 0 && value <= 1) << value;
  }
  ASSERT_EQ(Mica({"predict", "runs/tiny/a", "p.pgm", "--csv=p.csv"}).exit_code, 0);
  const TestTable predicted = ReadTestCsv(tiny_.Path("p.csv")), list = ReadTestCsv(tiny_.Path("heat/grad_cam.csv"));
  EXPECT_EQ(list.Cell("prediction_name"), predicted.Cell("prediction_name"));
  EXPECT_NEAR(list.Number("probability"), predicted.Number("confidence"), 1e-5);

  const MicaResult named = Mica({"probe", "x.textproto", "p.pgm", "--grad_cam", "--grad_cam_layer=block_1.0", "--output_dir=heat",
                                 "--set=model { tiny_vgg { hidden_channels: 3 } }"});
  ASSERT_EQ(named.exit_code, 0) << named;
  EXPECT_THAT(ReadTestFile(tiny_.Path("heat/p.npy")), HasSubstr("'shape': (8, 8), }"));
  EXPECT_EQ(FilesBelow(tiny_.Path("heat")).size(), 4);
}

TEST_F(ProbeTest, SamplesOfTheRunsOwnDataAreNamedByTheirIds) {
  Train("a", "model { tiny_vgg { hidden_channels: 3 } }");
  const TestTable predictions = ReadTestCsv(tiny_.Path("runs/tiny/a/predictions.csv"));
  const std::vector<std::string> ids = predictions.Column("id"), paths = predictions.Column("path");
  ASSERT_GE(ids.size(), 2);
  const MicaResult result =
      Mica({"probe", "runs/tiny/a", absl::StrCat("--samples=", ids[1], ",", ids[0]), "--grad_cam", "--output_dir=heat"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("truth"));
  const TestTable list = ReadTestCsv(tiny_.Path("heat/grad_cam.csv"));
  EXPECT_THAT(list.Column("path"), ElementsAre(paths[1], paths[0]));
  EXPECT_THAT(list.Column("prediction"), ElementsAre(predictions.Column("prediction")[1], predictions.Column("prediction")[0]));

  const MicaResult layers = Mica({"probe", "runs/tiny/a", "--samples=" + ids[1], "--layers=classifier"});
  ASSERT_EQ(layers.exit_code, 0) << layers;
  const std::vector<double> shown = Probabilities(layers.out);
  for (size_t i = 0; i < shown.size(); ++i) {
    EXPECT_NEAR(shown[i], std::atof(predictions.Column(absl::StrCat("prob_", i))[1].c_str()), 1e-3) << i;
  }
}

TEST_F(ProbeTest, AnIdOfTwoDataSetsIsTwoSamples) {
  Train("a", "");
  std::filesystem::copy(tiny_.Path("data"), tiny_.Path("other"), std::filesystem::copy_options::recursive);
  Train("b", "dataset { idx { folder: 'other' } }");
  const MicaResult result = Mica({"probe", "runs/tiny/a", "runs/tiny/b", "--samples=1", "--layers=layer_stack"});
  EXPECT_EQ(result.exit_code, 1) << result;
  EXPECT_THAT(result.err, ContainsRegex("--samples: in the data of the first model that is data/.*#1, in that of the second other/.*#1; "
                                        "name the picture itself"));
}

// Seven convolutions of weights 1e6 in a row give more than f32 holds.
TEST_F(ProbeTest, GradCamOfInfinityNamesThePicture) {
  std::string layers;
  for (int i = 0; i < 7; ++i) layers += "layer { conv2d { out_channels: 3 padding_px: 1 } } ";
  const MicaResult result = Mica({"probe", "x.textproto", "p.pgm", "--grad_cam", "--output_dir=o",
                                  absl::StrCat("--set=model { sequential { ", layers,
                                               "layer { global_average_pool {} } layer { linear {} } } initialisation { rule { pattern: "
                                               "'*' constant { value: 1e6 } } } }")});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.err, HasSubstr("p.pgm: the outputs of 6 or their gradients are not finite"));
  EXPECT_FALSE(std::filesystem::exists(tiny_.Path("o")));
}

// Otherwise another model than the experiment's would be shown.
TEST_F(ProbeTest, APictureOfAnotherSizeIsRefusedWhereTheModelTakesOneSize) {
  WriteTestFile(tiny_.Path("wide.pgm"), absl::StrCat("P5\n9 8\n255\n", std::string(72, 'x')));
  const MicaResult result = Mica({"probe", "x.textproto", "wide.pgm", "--layers=layer_stack"});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("eval_transforms: make 1x8x9 of the picture, but x.textproto is made for 1x8x8; give a picture of that "
                                    "size, or add a resize to eval_transforms"));
  Train("a", "");
  const MicaResult of_run = Mica({"probe", "runs/tiny/a", "wide.pgm", "--layers=layer_stack"});
  EXPECT_EQ(of_run.exit_code, 4) << of_run;
  EXPECT_THAT(of_run.err, HasSubstr("; the images come out as 1x8x9"));
  const std::string any_size =
      "--set=model { sequential { layer { conv2d { out_channels: 2 } } layer { global_average_pool {} } "
      "layer { linear {} } } }";
  EXPECT_EQ(Mica({"probe", "x.textproto", "wide.pgm", "--layers=0", any_size}).exit_code, 0);
}

TEST_F(ProbeTest, ACutOffPictureIsNamed) {
  WriteTestFile(tiny_.Path("cut.pgm"), "P5\n8 8\n255\nabc");
  const MicaResult result = Mica({"probe", "x.textproto", "cut.pgm", "--layers=layer_stack"});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("cut.pgm"), Not(HasSubstr("bug of mica"))));
}

}  // namespace
}  // namespace mica
