// Thousands of broken files of torch.save: the reader must not crash on one, read past its end,
// take memory out of proportion, or refuse one without a reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "models/weights/torch_file/torch_file_builder.h"
#include "models/weights/torch_file/torch_file_reader.h"

namespace mica {
namespace {

std::string ReadTestdata(const std::string& name) {
  std::ifstream file("models/weights/torch_file/testdata/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Changes bytes, cuts, doubles and moves pieces. The same seed gives the same files.
class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::string Mutate(std::string file) {
    const size_t changes = 1 + Below(3);
    for (size_t i = 0; i < changes; ++i) Change(&file);
    return file;
  }

  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

 private:
  void Change(std::string* file) {
    static const std::string kPieces[] = {"(",
                                          "t",
                                          "R",
                                          "Q",
                                          "u",
                                          "}",
                                          "]",
                                          "e",
                                          ")",
                                          "q\1",
                                          "h\1",
                                          "h\2",
                                          "N",
                                          "\x88",
                                          "K\xff",
                                          "M\xff\xff",
                                          "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
                                          "J\xff\xff\xff\xff",
                                          "0",
                                          "2",
                                          "b",
                                          "\x81",
                                          "\x85",
                                          "."};
    const size_t place = Below(file->size());
    const size_t length = Below(std::min<size_t>(16, file->size() - place + 1));
    switch (Below(7)) {
      case 0:
        file->erase(place, length);
        break;
      case 1:
        file->insert(Below(file->size()), file->substr(place, length));
        break;
      case 2:
        if (Below(8) == 0) file->resize(place);
        break;
      case 3:
        file->insert(place, kPieces[Below(std::size(kPieces))]);
        break;
      case 4:
        file->replace(place, length, std::string(length, '\xff'));
        break;
      default:
        if (!file->empty()) (*file)[place] ^= 1 << Below(8);
        break;
    }
  }

  std::mt19937 random_;
};

// Of a dtype of the reader, without its code.
uint64_t BytesOf(const std::string& dtype) {
  const bool is_wide = absl::EndsWith(dtype, "64"), is_single = absl::EndsWith(dtype, "32"), is_half = absl::EndsWith(dtype, "16");
  return is_wide ? 8 : is_single ? 4 : is_half ? 2 : 1;
}

// Every byte of every array is read, so that AddressSanitizer sees one outside.
void ExpectSound(const TorchFile& file, absl::string_view bytes) {
  uint64_t copied = 0;
  int sum = 0;
  for (const ArrayView& array : file.arrays) {
    uint64_t size = BytesOf(array.dtype);
    for (const int64_t dimension : array.shape) size *= dimension;
    ASSERT_EQ(array.bytes.size(), size) << array.name;
    for (const char byte : array.bytes) sum += byte;
    const bool is_inside = array.bytes.data() >= bytes.data() && array.bytes.data() + size <= bytes.data() + bytes.size();
    if (!is_inside) copied += size;
  }
  volatile int kept = sum;
  static_cast<void>(kept);
  ASSERT_LE(copied, (4 + 100) * bytes.size() + (16 << 20));  // of strides, and of what a deflated entry may unpack to
}

struct Counts {
  int read = 0;
  int refused = 0;
};

void Try(const std::string& broken, Counts* counts) {
  // A buffer of exactly its size, so that a sanitizer sees a read past the end.
  const std::vector<char> exact(broken.begin(), broken.end());
  const absl::string_view bytes(exact.data(), exact.size());
  const auto file = DecodeTorchFile(bytes, "x", "");
  ++(file.ok() ? counts->read : counts->refused);
  if (file.ok()) {
    ASSERT_NO_FATAL_FAILURE(ExpectSound(*file, bytes));
    return;
  }
  ASSERT_EQ(ExitCodeOf(file.status()), ExitCode::kCheckpoint) << file.status();
  ASSERT_TRUE(absl::StartsWith(file.status().message(), "x: ") && file.status().message().size() > 5);
  ASSERT_LT(file.status().message().size(), 3000);
}

TEST(TorchFileFuzzTest, EveryFileIsReadOrRefusedWithAReason) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  std::vector<std::string> files;
  for (const char* const name :
       {"state_dict_zip.pth", "state_dict_stream.pth", "state_dict_protocol4.pth", "strides_zip.pth", "strides_stream.pth",
        "strides_tar.pth", "numbers.pth", "checkpoint_stream.pth", "without_checksums.pth", "module_stream.pth"}) {
    files.push_back(ReadTestdata(name));
  }
  Mutator mutator(20240607);
  Counts counts;
  for (int i = 0; i < 40000 && std::chrono::steady_clock::now() < deadline; ++i) {
    ASSERT_NO_FATAL_FAILURE(Try(mutator.Mutate(files[mutator.Below(files.size())]), &counts)) << i;
  }
  EXPECT_GT(counts.read, 100);
  EXPECT_GT(counts.refused, 1000);
}

// A changed pickle in a sound archive: checksums would stop the changes in front of the reader.
TEST(TorchFileFuzzTest, EveryPickleIsReadOrRefusedWithAReason) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  const std::string pickle = PickleBuilder()
                                 .Op("}(")
                                 .Text("model")
                                 .Op("}(")
                                 .Text("a")
                                 .Tensor("FloatStorage", "0", 6, 0, {2, 3}, {1, 2})
                                 .Text("b")
                                 .Tensor("LongStorage", "1", 2, 1, {}, {})
                                 .Op("u")
                                 .Text("epoch")
                                 .Op("K\7u")
                                 .Done();
  Mutator mutator(7);
  Counts counts;
  for (int i = 0; i < 40000 && std::chrono::steady_clock::now() < deadline; ++i) {
    ASSERT_NO_FATAL_FAILURE(Try(TorchZip(mutator.Mutate(pickle), {{"0", std::string(24, 'f')}, {"1", std::string(16, 'l')}}), &counts))
        << i;
  }
  EXPECT_GT(counts.read, 100);
  EXPECT_GT(counts.refused, 1000);
}

}  // namespace
}  // namespace mica
