// Whether the files of a list exist, before anything opens them: so that a wrong root folder is
// named as that, and not by the first picture.
#ifndef MICA_DATA_INDEX_SOURCES_MISSING_FILES_H_
#define MICA_DATA_INDEX_SOURCES_MISSING_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "data/index/sample_list.h"
#include "data/index/sources/list_settings.h"

namespace mica {

// Messages of DataErrors about files that do not exist or are none. lines[i] is where the list
// names files[i]. Looks at all of up to 20,000 files (some 20 ms in the page cache), of more only at
// 100 at the front, in the middle and at the end. If all are missing, it looks for the first one in
// folders nearby and with the endings of pictures, and proposes where to find it.
std::vector<std::string> FindMissingFiles(const ListSettings& settings, absl::Span<const SampleFile> files,
                                          absl::Span<const int32_t> lines);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_MISSING_FILES_H_
