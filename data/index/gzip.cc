#include "data/index/gzip.h"

#include <libdeflate.h>

#include <memory>
#include <new>

namespace mica {

std::optional<std::string> UnpackGzip(absl::string_view packed, int64_t size) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(libdeflate_alloc_decompressor(),
                                                                                                       &libdeflate_free_decompressor);
  if (decompressor == nullptr) throw std::bad_alloc();
  std::string content(size, '\0');
  size_t consumed = 0;
  // Because no place for the unpacked size is given, libdeflate fails on fewer than `size` bytes,
  // as it always does on more.
  const libdeflate_result result = libdeflate_gzip_decompress_ex(decompressor.get(), packed.data(), packed.size(), content.data(),
                                                                 content.size(), &consumed, /*actual_out_nbytes_ret=*/nullptr);
  if (result != LIBDEFLATE_SUCCESS || consumed != packed.size()) return std::nullopt;
  return content;
}

}  // namespace mica
