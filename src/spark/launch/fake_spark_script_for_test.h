#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "system/scratch_folder.h"

namespace tarn::spark {

/// \brief A folder that looks like an installed Spark, with a shell script for its spark-submit.
class FakeSpark {
 public:
  /// \param[in] script what spark-submit does; $HOME_FOLDER is this folder
  explicit FakeSpark(const std::string& script, const std::string& version = "4.3.0") {
    EXPECT_TRUE(folder_.Make().ok());
    AddJar("spark-core_2.13-" + version + ".jar");
    AddJar("spark-connect_2.13-" + version + ".jar");
    Write("bin/spark-submit", "#!/bin/sh\nHOME_FOLDER=" + folder() + "\n" + script);
    std::filesystem::permissions(folder() + "/bin/spark-submit", std::filesystem::perms::owner_all);
  }

  const std::string& folder() const { return folder_.path(); }
  void AddJar(const std::string& name) const { Write("jars/" + name, ""); }

  void Write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = folder() + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(folder() + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  ScratchFolder folder_;
};

}  // namespace tarn::spark
