#include "models/zoo/formula_tensor.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

std::vector<float> Values(const std::string& tensor) {
  std::vector<float> values(3);
  WriteFormulaTensor(ParseTextOrDie<ParityTensor>(tensor), ParseTextOrDie<ParityCase>("weight_gain: 2 norm_scale: 0.7"),
                     absl::MakeSpan(values));
  return values;
}

// python -c "from parity import *; print(formula('images', [3]).tolist())" and so on, in testdata.
TEST(FormulaTensorTest, GivesTheNumbersOfPython) {
  const Formula images("images");
  EXPECT_EQ(images(0), -0.6310510635375977);
  EXPECT_EQ(images(1), -0.9362485408782959);
  EXPECT_EQ(images(2), -0.7815343141555786);
  EXPECT_EQ(Values("name: 'a.running_var' shape: [3]"), (std::vector<float>{0.9309819936752319f, 0.9991329312324524f, 1.328176736831665f}));
  EXPECT_EQ(Values("name: 'class_token' shape: [1, 1, 3]"),
            (std::vector<float>{-0.21126502752304077f, 0.3484179377555847f, 0.39448875188827515f}));
  EXPECT_EQ(Values("name: 'a.layer_scale' shape: [3, 1, 1]"),
            (std::vector<float>{0.6860318779945374f, 0.48664864897727966f, 0.9077185988426208f}));
  EXPECT_EQ(Values("name: 'bn1.weight' shape: [3]"), (std::vector<float>{0.6021428108215332f, 0.927086353302002f, 0.7484315037727356f}));
  EXPECT_EQ(Values("name: 'bn1.bias' shape: [3]"), (std::vector<float>{-0.06556075811386108f, -0.0919690877199173f, 0.0743994265794754f}));
  EXPECT_EQ(Values("name: 'conv1.weight' shape: [3, 5, 1, 1]"),
            (std::vector<float>{0.09875424206256866f, 0.5371224284172058f, -1.0452262163162231f}));
}

}  // namespace
}  // namespace mica
