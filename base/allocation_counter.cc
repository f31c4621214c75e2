#include "base/allocation_counter.h"

#include <errno.h>

#include <atomic>
#include <cstddef>
#include <new>

namespace mica {
namespace {

std::atomic<int64_t> from_cpp{0};
std::atomic<int64_t> cpp_bytes{0};
std::atomic<int64_t> from_c{0};

}  // namespace

AllocationCounts CountAllocations() {
  return {from_cpp.load(), cpp_bytes.load(), from_c.load()};
}

}  // namespace mica

#ifndef __SANITIZE_ADDRESS__

extern "C" {

void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);

void* malloc(size_t bytes) {
  mica::from_c.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(bytes);
}

void* calloc(size_t count, size_t bytes) {
  mica::from_c.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, bytes);
}

void* realloc(void* memory, size_t bytes) {
  mica::from_c.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(memory, bytes);
}

void* memalign(size_t alignment, size_t bytes) {
  mica::from_c.fetch_add(1, std::memory_order_relaxed);
  return __libc_memalign(alignment, bytes);
}

void* aligned_alloc(size_t alignment, size_t bytes) {
  return memalign(alignment, bytes);
}

int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  *memory = memalign(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}

}  // extern "C"

// The other forms of operator new call these two.
void* operator new(size_t bytes) {
  mica::from_cpp.fetch_add(1, std::memory_order_relaxed);
  mica::cpp_bytes.fetch_add(bytes, std::memory_order_relaxed);
  if (void* const memory = __libc_malloc(bytes)) return memory;
  throw std::bad_alloc();
}

void* operator new(size_t bytes, std::align_val_t alignment) {
  mica::from_cpp.fetch_add(1, std::memory_order_relaxed);
  mica::cpp_bytes.fetch_add(bytes, std::memory_order_relaxed);
  if (void* const memory = __libc_memalign(static_cast<size_t>(alignment), bytes)) return memory;
  throw std::bad_alloc();
}

#endif
