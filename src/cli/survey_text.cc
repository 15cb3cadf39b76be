#include "cli/survey_text.h"

#include <fmt/format.h>

#include "base/units.h"
#include "cli/error_text.h"
#include "cli/table_text.h"

namespace tarn::cli {

std::string SurveySummary(const infer::Survey& survey, const Terminal& terminal) {
  const json::Profile& profile = survey.profile;
  const auto num_files = std::ssize(survey.files);
  std::string text = fmt::format("{} from {}, {}{}\n", FormatCount(profile.num_records(), "record"),
                                 survey.num_files_read == num_files
                                     ? FormatCount(num_files, "file")
                                     : fmt::format("{} of {}", FormatCount(survey.num_files_read),
                                                   FormatCount(num_files, "file")),
                                 FormatBytes(survey.num_bytes),
                                 survey.is_whole ? "" : " (a sample; --whole reads everything)");
  if (profile.num_bad_records() > 0) {
    const json::Profile::Bad& first = profile.bad_records()[0];
    text += fmt::format("{} {}, the first at {}: {}\n", terminal.Yellow("warning:"),
                        FormatCount(profile.num_bad_records(), "bad record"),
                        Printable(PlaceText(survey, first.place)), Printable(first.reason));
  }
  if (survey.num_misfit_records > 0) {
    text += fmt::format("{} {} not as the schema declares\n", terminal.Yellow("warning:"),
                        FormatCount(survey.num_misfit_records, "record"));
  }
  if (!survey.damaged.empty()) {
    const infer::DamagedFile& first = survey.damaged[0];
    text += fmt::format("{} {}, the first is {}: {}\n", terminal.Yellow("warning:"),
                        FormatCount(std::ssize(survey.damaged), "damaged file"),
                        Printable(survey.files[first.file].path), Printable(first.reason));
  }
  for (const std::string& warning : survey.warnings) text += WarningText(warning, terminal);
  return text;
}

}  // namespace tarn::cli
