#pragma once

#include <string>
#include <string_view>

namespace tarn::lake {

/// \brief A file's path as Unicode text, which Parquet asks for; PathOfText gives the path.
///
/// It stays as it is, but where it is not UTF-8, or could be taken for the text of another path:
/// then bytes that are not UTF-8 and backslashes become `\xHH`.
std::string TextOfPath(std::string_view path);

/// \brief The path that TextOfPath was given.
std::string PathOfText(std::string_view text);

}  // namespace tarn::lake
