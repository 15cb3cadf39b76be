#pragma once

#include <string>
#include <string_view>

namespace tarn::spark {

/// \brief What the lines of a Connect server's log say about its start.
struct LogFacts {
  std::string address;         ///< HOST:PORT that it listens on; "" until it does
  std::string application_id;  ///< "application_…", "app-…"; "" on one machine
  std::string ui_url;          ///< page that shows its jobs; "" without one
  std::string news;  ///< what a person who waits wants to know of the line read last; "": nothing

  /// \brief Learn from the next line, in Spark's own layout or as JSON.
  void Read(std::string_view line);

 private:
  void ReadNews(std::string_view line);
  void ReadUi(std::string_view line);

  std::string ui_host_;
  bool is_accepted_ = false;  ///< the report in the lines read now is of an application that waits
};

}  // namespace tarn::spark
