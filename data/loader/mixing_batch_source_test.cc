#include "data/loader/mixing_batch_source.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/roll.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "data/loader/fake_batch_source.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Batches of five 1x2x2 pictures whose labels are 0, 1, 0, 1 …; three classes.
class MixingBatchSourceTest : public testing::Test {
 protected:
  void Make(const std::string& config, int64_t samples = 10, uint64_t seed = 1) {
    auto fake = std::make_unique<FakeBatchSource>(samples, /*batch_size=*/5);
    fake_ = fake.get();
    source_ = std::make_unique<MixingBatchSource>(std::move(fake), ParseTextOrDie<BatchMixingConfig>(config), /*classes=*/3, seed);
  }

  Batch Next() {
    Batch batch;
    EXPECT_THAT(source_->Next(&batch), IsOkAndHolds(true));
    return batch;
  }

  Batch BatchAt(int64_t epoch, int64_t batch) {
    EXPECT_THAT(source_->StartEpoch(epoch, batch), IsOk());
    return Next();
  }

  FakeBatchSource* fake_ = nullptr;
  std::unique_ptr<MixingBatchSource> source_;
};

double ShareOf(const Batch& batch, int64_t i) {
  return batch.targets[i][i % 2].item<double>();
}

TEST_F(MixingBatchSourceTest, MixUpIsTheMeanOfEachSampleAndTheOneBefore) {
  Make("mixup {}");
  fake_->all().images.copy_(at::rand({10, 1, 2, 2}));
  const at::Tensor images = fake_->all().images.narrow(0, 0, 5).clone();

  const Batch batch = BatchAt(1, 0);

  const double share = ShareOf(batch, 1);
  EXPECT_GT(share, 0.01);
  EXPECT_LT(share, 0.99);
  EXPECT_TRUE(at::allclose(batch.images, images * share + images.roll(1, 0) * (1 - share), 1e-5, 1e-6));
  EXPECT_TRUE(fake_->all().images.narrow(0, 0, 5).equal(images));  // the source's own are left alone
  for (int64_t i = 1; i < 5; ++i) EXPECT_NEAR(batch.targets[i][(i + 1) % 2].item<double>(), 1 - share, 1e-6) << i;
  EXPECT_EQ(batch.targets[0][0].item<double>(), 1);  // samples 0 and 4 have one class
  EXPECT_TRUE(at::allclose(batch.targets.sum(1), at::ones({5})));
}

TEST_F(MixingBatchSourceTest, LabelsNameTheLargerShare) {
  Make("mixup { alpha: 0.1 }");
  bool own = false, other = false;

  for (int64_t epoch = 1; epoch <= 20; ++epoch) {
    const Batch batch = BatchAt(epoch, 1);
    EXPECT_TRUE(batch.labels.equal(batch.targets.argmax(1)));
    (batch.labels[1].item<int64_t>() == 1 ? other : own) = true;
  }
  EXPECT_TRUE(own && other);
  EXPECT_EQ(fake_->all().labels[1].item<int64_t>(), 1);
}

TEST_F(MixingBatchSourceTest, CutMixTakesARectangleAndItsShare) {
  Make("cutmix {}");
  fake_->all().images = at::rand({10, 3, 16, 12}).contiguous(at::MemoryFormat::ChannelsLast);

  for (int64_t epoch = 1; epoch <= 10; ++epoch) {
    const Batch batch = BatchAt(epoch, 0);
    const at::Tensor own = fake_->all().images.narrow(0, 0, 5), others = own.roll(1, 0);
    const at::Tensor is_own = batch.images.eq(own), is_other = batch.images.eq(others);
    EXPECT_TRUE(is_own.logical_or(is_other).all().item<bool>());
    const double cut = 1 - is_own.to(at::kFloat).mean().item<double>();
    EXPECT_NEAR(ShareOf(batch, 1), 1 - cut, 1e-6);
    EXPECT_TRUE(batch.images.is_contiguous(at::MemoryFormat::ChannelsLast));
  }
}

TEST_F(MixingBatchSourceTest, SamplesCanDrawForThemselves) {
  Make("mixup_or_cutmix {} per_sample: true probability: 0.7");
  fake_->all().images = at::rand({10, 1, 8, 8});

  const Batch batch = BatchAt(1, 0);

  std::set<double> shares;
  for (int64_t i = 1; i < 5; ++i) shares.insert(ShareOf(batch, i));
  EXPECT_GT(shares.size(), 2u);
  for (int64_t i = 1; i < 5; ++i) {
    if (ShareOf(batch, i) == 1) {
      EXPECT_TRUE(batch.images[i].equal(fake_->all().images[i])) << i;
    }
  }
}

TEST_F(MixingBatchSourceTest, DrawsFollowFromSeedEpochAndBatchAlone) {
  Make("mixup_or_cutmix {}");
  ASSERT_THAT(source_->StartEpoch(3, 0), IsOk());
  const Batch first = Next(), second = Next();

  EXPECT_TRUE(BatchAt(3, 1).images.equal(second.images));  // as after a resume
  EXPECT_TRUE(BatchAt(3, 0).targets.equal(first.targets));
  EXPECT_FALSE(BatchAt(4, 0).targets.equal(first.targets));
  Make("mixup_or_cutmix {}", 10, /*seed=*/2);
  EXPECT_FALSE(BatchAt(3, 0).targets.equal(first.targets));
}

TEST_F(MixingBatchSourceTest, WhatIsNotMixedStaysAsItIs) {
  Make("mixup {} probability: 0", /*samples=*/6);

  const Batch batch = BatchAt(1, 0);

  EXPECT_TRUE(batch.images.equal(fake_->all().images.narrow(0, 0, 5)));
  EXPECT_FALSE(batch.targets.defined());
  EXPECT_EQ(source_->samples_per_epoch(), 6);
  EXPECT_EQ(source_->batches_per_epoch(), 2);
  EXPECT_EQ(source_->image_shape(), (ImageShape{1, 2, 2}));
  EXPECT_EQ(Next().size(), 1);
  Batch none;
  EXPECT_THAT(source_->Next(&none), IsOkAndHolds(false));
}

TEST_F(MixingBatchSourceTest, ASampleAloneIsMixedWithItself) {
  Make("mixup {}", /*samples=*/6);

  const Batch batch = BatchAt(1, 1);

  EXPECT_TRUE(at::allclose(batch.images, fake_->all().images.narrow(0, 5, 1)));
  EXPECT_EQ(batch.targets[0][1].item<double>(), 1);
}

TEST_F(MixingBatchSourceTest, AllViewsAreMixedAlike) {
  Make("cutmix {}", /*samples=*/5);
  fake_->all().images = at::rand({5, 1, 8, 8});
  fake_->all().more_views = {fake_->all().images + 1};

  const Batch batch = BatchAt(1, 0);

  EXPECT_TRUE(batch.more_views.at(0).equal(batch.images + 1));
}

TEST_F(MixingBatchSourceTest, ErrorsOfTheSourcePassAndUnlabelledSamplesAreOne) {
  Make("mixup {}");
  fake_->FailAtBatch(1, DataError("/d/1.jpg: is broken"));
  ASSERT_THAT(source_->StartEpoch(1, 0), IsOk());
  Next();
  Batch batch;
  EXPECT_THAT(source_->Next(&batch), Fails(ExitCode::kData, "/d/1.jpg: is broken"));

  fake_->all().labels[2] = -1;
  ASSERT_THAT(source_->StartEpoch(1, 0), IsOk());
  EXPECT_THAT(source_->Next(&batch), Fails(ExitCode::kData, AllOf(HasSubstr("sample 102"), HasSubstr("leave batch_mixing out"))));
}

}  // namespace
}  // namespace mica
