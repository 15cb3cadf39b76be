#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "local/local_engine.h"
#include "session/session.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::session {

/// Pipelines of one table, each in a folder of its own, whose lakes and settings the test says.
class SessionTest : public testing::Test {
 protected:
  std::unique_ptr<Session> Open(const std::string& name, const std::string& output,
                                const std::string& settings = "") {
    folder_.Write(name + "/raw/a.json", "{\"name\": \"" + name + "\"}\n");
    folder_.Write(name + "/names.sql", "SELECT name FROM raw");
    folder_.Write(name + "/tarn.toml", "[lake]\ninput = \"raw\"\noutput = \"" + output +
                                           "\"\n[source.raw]\npath = \"*.json\"\n"
                                           "schema = \"name STRING\"\n" +
                                           settings);
    auto session = Session::Open(folder_ / name, {});
    EXPECT_TRUE(session.ok()) << session.status();
    return *std::move(session);
  }

  static RunOutcome Run(Session* session) {
    local::LocalEngine engine(1);
    auto outcome = session->Run({}, &engine, {});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *std::move(outcome);
  }

  storage::TemporaryFolder folder_;
};

}  // namespace tarn::session
