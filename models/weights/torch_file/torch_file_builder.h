// Makes pickles, zip archives and files of torch.save byte by byte, sound and broken ones, for
// tests.
//   PickleBuilder pickle;
//   pickle.Op("}").Text("fc.bias").Tensor("FloatStorage", "0", 3, 0, {3}, {1}).Op("s");
//   const std::string file = TorchZip(pickle.Done(), {{"0", std::string(12, '\1')}});
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_FILE_BUILDER_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_FILE_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

// `size` bytes of a number, the lowest first.
std::string LittleBytes(uint64_t number, int size);

// Each call appends opcodes of protocol 2.
class PickleBuilder {
 public:
  PickleBuilder& Op(absl::string_view bytes);  // as they are
  PickleBuilder& Text(absl::string_view text);
  PickleBuilder& Int(int64_t number);
  PickleBuilder& Ints(const std::vector<int64_t>& numbers);  // a tuple
  PickleBuilder& Global(absl::string_view module, absl::string_view name);
  PickleBuilder& Storage(absl::string_view type, absl::string_view key, int64_t count);
  PickleBuilder& Tensor(absl::string_view type, absl::string_view key, int64_t count, int64_t offset, const std::vector<int64_t>& shape,
                        const std::vector<int64_t>& strides);

  // From the opcode of the protocol to that of the end.
  std::string Done() const;

 private:
  std::string bytes_;
};

struct ZipFile {
  std::string name;
  std::string content;
  bool is_deflated = false;
  bool is_zip64 = false;  // its sizes stand in the extra field

  // What the list says, if it is to be wrong.
  int64_t size = -1;
  int64_t crc32 = -1;
  uint16_t flags = 0;
  int header_of = -1;  // the place of another file's header
};

// A zip archive; `comment` stands at its end.
std::string ZipOf(const std::vector<ZipFile>& files, absl::string_view comment = "");

// Files of torch.save in the zip and the stream format: storages by key.
using TestStorages = std::vector<std::pair<std::string, std::string>>;
std::string TorchZip(const std::string& pickle, const TestStorages& storages);
std::string TorchStream(const std::string& pickle, const TestStorages& storages, int value_bytes);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_TORCH_FILE_BUILDER_H_
