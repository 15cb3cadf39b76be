#pragma once

#include <arrow/array.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/encoding.h>
#include <parquet/metadata.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "lake/shared_dictionary.h"

namespace tarn::lake {

/// \brief The error of a column of text that is not UTF-8.
Status NotUtf8(const std::string& column);

/// \brief Whether a column chunk has codes into a dictionary of texts and nothing else, and the
/// dictionary is small beside its rows.
/// \param[in] leaf the chunk's column
bool HasCodedTexts(const parquet::ColumnDescriptor& leaf,
                   const parquet::ColumnChunkMetaData& chunk);

/// \brief Reads such a column chunk as codes: no text is copied, checked or compared for each row.
///
/// Threads: one at a time.
class CodedTexts {
 public:
  /// \brief Read the chunk's dictionary.
  /// \param[in] name of the column, for errors
  /// \param[in] leaf borrowed
  /// \param[in] dictionary of the column, which gets the chunk's texts
  /// \return kBadInput when a text is not UTF-8, or the chunk is no such one
  static Result<std::unique_ptr<CodedTexts>> Make(std::string name,
                                                  const parquet::ColumnDescriptor& leaf,
                                                  std::unique_ptr<parquet::PageReader> pages,
                                                  SharedDictionary* dictionary);

  /// \brief The next rows: codes of int32 into a dictionary of utf8; where that has no text, NULLs
  /// of utf8.
  /// \return kBadInput when there are fewer, or a code is none of the dictionary's
  Result<std::shared_ptr<arrow::Array>> Read(int64_t num_rows);

 private:
  CodedTexts(std::string name, const parquet::ColumnDescriptor& leaf,
             std::unique_ptr<parquet::PageReader> pages)
      : name_(std::move(name)),
        leaf_(leaf),
        has_levels_(leaf.max_definition_level() > 0),
        pages_(std::move(pages)) {}

  Status ReadDictionary(SharedDictionary* dictionary);
  Status OpenNextPage();
  Status OpenPage(const parquet::DataPage& page, int64_t num_level_bytes);
  Status ReadFromPage(int num_rows, int16_t* levels, int32_t* codes);
  Result<std::shared_ptr<arrow::Buffer>> ValidityOf(const std::vector<int16_t>& levels,
                                                    int64_t* num_nulls) const;
  Status Damaged() const;

  const std::string name_;
  const parquet::ColumnDescriptor& leaf_;
  const bool has_levels_;  // a level says of each row whether it has a value
  const std::unique_ptr<parquet::PageReader> pages_;
  std::unique_ptr<parquet::DictDecoder<parquet::ByteArrayType>> decoder_;
  SharedDictionary::Codes dictionary_;

  std::shared_ptr<parquet::Page> page_;  // that is read
  parquet::LevelDecoder levels_;         // of it
  int64_t num_rows_left_ = 0;            // in it
};

}  // namespace tarn::lake
