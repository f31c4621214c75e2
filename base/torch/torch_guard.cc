#include "base/torch/torch_guard.h"

#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace mica {
namespace {

// The CPU's allocator has no exception type of its own, only this text; "you tried to allocate N
// bytes" follows it.
bool IsOutOfMemory(absl::string_view message) {
  return absl::StrContains(message, "DefaultCPUAllocator: can't allocate memory");
}

}  // namespace

absl::Status GuardTorch(absl::string_view what, absl::FunctionRef<void()> action) {
  constexpr char kMemoryHint[] = "; lower loader.batch_size or evaluation.batch_size, or take a smaller model";
  try {
    action();
    return absl::OkStatus();
  } catch (const c10::OutOfMemoryError& error) {
    return ConfigError(absl::StrCat(what, ": out of memory on the device: ", error.what_without_backtrace(), kMemoryHint));
  } catch (const std::bad_alloc&) {
    return ConfigError(absl::StrCat(what, ": out of memory", kMemoryHint));
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    if (IsOutOfMemory(message)) return ConfigError(absl::StrCat(what, ": out of memory: ", message, kMemoryHint));
    return absl::InternalError(absl::StrCat(what, ": ", message));
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat(what, ": ", error.what()));
  }
}

}  // namespace mica
