// The bytes of a whole file, which PyTorch was seen to load (testdata/check_torch_file.py).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/testing/test_files.h"
#include "models/weights/torch_file_writer.h"

namespace mica {
namespace {

// testdata/check_torch_file.py knows the values.
std::string Golden() {
  const std::string ones("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
  return EncodeTorchFile(
      {{"z.weight", "F32", {2, 3}, std::string(absl::string_view("\0\0\x80\x3f\0\0\0\xc0\0\0\0\0\0\0\0\x80\0\0\x80\x7f\x01\0\0\0", 24))},
       {"f64", "F64", {1}, std::string("\0\0\0\0\0\0\xe0\x3f", 8)},
       {"f16", "F16", {2, 2}, ones},
       {"bf16", "BF16", {4, 1}, ones},
       {"count", "I64", {}, ones},
       {"i32", "I32", {2}, ones},
       {"i16", "I16", {1, 4}, ones},
       {"i8", "I8", {8}, ones},
       {"u8", "U8", {2, 1, 4}, ones},
       {"bool", "BOOL", {2}, std::string("\1\0", 2)},
       {"none", "F32", {0, 3}, ""},
       {"größe.0", "U8", {1}, "x"}},
      {{"note.json", "{\"epoch\": 3}"}});
}

TEST(TorchFileGoldenTest, BytesAreThoseThatPyTorchWasSeenToLoad) {
  std::ifstream file("models/weights/testdata/state_dict.pt", std::ios::binary);
  const std::string expected(std::istreambuf_iterator<char>(file), {});

  const std::string written = Golden();

  // After a change on purpose: copy the new file, then run testdata/check_torch_file.py.
  const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (written != expected && outputs != nullptr) WriteTestFile(absl::StrCat(outputs, "/state_dict.pt"), written);
  EXPECT_TRUE(written == expected) << "other bytes: " << written.size() << ", expected " << expected.size();
}

}  // namespace
}  // namespace mica
