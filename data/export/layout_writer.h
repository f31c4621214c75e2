// Puts pictures and labels into a folder, each layout in its own way.
//   const std::unique_ptr<LayoutWriter> writer = CreateLayoutWriter(layout, names, folder);  // layout_writer_factory.h
//   MICA_RETURN_IF_ERROR(writer->Begin());
//   for (…) MICA_RETURN_IF_ERROR(writer->Add(picture));
//   MICA_RETURN_IF_ERROR(writer->End());
#ifndef MICA_DATA_EXPORT_LAYOUT_WRITER_H_
#define MICA_DATA_EXPORT_LAYOUT_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mica {

struct PictureToPlace {
  std::string part;             // that it belongs to: "train" (PartName)
  int32_t label = -1;           // -1: unlabelled
  std::string name;             // "train-000012", unique
  absl::string_view extension;  // ".png"
  absl::string_view bytes;
};

// Errors are the folder's. Single-thread.
class LayoutWriter {
 public:
  virtual ~LayoutWriter() = default;
  virtual absl::Status Begin() { return absl::OkStatus(); }
  virtual absl::Status Add(const PictureToPlace& picture) = 0;
  virtual absl::Status End() { return absl::OkStatus(); }
};

}  // namespace mica

#endif  // MICA_DATA_EXPORT_LAYOUT_WRITER_H_
