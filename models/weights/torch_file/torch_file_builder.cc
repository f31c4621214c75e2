#include "models/weights/torch_file/torch_file_builder.h"

#include <libdeflate.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

std::string Deflated(const std::string& content) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
  std::string packed(libdeflate_deflate_compress_bound(compressor, content.size()), '\0');
  packed.resize(libdeflate_deflate_compress(compressor, content.data(), content.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(compressor);
  return packed;
}

// The part that the local header and the list have in common, from the flags to the lengths of the
// name and of the extra fields.
std::string CommonHeader(const ZipFile& file, uint64_t stored_bytes, int extra_bytes) {
  const uint64_t size = file.size >= 0 ? file.size : file.content.size();
  const uint32_t crc32 = libdeflate_crc32(0, file.content.data(), file.content.size());
  return absl::StrCat(LittleBytes(file.flags, 2), LittleBytes(file.is_deflated ? 8 : 0, 2), LittleBytes(0, 4),
                      LittleBytes(file.crc32 >= 0 ? file.crc32 : crc32, 4), LittleBytes(file.is_zip64 ? 0xffffffff : stored_bytes, 4),
                      LittleBytes(file.is_zip64 ? 0xffffffff : size, 4), LittleBytes(file.name.size(), 2), LittleBytes(extra_bytes, 2));
}

}  // namespace

std::string LittleBytes(uint64_t number, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(number >> 8 * i));
  return bytes;
}

PickleBuilder& PickleBuilder::Op(absl::string_view bytes) {
  absl::StrAppend(&bytes_, bytes);
  return *this;
}

PickleBuilder& PickleBuilder::Text(absl::string_view text) {
  return Op(absl::StrCat("X", LittleBytes(text.size(), 4), text));
}

PickleBuilder& PickleBuilder::Int(int64_t number) {
  return Op(absl::StrCat("\x8a\x08", LittleBytes(static_cast<uint64_t>(number), 8)));
}

PickleBuilder& PickleBuilder::Ints(const std::vector<int64_t>& numbers) {
  Op("(");
  for (const int64_t number : numbers) Int(number);
  return Op("t");
}

PickleBuilder& PickleBuilder::Global(absl::string_view module, absl::string_view name) {
  return Op(absl::StrCat("c", module, "\n", name, "\n"));
}

PickleBuilder& PickleBuilder::Storage(absl::string_view type, absl::string_view key, int64_t count) {
  return Op("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Int(count).Op("tQ");
}

PickleBuilder& PickleBuilder::Tensor(absl::string_view type, absl::string_view key, int64_t count, int64_t offset,
                                     const std::vector<int64_t>& shape, const std::vector<int64_t>& strides) {
  Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage(type, key, count).Int(offset).Ints(shape).Ints(strides);
  return Op("\x89").Global("collections", "OrderedDict").Op(")RtR");
}

std::string PickleBuilder::Done() const {
  return absl::StrCat("\x80\x02", bytes_, ".");
}

std::string ZipOf(const std::vector<ZipFile>& files, absl::string_view comment) {
  std::string archive, list;
  std::vector<size_t> headers;
  for (const ZipFile& file : files) {
    const std::string stored = file.is_deflated ? Deflated(file.content) : file.content;
    headers.push_back(archive.size());
    absl::StrAppend(&archive, "PK\x03\x04", LittleBytes(20, 2), CommonHeader(file, stored.size(), 0), file.name, stored);
    const size_t header = headers[file.header_of >= 0 ? file.header_of : headers.size() - 1];
    const std::string extra = file.is_zip64 ? absl::StrCat(LittleBytes(1, 2), LittleBytes(16, 2), LittleBytes(file.content.size(), 8),
                                                           LittleBytes(stored.size(), 8))
                                            : "";
    absl::StrAppend(&list, "PK\x01\x02", LittleBytes(20, 2), LittleBytes(20, 2), CommonHeader(file, stored.size(), extra.size()),
                    std::string(10, '\0'), LittleBytes(header, 4), file.name, extra);
  }
  return absl::StrCat(archive, list, "PK\x05\x06", LittleBytes(0, 4), LittleBytes(files.size(), 2), LittleBytes(files.size(), 2),
                      LittleBytes(list.size(), 4), LittleBytes(archive.size(), 4), LittleBytes(comment.size(), 2), comment);
}

std::string TorchZip(const std::string& pickle, const TestStorages& storages) {
  std::vector<ZipFile> files = {{"model/data.pkl", pickle}, {"model/byteorder", "little"}};
  for (const auto& [key, bytes] : storages) files.push_back({absl::StrCat("model/data/", key), bytes});
  files.push_back({"model/version", "3\n"});
  return ZipOf(files);
}

std::string TorchStream(const std::string& pickle, const TestStorages& storages, int value_bytes) {
  const std::string magic = PickleBuilder().Op(absl::StrCat("\x8a\n", "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19")).Done();
  const std::string system = PickleBuilder().Op("}").Text("little_endian").Op("\x88s").Done();
  PickleBuilder keys;
  keys.Op("](");
  for (const auto& [key, bytes] : storages) keys.Text(key);
  std::string file = absl::StrCat(magic, PickleBuilder().Int(1001).Done(), system, pickle, keys.Op("e").Done());
  for (const auto& [key, bytes] : storages) absl::StrAppend(&file, LittleBytes(bytes.size() / value_bytes, 8), bytes);
  return file;
}

}  // namespace mica
