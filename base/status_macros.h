// Early return of errors, for functions that return absl::Status or absl::StatusOr.
//   MICA_RETURN_IF_ERROR(Validate(config));
//   MICA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
#ifndef MICA_BASE_STATUS_MACROS_H_
#define MICA_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define MICA_RETURN_IF_ERROR(expression)                                                \
  do {                                                                                  \
    if (absl::Status mica_status = (expression); !mica_status.ok()) return mica_status; \
  } while (false)

// `declaration` may not contain a comma outside parentheses.
#define MICA_ASSIGN_OR_RETURN(declaration, expression) \
  MICA_ASSIGN_OR_RETURN_IMPL_(MICA_STATUS_NAME_(mica_status_or_, __LINE__), declaration, expression)

#define MICA_STATUS_NAME_(prefix, line) MICA_STATUS_JOIN_(prefix, line)
#define MICA_STATUS_JOIN_(prefix, line) prefix##line
#define MICA_ASSIGN_OR_RETURN_IMPL_(status_or, declaration, expression) \
  auto status_or = (expression);                                        \
  if (!status_or.ok()) return std::move(status_or).status();            \
  declaration = *std::move(status_or)

#endif  // MICA_BASE_STATUS_MACROS_H_
