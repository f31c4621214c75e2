// Calls C libraries that report an error by a function that must not return (libjpeg, libpng).
//   const bool done = RunGuarded(&escape_, [&] { jpeg_finish_decompress(&codec_); });
// The library's error function ends with longjmp(escape, 1); `done` is false then. A jump runs no
// destructors, so a step holds plain data only. An exception instead of a jump would have to pass
// through C code, which need not be able to unwind.
#ifndef MICA_DATA_DECODE_ERROR_JUMP_H_
#define MICA_DATA_DECODE_ERROR_JUMP_H_

#include <csetjmp>

#include "absl/base/attributes.h"

namespace mica {

// Never inlined: the caller's variables then cannot be among those that a jump leaves undefined.
template <typename Step>
ABSL_ATTRIBUTE_NOINLINE bool RunGuarded(std::jmp_buf* escape, const Step& step) {
  if (setjmp(*escape) != 0) return false;
  step();
  return true;
}

}  // namespace mica

#endif  // MICA_DATA_DECODE_ERROR_JUMP_H_
