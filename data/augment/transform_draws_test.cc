// What is drawn: ranges, distributions, replay.
#include "data/augment/transform_draws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/config/parse_text_or_die.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"
#include "data/augment/draw_state.h"
#include "data/augment/pixel_op.h"
#include "data/augment/transform.pb.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

using Ops = std::vector<PixelOp>;

absl::StatusOr<Ops> DrawOne(const TransformConfig& config, PictureSize size, int64_t sample) {
  Ops ops;
  std::vector<PixelOpOrigin> origins;
  Rng rng(7, RngStream::kAugmentation, 1, sample);
  DrawState state{&rng, size, {}, &ops, &origins};
  const absl::Status status = DrawTransform(config, &state);
  if (!status.ok()) return status;
  EXPECT_EQ(ops.size(), origins.size());
  return ops;
}

// As a sample of an epoch each.
std::vector<Ops> DrawMany(const std::string& transform, PictureSize size, int count) {
  const auto config = ParseTextOrDie<TransformConfig>(transform);
  std::vector<Ops> draws;
  for (int i = 0; i < count; ++i) draws.push_back(*DrawOne(config, size, i));
  return draws;
}

Ops DrawTheOnly(const std::string& transform, PictureSize size) {
  return DrawMany(transform, size, 1)[0];
}

template <typename Op>
std::vector<Op> AllOfType(const std::vector<Ops>& draws) {
  std::vector<Op> found;
  for (const Ops& ops : draws) {
    for (const PixelOp& op : ops) {
      if (const Op* const one = std::get_if<Op>(&op)) found.push_back(*one);
    }
  }
  return found;
}

// Chi-squared of counts that should be alike; 45 is passed once in a million for 10 counts.
double Unevenness(const std::vector<int>& counts) {
  double total = 0, sum = 0;
  for (const int count : counts) total += count;
  const double expected = total / counts.size();
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

double MostUneven(size_t counts) {
  const double freedom = counts - 1.;
  return freedom + 5 * std::sqrt(2 * freedom) + 12;
}

void ExpectUniform(const std::vector<double>& values, double min, double max) {
  ASSERT_THAT(values, SizeIs(Ge(500u)));
  std::vector<int> counts(10);
  for (const double value : values) {
    ASSERT_THAT(value, AllOf(Ge(min - 1e-9), Le(max + 1e-9)));
    ++counts[std::clamp(static_cast<int>((value - min) / (max - min) * 10), 0, 9)];
  }
  EXPECT_LT(Unevenness(counts), MostUneven(10)) << testing::PrintToString(counts);
}

template <typename Key>
void ExpectEven(const std::map<Key, int>& counts, size_t size) {
  ASSERT_THAT(counts, SizeIs(size));
  std::vector<int> plain;
  for (const auto& [key, count] : counts) plain.push_back(count);
  EXPECT_LT(Unevenness(plain), MostUneven(size)) << testing::PrintToString(counts);
}

template <typename Op, typename Function>
std::vector<double> Map(const std::vector<Op>& ops, Function function) {
  std::vector<double> values;
  for (const Op& op : ops) values.push_back(function(op));
  return values;
}

void ExpectShare(size_t hits, int draws, double probability) {
  EXPECT_NEAR(1. * hits / draws, probability, 5 * std::sqrt(probability * (1 - probability) / draws));
}

// So large that no draw is refused and rounding does not show.
TEST(TransformDrawsTest, RandomResizedCropIsUniformInAreaAndLogRatio) {
  const auto crops = AllOfType<CropOp>(
      DrawMany("random_resized_crop { size_px: 8 min_scale: 0.1 max_scale: 0.5 min_ratio: 0.5 max_ratio: 2 }", {9000, 9000}, 4000));
  ASSERT_THAT(crops, SizeIs(4000));
  ExpectUniform(Map(crops, [](const CropOp& op) { return op.region.size().pixels() / 81e6; }), 0.1 - 1e-4, 0.5 + 1e-4);
  ExpectUniform(Map(crops, [](const CropOp& op) { return std::log(1. * op.region.width_px / op.region.height_px); }), -std::log(2) - 1e-3,
                std::log(2) + 1e-3);
  ExpectUniform(Map(crops, [](const CropOp& op) { return op.region.left_px / (9000. - op.region.width_px); }), 0, 1);
  ExpectUniform(Map(crops, [](const CropOp& op) { return op.region.top_px / (9000. - op.region.height_px); }), 0, 1);
}

TEST(TransformDrawsTest, RandomResizedCropFitsIntoAnyPicture) {
  for (const PictureSize size :
       {PictureSize{1, 1}, PictureSize{1, 50000}, PictureSize{50000, 1}, PictureSize{2, 3}, PictureSize{375, 500}}) {
    for (const Ops& ops : DrawMany("random_resized_crop { size_px: 224 }", size, 200)) {
      if (const CropOp* const crop = std::get_if<CropOp>(&ops[0])) {
        EXPECT_GE(crop->region.left_px, 0);
        EXPECT_GE(crop->region.top_px, 0);
        EXPECT_GT(crop->region.size().pixels(), 0);
        EXPECT_LE(crop->region.right_px(), size.width_px);
        EXPECT_LE(crop->region.bottom_px(), size.height_px);
      }
      EXPECT_EQ(std::get<ScaleOp>(ops.back()).size, PictureSize({224, 224}));
    }
  }
}

// Torchvision's, as (top, left, height, width): (0, 30, 30, 40) and (30, 0, 40, 30).
TEST(TransformDrawsTest, RandomResizedCropFallsBackToTheMiddle) {
  const std::string config = "random_resized_crop { size_px: 8 min_scale: 1 }";
  EXPECT_EQ(std::get<CropOp>(DrawTheOnly(config, {30, 100})[0]).region, (PictureRegion{30, 0, 40, 30}));
  EXPECT_EQ(std::get<CropOp>(DrawTheOnly(config, {100, 30})[0]).region, (PictureRegion{0, 30, 30, 40}));
}

TEST(TransformDrawsTest, RandomCropIsUniformOverAllPlaces) {
  std::map<int, int> lefts, tops;
  for (const CropOp& op : AllOfType<CropOp>(DrawMany("random_crop { height_px: 6 width_px: 5 }", {9, 16}, 4000))) {
    ++lefts[op.region.left_px];
    ++tops[op.region.top_px];
  }
  ExpectEven(lefts, 12);
  ExpectEven(tops, 4);
}

// 8 x 8 with 2 more on each side: 5 places along each axis, from which the margin follows.
TEST(TransformDrawsTest, RandomCropMayLieOverTheEdges) {
  for (const char* const mode : {"CONSTANT", "EDGE", "REFLECT", "SYMMETRIC"}) {
    std::map<int, int> lefts;
    const std::string config = std::string("random_crop { size_px: 8 padding_px: 2 padding_mode: ") + mode + " }";
    for (const Ops& ops : DrawMany(config, {8, 8}, 2000)) {
      int left = 0;
      PictureSize size = {8, 8};
      for (const PixelOp& op : ops) {
        if (const PadOp* const pad = std::get_if<PadOp>(&op)) left += pad->margins.right_px - pad->margins.left_px;
        size = SizeAfter(op, size);
      }
      EXPECT_EQ(size, PictureSize({8, 8}));
      ++lefts[left];
    }
    ExpectEven(lefts, 5);
  }
}

TEST(TransformDrawsTest, RandomCropRefusesSmallPicturesUnlessItPads) {
  const auto draw = [](const std::string& config, PictureSize size) { return DrawOne(ParseTextOrDie<TransformConfig>(config), size, 0); };
  EXPECT_THAT(draw("random_crop { size_px: 9 padding_px: 1 }", {8, 6}),
              Fails(ExitCode::kData, StartsWith("takes 9 x 9 pixels, but the picture has 8 x 6 before padding")));
  for (const PictureSize size : {PictureSize{1, 1}, PictureSize{1, 50000}, PictureSize{50000, 1}}) {
    PictureSize after = size;
    const absl::StatusOr<Ops> ops = draw("random_crop { size_px: 9 pad_if_needed: true padding_mode: REFLECT }", size);
    for (const PixelOp& op : *ops) after = SizeAfter(op, after);
    EXPECT_EQ(after, PictureSize({9, 9}));
  }
}

TEST(TransformDrawsTest, ProbabilitiesAreKept) {
  for (const std::string kind :
       {"horizontal_flip", "vertical_flip", "random_perspective", "grayscale", "auto_contrast", "equalize", "invert", "random_erasing"}) {
    const auto share = [&kind](const std::string& probability) {
      int hits = 0;
      for (const Ops& ops : DrawMany(kind + " {" + probability + "}", {40, 40}, 1000)) hits += !ops.empty();
      return hits;
    };
    EXPECT_EQ(share("probability: 0"), 0) << kind;
    EXPECT_EQ(share("probability: 1"), 1000) << kind;
    ExpectShare(share("probability: 0.3"), 1000, 0.3);
    ExpectShare(share(""), 1000, kind == "grayscale" ? 0.1 : 0.5);
  }
}

TEST(TransformDrawsTest, RotationIsUniformAndAboutTheMiddle) {
  const auto turns = AllOfType<AffineOp>(DrawMany("random_rotation { degrees: 50 }", {9, 9}, 3000));
  ExpectUniform(Map(turns, [](const AffineOp& op) { return op.motion.angle_degrees; }), -50, 50);
  EXPECT_EQ(turns[0].motion.centre_x_px, 0);
  EXPECT_EQ(turns[0].filter, WarpFilter::kNearest);
  EXPECT_THAT(DrawTheOnly("random_rotation { degrees: 0 }", {9, 9}), SizeIs(0));
}

TEST(TransformDrawsTest, AffineIsUniformInEachPart) {
  const auto moves = AllOfType<AffineOp>(
      DrawMany("random_affine { degrees: 10 translate_x_fraction: 0.1 translate_y_fraction: 0.3 min_scale: 0.8 max_scale: 1.5 "
               "shear_x_degrees: 20 shear_y_degrees: 5 filter: BILINEAR fill: [1, 2, 3] }",
               {1000, 2000}, 3000));
  ExpectUniform(Map(moves, [](const AffineOp& op) { return op.motion.angle_degrees; }), -10, 10);
  ExpectUniform(Map(moves, [](const AffineOp& op) { return op.motion.translate_x_px; }), -200, 200);
  ExpectUniform(Map(moves, [](const AffineOp& op) { return op.motion.translate_y_px; }), -300, 300);
  ExpectUniform(Map(moves, [](const AffineOp& op) { return op.motion.scale; }), 0.8, 1.5);
  ExpectUniform(Map(moves, [](const AffineOp& op) { return op.motion.shear_x_degrees; }), -20, 20);
  ExpectUniform(Map(moves, [](const AffineOp& op) { return op.motion.shear_y_degrees; }), -5, 5);
  EXPECT_EQ(moves[0].motion.translate_x_px, std::round(moves[0].motion.translate_x_px));
  EXPECT_EQ(moves[0].fill, (PixelFill{1, 2, 3}));
}

TEST(TransformDrawsTest, PerspectiveMovesCornersInwards) {
  const auto bends = AllOfType<PerspectiveOp>(DrawMany("random_perspective { probability: 1 }", {10001, 20001}, 3000));
  ExpectUniform(Map(bends, [](const PerspectiveOp& op) { return op.corners[0].x; }), 0, 5000);
  ExpectUniform(Map(bends, [](const PerspectiveOp& op) { return op.corners[1].y; }), 0, 2500);
  ExpectUniform(Map(bends, [](const PerspectiveOp& op) { return op.corners[2].x; }), 15000, 20000);
  ExpectUniform(Map(bends, [](const PerspectiveOp& op) { return op.corners[3].y; }), 7500, 10000);
  EXPECT_THAT(DrawTheOnly("random_perspective { probability: 1 }", {1, 9}), SizeIs(0));
  EXPECT_THAT(DrawTheOnly("random_perspective { probability: 1 distortion_fraction: 0 }", {90, 90}), SizeIs(0));
}

TEST(TransformDrawsTest, ColorJitterIsUniformInFactorsAndOrder) {
  const auto draws = DrawMany("color_jitter { brightness: 0.4 contrast: 1.5 saturation: 0.2 hue: 0.1 }", {9, 9}, 6000);
  std::map<std::vector<int>, int> orders;
  std::map<ColourOp::Kind, std::vector<double>> amounts;
  for (const Ops& ops : draws) {
    std::vector<int> order;
    for (const PixelOp& op : ops) {
      order.push_back(static_cast<int>(std::get<ColourOp>(op).kind));
      amounts[std::get<ColourOp>(op).kind].push_back(std::get<ColourOp>(op).amount);
    }
    ++orders[order];
  }
  ExpectEven(orders, 24);
  ExpectUniform(amounts[ColourOp::Kind::kBrightness], 0.6, 1.4);
  ExpectUniform(amounts[ColourOp::Kind::kContrast], 0, 2.5);
  ExpectUniform(amounts[ColourOp::Kind::kSaturation], 0.8, 1.2);
  ExpectUniform(amounts[ColourOp::Kind::kHue], -0.1, 0.1);
  EXPECT_THAT(DrawTheOnly("color_jitter { hue: 0.1 }", {9, 9}), SizeIs(1));
}

TEST(TransformDrawsTest, BlurIsUniformInSigma) {
  const auto blurs = AllOfType<BlurOp>(DrawMany("gaussian_blur { kernel_px: 5 }", {9, 9}, 2000));
  ExpectUniform(Map(blurs, [](const BlurOp& op) { return op.sigma_px; }), 0.1, 2);
}

TEST(TransformDrawsTest, ErasingIsUniformInAreaAndLogRatio) {
  const auto holes = AllOfType<EraseOp>(DrawMany("random_erasing { probability: 1 max_ratio: 2 }", {8000, 8000}, 3000));
  ExpectUniform(Map(holes, [](const EraseOp& op) { return op.region.size().pixels() / 64e6; }), 0.02 - 1e-4, 0.33 + 1e-4);
  // Height to width, which torchvision calls the ratio here.
  ExpectUniform(Map(holes, [](const EraseOp& op) { return std::log(1. * op.region.height_px / op.region.width_px); }), std::log(0.3) - 1e-3,
                std::log(2) + 1e-3);
  ExpectUniform(Map(holes, [](const EraseOp& op) { return op.region.left_px / (8000. - op.region.width_px); }), 0, 1);
  EXPECT_THAT(DrawTheOnly("random_erasing { probability: 1 min_scale: 1 max_scale: 1 }", {9, 9}), SizeIs(0));
  EXPECT_THAT(DrawTheOnly("random_erasing { probability: 1 }", {1, 1}), SizeIs(0));
}

TEST(TransformDrawsTest, CutoutIsCentredAnywhereAndCutOff) {
  const auto fixed = AllOfType<EraseOp>(DrawMany("cutout { size_px: 4 }", {10, 10}, 2000));
  std::map<int, int> rights;
  for (const EraseOp& op : fixed) {
    EXPECT_LE(op.region.right_px(), 10);
    EXPECT_GE(op.region.width_px, 2);
    ++rights[op.region.left_px > 0 ? op.region.left_px + 2 : op.region.right_px() - 2];
  }
  ExpectEven(rights, 10);
  const auto drawn = AllOfType<EraseOp>(DrawMany("cutout { max_side_fraction: 0.5 }", {9000, 1000}, 3000));
  ExpectUniform(Map(drawn, [](const EraseOp& op) { return 1. * op.region.height_px; }), 0, 500);
  EXPECT_THAT(DrawMany("cutout { size_px: 4 squares: 3 }", {10, 10}, 1)[0], SizeIs(3));
}

// A name for what a policy did, without its strength.
std::string KindOf(const PixelOp& op) {
  if (const ColourOp* const colour = std::get_if<ColourOp>(&op)) return "colour " + std::to_string(static_cast<int>(colour->kind));
  const AffineMotion& motion = std::get<AffineOp>(op).motion;
  return std::string(motion.angle_degrees != 0     ? "rotate"
                     : motion.translate_x_px != 0  ? "translate x"
                     : motion.translate_y_px != 0  ? "translate y"
                     : motion.shear_x_degrees != 0 ? "shear x"
                                                   : "shear y");
}

TEST(TransformDrawsTest, RandAugmentChoosesEvenlyAndAtOneStrength) {
  std::map<std::string, int> kinds;
  std::map<double, int> angles;
  for (const Ops& ops : DrawMany("rand_augment { num_ops: 1 }", {224, 224}, 7000)) {
    ++kinds[ops.empty() ? "identity" : KindOf(ops[0])];
    if (ops.empty() || KindOf(ops[0]) != "rotate") continue;
    ++angles[std::get<AffineOp>(ops[0]).motion.angle_degrees];
  }
  ExpectEven(kinds, 14);
  ExpectEven(angles, 2);
  EXPECT_EQ(angles.begin()->first, -9);
  EXPECT_THAT(DrawMany("rand_augment { num_ops: 0 }", {9, 9}, 1)[0], SizeIs(0));
}

// Numbers of the published table: 4 / 17 / 30 pixels at sides of 32 / 128 / 224.
TEST(TransformDrawsTest, RandAugmentShiftsByWholePixelsOfTheSide) {
  for (const auto& [side, shift] : std::map<int32_t, double>{{32, 4}, {128, 17}, {224, 30}}) {
    std::map<double, int> across, down;
    for (const AffineOp& op : AllOfType<AffineOp>(DrawMany("rand_augment {}", {side, side}, 300))) {
      if (op.motion.translate_x_px != 0) ++across[op.motion.translate_x_px];
      if (op.motion.translate_y_px != 0) ++down[op.motion.translate_y_px];
    }
    // 2 * 300 operations of 14.
    EXPECT_THAT(across, ElementsAre(Pair(-shift, Ge(8)), Pair(shift, Ge(8))));
    EXPECT_THAT(down, ElementsAre(Pair(-shift, Ge(8)), Pair(shift, Ge(8))));
  }
}

TEST(TransformDrawsTest, TrivialAugmentDrawsTheStrength) {
  std::map<double, int> angles;
  for (const AffineOp& op : AllOfType<AffineOp>(DrawMany("trivial_augment_wide {}", {64, 64}, 30000))) {
    if (op.motion.angle_degrees != 0) ++angles[std::round(std::abs(op.motion.angle_degrees) * 10)];
  }
  ExpectEven(angles, 30);
  EXPECT_EQ(angles.rbegin()->first, 1350);
}

TEST(TransformDrawsTest, AutoAugmentDoesAtMostTwo) {
  for (const char* const policy : {"IMAGENET", "CIFAR10", "SVHN"}) {
    std::map<size_t, int> lengths;
    for (const Ops& ops : DrawMany(std::string("auto_augment { policy: ") + policy + " }", {64, 64}, 1000)) ++lengths[ops.size()];
    EXPECT_EQ(lengths.rbegin()->first, 2u);
    EXPECT_GT(lengths[2], 200);
  }
  // Invert happens in 2 of 25 pairs of IMAGENET at .6, in 1 as the second at .6: 0.072 of pictures.
  int inverts = 0;
  for (const ColourOp& op : AllOfType<ColourOp>(DrawMany("auto_augment {}", {64, 64}, 10000)))
    inverts += op.kind == ColourOp::Kind::kInvert;
  ExpectShare(inverts, 10000, 3 * 0.6 / 25);
}

TEST(TransformDrawsTest, AugMixWeightsSumToOne) {
  std::map<int, int> depths;
  double picture_weights = 0;
  for (const Ops& ops : DrawMany("aug_mix {}", {64, 64}, 2000)) {
    double sum = std::get<MixOp>(ops[0]).weight;
    picture_weights += sum;
    EXPECT_EQ(std::get<MixOp>(ops[0]).chains, 3);
    size_t place = 1;
    for (int chain = 0; chain < 3; ++chain) {
      const ChainOp& op = std::get<ChainOp>(ops[place]);
      sum += op.weight;
      ++depths[op.length];
      place += 1 + op.length;
    }
    EXPECT_EQ(place, ops.size());
    EXPECT_NEAR(sum, 1, 1e-6);
  }
  EXPECT_NEAR(picture_weights / 2000, 0.5, 0.03);
  EXPECT_LE(depths.rbegin()->first, 3);  // less where an operation does nothing
  EXPECT_THAT(DrawTheOnly("aug_mix { mixture_width: 100 chain_depth: 1 severity: 1 }", {8, 8}), SizeIs(Ge(101u)));
}

TEST(TransformDrawsTest, RandomApplyIsAllOrNothing) {
  const auto draws = DrawMany(
      "random_apply { probability: 0.2 transforms { invert { probability: 1 } } transforms { horizontal_flip { probability: 1 } } }",
      {9, 9}, 2000);
  int hits = 0;
  for (const Ops& ops : draws) {
    EXPECT_TRUE(ops.empty() || ops.size() == 2);
    hits += !ops.empty();
  }
  ExpectShare(hits, 2000, 0.2);
}

TEST(TransformDrawsTest, OneOfFollowsItsWeights) {
  const std::string list =
      "transforms { invert { probability: 1 } } transforms { equalize { probability: 1 } } transforms { grayscale { probability: 1 } }";
  std::map<ColourOp::Kind, int> even, weighted;
  for (const ColourOp& op : AllOfType<ColourOp>(DrawMany("one_of { " + list + "}", {9, 9}, 3000))) ++even[op.kind];
  ExpectEven(even, 3);
  for (const ColourOp& op : AllOfType<ColourOp>(DrawMany("one_of { " + list + " weights: [1, 0, 3] }", {9, 9}, 2000))) ++weighted[op.kind];
  EXPECT_EQ(weighted.count(ColourOp::Kind::kEqualize), 0u);
  ExpectShare(weighted[ColourOp::Kind::kInvert], 2000, 0.25);
}

TEST(TransformDrawsTest, RandomOrderTakesAllOrdersAlike) {
  std::map<std::vector<int>, int> orders;
  for (const Ops& ops : DrawMany("random_order { transforms { invert { probability: 1 } } transforms { equalize { probability: 1 } } "
                                 "transforms { grayscale { probability: 1 } } }",
                                 {9, 9}, 3000)) {
    std::vector<int> order;
    for (const PixelOp& op : ops) order.push_back(static_cast<int>(std::get<ColourOp>(op).kind));
    ++orders[order];
  }
  ExpectEven(orders, 6);
}

TEST(TransformDrawsTest, KnowsWhatIsRandom) {
  const auto is_random = [](const std::string& text) { return IsRandomTransform(ParseTextOrDie<TransformConfig>(text)); };
  for (const char* const text : {"resize { short_side_px: 5 }", "center_crop { size_px: 5 }", "normalize { mean: 0 std: 1 }",
                                 "horizontal_flip { probability: 1 }", "grayscale { probability: 0 }", "random_rotation { degrees: 0 }",
                                 "color_jitter {}", "gaussian_blur { kernel_px: 3 min_sigma_px: 1 max_sigma_px: 1 }", "random_affine {}",
                                 "random_apply { probability: 1 transforms { invert { probability: 1 } } }",
                                 "random_apply { probability: 0 transforms { invert {} } }",
                                 "one_of { transforms { invert { probability: 1 } } }", "rand_augment { num_ops: 0 }"}) {
    EXPECT_FALSE(is_random(text)) << text;
  }
  for (const char* const text :
       {"random_resized_crop { size_px: 5 }", "horizontal_flip {}", "random_rotation { degrees: 1 }", "color_jitter { hue: 0.1 }",
        "gaussian_blur { kernel_px: 3 }", "random_affine { max_scale: 2 }", "random_apply { transforms { invert { probability: 1 } } }",
        "random_apply { probability: 1 transforms { invert {} } }", "rand_augment {}", "aug_mix {}", "cutout { size_px: 1 }",
        "one_of { transforms { invert { probability: 1 } } transforms { equalize { probability: 1 } } }"}) {
    EXPECT_TRUE(is_random(text)) << text;
  }
}

}  // namespace
}  // namespace mica
