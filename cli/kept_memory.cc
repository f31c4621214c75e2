#include "cli/kept_memory.h"

#include <malloc.h>

namespace mica {

void KeepFreedMemory() {
  constexpr int kBytes = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kBytes);
  mallopt(M_TRIM_THRESHOLD, kBytes);
  mallopt(M_TOP_PAD, 64 << 20);
}

}  // namespace mica
