#include "models/layers/layer_shape.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(LayerShapeTest, ReadsAsPeopleWriteShapes) {
  EXPECT_EQ((LayerShape{3, 17, 23}).ToString(), "3x17x23");
  EXPECT_EQ(LayerShape::Flat(490).ToString(), "490 values");
  EXPECT_EQ(LayerShape::Flat(1).ToString(), "1 value");
  EXPECT_EQ(LayerShape::Tokens(197, 768).ToString(), "197 tokens of 768 values");
}

TEST(LayerShapeTest, CountsValues) {
  EXPECT_EQ((LayerShape{3, 17, 23}).values(), 3 * 17 * 23);
  EXPECT_EQ(LayerShape::Flat(490).values(), 490);
  EXPECT_EQ(LayerShape::Tokens(197, 768).values(), 197 * 768);
}

TEST(LayerShapeTest, EqualValuesInAnotherFormDiffer) {
  EXPECT_EQ(LayerShape::Flat(6), LayerShape::Flat(6));
  EXPECT_NE(LayerShape::Flat(6), (LayerShape{6, 1, 1}));
  EXPECT_NE(LayerShape::Tokens(2, 3), LayerShape::Tokens(3, 2));
}

}  // namespace
}  // namespace mica
