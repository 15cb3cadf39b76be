#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "cluster/aws_cli.h"
#include "system/scratch_folder.h"

namespace tarn::cluster {

/// \brief A folder with shell scripts as programs, one of them as the AWS CLI.
class FakeAws {
 public:
  FakeAws() {
    EXPECT_TRUE(scratch_.Make().ok());
    ::unsetenv("AWS_ENDPOINT_URL");  // of a server that tests are run beside
  }

  const std::string& folder() const { return scratch_.path(); }

  void Write(const std::string& name, const std::string& script) const {
    const std::string file = folder() + "/" + name;
    std::ofstream(file) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }

  /// \param[in] script all of it
  Result<std::unique_ptr<AwsCli>> Open(const std::string& script) const {
    Write("aws", script);
    AwsSettings settings;
    settings.program = folder() + "/aws";
    return AwsCli::Open(settings);
  }

  /// \param[in] script what is done for all calls but --version, which prints 2.9.19
  std::unique_ptr<AwsCli> Cli(const std::string& script) const {
    return Open("[ \"$1\" = --version ] && { echo aws-cli/2.9.19 Python/3; exit; }\n" + script)
        .ValueOrDie();
  }

 private:
  ScratchFolder scratch_;
};

}  // namespace tarn::cluster
