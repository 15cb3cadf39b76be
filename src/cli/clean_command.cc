#include <fmt/format.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"

namespace tarn::cli {

Status CleanLake(const CleanArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto session, OpenSession(arguments.pipeline, &console.err));
  ARROW_ASSIGN_OR_RAISE(const auto uploads,
                        session->CleanUploads(arguments.older_than, !arguments.dry_run));
  std::ostream& out = console.out.stream();
  for (const lake::UnfinishedUpload& upload : uploads) {
    out << fmt::format("{}  began {} ago\n", Printable(upload.uri),
                       FormatDuration(static_cast<double>(upload.age.count())));
  }
  if (uploads.empty()) {
    out << "nothing to clean\n";
  } else {
    out << (arguments.dry_run ? "would abort " : "aborted ")
        << FormatCount(static_cast<int64_t>(uploads.size()), "unfinished upload") << "\n";
  }
  return Status::OK();
}

}  // namespace tarn::cli
