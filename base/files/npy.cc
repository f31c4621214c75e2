#include "base/files/npy.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace mica {
namespace {

constexpr size_t kAlignment = 64;  // of the values in the file
constexpr absl::string_view kMagic("\x93NUMPY\x01\x00", 8);
constexpr size_t kPrefixBytes = kMagic.size() + 2;  // and the header's size

// Python's text of a tuple.
std::string Tuple(absl::Span<const int64_t> shape) {
  return absl::StrCat("(", absl::StrJoin(shape, ", "), shape.size() == 1 ? ",)" : ")");
}

void AppendLittleEndian(uint32_t number, int bytes, std::string* text) {
  for (int i = 0; i < bytes; ++i) text->push_back(static_cast<char>(number >> (8 * i)));
}

}  // namespace

std::string NpyBytes(absl::Span<const int64_t> shape, absl::Span<const float> values) {
  std::string header = absl::StrCat("{'descr': '<f4', 'fortran_order': False, 'shape': ", Tuple(shape), ", }");
  const size_t used = (kPrefixBytes + header.size() + 1) % kAlignment;
  header.append((kAlignment - used) % kAlignment, ' ');
  header.push_back('\n');
  std::string bytes(kMagic);
  AppendLittleEndian(static_cast<uint32_t>(header.size()), 2, &bytes);
  bytes += header;
  bytes.reserve(bytes.size() + 4 * values.size());
  for (const float value : values) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    AppendLittleEndian(bits, 4, &bytes);
  }
  return bytes;
}

}  // namespace mica
