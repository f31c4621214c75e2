#include "training/checkpoint/checkpoint_reader.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/text_mutator.h"
#include "base/files/file.h"
#include "base/fingerprint.h"
#include "base/testing/status_matchers.h"
#include "training/checkpoint/checkpoint_name.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string WithChecksum(const std::string& text) {
  return absl::StrCat(text, "# xxh3 ", FormatFingerprint(Fingerprint(text)), "\n");
}

// Writes checkpoints itself, without CheckpointStore. So the two implementations of the format meet
// only in the tests of the binary.
class CheckpointReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  static void Write(const std::string& path, const std::string& bytes) {
    // Without fsync, because thousands are written.
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  static void AddFile(const std::string& name, const std::string& bytes, CheckpointReport* manifest) {
    CheckpointFileReport* file = manifest->add_files();
    file->set_name(name);
    file->set_size_bytes(static_cast<int64_t>(bytes.size()));
    file->set_fingerprint(FormatFingerprint(Fingerprint(bytes)));
  }

  // A whole checkpoint. `change` may spoil the manifest before it gets its checksum.
  std::string Save(int64_t step, const std::string& change = "") {
    const std::string path = absl::StrCat(folder_, "/", CheckpointName(step));
    std::filesystem::create_directories(path);
    const std::string values(8, '\0');
    const std::string model = EncodeSafetensors({{"fc.bias", "F32", {2}, values}}, {});
    const std::string optimizer = EncodeSafetensors({{"momentum.fc.bias", "F32", {2}, values}}, {});
    CheckpointReport manifest;
    manifest.set_format_version(1);
    manifest.set_step(step);
    for (const char* const name : {"cat", "dog"}) manifest.add_class_names(name);
    AddFile("model.safetensors", model, &manifest);
    AddFile("optimizer.safetensors", optimizer, &manifest);
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(change, &manifest)) << change;
    std::string text;
    google::protobuf::TextFormat::PrintToString(manifest, &text);
    Write(path + "/model.safetensors", model);
    Write(path + "/optimizer.safetensors", optimizer);
    Write(path + "/manifest.textproto", WithChecksum(text));
    return path;
  }

  static void Cut(const std::string& path, int64_t size) { std::filesystem::resize_file(path, size); }

  static void FlipBit(const std::string& path, size_t byte) {
    std::string bytes = ReadFile(path).value();
    bytes.at(byte) ^= 1;
    Write(path, bytes);
  }

  std::string NameOf(const std::string& wanted) const {
    const auto found = FindCheckpoint(folder_, wanted);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? found->checkpoint.name : "";
  }

  const std::string folder_ = testing::TempDir() + "checkpoint_reader_test";
};

TEST_F(CheckpointReaderTest, ReadsArraysAndManifest) {
  const std::string folder = Save(18);

  const auto checkpoint = ReadCheckpoint(folder);

  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_EQ(checkpoint->name, "step-000000018");
  EXPECT_EQ(checkpoint->manifest.step(), 18);
  ASSERT_THAT(checkpoint->model().arrays, SizeIs(1));
  EXPECT_EQ(checkpoint->model().arrays[0].name, "fc.bias");
  EXPECT_EQ(checkpoint->model().path, folder + "/model.safetensors");
  ASSERT_THAT(checkpoint->files.at(kOptimizerFile).arrays, SizeIs(1));
  EXPECT_EQ(checkpoint->files.at(kOptimizerFile).arrays[0].name, "momentum.fc.bias");
  EXPECT_EQ(checkpoint->fingerprint, FormatFingerprint(Fingerprint(checkpoint->model().bytes)));
}

TEST_F(CheckpointReaderTest, ACheckpointMayBeAskedForByNameNumberOrPointer) {
  for (const int64_t step : {6, 12, 18}) Save(step);
  Write(folder_ + "/best", "step-000000012\n");

  EXPECT_EQ(NameOf("best"), "step-000000012");
  EXPECT_EQ(NameOf("step-000000006"), "step-000000006");
  EXPECT_EQ(NameOf("6"), "step-000000006");
  EXPECT_EQ(NameOf("latest"), "step-000000018");
}

// F5: a kill between the rename and the update of `latest`. The modification times say the
// opposite.
TEST_F(CheckpointReaderTest, F5LatestIsTheHighestStepWhateverThePointerAndTheTimesSay) {
  for (const int64_t step : {18, 12, 6}) Save(step);
  Write(folder_ + "/latest", "step-000000012\n");

  const auto found = FindCheckpoint(folder_, "latest");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->checkpoint.name, "step-000000018");
  EXPECT_THAT(found->warnings, IsEmpty());
}

TEST_F(CheckpointReaderTest, F4AnIncompleteCheckpointIsNamedAndPassedOver) {
  Save(6);
  std::filesystem::create_directories(folder_ + "/step-000000012.tmp");

  const auto found = FindCheckpoint(folder_, "latest");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->checkpoint.name, "step-000000006");
  EXPECT_THAT(found->warnings, ElementsAre(folder_ + "/step-000000012.tmp: incomplete, passed over"));
}

TEST_F(CheckpointReaderTest, F20ABrokenNewestGivesWayToTheOneBeforeWithAWarning) {
  for (const int64_t step : {6, 12, 18, 24}) Save(step);
  Cut(folder_ + "/step-000000024/model.safetensors", 40);
  FlipBit(folder_ + "/step-000000018/optimizer.safetensors", 70);

  const auto found = FindCheckpoint(folder_, "latest");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->checkpoint.name, "step-000000012");
  EXPECT_THAT(
      found->warnings,
      ElementsAre(AllOf(StartsWith(folder_ + "/step-000000024/model.safetensors: 40 of "), HasSubstr("step-000000012 is used instead")),
                  AllOf(StartsWith(folder_ + "/step-000000018/optimizer.safetensors: checksum differs"), HasSubstr("instead"))));
}

TEST_F(CheckpointReaderTest, F20AnExactOneIsThatOneOrAnErrorThatNamesTheOthers) {
  for (const int64_t step : {6, 12, 18}) Save(step);
  Write(folder_ + "/best", "step-000000018\n");
  FlipBit(folder_ + "/step-000000018/model.safetensors", 70);
  Cut(folder_ + "/step-000000012/manifest.textproto", 100);
  std::filesystem::create_directories(folder_ + "/step-000000024.tmp");

  for (const char* const wanted : {"best", "18", "step-000000018"}) {
    EXPECT_THAT(FindCheckpoint(folder_, wanted),
                Fails(ExitCode::kCheckpoint,
                      AllOf(StartsWith(folder_ + "/step-000000018/model.safetensors: checksum differs (xxh3 "), HasSubstr(" expected "),
                            HasSubstr("; complete checkpoints: step-000000006; incomplete: step-000000024.tmp"))));
  }
}

TEST_F(CheckpointReaderTest, F21WhereAllAreBadEachIsListedWithItsReason) {
  for (const int64_t step : {6, 12}) Save(step);
  Cut(folder_ + "/step-000000006/model.safetensors", 0);
  std::filesystem::remove(folder_ + "/step-000000012/manifest.textproto");

  EXPECT_THAT(FindCheckpoint(folder_, "latest"),
              Fails(ExitCode::kCheckpoint, AllOf(StartsWith(folder_ + "/step-000000012/manifest.textproto: cannot open: No such file"),
                                                 HasSubstr("\n" + folder_ + "/step-000000006/model.safetensors: 0 of "),
                                                 HasSubstr("\n" + folder_ + ": no checkpoint is complete"))));
}

TEST_F(CheckpointReaderTest, K1AMissingOneIsNamedWithTheCandidates) {
  for (const int64_t step : {6, 12}) Save(step);

  EXPECT_THAT(FindCheckpoint(folder_, "18"),
              Fails(ExitCode::kCheckpoint, folder_ + "/step-000000018: no such checkpoint; complete checkpoints: "
                                                     "step-000000012, step-000000006"));
  EXPECT_THAT(FindCheckpoint(folder_, "best", "; take one"),
              Fails(ExitCode::kCheckpoint, folder_ + "/best: cannot open: No such file or directory; complete checkpoints: step-000000012, "
                                                     "step-000000006; take one"));
  EXPECT_THAT(FindCheckpoint(folder_, "newest"),
              Fails(ExitCode::kCheckpoint,
                    "\"newest\" names no checkpoint; expected best, latest or a step: step-000001875, 1875; complete "
                    "checkpoints: step-000000012, step-000000006"));
  EXPECT_THAT(FindCheckpoint(folder_, "../step-000000006"), Fails(ExitCode::kCheckpoint, HasSubstr("names no checkpoint")));
  EXPECT_THAT(FindCheckpoint(folder_ + "/nowhere", "latest"),
              Fails(ExitCode::kCheckpoint, folder_ + "/nowhere: no such folder; the run has saved no checkpoint yet, or they were removed"));
}

TEST_F(CheckpointReaderTest, AFolderWithoutCheckpointsSaysSo) {
  std::filesystem::create_directories(folder_ + "/step-000000006.tmp");
  EXPECT_THAT(FindCheckpoint(folder_, "latest"),
              Fails(ExitCode::kCheckpoint, folder_ + ": holds no checkpoint; incomplete: step-000000006.tmp"));
  EXPECT_THAT(FindCheckpoint(folder_, "best"),
              Fails(ExitCode::kCheckpoint, HasSubstr("; no checkpoint is complete; incomplete: step-000000006.tmp")));
}

TEST_F(CheckpointReaderTest, APointerThatLeadsNowhereIsAnError) {
  Save(6);
  Write(folder_ + "/best", "../../etc/passwd\n");
  EXPECT_THAT(FindCheckpoint(folder_, "best"), Fails(ExitCode::kCheckpoint, HasSubstr("best: holds \"../../etc/passwd\\n\"")));
  Write(folder_ + "/best", "");
  EXPECT_THAT(FindCheckpoint(folder_, "best"), Fails(ExitCode::kCheckpoint, HasSubstr("expected the name of a checkpoint")));
}

TEST_F(CheckpointReaderTest, F22ANewerFormatIsRefusedWithBothVersions) {
  EXPECT_THAT(ReadCheckpoint(Save(6, "format_version: 3")),
              Fails(ExitCode::kCheckpoint, HasSubstr("format_version is 3, this mica reads 1 to 2; take a newer mica")));
}

// A newer format will have fields that this version does not know.
TEST_F(CheckpointReaderTest, F22ANewerFormatIsToldByItsVersionEvenWithUnknownFields) {
  const std::string folder = Save(6);
  Write(folder + "/manifest.textproto", WithChecksum("format_version: 3\nnew_field { x: 1 }\n"));
  EXPECT_THAT(ReadCheckpoint(folder), Fails(ExitCode::kCheckpoint, HasSubstr("format_version is 3")));
}

TEST_F(CheckpointReaderTest, F22OtherClassesAreRefusedWithBothNames) {
  const auto checkpoint = ReadCheckpoint(Save(6));
  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_THAT(RequireSameClasses(*checkpoint, {"cat", "dog"}), IsOk());
  EXPECT_THAT(RequireSameClasses(*checkpoint, {"cat", "dog", "emu"}), Fails(ExitCode::kCheckpoint, HasSubstr("2 there, 3 here")));
  EXPECT_THAT(RequireSameClasses(*checkpoint, {"dog", "cat"}),
              Fails(ExitCode::kCheckpoint, AllOf(StartsWith(folder_), HasSubstr("class 0 is \"cat\" there, \"dog\" here"))));
}

TEST_F(CheckpointReaderTest, FilesOutsideTheFolderAreNeverOpened) {
  Write(folder_ + "/secret", "x");
  for (const std::string name : {"../secret", "/etc/passwd", "a/b", "..", ".", "", "manifest.textproto", R"(a\000b)"}) {
    EXPECT_THAT(ReadCheckpoint(Save(6, "files { name: '" + name + "' size_bytes: 1 }")),
                Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("names a file "), HasSubstr("only plain names"))))
        << name;
  }
}

TEST_F(CheckpointReaderTest, AManifestMustAgreeWithItsFolder) {
  EXPECT_THAT(ReadCheckpoint(Save(6, "step: 7")),
              Fails(ExitCode::kCheckpoint, HasSubstr("is of step 7, the folder is called step-000000006")));
  EXPECT_THAT(ReadCheckpoint(Save(6, "files { name: 'model.safetensors' }")),
              Fails(ExitCode::kCheckpoint, HasSubstr("names model.safetensors twice")));
  EXPECT_THAT(ReadCheckpoint(Save(6, "files { name: 'x' size_bytes: -1 }")), Fails(ExitCode::kCheckpoint, HasSubstr("-1 bytes")));
  EXPECT_THAT(ReadCheckpoint(Save(6, "files { name: 'ema.safetensors' size_bytes: 4 }")),
              Fails(ExitCode::kCheckpoint, HasSubstr("ema.safetensors: cannot open")));
  const std::string folder = Save(6);
  Write(folder + "/manifest.textproto", WithChecksum("format_version: 1 step: 6\n"));
  EXPECT_THAT(ReadCheckpoint(folder), Fails(ExitCode::kCheckpoint, HasSubstr("names no model.safetensors")));
}

TEST_F(CheckpointReaderTest, K2EveryCutIsSeen) {
  const std::string folder = Save(6);
  for (const char* const name : {"model.safetensors", "optimizer.safetensors", "manifest.textproto"}) {
    const std::string path = absl::StrCat(folder, "/", name), bytes = ReadFile(path).value();
    for (size_t size = 0; size < bytes.size(); ++size) {
      Cut(path, size);
      ASSERT_THAT(ReadCheckpoint(folder), Fails(ExitCode::kCheckpoint, StartsWith(path + ": "))) << size;
      Write(path, bytes);
    }
    EXPECT_THAT(ReadCheckpoint(folder), IsOk());
  }
}

TEST_F(CheckpointReaderTest, K3EveryFlippedBitIsSeen) {
  const std::string folder = Save(6);
  for (const char* const name : {"model.safetensors", "optimizer.safetensors", "manifest.textproto"}) {
    const std::string path = absl::StrCat(folder, "/", name);
    const size_t size = std::filesystem::file_size(path);
    for (size_t byte = 0; byte < size; ++byte) {
      FlipBit(path, byte);
      ASSERT_THAT(ReadCheckpoint(folder), Fails(ExitCode::kCheckpoint, StartsWith(path + ": "))) << byte;
      FlipBit(path, byte);
    }
  }
}

// The checksums are right, so that the parser and the checks after it are reached.
TEST_F(CheckpointReaderTest, BrokenManifestsByTheThousandAreRefusedOrRead) {
  const std::string folder = Save(6);
  const std::string path = folder + "/manifest.textproto", whole = ReadFile(path).value();
  const std::string above = whole.substr(0, whole.rfind("# xxh3 "));
  TextMutator mutator(3);
  int accepted = 0;
  constexpr int kManifests = 4000;
  for (int i = 0; i < kManifests; ++i) {
    const bool keep_checksum = i % 4 == 0;
    Write(path, keep_checksum ? mutator.Mutate(whole) : WithChecksum(mutator.Mutate(above)));
    const auto checkpoint = ReadCheckpoint(folder);
    if (!checkpoint.ok()) {
      ASSERT_EQ(ExitCodeOf(checkpoint.status()), ExitCode::kCheckpoint) << checkpoint.status();
      continue;
    }
    ++accepted;
    ASSERT_TRUE(!keep_checksum || ReadFile(path).value() == whole) << ReadFile(path).value();
    ASSERT_EQ(checkpoint->manifest.step(), 6);
    ASSERT_THAT(checkpoint->model().arrays, SizeIs(1));
  }
  EXPECT_GT(accepted, 50);
  EXPECT_LT(accepted, kManifests / 2);
}

TEST_F(CheckpointReaderTest, DeepNestingIsRefused) {
  const std::string folder = Save(6);
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "x {";
  Write(folder + "/manifest.textproto", WithChecksum(deep + "\n"));
  EXPECT_THAT(ReadCheckpoint(folder), Fails(ExitCode::kCheckpoint, Not(HasSubstr("checksum"))));
}

}  // namespace
}  // namespace mica
