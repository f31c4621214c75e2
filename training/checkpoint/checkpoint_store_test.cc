#include "training/checkpoint/checkpoint_store.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <errno.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <set>

#include "absl/strings/match.h"
#include "base/files/fake_file_calls.h"
#include "base/fingerprint.h"
#include "base/testing/status_matchers.h"
#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;

// Everything below a folder: relative path -> content, "" for folders.
std::map<std::string, std::string> Tree(const std::string& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().string();
    tree[path.substr(folder.size() + 1)] = entry.is_directory() ? "" : ReadFile(path).value();
  }
  return tree;
}

std::vector<std::string> Names(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return {names.begin(), names.end()};
}

// Weights whose values encode the step.
CheckpointContents ContentsOf(int64_t step) {
  CheckpointContents contents;
  contents.files = {{kModelFile, {{"weight", at::full({2, 3}, static_cast<double>(step))}, {"count", at::zeros({}, at::kLong)}}},
                    {kOptimizerFile, {{"momentum.weight", at::zeros({2, 3})}}}};
  contents.manifest.set_step(step);
  contents.manifest.set_epoch(2);
  contents.manifest.add_class_names("T-shirt/top");
  return contents;
}

class CheckpointStoreTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder_); }

  std::string Read(const std::string& name) const { return ReadFile(folder_ + "/" + name).value_or("absent"); }

  // Checkpoint 1, with `latest` on it: what must survive failures.
  void SaveFirst() {
    CheckpointStore store(folder_);
    ASSERT_THAT(store.Save(ContentsOf(1)), IsOk());
    ASSERT_THAT(store.Point("latest", 1), IsOk());
  }

  const std::string folder_ = testing::TempDir() + "checkpoint_store_test/run/checkpoints";
};

TEST_F(CheckpointStoreTest, ACheckpointIsAFolderOfThreeFiles) {
  ASSERT_THAT(CheckpointStore(folder_).Save(ContentsOf(1875)), IsOk());

  EXPECT_THAT(Names(folder_), ElementsAre("step-000001875"));
  EXPECT_THAT(Names(folder_ + "/step-000001875"), ElementsAre("manifest.textproto", "model.safetensors", "optimizer.safetensors"));
}

TEST_F(CheckpointStoreTest, AnOptimizerWithoutStateHasNoFile) {
  CheckpointContents contents = ContentsOf(1);
  contents.files[1].tensors.clear();

  ASSERT_THAT(CheckpointStore(folder_).Save(contents), IsOk());

  EXPECT_THAT(Names(folder_ + "/step-000000001"), ElementsAre("manifest.textproto", "model.safetensors"));
}

TEST_F(CheckpointStoreTest, TheManifestHoldsWhatItWasGivenAndSizesAndChecksums) {
  ASSERT_THAT(CheckpointStore(folder_).Save(ContentsOf(7)), IsOk());

  CheckpointReport manifest;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Read("step-000000007/manifest.textproto"), &manifest));
  EXPECT_EQ(manifest.format_version(), 2);
  EXPECT_EQ(manifest.step(), 7);
  EXPECT_EQ(manifest.class_names(0), "T-shirt/top");
  ASSERT_EQ(manifest.files_size(), 2);
  for (const CheckpointFileReport& file : manifest.files()) {
    const std::string bytes = Read("step-000000007/" + file.name());
    EXPECT_EQ(file.size_bytes(), static_cast<int64_t>(bytes.size())) << file.name();
    EXPECT_EQ(file.fingerprint(), FormatFingerprint(Fingerprint(bytes))) << file.name();
  }
}

TEST_F(CheckpointStoreTest, TheManifestEndsWithTheChecksumOfAllAboveIt) {
  ASSERT_THAT(CheckpointStore(folder_).Save(ContentsOf(7)), IsOk());

  const std::string text = Read("step-000000007/manifest.textproto");
  const std::string above = text.substr(0, text.rfind("# xxh3 "));
  EXPECT_EQ(text, above + "# xxh3 " + FormatFingerprint(Fingerprint(above)) + "\n");
  EXPECT_EQ(above.back(), '\n');
}

TEST_F(CheckpointStoreTest, ChannelsLastWeightsAreWrittenRowByRow) {
  const at::Tensor kernel = at::arange(2 * 3 * 2 * 2).to(at::kFloat).reshape({2, 3, 2, 2});
  CheckpointContents contents;
  contents.files = {{kModelFile, {{"kernel", kernel.contiguous(at::MemoryFormat::ChannelsLast)}, {"count", at::full({}, 5, at::kLong)}}}};
  contents.manifest.set_step(1);

  ASSERT_THAT(CheckpointStore(folder_).Save(contents), IsOk());

  const DecodedSafetensors model = DecodeForTest(Read("step-000000001/model.safetensors"));
  const DecodedArray& array = model.arrays.at("kernel");
  EXPECT_THAT(array.shape, ElementsAre(2, 3, 2, 2));
  EXPECT_EQ(array.floats, std::vector<float>(kernel.const_data_ptr<float>(), kernel.const_data_ptr<float>() + kernel.numel()));
  EXPECT_EQ(model.arrays.at("count").dtype, "I64");
  EXPECT_EQ(model.arrays.at("count").bytes, std::string("\5\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(model.metadata.at("format"), "pt");
}

TEST_F(CheckpointStoreTest, PointersAreTextFilesThatNameACheckpoint) {
  CheckpointStore store(folder_);
  ASSERT_THAT(store.Save(ContentsOf(1)), IsOk());
  ASSERT_THAT(store.Save(ContentsOf(2)), IsOk());

  ASSERT_THAT(store.Point("latest", 1), IsOk());
  ASSERT_THAT(store.Point("latest", 2), IsOk());
  ASSERT_THAT(store.Point("best", 1), IsOk());

  EXPECT_EQ(Read("latest"), "step-000000002\n");
  EXPECT_EQ(Read("best"), "step-000000001\n");
}

TEST_F(CheckpointStoreTest, HasWhatIsPublishedAndNoLeftovers) {
  SaveFirst();
  std::filesystem::create_directories(folder_ + "/step-000000002.tmp");

  EXPECT_TRUE(CheckpointStore(folder_).Has(1));
  EXPECT_FALSE(CheckpointStore(folder_).Has(2));
}

TEST_F(CheckpointStoreTest, PruneKeepsWhatItIsToldAndClearsLeftovers) {
  CheckpointStore store(folder_);
  for (const int64_t step : {1, 2, 3, 4}) ASSERT_THAT(store.Save(ContentsOf(step)), IsOk());
  ASSERT_THAT(store.Point("latest", 4), IsOk());
  std::filesystem::create_directories(folder_ + "/step-000000009.tmp");
  std::filesystem::create_directories(folder_ + "/step-000000008.del");

  ASSERT_THAT(store.Prune({4, 2}), IsOk());

  EXPECT_THAT(Names(folder_), ElementsAre("latest", "step-000000002", "step-000000004"));
}

TEST_F(CheckpointStoreTest, WeightsThatAreNotFiniteAreNotPublished) {
  SaveFirst();
  const auto before = Tree(folder_);
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    for (const bool in_optimizer : {false, true}) {
      CheckpointContents contents = ContentsOf(2);
      at::Tensor& tensor = contents.files[in_optimizer ? 1 : 0].tensors[0].tensor;
      tensor[1][2] = value;

      EXPECT_THAT(CheckpointStore(folder_).Save(contents), Fails(ExitCode::kNonFinite, HasSubstr("weight holds NaN or infinity")));

      EXPECT_EQ(Tree(folder_), before);
    }
  }
}

TEST_F(CheckpointStoreTest, AStepIsNeverWrittenOver) {
  SaveFirst();
  const auto before = Tree(folder_);

  EXPECT_THAT(CheckpointStore(folder_).Save(ContentsOf(1)), Fails(ExitCode::kOutput, HasSubstr("step-000000001")));

  EXPECT_EQ(Tree(folder_), before);
}

// Each file is on the disk before another relies on it: data, manifest, folder, name, folder of the
// name.
TEST_F(CheckpointStoreTest, EveryFileIsOnTheDiskBeforeTheFolderGetsItsName) {
  SaveFirst();
  FakeFileCalls calls;

  ASSERT_THAT(CheckpointStore(folder_, calls).Save(ContentsOf(3)), IsOk());

  std::vector<std::string> order;
  const std::string final_name = folder_ + "/step-000000003", temporary = final_name + ".tmp";
  for (const std::string& call : calls.log()) {
    if (absl::StartsWith(call, "fsync ") || absl::StartsWith(call, "rename ")) order.push_back(call);
  }
  EXPECT_THAT(order, ElementsAre("fsync " + temporary + "/model.safetensors", "fsync " + temporary + "/optimizer.safetensors",
                                 "fsync " + temporary + "/manifest.textproto", "fsync " + temporary,
                                 "rename " + temporary + " to " + final_name, "fsync " + folder_));
}

struct Fault {
  std::string name;
  FileCall call;
  int error;
  std::string text;
};

// F13, F15, F16: each system call of a save fails once, one after another.
class FailingCallTest : public CheckpointStoreTest, public testing::WithParamInterface<Fault> {};

TEST_P(FailingCallTest, LeavesTheOlderCheckpointAndNothingHalfWritten) {
  const Fault& fault = GetParam();
  int failures = 0;
  for (int nth = 1;; ++nth) {
    SetUp();
    SaveFirst();
    const auto before = Tree(folder_);
    FakeFileCalls calls;
    calls.FailNth(fault.call, nth, fault.error);

    const absl::Status status = CheckpointStore(folder_, calls).Save(ContentsOf(2));

    if (calls.count(fault.call) < nth) {
      EXPECT_THAT(status, IsOk());  // a save makes fewer calls
      break;
    }
    ++failures;
    EXPECT_THAT(status, Fails(ExitCode::kOutput, HasSubstr(fault.text))) << nth;
    // The file, or the folder that holds it.
    const std::string path(status.message().substr(0, status.message().find(':')));
    EXPECT_TRUE(absl::StartsWith(path, folder_) || absl::StartsWith(folder_, path)) << status;
    EXPECT_EQ(calls.open_files(), 0) << nth;
    auto after = Tree(folder_);
    EXPECT_EQ(after.erase("step-000000002.tmp"), 0) << nth;
    // Only the last step may fail after the rename; then the checkpoint is whole.
    if (after.erase("step-000000002") > 0) {
      EXPECT_THAT(calls.log().back(), AnyOf(HasSubstr("close"), "open " + folder_)) << nth;
      for (const char* file : {"model.safetensors", "optimizer.safetensors", "manifest.textproto"}) {
        EXPECT_NE(after[std::string("step-000000002/") + file], "") << nth;
        after.erase(std::string("step-000000002/") + file);
      }
    }
    EXPECT_EQ(after, before) << nth;
  }
  EXPECT_GE(failures, 1);
}

INSTANTIATE_TEST_SUITE_P(Faults, FailingCallTest,
                         testing::Values(Fault{"F13WriteDiskFull", FileCall::kWrite, ENOSPC, "bytes are free"},
                                         Fault{"F13MkdirDiskFull", FileCall::kMkdir, ENOSPC, "No space left"},
                                         Fault{"F13OpenDiskFull", FileCall::kOpen, ENOSPC, "No space left"},
                                         Fault{"F15Fsync", FileCall::kFsync, EIO, "Input/output error"},
                                         Fault{"F15Rename", FileCall::kRename, EIO, "Input/output error"},
                                         Fault{"F16Quota", FileCall::kWrite, EDQUOT, "quota"},
                                         Fault{"F16OpenFiles", FileCall::kOpen, EMFILE, "ulimit -n"}),
                         [](const auto& info) { return info.param.name; });

// F13: the disk is full at byte k, for every k up to the size of a checkpoint.
TEST_F(CheckpointStoreTest, F13AFullDiskAtAnyByteLeavesNothingBehind) {
  SaveFirst();
  const auto before = Tree(folder_);
  size_t bytes = 0;
  for (const auto& [path, content] : before) bytes += absl::StartsWith(path, "step-") ? content.size() : 0;
  for (size_t byte = 0; byte < bytes; byte += 13) {
    FakeFileCalls calls;
    calls.FailWritesAfter(byte, ENOSPC);

    EXPECT_THAT(CheckpointStore(folder_, calls).Save(ContentsOf(2)), Fails(ExitCode::kOutput, HasSubstr("No space left"))) << byte;

    ASSERT_EQ(Tree(folder_), before) << byte;
  }
}

// F15: the kernel may have dropped the pages, and a second fsync would report success.
TEST_F(CheckpointStoreTest, F15AFailedFsyncIsNotTriedAgain) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kFsync, 1, EIO);

  EXPECT_THAT(CheckpointStore(folder_, calls).Save(ContentsOf(2)), Fails(ExitCode::kOutput, HasSubstr("model.safetensors")));

  EXPECT_EQ(calls.count(FileCall::kFsync), 1);
}

TEST_F(CheckpointStoreTest, F14APointerThatCannotBeWrittenKeepsItsOldValue) {
  SaveFirst();
  for (const FileCall call : {FileCall::kOpen, FileCall::kWrite, FileCall::kFsync, FileCall::kClose, FileCall::kRename}) {
    FakeFileCalls calls;
    calls.FailNth(call, 1, ENOSPC);

    EXPECT_THAT(CheckpointStore(folder_, calls).Point("latest", 2), Fails(ExitCode::kOutput, HasSubstr(folder_ + "/latest")));

    EXPECT_EQ(Read("latest"), "step-000000001\n");
    EXPECT_THAT(Names(folder_), ElementsAre("latest", "step-000000001"));
  }
}

TEST_F(CheckpointStoreTest, PruneThatCannotRenameKeepsTheCheckpoint) {
  SaveFirst();
  FakeFileCalls calls;
  calls.FailNth(FileCall::kRename, 1, EIO);

  EXPECT_THAT(CheckpointStore(folder_, calls).Prune({2}), Fails(ExitCode::kOutput, HasSubstr("step-000000001")));

  EXPECT_THAT(Names(folder_), ElementsAre("latest", "step-000000001"));
}

// A disk that reports a write as done and has changed the bytes.
class LyingDisk : public FileCalls {
 public:
  enum class Lie { kLostFile, kFlippedByte };
  explicit LyingDisk(Lie lie) : lie_(lie) {}

  int Open(const char* path, int flags, mode_t mode) override {
    // The data files are closed by then.
    if (absl::EndsWith(path, "/manifest.textproto")) Damage(path);
    return FileCalls::Open(path, flags, mode);
  }

 private:
  void Damage(const std::string& manifest) {
    const std::string model = manifest.substr(0, manifest.rfind('/')) + "/model.safetensors";
    std::string bytes = ReadFile(model).value();
    unlink(model.c_str());
    bytes[40] ^= 1;
    if (lie_ == Lie::kFlippedByte) WriteNewFile(model, bytes).IgnoreError();
  }

  const Lie lie_;
};

TEST_F(CheckpointStoreTest, WhatDoesNotReadBackAsWrittenIsNotPublished) {
  SaveFirst();
  const auto before = Tree(folder_);
  LyingDisk flipped(LyingDisk::Lie::kFlippedByte), lost(LyingDisk::Lie::kLostFile);

  EXPECT_THAT(CheckpointStore(folder_, flipped).Save(ContentsOf(2)),
              Fails(ExitCode::kOutput, AllOf(HasSubstr("read back"), HasSubstr("xxh3"))));
  EXPECT_EQ(Tree(folder_), before);
  EXPECT_THAT(CheckpointStore(folder_, lost).Save(ContentsOf(2)), Fails(ExitCode::kOutput, HasSubstr("model.safetensors")));
  EXPECT_EQ(Tree(folder_), before);
}

TEST_F(CheckpointStoreTest, F17AFileInPlaceOfTheFolderIsNamed) {
  std::filesystem::create_directories(std::filesystem::path(folder_).parent_path());
  ASSERT_THAT(WriteNewFile(folder_, "not a folder"), IsOk());

  EXPECT_THAT(CheckpointStore(folder_).Save(ContentsOf(1)), Fails(ExitCode::kOutput, HasSubstr(folder_ + ": is not a folder")));
}

}  // namespace
}  // namespace mica
