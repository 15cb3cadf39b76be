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
    text += WarningText(
        fmt::format("{}, the first at {}: {}", FormatCount(profile.num_bad_records(), "bad record"),
                    PlaceText(survey, first.place), first.reason),
        terminal);
  }
  if (survey.num_misfit_records > 0) {
    const std::string count = FormatCount(survey.num_misfit_records, "record");
    text += WarningText(count + " not as the schema declares", terminal);
  }
  if (!survey.damaged.empty()) {
    const infer::DamagedFile& first = survey.damaged[0];
    text += WarningText(fmt::format("{}, the first is {}: {}",
                                    FormatCount(std::ssize(survey.damaged), "damaged file"),
                                    survey.files[first.file].path, first.reason),
                        terminal);
  }
  for (const std::string& warning : survey.warnings) text += WarningText(warning, terminal);
  return text;
}

}  // namespace tarn::cli
