// The version of mica, as written into every run.
#ifndef MICA_BASE_VERSION_H_
#define MICA_BASE_VERSION_H_

namespace mica {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace mica

#endif  // MICA_BASE_VERSION_H_
