#include "experiments/proposal/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/config/config_problems.h"
#include "base/config/parse_text_or_die.h"
#include "base/config/textproto.h"
#include "experiments/config/experiment_validator.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Photographs of two classes in folders.
DataFacts Facts() {
  DataFacts facts;
  facts.dataset = ParseTextOrDie<DatasetConfig>("pool { class_folders { folder: '/d' } } validation_fraction: 0.2");
  facts.in_words = "a folder for each class in d/";
  facts.class_names = {"cat", "dog"};
  facts.train_per_class = {900, 850};
  facts.train = 1750;
  facts.validation = 400;
  facts.validation_is_drawn = true;
  facts.looked_at = 2150;
  facts.formats = "JPEG 2150";
  facts.median_size = {375, 500};
  facts.smallest = {200, 200};
  facts.largest = {1000, 1000};
  facts.mean_pixels = 190000;
  return facts;
}

DataFacts Digits() {
  DataFacts facts = Facts();
  facts.dataset = ParseTextOrDie<DatasetConfig>("idx {} validation_fraction: 0.15");
  facts.class_names = {"0", "1"};
  facts.is_packed = facts.all_grey = facts.has_one_size = true;
  facts.median_size = facts.smallest = facts.largest = {28, 28};
  return facts;
}

PretrainedNetwork ResNet18() {
  PretrainedNetwork network;
  network.model = ParseTextOrDie<ModelConfig>("resnet18 {} initial_weights { weights_file: '/w' reinitialise: 'fc' }");
  network.name = "resnet18";
  network.head = "fc";
  network.knows_imagenet = true;
  return network;
}

ProposalSettings Settings() {
  ProposalSettings settings;
  settings.name = "x";
  settings.measure = [](const DecodeConfig& decode, const auto&) {
    MeasuredChannels measured;
    measured.channels = decode.colour() == DecodeConfig::GREY ? 1 : 3;
    measured.mean = {0.51234, 0.4, 0.3};
    measured.std = {0.25, 0.2, 0};
    measured.pictures = 512;
    return measured;
  };
  return settings;
}

Experiment ExperimentFor(const DataFacts& facts, const PretrainedNetwork* pretrained = nullptr) {
  return WholeOf(Propose(facts, pretrained, Settings()));
}

// All reasons, one after the other.
std::string ReasonsFor(const DataFacts& facts, const PretrainedNetwork* pretrained = nullptr) {
  std::string reasons;
  for (const ProposedPart& part : Propose(facts, pretrained, Settings()).parts) reasons += part.reason + "\n";
  return reasons;
}

TEST(RecipeTest, EveryProposalIsValid) {
  const PretrainedNetwork resnet = ResNet18();
  DataFacts alone = Facts();
  alone.dataset.clear_validation_fraction();
  alone.validation = 0;
  alone.why_no_validation = "some classes have too few pictures to spare any";
  for (const DataFacts& facts : {Facts(), Digits(), alone}) {
    for (const PretrainedNetwork* pretrained : {static_cast<const PretrainedNetwork*>(nullptr), &resnet}) {
      for (const int64_t samples : {2, 40, 999, 1750, 60000, 2000000}) {
        DataFacts sized = facts;
        sized.train = samples;
        sized.train_per_class = {samples - samples / 2, samples / 2};
        Experiment experiment = ExperimentFor(sized, pretrained);
        FillDefaults(&experiment);
        ConfigProblems problems;
        ValidateExperiment(experiment, &problems);
        EXPECT_TRUE(problems.all().empty()) << samples << ": " << (problems.all().empty() ? "" : problems.all()[0].message);
      }
    }
  }
}

TEST(RecipeTest, PhotographsAreCroppedAndMirrored) {
  const Experiment experiment = ExperimentFor(Facts());
  ASSERT_EQ(experiment.train_transforms_size(), 3);
  const int size = experiment.train_transforms(0).random_resized_crop().size_px();
  EXPECT_GE(size, 64);
  EXPECT_TRUE(experiment.train_transforms(1).has_horizontal_flip());
  ASSERT_EQ(experiment.eval_transforms_size(), 3);
  EXPECT_EQ(experiment.eval_transforms(0).resize().short_side_px(), size * 8 / 7);
  EXPECT_EQ(experiment.eval_transforms(1).center_crop().size_px(), size);
  EXPECT_THAT(experiment.eval_transforms(2).normalize().mean(), ElementsAre(0.5123, 0.4, 0.3));
  EXPECT_THAT(experiment.eval_transforms(2).normalize().std(), ElementsAre(0.25, 0.2, 0.01));
}

TEST(RecipeTest, DigitsAreShiftedOnly) {
  const Experiment experiment = ExperimentFor(Digits());
  ASSERT_EQ(experiment.train_transforms_size(), 2);
  EXPECT_EQ(experiment.train_transforms(0).random_crop().size_px(), 28);
  EXPECT_EQ(experiment.train_transforms(0).random_crop().padding_px(), 2);
  EXPECT_EQ(experiment.eval_transforms_size(), 1);
}

TEST(RecipeTest, WhatMirroringWouldSpoil) {
  EXPECT_EQ(WhyNoMirroring(Facts()), "");
  EXPECT_THAT(WhyNoMirroring(Digits()), HasSubstr("digits or letters"));
  DataFacts facts = Facts();
  facts.class_names = {"turn_left", "straight"};
  EXPECT_THAT(WhyNoMirroring(facts), HasSubstr("\"turn_left\" would become another"));
  facts.class_names = {"a", "b"};
  EXPECT_THAT(WhyNoMirroring(facts), HasSubstr("single characters"));
}

TEST(RecipeTest, TheGroundBehindDrawingsIsWhite) {
  DataFacts facts = Facts();
  EXPECT_FALSE(ExperimentFor(facts).has_decode());
  facts.with_alpha = 2000;
  EXPECT_FALSE(ExperimentFor(facts).has_decode());  // all of it is opaque
  facts.shows_ground = true;
  EXPECT_EQ(ExperimentFor(facts).decode().alpha(), DecodeConfig::OVER_WHITE);
}

TEST(RecipeTest, GreyPicturesHaveOneChannelUnlessTheWeightsWantThree) {
  DataFacts facts = Facts();
  facts.all_grey = true;
  EXPECT_EQ(ExperimentFor(facts).decode().colour(), DecodeConfig::GREY);
  EXPECT_EQ(ExperimentFor(facts).train_transforms(2).normalize().mean_size(), 1);
  const PretrainedNetwork resnet = ResNet18();
  EXPECT_FALSE(ExperimentFor(facts, &resnet).decode().has_colour());
  EXPECT_EQ(ExperimentFor(Digits(), &resnet).decode().colour(), DecodeConfig::RGB);
}

TEST(RecipeTest, ClassesAreBalancedWhereOneIsFourTimesAsLarge) {
  DataFacts facts = Facts();
  facts.train_per_class = {1399, 351};
  EXPECT_FALSE(ExperimentFor(facts).loader().has_class_balanced());
  facts.train_per_class = {1400, 350};
  EXPECT_TRUE(ExperimentFor(facts).loader().has_class_balanced());
}

// What the publisher's images are, the validator's warnings of other ones show.
TEST(RecipeTest, PretrainedNetworksGetTheImagesThatTheyWerePublishedFor) {
  for (const char* const model :
       {"efficientnet_b0 {}", "efficientnet_b2 {}", "swin_t {}", "efficientnet_lite0 { tensorflow: true }", "efficientnet_v2_s {}"}) {
    PretrainedNetwork pretrained = ResNet18();
    pretrained.model = ParseTextOrDie<ModelConfig>(absl::StrCat(model, " initial_weights { weights_file: '/w' reinitialise: 'fc' }"));
    Experiment experiment = ExperimentFor(Facts(), &pretrained);
    FillDefaults(&experiment);
    ConfigProblems problems;
    ValidateExperiment(experiment, &problems);
    EXPECT_TRUE(problems.all().empty()) << model << ": " << (problems.all().empty() ? "" : problems.all()[0].message);
  }
}

TEST(RecipeTest, APretrainedTrunkTrainsAtATenth) {
  const PretrainedNetwork resnet = ResNet18();
  const OptimizerConfig optimizer = ExperimentFor(Facts(), &resnet).optimizer();
  ASSERT_EQ(optimizer.group_size(), 2);
  EXPECT_THAT(optimizer.group(0).pattern(), ElementsAre("fc"));
  EXPECT_TRUE(optimizer.group(1).rest());
  EXPECT_EQ(optimizer.group(1).learning_rate_factor(), 0.1);
  EXPECT_FALSE(optimizer.group(1).has_freeze());
  EXPECT_THAT(ExperimentFor(Facts(), &resnet).train_transforms(2).normalize().mean(), ElementsAre(0.485, 0.456, 0.406));
}

TEST(RecipeTest, FewPicturesTrainTheHeadFirstAndManyTheHeadAlone) {
  const PretrainedNetwork resnet = ResNet18();
  DataFacts facts = Facts();
  facts.train = 300;
  EXPECT_EQ(ExperimentFor(facts, &resnet).optimizer().group(1).freeze().epochs(), 1);
  facts.train = 10000;
  const Experiment many = ExperimentFor(facts, &resnet);
  EXPECT_TRUE(many.optimizer().group(1).has_freeze());
  EXPECT_FALSE(many.optimizer().group(1).freeze().has_epochs());
}

TEST(RecipeTest, BatchesFitHalfTheMemory) {
  ProposalSettings settings = Settings();
  const PretrainedNetwork resnet = ResNet18();
  EXPECT_EQ(Propose(Facts(), &resnet, settings).batch_size, 32);
  settings.machine_bytes = int64_t{1} << 29;
  const int batch = Propose(Facts(), &resnet, settings).batch_size;
  EXPECT_LT(batch, 32);
  EXPECT_GE(batch, 2);
}

TEST(RecipeTest, EarlyStopNeedsAValidationSplitAndTime) {
  DataFacts facts = Facts();
  EXPECT_TRUE(ExperimentFor(facts).trainer().has_early_stop());
  facts.validation = 0;
  EXPECT_FALSE(ExperimentFor(facts).trainer().has_early_stop());
  facts = Facts();
  facts.train = 60000;
  EXPECT_FALSE(ExperimentFor(facts).trainer().has_early_stop());
}

TEST(RecipeTest, ReasonsSayWhatWasFound) {
  DataFacts facts = Facts();
  facts.broken = 3;
  facts.broken_example = "/d/cat/7.jpg: is a web page";
  const std::string reasons = ReasonsFor(facts);
  EXPECT_THAT(reasons, AllOf(HasSubstr("1750 samples of 2 classes to train on, 400 to validate on, 0 to test on"),
                             HasSubstr("3 of 2150 pictures cannot be used and are left out: /d/cat/7.jpg: is a web page."),
                             HasSubstr("on two CPU cores.")));
  EXPECT_THAT(ReasonsFor(Facts()), Not(HasSubstr("cannot be used")));
}

TEST(RecipeTest, WarnsOfSmallClasses) {
  EXPECT_THAT(Propose(Facts(), nullptr, Settings()).warnings, IsEmpty());
  DataFacts facts = Facts();
  facts.train_per_class = {1741, 9};
  EXPECT_THAT(Propose(facts, nullptr, Settings()).warnings, Contains(HasSubstr("class \"dog\" has 9 samples to train on")));
}

TEST(RecipeTest, DurationsAreInWords) {
  EXPECT_EQ(DurationInWords(0.1), "about 5 seconds");
  EXPECT_EQ(DurationInWords(42), "about 40 seconds");
  EXPECT_EQ(DurationInWords(420), "about 7 minutes");
  EXPECT_EQ(DurationInWords(9000), "about 2.5 hours");
}

}  // namespace
}  // namespace mica
