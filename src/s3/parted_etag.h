#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tarn::s3 {

/// \brief The ETag of an object that was made of these parts: the MD5 of their MD5s, and how many
/// there are. In quotes.
/// \param[in] etags of the parts, with or without quotes
/// \return nullopt when they are no MD5s
std::optional<std::string> PartedEtag(const std::vector<std::string>& etags);

}  // namespace tarn::s3
