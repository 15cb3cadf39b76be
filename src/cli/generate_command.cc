#include <fmt/format.h>

#include "base/units.h"
#include "cli/commands.h"
#include "generate/sparkify.h"

namespace tarn::cli {

Status GenerateData(const GenerateArguments& arguments, const Console& console) {
  generate::GenerateOptions options;
  options.directory = arguments.directory;
  options.num_events = arguments.num_events;
  options.num_songs = arguments.num_songs;
  options.num_users = arguments.num_users;
  options.num_days = arguments.num_days;
  options.seed = arguments.seed;
  options.num_tastes = arguments.num_tastes;
  options.trouble_share = arguments.trouble_share;
  ARROW_ASSIGN_OR_RAISE(generate::GenerateReport report, generate::GenerateSparkify(options));
  double rate = report.seconds > 0 ? static_cast<double>(report.bytes) / report.seconds : 0;
  console.out.stream() << fmt::format(
      "wrote {}, {}, {} ({}) into {} in {}, {}/s\n", FormatCount(report.events, "event"),
      FormatCount(report.songs, "song"), FormatBytes(report.bytes),
      FormatCount(report.files, "file"), arguments.directory, FormatDuration(report.seconds),
      FormatBytes(static_cast<int64_t>(rate)));
  return Status::OK();
}

}  // namespace tarn::cli
