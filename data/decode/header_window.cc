#include "data/decode/header_window.h"

#include <algorithm>

namespace mica {
namespace {

uint32_t ByteAt(absl::string_view bytes, size_t index) {
  return index < bytes.size() ? static_cast<uint8_t>(bytes[index]) : 0;
}

}  // namespace

absl::string_view HeaderWindow::At(int64_t position, int64_t size) {
  if (position < 0 || position >= bytes_.size()) return {};
  const int64_t end = position + std::min(size, bytes_.size() - position);
  if (position < begin_ || end > begin_ + static_cast<int64_t>(view_.size())) Move(position);
  return view_.substr(position - begin_, size);
}

void HeaderWindow::Move(int64_t position) {
  begin_ = position;
  view_ = {};
  is_exhausted_ = reads_ == kMaxHeaderReads;
  if (is_exhausted_) return;
  const int64_t wanted = reads_ == 0 ? kFirstHeaderRead : kFurtherHeaderRead;
  view_ = bytes_.Read(position, std::min(wanted, bytes_.size() - position));
  ++reads_;
}

uint32_t BigEndian16(absl::string_view bytes) {
  return ByteAt(bytes, 0) << 8 | ByteAt(bytes, 1);
}

uint32_t BigEndian32(absl::string_view bytes) {
  return ByteAt(bytes, 0) << 24 | ByteAt(bytes, 1) << 16 | ByteAt(bytes, 2) << 8 | ByteAt(bytes, 3);
}

uint32_t LittleEndian16(absl::string_view bytes) {
  return ByteAt(bytes, 1) << 8 | ByteAt(bytes, 0);
}

uint32_t LittleEndian24(absl::string_view bytes) {
  return ByteAt(bytes, 2) << 16 | LittleEndian16(bytes);
}

uint32_t LittleEndian32(absl::string_view bytes) {
  return ByteAt(bytes, 3) << 24 | LittleEndian24(bytes);
}

}  // namespace mica
