#include "data/survey/label_shortcut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Labels sorted by class, as folders give them, and a value drawn for each.
struct Data {
  std::vector<double> values;
  std::vector<int32_t> labels;
  int classes = 0;

  ShortcutResult Test() const { return TestShortcut(values, labels, classes); }
};

Data Draw(const std::vector<int>& class_sizes, uint32_t seed, const std::function<double(int label, std::mt19937* random)>& value) {
  std::mt19937 random(seed);
  Data data;
  data.classes = static_cast<int>(class_sizes.size());
  for (int label = 0; label < data.classes; ++label) {
    for (int i = 0; i < class_sizes[label]; ++i) {
      data.values.push_back(value(label, &random));
      data.labels.push_back(label);
    }
  }
  return data;
}

double Normal(double mean, std::mt19937* random) {
  return std::normal_distribution<double>(mean, 1)(*random);
}

double Noise(int, std::mt19937* random) {
  return Normal(0, random);
}

std::vector<int> Geometric(int classes, int largest, double ratio) {
  std::vector<int> sizes;
  for (int i = 0; i < classes; ++i) sizes.push_back(static_cast<int>(largest * std::pow(ratio, i)));
  return sizes;
}

struct NoiseCase {
  std::vector<int> class_sizes;
  double levels;  // how many values there are; 0: all differ
};

// Neither alarms nor figures that are better than chance.
TEST(LabelShortcutTest, NoiseIsNotSuspicious) {
  const NoiseCase cases[] = {
      {{60, 60}, 0},
      {{500, 500}, 0},
      {{950, 50}, 3},
      {{300, 11}, 0},
      {std::vector<int>(10, 100), 5},
      {Geometric(10, 1000, 0.6), 0},
      {std::vector<int>(100, 12), 0},
      {std::vector<int>(1000, 10), 0},
  };
  for (const NoiseCase& noise : cases) {
    constexpr int kSeeds = 200;
    int alarms = 0, covered = 0;
    double excess = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      const ShortcutResult result = Draw(noise.class_sizes, seed, [&](int label, std::mt19937* random) {
                                      const double value = Noise(label, random);
                                      return noise.levels == 0 ? value : std::floor(noise.levels * value);
                                    }).Test();
      ASSERT_TRUE(result.is_judged);
      const double chance = 1.0 / noise.class_sizes.size();
      alarms += result.is_suspicious;
      covered += result.low <= chance && chance <= result.high;
      excess += (result.balanced_accuracy - chance) / chance / kSeeds;
      EXPECT_LE(result.accuracy, result.majority_accuracy + 0.2);
    }
    EXPECT_EQ(alarms, 0) << noise.class_sizes.size() << " classes";
    EXPECT_GE(covered, kSeeds * 0.93) << noise.class_sizes.size() << " classes";
    EXPECT_NEAR(excess, 0, 0.05) << noise.class_sizes.size() << " classes";
  }
}

TEST(LabelShortcutTest, APerfectShortcutHasTheFiguresWorkedOutByHand) {
  const ShortcutResult result = Draw({100, 100}, 0, [](int label, std::mt19937*) { return 500 + label; }).Test();
  EXPECT_TRUE(result.is_judged);
  EXPECT_TRUE(result.is_suspicious);
  EXPECT_EQ(result.samples, 200);
  EXPECT_EQ(result.classes, 2);
  EXPECT_EQ(result.accuracy, 1);
  EXPECT_EQ(result.majority_accuracy, 0.5);
  EXPECT_EQ(result.balanced_accuracy, 1);
  EXPECT_NEAR(result.low, 100 / (100 + 1.959964 * 1.959964), 1e-6);
  EXPECT_NEAR(result.high, 1, 1e-12);
}

TEST(LabelShortcutTest, FindsSizesThatDependOnTheClass) {
  for (const int classes : {2, 3, 10, 100, 1000}) {
    const Data data = Draw(std::vector<int>(classes, classes == 2 ? 200 : 60), 1,
                           [](int label, std::mt19937* random) { return label + Normal(0, random) / 3; });
    EXPECT_TRUE(data.Test().is_suspicious) << classes;
  }
  EXPECT_TRUE(Draw({950, 50}, 1, [](int label, std::mt19937* random) { return Normal(5 * label, random); }).Test().is_suspicious);
}

TEST(LabelShortcutTest, WeakDifferencesAreMeasuredButNotSuspicious) {
  const ShortcutResult two = Draw({2000, 2000}, 1, [](int label, std::mt19937* random) { return Normal(label, random); }).Test();
  EXPECT_FALSE(two.is_suspicious);
  EXPECT_NEAR(two.balanced_accuracy, 0.6915, 0.025) << "the best possible for means one deviation apart is Phi(1/2)";
  EXPECT_GT(two.low, 0.6);
  const ShortcutResult ten =
      Draw(std::vector<int>(10, 400), 1, [](int label, std::mt19937* random) { return Normal(label % 2, random); }).Test();
  EXPECT_FALSE(ten.is_suspicious);
  EXPECT_GT(ten.low, 0.1);
}

TEST(LabelShortcutTest, FindsTheOneClassThatCameFromElsewhere) {
  for (const int classes : {5, 50, 500}) {
    const int odd = classes / 2;
    const ShortcutResult result = Draw(std::vector<int>(classes, classes == 2 ? 200 : 60), 1, [&](int label, std::mt19937* random) {
                                    return label == odd ? 4000 + Normal(0, random) : Normal(0, random);
                                  }).Test();
    EXPECT_TRUE(result.is_suspicious) << classes;
    EXPECT_EQ(result.revealed_class, odd);
    EXPECT_NEAR(result.balanced_accuracy, 2.0 / classes, 0.06);
  }
}

TEST(LabelShortcutTest, TinyClassesDoNotHideALargeOne) {
  std::vector<int> sizes(60, 12);
  sizes[0] = sizes[1] = 3000;
  const ShortcutResult result = Draw(sizes, 1, [](int label, std::mt19937* random) { return Normal(label == 0 ? 8 : 0, random); }).Test();
  EXPECT_EQ(result.revealed_class, 0);
}

TEST(LabelShortcutTest, OnlyTheOrderOfValuesCounts) {
  const Data data = Draw(Geometric(6, 300, 0.8), 2, [](int label, std::mt19937* random) { return Normal(0.3 * label, random); });
  const ShortcutResult expected = data.Test();
  for (const auto& transform : std::vector<std::function<double(double)>>{
           [](double x) { return std::exp(x); }, [](double x) { return 7 * x - 1e3; }, [](double x) { return x * x * x; }}) {
    Data changed = data;
    for (double& value : changed.values) value = transform(value);
    const ShortcutResult result = changed.Test();
    EXPECT_EQ(result.accuracy, expected.accuracy);
    EXPECT_EQ(result.balanced_accuracy, expected.balanced_accuracy);
  }
}

TEST(LabelShortcutTest, TooLittleIsNotJudged) {
  EXPECT_FALSE(TestShortcut({}, {}, 0).is_judged);
  EXPECT_FALSE(TestShortcut({}, {}, 10).is_judged);
  const auto by_label = [](int label, std::mt19937*) { return label; };
  for (const std::vector<int>& sizes : std::vector<std::vector<int>>{{1000}, {1000, 0}, {1000, 9}, {49, 50}, std::vector<int>(100, 9)}) {
    const ShortcutResult result = Draw(sizes, 0, by_label).Test();
    EXPECT_FALSE(result.is_judged) << sizes.size();
    EXPECT_FALSE(result.is_suspicious) << sizes.size();
  }
  EXPECT_TRUE(Draw({50, 50}, 0, by_label).Test().is_judged);
}

TEST(LabelShortcutTest, UnlabelledSamplesAndSmallClassesStayOut) {
  Data data = Draw({100, 100, 9, 100}, 0, [](int label, std::mt19937*) { return label; });
  const ShortcutResult result = data.Test();
  EXPECT_EQ(result.samples, 300);
  EXPECT_EQ(result.classes, 3);
  EXPECT_EQ(result.revealed_class, 0);
  for (int32_t& label : data.labels) label = label == 0 ? -1 : label;
  EXPECT_EQ(data.Test().samples, 200);
  EXPECT_EQ(data.Test().revealed_class, 1);
}

TEST(LabelShortcutTest, MissingValuesMayTellTheClass) {
  EXPECT_TRUE(
      Draw({200, 200}, 0, [](int label, std::mt19937* random) { return label == 1 ? kNan : Normal(0, random); }).Test().is_suspicious);
  const ShortcutResult all = Draw({200, 100}, 0, [](int, std::mt19937*) { return kNan; }).Test();
  EXPECT_FALSE(all.is_suspicious);
  EXPECT_EQ(all.balanced_accuracy, 0.5);
  EXPECT_NEAR(all.accuracy, 2.0 / 3, 1e-12);
}

TEST(LabelShortcutTest, InfinityIsAValue) {
  EXPECT_EQ(Draw({200, 200}, 0, [](int label, std::mt19937*) { return label == 1 ? kInfinity : -kInfinity; }).Test().accuracy, 1);
}

TEST(LabelShortcutTest, FewValuesAndCategoriesAreTheSame) {
  const Data data = Draw({300, 200, 150}, 3, [](int label, std::mt19937* random) {
    return static_cast<double>(((*random)() % 3 == 0 ? label : static_cast<int>((*random)() % 4)));
  });
  std::vector<int64_t> categories, renamed;
  for (const double value : data.values) {
    categories.push_back(static_cast<int64_t>(value));
    renamed.push_back(static_cast<int64_t>(value) * 7919 % 5 - 1);
  }
  const ShortcutResult numeric = data.Test();
  for (const auto& names : {categories, renamed}) {
    const ShortcutResult result = TestCategoricalShortcut(names, data.labels, data.classes);
    EXPECT_EQ(result.accuracy, numeric.accuracy);
    EXPECT_EQ(result.balanced_accuracy, numeric.balanced_accuracy);
    EXPECT_EQ(result.low, numeric.low);
  }
}

TEST(LabelShortcutTest, FindsAFormatThatRevealsAClass) {
  std::vector<int64_t> formats;
  std::vector<int32_t> labels;
  for (int i = 0; i < 1000; ++i) {
    labels.push_back(i / 100);
    formats.push_back(labels.back() == 7 ? 1 : 0);
  }
  EXPECT_EQ(TestCategoricalShortcut(formats, labels, 10).revealed_class, 7);
}

// As names that nearly every picture has for itself.
TEST(LabelShortcutTest, RareCategoriesSayNothing) {
  std::vector<int64_t> names;
  std::vector<int32_t> labels;
  for (int i = 0; i < 2000; ++i) {
    labels.push_back(i / 1000);
    names.push_back(i / 2);
  }
  const ShortcutResult result = TestCategoricalShortcut(names, labels, 2);
  EXPECT_FALSE(result.is_suspicious);
  EXPECT_EQ(result.balanced_accuracy, 0.5);
}

}  // namespace
}  // namespace mica
