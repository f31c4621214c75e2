#include "models/onnx/onnx_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;

// images [N,2,4,6] and what the text adds.
absl::StatusOr<OnnxShapes> ShapesOfText(const std::string& text) {
  return ShapesOf(ParseTextOrDie<onnx::GraphProto>("input { name: 'images' type { tensor_type { shape { dim { dim_param: 'N' } "
                                                   "dim { dim_value: 2 } dim { dim_value: 4 } dim { dim_value: 6 } } } } } " +
                                                   text),
                  /*batch=*/3);
}

TEST(OnnxShapesTest, FollowsNodes) {
  const absl::StatusOr<OnnxShapes> shapes = ShapesOfText(R"(
      initializer { name: "shape" dims: 2 data_type: 7 raw_data: "\000\000\000\000\000\000\000\000\060\000\000\000\000\000\000\000" }
      node { op_type: "MaxPool" input: "images" output: "pooled"
             attribute { name: "kernel_shape" ints: [3, 2] } attribute { name: "strides" ints: [1, 2] } }
      node { op_type: "Transpose" input: "pooled" output: "turned" attribute { name: "perm" ints: [0, 3, 1, 2] } }
      node { op_type: "Reshape" input: ["images", "shape"] output: "flat" })");
  ASSERT_THAT(shapes, IsOk());
  EXPECT_THAT(shapes->at("pooled"), testing::ElementsAre(3, 2, 2, 3));
  EXPECT_THAT(shapes->at("turned"), testing::ElementsAre(3, 3, 2, 2));
  EXPECT_THAT(shapes->at("flat"), testing::ElementsAre(3, 48));
}

TEST(OnnxShapesTest, NamesWhatDoesNotFit) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"node { op_type: 'Relu' name: 'r' input: 'later' output: 'a' }", "r takes later"},
      {"node { op_type: 'Relu' input: 'images' output: 'images' }", "two values are called images"},
      {"node { op_type: 'Clip' name: 'c' input: 'images' output: 'a' }", "Clip c of [3,2,4,6]: is an operator that"},
      {"initializer { name: 't' dims: 2 data_type: 1 raw_data: '1234' }", "t of [2] has 4 bytes"},
      {"initializer { name: 't' dims: 1 data_type: 1 raw_data: '1234' }", "no node takes t"},
      {"initializer { name: 't' dims: 5 data_type: 1 raw_data: '12345678901234567890' } "
       "node { op_type: 'Add' input: ['images', 't'] output: 'a' }",
       "[3,2,4,6], [5]: shapes do not broadcast"},
      {"initializer { name: 't' dims: [1, 1] data_type: 1 raw_data: '1234' } "
       "node { op_type: 'MatMul' input: ['images', 't'] output: 'a' }",
       "matrices do not fit"},
      {"node { op_type: 'Split' input: 'images' output: ['a', 'b', 'c'] attribute { name: 'axis' i: 1 } }", "parts are not equal"},
      {"node { op_type: 'Concat' input: ['images', 'images'] output: 'a' attribute { name: 'axis' i: 1 } } "
       "node { op_type: 'Concat' input: ['images', 'a'] output: 'b' attribute { name: 'axis' i: 2 } }",
       "other dimensions differ"},
      {"node { op_type: 'AveragePool' input: 'images' output: 'a' attribute { name: 'kernel_shape' ints: [5, 5] } }",
       "larger than the picture"},
      {"output { name: 'images' }", "output images is not []"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_THAT(ShapesOfText(text).status().message(), HasSubstr(message)) << text;
  }
}

}  // namespace
}  // namespace mica
