#include "infer/survey.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "infer/file_survey.h"
#include "infer/sample.h"

namespace tarn::infer {
namespace {

struct Listing {
  std::shared_ptr<storage::Storage> storage;
  std::vector<storage::ObjectInfo> files;
};

Result<Listing> ListFiles(const std::vector<std::string>& globs) {
  Listing listing;
  for (const std::string& glob : globs) {
    ARROW_ASSIGN_OR_RAISE(listing.storage, storage::Storage::For(glob));
    ARROW_ASSIGN_OR_RAISE(auto found, listing.storage->List(glob));
    std::move(found.begin(), found.end(), std::back_inserter(listing.files));
  }
  if (!listing.files.empty()) return listing;
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("no file matches: {}\n  hint: globs know * ? [ ] and **; names that "
                               "begin with _ or . are skipped unless they are named",
                               fmt::join(globs, ", ")));
}

/// Looks at the files of a sample in parallel, and merges what was seen in their order.
class ParallelSurvey {
 public:
  ParallelSurvey(const SurveyOptions& options, Listing listing)
      : options_(options),
        storage_(std::move(listing.storage)),
        sample_(ChooseSample(listing.files, options.extent)) {
    survey_.files = std::move(listing.files);
    survey_.is_whole = sample_.files.size() == survey_.files.size();
    if (options.declared != nullptr) survey_.misfits.resize(options.declared->num_fields());
  }

  Result<Survey> Run() {
    size_t num_threads = options_.num_threads > 0 ? static_cast<size_t>(options_.num_threads)
                                                  : std::thread::hardware_concurrency();
    num_threads = std::clamp<size_t>(num_threads, 1, sample_.files.size());
    num_ahead_max_ = 8 * num_threads;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < num_threads; ++i) threads.emplace_back([this] { Work(); });
    for (std::thread& thread : threads) thread.join();
    ARROW_RETURN_NOT_OK(failure_);
    return std::move(survey_);
  }

 private:
  void Work() {
    FileSurveyor surveyor(options_, sample_);
    while (true) {
      size_t number = 0;
      {
        std::unique_lock lock(mutex_);
        // What is done before its turn waits in memory.
        turn_.wait(lock, [&] { return next_ < num_merged_ + num_ahead_max_ || stopped_; });
        if (stopped_ || next_ == sample_.files.size()) return;
        number = next_++;
      }
      const size_t file = sample_.files[number];
      auto surveyed =
          surveyor.Survey(storage_.get(), survey_.files[file], static_cast<int64_t>(file));
      std::lock_guard lock(mutex_);
      done_.emplace(number, std::move(surveyed));
      MergeDone();
      turn_.notify_all();
    }
  }

  void MergeDone() {
    for (auto first = done_.begin(); first != done_.end() && first->first == num_merged_;
         first = done_.erase(first)) {
      if (stopped_) return;
      if (!first->second.ok()) {
        failure_ = first->second.status();
        stopped_ = true;
        return;
      }
      Merge(*first->second, static_cast<int64_t>(sample_.files[num_merged_++]));
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
  size_t num_merged_ = 0;
  bool stopped_ = false;
  Status failure_;
  std::map<size_t, Result<FileSurvey>> done_;  // not yet merged
  Survey survey_;                              // files are never changed: read without the lock
};

}  // namespace

Result<Survey> SurveyFiles(const SurveyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(Listing listing, ListFiles(options.globs));
  return ParallelSurvey(options, std::move(listing)).Run();
}

std::string PlaceText(const Survey& survey, const json::RecordPlace& place) {
  return fmt::format("{}:{}", survey.files[place.file].path, place.line + 1);
}

}  // namespace tarn::infer
