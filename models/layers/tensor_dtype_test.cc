#include "models/layers/tensor_dtype.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(TensorDtypeTest, CountsAndPositionsAreIntegers) {
  using Role = LayerTensor::Role;
  EXPECT_EQ(TensorDtype({"layer1.0.bn1.num_batches_tracked", {}, Role::kBuffer}), "I64");
  EXPECT_EQ(TensorDtype({"num_batches_tracked", {}, Role::kBuffer}), "I64");
  EXPECT_EQ(TensorDtype({"features.1.0.attn.relative_position_index", {2401}, Role::kBuffer}), "I64");
  EXPECT_EQ(TensorDtype({"bn1.running_mean", {64}, Role::kBuffer}), "F32");
  EXPECT_EQ(TensorDtype({"my_num_batches_tracked", {1}, Role::kBuffer}), "F32");
  EXPECT_EQ(TensorDtype({"num_batches_tracked", {1}, Role::kWeight}), "F32") << "a layer of that name";
}

}  // namespace
}  // namespace mica
