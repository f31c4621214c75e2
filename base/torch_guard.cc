#include "base/torch_guard.h"

#include <c10/util/Exception.h>

#include <exception>
#include <new>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace mica {

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
    return absl::InternalError(absl::StrCat(what, ": ", error.what_without_backtrace()));
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat(what, ": ", error.what()));
  }
}

}  // namespace mica
