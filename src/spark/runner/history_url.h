#pragma once

#include <functional>
#include <string>

namespace tarn::spark {

/// \brief The page of Spark's History Server that shows an application, also once it is over.
/// \param[in] setting the value of one of the application's settings; "" without one
/// \return "" when no event log is written, or when no setting says which History Server reads it:
///   an address is never guessed
std::string HistoryUrl(const std::function<std::string(const std::string& name)>& setting);

}  // namespace tarn::spark
