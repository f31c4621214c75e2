#include "models/weights/torch_file/torch_dtype.h"

#include <gtest/gtest.h>

#include <string>

namespace mica {
namespace {

TEST(TorchDtypeTest, StoragesHaveTheirValuesTypeAndSize) {
  EXPECT_EQ(FindStorageType("BFloat16Storage")->name, std::string("BF16"));
  EXPECT_EQ(FindStorageType("BFloat16Storage")->bytes, 2);
  EXPECT_EQ(FindStorageType("UntypedStorage")->bytes, 1);
  EXPECT_FALSE(FindStorageType("ComplexFloatStorage").has_value());
  EXPECT_FALSE(FindStorageType("QInt8Storage").has_value());
  EXPECT_FALSE(FindStorageType("").has_value());
}

TEST(TorchDtypeTest, DtypesWithoutAStorageClassAreKnown) {
  EXPECT_EQ(FindTorchDtype("float8_e4m3fn")->name, std::string("F8_E4M3"));
  EXPECT_EQ(FindTorchDtype("uint64")->bytes, 8);
  EXPECT_FALSE(FindTorchDtype("complex64").has_value());
  EXPECT_FALSE(FindTorchDtype("").has_value());
}

}  // namespace
}  // namespace mica
