#include "models/layers/layer_effect.h"

#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

LayerEffect Effect(const std::string& layer, const LayerShape& input) {
  return EffectOfLayer(ParseTextOrDie<LayerConfig>(layer), input, "stem", /*num_classes=*/10);
}

TEST(LayerEffectTest, TokensAreWhatAttentionNeeds) {
  EXPECT_EQ(Effect("tokens {}", {768, 14, 14}).output->ToString(), "196 tokens of 768 values");
  EXPECT_EQ(Effect("self_attention { heads: 3 }", {768, 14, 14}).error, "needs tokens, gets 768x14x14 from stem; put tokens {} before it");
}

}  // namespace
}  // namespace mica
