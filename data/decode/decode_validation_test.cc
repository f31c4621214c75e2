#include "data/decode/decode_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<DecodeConfig> kTable(ValidateDecodeConfig, "decode");

TEST(DecodeValidationTest, AcceptsTheDefaultsAndEveryValue) {
  kTable.ExpectValid("");
  kTable.ExpectValid("colour: RGB alpha: OVER_WHITE orientation: IGNORE jpeg_reduction: false");
  kTable.ExpectValid("colour: GREY alpha: OVER_BLACK orientation: APPLY");
  kTable.ExpectValid("reject: [ALPHA_CHANNEL, SIXTEEN_BITS, CMYK, ANIMATION, PALETTE, GREY_ONLY]");
}

TEST(DecodeValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"colour: COLOUR_UNSPECIFIED", "decode.colour must be RGB or GREY, or be left out"},
                       {"alpha: ALPHA_UNSPECIFIED", "decode.alpha must be one of DROP, OVER_WHITE, OVER_BLACK"},
                       {"orientation: ORIENTATION_UNSPECIFIED", "decode.orientation must be APPLY or IGNORE"},
                       {"reject: [CMYK, KIND_UNSPECIFIED]", "decode.reject[1] must be one of ALPHA_CHANNEL, SIXTEEN_BITS, CMYK,"},
                       {"reject: [CMYK, PALETTE, CMYK]", "decode.reject[2] is CMYK a second time; name each kind once"}});
}

}  // namespace
}  // namespace mica
