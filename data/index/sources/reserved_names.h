// Names of files and folders that mean something of their own, so no class is called so.
#ifndef MICA_DATA_INDEX_SOURCES_RESERVED_NAMES_H_
#define MICA_DATA_INDEX_SOURCES_RESERVED_NAMES_H_

#include "absl/strings/string_view.h"

namespace mica {

// Left out wherever folders are listed: names that begin with a dot, and what file managers,
// archivers and network drives leave beside people's files ("Thumbs.db", "__MACOSX").
bool IsHiddenName(absl::string_view name);

// The names of the classes, in their order, beside the pictures that `mica index --write_images`
// writes. Who lists folders need not tell of it.
inline constexpr absl::string_view kClassNamesFile = "class_names.txt";

// Where people keep splits that they divided themselves: "train", "Val", "testing".
bool IsSplitFolderName(absl::string_view name);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_RESERVED_NAMES_H_
