#include "data/batch/batch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

Batch FullBatch() {
  Batch batch;
  batch.images = at::rand({4, 1, 2, 2});
  batch.labels = at::arange(4);
  batch.targets = at::rand({4, 3});
  batch.more_views = {at::rand({4, 1, 2, 2})};
  batch.ids = at::arange(4) + 100;
  return batch;
}

// The meta device stands for every device but the CPU.
TEST(BatchTest, GoesToADeviceAsAWholeButForTheIds) {
  const Batch moved = FullBatch().To(c10::kMeta);

  for (const at::Tensor& tensor : {moved.images, moved.labels, moved.targets, moved.more_views.at(0)}) EXPECT_TRUE(tensor.is_meta());
  EXPECT_TRUE(moved.ids.is_cpu());
}

TEST(BatchTest, ASliceHasItsSamplesInEveryField) {
  const Batch all = FullBatch();

  const Batch slice = all.Slice(1, 2);

  EXPECT_EQ(slice.size(), 2);
  EXPECT_TRUE(slice.images.equal(all.images.narrow(0, 1, 2)));
  EXPECT_TRUE(slice.labels.equal(all.labels.narrow(0, 1, 2)));
  EXPECT_TRUE(slice.targets.equal(all.targets.narrow(0, 1, 2)));
  EXPECT_TRUE(slice.more_views.at(0).equal(all.more_views[0].narrow(0, 1, 2)));
  EXPECT_TRUE(slice.ids.equal(all.ids.narrow(0, 1, 2)));
}

TEST(BatchTest, AbsentFieldsStayAbsent) {
  Batch batch = FullBatch();
  batch.targets = at::Tensor();
  batch.more_views.clear();

  EXPECT_FALSE(batch.To(c10::kMeta).targets.defined());
  EXPECT_FALSE(batch.Slice(0, 1).targets.defined());
  EXPECT_TRUE(batch.Slice(0, 1).more_views.empty());
}

}  // namespace
}  // namespace mica
