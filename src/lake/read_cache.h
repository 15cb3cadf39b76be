#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "lake/shared_dictionary.h"

namespace parquet {
class FileMetaData;
}

namespace tarn::lake {

/// \brief What is kept from one part of a source's Parquet files to the next. Threads: any number
/// at once.
class ReadCache {
 public:
  using Metadata = std::shared_ptr<parquet::FileMetaData>;

  /// \param[in] has_codes texts that repeat are read as codes into dictionaries
  explicit ReadCache(bool has_codes) : has_codes_(has_codes) {}

  /// \brief The metadata of the file `path`: `read` is called where it is none of the last files,
  /// by one of the threads that ask for it.
  Result<Metadata> MetadataOf(const std::string& path,
                              const std::function<Result<Metadata>()>& read);

  /// \brief The dictionary of a column; null where texts are read one by one.
  SharedDictionary* DictionaryOf(const std::string& column);

 private:
  struct File {
    std::string path;
    std::mutex mutex;
    Metadata metadata;  // null until it is read
  };

  std::shared_ptr<File> FindFile(const std::string& path);

  const bool has_codes_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<File>> files_;  // the newest is last
  std::map<std::string, SharedDictionary> dictionaries_;
};

}  // namespace tarn::lake
