// The label of a sample that comes with a JSON object, as WebDataset's ".json" members.
//   LabelInJson(R"({"id": 7, "label": "cat"})", "label")  // "cat"
// Nothing of the text is kept but the label, so memory does not grow with it. Thread-safe.
#ifndef MICA_DATA_INDEX_SOURCES_JSON_LABEL_H_
#define MICA_DATA_INDEX_SOURCES_JSON_LABEL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// The value of the object's key `field`, a text or a whole number; of a key that stands twice the
// last one. The error is a clause for a message, "has no key \"label\"": if the text is no JSON
// object, is nested deeper than 100, lacks the key, or has another kind of value there.
absl::StatusOr<std::string> LabelInJson(absl::string_view json, absl::string_view field);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_JSON_LABEL_H_
