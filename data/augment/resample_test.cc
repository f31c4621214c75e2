#include "data/augment/resample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/allocation_counter.h"
#include "data/augment/resample_samples.h"

namespace mica {
namespace {

Picture Resampled(const Picture& source, const ResampleRequest& request, const ResampleKernels* kernels = nullptr) {
  Picture result;
  Resampler(kernels).Resample(source, request, &result);
  return result;
}

class RandomRequests {
 public:
  explicit RandomRequests(int seed) : engine_(seed) {}

  int32_t Whole(int32_t least, int32_t most) { return std::uniform_int_distribution<int32_t>(least, most)(engine_); }
  double Real(double least, double most) { return std::uniform_real_distribution<double>(least, most)(engine_); }

  Picture Source() { return GeneratedPixels(Side(), Side(), Whole(0, 1) == 0 ? 1 : 3); }

  ResampleRequest Request(const Picture& source) {
    ResampleRequest request;
    std::tie(request.box.left, request.box.width) = Range(source.width_px);
    std::tie(request.box.top, request.box.height) = Range(source.height_px);
    request.size = {Side(), Side()};
    if (Whole(0, 4) == 0) request.size.width_px = std::max<int32_t>(1, request.box.width);
    if (Whole(0, 4) == 0) request.size.height_px = std::max<int32_t>(1, request.box.height);
    PictureRegion& window = request.window;
    window.left_px = Whole(0, request.size.width_px - 1);
    window.top_px = Whole(0, request.size.height_px - 1);
    window.width_px = Whole(1, request.size.width_px - window.left_px);
    window.height_px = Whole(1, request.size.height_px - window.top_px);
    request.flip_horizontal = Whole(0, 1) == 1;
    request.flip_vertical = Whole(0, 1) == 1;
    request.filter = static_cast<ResampleFilter>(Whole(0, 5));
    request.antialias = Whole(0, 3) != 0;
    return request;
  }

 private:
  // Short sides are as frequent as long ones.
  int32_t Side() { return Whole(1, Whole(0, 1) == 0 ? 12 : 150); }

  std::pair<double, double> Range(int32_t px) {
    const int32_t begin = Whole(0, px - 1), width = Whole(1, px - begin);
    if (Whole(0, 1) == 0) return {begin, width};
    return {begin + Real(0, 0.4), width - Real(0.4, 0.8)};
  }

  std::mt19937 engine_;
};

std::string Described(const Picture& source, const ResampleRequest& r) {
  return absl::StrCat(source.height_px, "x", source.width_px, "x", source.channels, " box ", r.box.left, " ", r.box.top, " ", r.box.width,
                      " ", r.box.height, " to ", r.size.height_px, "x", r.size.width_px, " window ", r.window.left_px, " ", r.window.top_px,
                      " ", r.window.width_px, " ", r.window.height_px, " flips ", r.flip_horizontal, r.flip_vertical, " filter ",
                      static_cast<int>(r.filter), " antialias ", r.antialias);
}

TEST(ResampleTest, AllKernelsGiveEqualPixels) {
  RandomRequests random(1);
  std::vector<Resampler> resamplers;
  for (const NamedKernels& kernels : AllResampleKernels()) resamplers.emplace_back(kernels.kernels);
  Picture expected, result;
  for (int i = 0; i < 3000; ++i) {
    const Picture source = random.Source();
    const ResampleRequest request = random.Request(source);
    resamplers[0].Resample(source, request, &expected);
    for (size_t k = 1; k < resamplers.size(); ++k) {
      resamplers[k].Resample(source, request, &result);
      ASSERT_EQ(result.pixels, expected.pixels) << AllResampleKernels()[k].name << ": " << Described(source, request);
    }
  }
}

// What `request` selects of the whole scaled picture.
Picture Selected(const Picture& whole, const ResampleRequest& request) {
  const PictureRegion& window = request.window;
  Picture result;
  result.Reshape(window.height_px, window.width_px, whole.channels);
  for (int32_t y = 0; y < window.height_px; ++y) {
    for (int32_t x = 0; x < window.width_px; ++x) {
      const int32_t from_y = window.top_px + (request.flip_vertical ? window.height_px - 1 - y : y);
      const int32_t from_x = window.left_px + (request.flip_horizontal ? window.width_px - 1 - x : x);
      for (int c = 0; c < whole.channels; ++c) result.Row(y)[x * whole.channels + c] = whole.Row(from_y)[from_x * whole.channels + c];
    }
  }
  return result;
}

TEST(ResampleTest, WindowAndFlipsSelectFromTheScaledPicture) {
  RandomRequests random(2);
  for (int i = 0; i < 500; ++i) {
    const Picture source = random.Source();
    const ResampleRequest request = random.Request(source);
    ResampleRequest whole = request;
    whole.window = PictureRegion::Whole(request.size);
    whole.flip_horizontal = whole.flip_vertical = false;
    const Picture expected = Selected(Resampled(source, whole, FindResampleKernels()), request);
    ASSERT_EQ(Resampled(source, request, FindResampleKernels()).pixels, expected.pixels) << Described(source, request);
  }
}

TEST(ResampleTest, VisibleRegionIsAsIfCroppedBefore) {
  RandomRequests random(3);
  for (int i = 0; i < 500; ++i) {
    const Picture source = random.Source();
    ResampleRequest crop;
    crop.window = {random.Whole(0, source.width_px - 1), random.Whole(0, source.height_px - 1), 1, 1};
    crop.window.width_px = random.Whole(1, source.width_px - crop.window.left_px);
    crop.window.height_px = random.Whole(1, source.height_px - crop.window.top_px);
    const Picture cropped = Selected(source, crop);
    ResampleRequest request = random.Request(cropped);
    const Picture expected = Resampled(cropped, request, FindResampleKernels());
    request.visible = crop.window;
    request.box.left += crop.window.left_px;
    request.box.top += crop.window.top_px;
    // Sums of doubles may differ from Pillow's singles in the last place.
    if (request.box.left != std::floor(request.box.left) || request.box.top != std::floor(request.box.top)) continue;
    ASSERT_EQ(Resampled(source, request, FindResampleKernels()).pixels, expected.pixels) << Described(source, request);
  }
}

TEST(ResampleTest, NeedsOnlyTheRegionThatItReads) {
  RandomRequests random(5);
  Resampler resampler, plain(nullptr);
  Picture result;
  for (int i = 0; i < 1000; ++i) {
    const Picture source = random.Source();
    ResampleRequest request = random.Request(source);
    const Picture expected = Resampled(source, request);
    request.visible = PictureRegion::Whole(source.size());
    ResampleRequest held;
    held.window = RegionRead(request);
    const Picture part = Selected(source, held);
    request.held = held.window;
    for (Resampler* some : {&resampler, &plain}) {
      some->Resample(part, request, &result);
      ASSERT_EQ(result.pixels, expected.pixels) << Described(source, request);
    }
  }
}

TEST(ResampleTest, ReadsNoMoreThanACentreCropNeeds) {
  ResampleRequest request;
  request.box = {0, 0, 500, 375};
  request.visible = PictureRegion::Whole({375, 500});
  request.size = {256, 341};
  request.window = {58, 16, 224, 224};
  EXPECT_TRUE(RegionRead(request) == (PictureRegion{84, 23, 330, 329}));
}

TEST(ResampleTest, KeepsMemoryAndWeightsBetweenRequestsWithoutEffectOnPixels) {
  RandomRequests random(4);
  Resampler used;
  Picture result;
  for (int i = 0; i < 300; ++i) {
    const Picture source = random.Source();
    ResampleRequest request = random.Request(source);
    for (const bool flip : {false, true, true}) {
      request.flip_vertical = flip;
      used.Resample(source, request, &result);
      ASSERT_EQ(result.pixels, Resampled(source, request).pixels) << Described(source, request);
    }
  }
}

TEST(ResampleTest, AllocatesNothingAfterWarmUp) {
  Resampler resampler;
  Picture result;
  const Picture source = GeneratedPixels(90, 80, 3);
  ResampleRequest request;
  request.size = {40, 30};
  request.window = PictureRegion::Whole(request.size);
  int64_t before = 0;
  for (int round = 0; round < 2; ++round) {
    before = CountAllocations().cpp;
    for (int i = 0; i < 40; ++i) {
      request.filter = static_cast<ResampleFilter>(i % 6);
      request.box = {i / 2.0, i / 3.0, 80.0 - i, 90.0 - 2 * i};
      request.flip_vertical = i % 2 == 1;
      resampler.Resample(source, request, &result);
    }
  }
  EXPECT_EQ(CountAllocations().cpp, before);
}

// The rows that one row of the result is made of are summed as they are, not kept scaled.
TEST(ResampleTest, TakesLittleMemoryForTallPictures) {
  const Picture source = GeneratedPixels(200000, 1, 3);
  ResampleRequest request;
  request.box = {0, 0, 1, 200000};
  request.size = {1, 224};
  request.window = PictureRegion::Whole(request.size);
  for (const NamedKernels& kernels : AllResampleKernels()) {
    const int64_t before = CountAllocations().cpp_bytes;
    Resampled(source, request, kernels.kernels);
    EXPECT_LT(CountAllocations().cpp_bytes - before, 20 << 20);
  }
}

// A copy's weights would stand in the original.
static_assert(!std::is_copy_constructible_v<Resampler> && !std::is_copy_assignable_v<Resampler>);

TEST(ResampleTest, GoesOnWhereItWasMoved) {
  const Picture source = GeneratedPixels(90, 80, 3);
  ResampleRequest request;
  request.box = {0, 0, 80, 90};
  request.size = {40, 30};
  request.window = PictureRegion::Whole(request.size);
  for (const NamedKernels& kernels : AllResampleKernels()) {
    Picture result;
    auto first = std::make_unique<Resampler>(kernels.kernels);
    first->Resample(source, request, &result);
    Resampler second = std::move(*first);
    first.reset();
    second.Resample(source, request, &result);
    EXPECT_EQ(result.pixels, Resampled(source, request).pixels);
  }
}

TEST(ResampleTest, HandsOverRowsInOrder) {
  const Picture source = GeneratedPixels(40, 30, 3);
  ResampleRequest request;
  request.box = {0, 0, 30, 40};
  request.size = {17, 19};
  request.window = {3, 2, 11, 13};
  request.flip_vertical = true;
  const Picture expected = Resampled(source, request);
  int32_t next = 0;
  Resampler().Resample(source, request, [&](int32_t y, const uint8_t* row) {
    ASSERT_EQ(y, next++);
    EXPECT_EQ(std::vector<uint8_t>(row, row + 33), std::vector<uint8_t>(expected.Row(y), expected.Row(y) + 33));
  });
  EXPECT_EQ(next, 13);
}

TEST(ResampleTest, ScalesExtremeRatios) {
  for (const NamedKernels& kernels : AllResampleKernels()) {
    Picture line;
    line.Reshape(1, 50000, 3);
    std::fill(line.pixels.begin(), line.pixels.end(), 77);
    ResampleRequest request;
    request.box = {0, 0, 50000, 1};
    request.size = {224, 224};
    request.window = PictureRegion::Whole(request.size);
    for (const auto filter : {ResampleFilter::kNearest, ResampleFilter::kBilinear, ResampleFilter::kLanczos}) {
      request.filter = filter;
      EXPECT_THAT(Resampled(line, request, kernels.kernels).pixels, testing::Each(testing::Eq(77)));
    }
  }
}

}  // namespace
}  // namespace mica
