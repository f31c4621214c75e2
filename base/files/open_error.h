// Why a file or folder could not be opened, in words that lead to the right one.
//   WhyNotOpened("/d/experimnts/a.textproto", ENOENT)
//       == "No such file or directory: there is no \"/d/experimnts\"; did you mean \"experiments\"?"
#ifndef MICA_BASE_FILES_OPEN_ERROR_H_
#define MICA_BASE_FILES_OPEN_ERROR_H_

#include <string>

namespace mica {

// What follows "no such file": which part of `path` is missing or is a link without a target, and
// the nearest name that exists. "" if there is nothing to say.
std::string WhatIsMissing(const std::string& path);

// The text of `error` (an errno), for ENOENT with WhatIsMissing().
std::string WhyNotOpened(const std::string& path, int error);

}  // namespace mica

#endif  // MICA_BASE_FILES_OPEN_ERROR_H_
