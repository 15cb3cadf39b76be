#include "infer/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/in_order.h"
#include "base/out_of_memory.h"
#include "base/parallel_for.h"
#include "infer/file_survey.h"
#include "infer/sample.h"
#include "storage/no_match.h"
#include "system/machine.h"

namespace tarn::infer {
namespace {

/// Looks at the files of a sample in parallel, and merges what was seen in their order.
class ParallelSurvey {
 public:
  ParallelSurvey(const SurveyOptions& options, storage::Listing listing)
      : options_(options),
        storage_(std::move(listing.storage)),
        sample_(ChooseSample(listing.files, options.extent)) {
    survey_.files = std::move(listing.files);
    survey_.is_whole = sample_.files.size() == survey_.files.size();
    if (options.declared != nullptr) survey_.misfits.resize(options.declared->num_fields());
  }

  Result<Survey> Run() {
    size_t num_threads = options_.num_threads > 0 ? static_cast<size_t>(options_.num_threads)
                                                  : static_cast<size_t>(ThisMachine().num_cores);
    num_threads = std::clamp<size_t>(num_threads, 1, sample_.files.size());
    num_ahead_max_ = 8 * num_threads;
    const auto work = [this](int64_t, int) { return Work(); };
    ARROW_RETURN_NOT_OK(
        ParallelFor(static_cast<int64_t>(num_threads), static_cast<int>(num_threads), work));
    ARROW_RETURN_NOT_OK(failure_);
    return std::move(survey_);
  }

 private:
  Status Work() {
    FileSurveyor surveyor(options_, sample_);
    while (true) {
      size_t number = 0;
      {
        std::unique_lock lock(mutex_);
        // What is done before its turn waits in memory.
        turn_.wait(lock, [&] {
          return next_ < static_cast<size_t>(done_.next()) + num_ahead_max_ || stopped_;
        });
        if (stopped_ || next_ == sample_.files.size()) return Status::OK();
        number = next_++;
      }
      const size_t file = sample_.files[number];
      Result<FileSurvey> surveyed = FileSurvey();
      const Status status = CatchOutOfMemory([&]() -> Status {
        return surveyor.Survey(storage_.get(), survey_.files[file], static_cast<int64_t>(file))
            .Value(&*surveyed);
      });
      if (!status.ok()) surveyed = status;
      std::lock_guard lock(mutex_);
      done_.Add(static_cast<int64_t>(number), std::move(surveyed));
      done_.Complete(static_cast<int64_t>(number));
      MergeDone();
      turn_.notify_all();
    }
  }

  void MergeDone() {
    while (!stopped_) {
      const std::optional<Result<FileSurvey>> file = done_.Take();
      if (!file.has_value()) return;
      if (file->ok()) {
        Merge(**file, static_cast<int64_t>(sample_.files[done_.next()]));
      } else {
        failure_ = file->status();
        stopped_ = true;
      }
    }
  }

  void Merge(const FileSurvey& file, int64_t number) {
    ++survey_.num_files_read;
    survey_.num_bytes += file.num_bytes;
    survey_.is_whole &= file.is_whole;
    survey_.profile.Merge(file.profile);
    if (!file.damage.empty()) survey_.damaged.push_back({number, file.damage});
    survey_.lost_track |= file.lost_track;
    survey_.num_misfit_records += file.num_misfit_records;
    for (size_t column = 0; column < file.misfits.size(); ++column) {
      Misfits& misfits = survey_.misfits[column];
      if (misfits.num_records == 0) {
        misfits = file.misfits[column];
      } else {
        misfits.num_records += file.misfits[column].num_records;
      }
    }
  }

  const SurveyOptions& options_;
  const std::shared_ptr<storage::Storage> storage_;
  const Sample sample_;
  size_t num_ahead_max_ = 0;

  std::mutex mutex_;
  std::condition_variable turn_;
  size_t next_ = 0;  // of the sample's files
  bool stopped_ = false;
  Status failure_;
  InOrder<Result<FileSurvey>> done_;  // not yet merged
  Survey survey_;                     // files are never changed: read without the lock
};

}  // namespace

Result<Survey> SurveyListing(storage::Listing listing, const SurveyOptions& options) {
  return ParallelSurvey(options, std::move(listing)).Run();
}

Result<Survey> SurveyFiles(storage::Storages* storages, const SurveyOptions& options) {
  Result<storage::Listing> listed = storages->List(options.globs, options.period);
  if (const auto missing = storage::NoMatchText(listed, options.globs, options.period)) {
    return MakeError(ErrorKind::kBadInput, *missing,
                     "globs know * ? [ ] {a,b} and **; names that begin with _ or . are skipped "
                     "unless they are named");
  }
  ARROW_ASSIGN_OR_RAISE(storage::Listing listing, std::move(listed));
  std::vector<std::string> warnings = storage::WarningsOf(listing);
  ARROW_ASSIGN_OR_RAISE(Survey survey, SurveyListing(std::move(listing), options));
  survey.warnings = std::move(warnings);
  return survey;
}

std::string PlaceText(const Survey& survey, const json::RecordPlace& place) {
  return fmt::format("{}:{}", survey.files[place.file].path, place.line + 1);
}

}  // namespace tarn::infer
