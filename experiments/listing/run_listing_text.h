// A listing of runs for people and for programs.
//   std::cout << RunListingText(listing, {"learning_rate"}, absl::ToUnixSeconds(absl::Now()));
//   run                 state     accuracy        epochs  age      size    learning_rate
//   linear/first        finished  0.8443 test          3  2 days   1.2 MB  0.1
#ifndef MICA_EXPERIMENTS_LISTING_RUN_LISTING_TEXT_H_
#define MICA_EXPERIMENTS_LISTING_RUN_LISTING_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "experiments/listing/run_listing.h"

namespace mica {

// A table, in the order of the listing, with a column for each of `fields` that is not there
// anyway; below it what is wrong with runs. `now` in seconds since 1970, for ages.
std::string RunListingText(const RunListing& listing, absl::Span<const std::string> fields, int64_t now);

// Every field of every run: "name", then the fields by name. Missing values are empty.
std::string RunListingCsv(const RunListing& listing);

// "12 s", "5 min", "3 h", "2 days"; "" for less than 0.
std::string AgeText(int64_t seconds);

// "312 B", "4.5 kB", "12 MB", "3.1 GB": powers of 1,000.
std::string BytesText(int64_t bytes);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_LISTING_RUN_LISTING_TEXT_H_
