#include "engine/list_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tarn::engine {

Result<storage::Listing> ListSource(const pipeline::Source& source) {
  ARROW_ASSIGN_OR_RAISE(storage::Listing listing, storage::ListAll(source.paths, source.period));
  if (!listing.files.empty()) return listing;
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("source {}: no file matches{}: {}\n  hint: check lake.input and "
                  "source.{}.path, or name the files with --set",
                  source.name, source.period.is_all_time() ? "" : " from since to until",
                  fmt::join(source.paths, ", "), source.name));
}

}  // namespace tarn::engine
