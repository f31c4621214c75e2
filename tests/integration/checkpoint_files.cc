#include "tests/integration/checkpoint_files.h"

#include <gtest/gtest.h>
#include <string.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/fingerprint.h"
#include "tests/integration/run_files.h"

namespace mica {
namespace {

// Checks the data after the header. The first eight bytes hold the header's length; all tensors of
// the tests are F32.
void ExpectFinite(const std::string& safetensors, const std::string& name) {
  uint64_t header_bytes = 0;
  ASSERT_GE(safetensors.size(), sizeof(header_bytes)) << name;
  memcpy(&header_bytes, safetensors.data(), sizeof(header_bytes));
  ASSERT_LE(header_bytes, safetensors.size() - sizeof(header_bytes)) << name;
  for (size_t i = sizeof(header_bytes) + header_bytes; i + sizeof(float) <= safetensors.size(); i += sizeof(float)) {
    float value;
    memcpy(&value, &safetensors[i], sizeof(value));
    ASSERT_TRUE(std::isfinite(value)) << name << " at byte " << i;
  }
}

void ExpectSealed(const std::string& manifest) {
  const size_t seal = manifest.rfind("# xxh3 ");
  ASSERT_NE(seal, std::string::npos);
  EXPECT_EQ(manifest.substr(seal), absl::StrCat("# xxh3 ", FormatFingerprint(Fingerprint(manifest.substr(0, seal))), "\n"));
}

}  // namespace

std::string NamedCheckpoint(const std::string& checkpoints, absl::string_view pointer) {
  return std::string(absl::StripSuffix(ReadTestFile(absl::StrCat(checkpoints, "/", pointer)), "\n"));
}

CheckpointReport ExpectWholeCheckpoint(const std::string& checkpoints, absl::string_view name) {
  const std::string folder = absl::StrCat(checkpoints, "/", name);
  ExpectSealed(ReadTestFile(folder + "/manifest.textproto"));
  const auto manifest = ReadTextproto<CheckpointReport>(folder + "/manifest.textproto");
  EXPECT_EQ(FilesBelow(folder).size(), manifest.files_size() + 1) << folder;
  for (const CheckpointFileReport& file : manifest.files()) {
    const std::string bytes = ReadTestFile(absl::StrCat(folder, "/", file.name()));
    EXPECT_EQ(bytes.size(), file.size_bytes()) << file.name();
    EXPECT_EQ(FormatFingerprint(Fingerprint(bytes)), file.fingerprint()) << file.name();
    ExpectFinite(bytes, file.name());
  }
  return manifest;
}

}  // namespace mica
