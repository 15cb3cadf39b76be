#include "engine/list_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tarn::engine {

Result<storage::Listing> ListSource(storage::Storages* storages, const pipeline::Source& source) {
  ARROW_ASSIGN_OR_RAISE(storage::Listing listing, storages->List(source.paths, source.period));
  if (!listing.files.empty()) return listing;
  Diagnostic diagnostic;
  diagnostic.file = source.toml_line > 0 ? source.toml_file : "";
  diagnostic.line = source.toml_line;
  diagnostic.subject = fmt::format("source.{}.path", source.name);
  diagnostic.message = fmt::format("no file matches{}: {}",
                                   source.period.is_all_time() ? "" : " from since to until",
                                   fmt::join(source.paths, ", "));
  diagnostic.hint = fmt::format(
      "check lake.input and source.{0}.path, or name the files with --set "
      "source.{0}.path='FOLDER/*.json'",
      source.name);
  return MakeError({std::move(diagnostic)});
}

}  // namespace tarn::engine
