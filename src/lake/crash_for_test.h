#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "lake/quarantine.h"
#include "lake/s3_lake.h"
#include "lake/table_for_test.h"
#include "s3/uri.h"
#include "storage/storages_for_test.h"

/// Runs that are killed at each step of a commit; recovery must leave the old tables or the new
/// ones.
namespace tarn::lake {

inline constexpr char kLakeVariable[] = "TARN_CRASH_TEST_LAKE";
inline constexpr int kSongs = 5;

inline const auto kSongSchema =
    arrow::schema({arrow::field("generation", arrow::int32()), arrow::field("p", arrow::int32())});
inline const auto kUserSchema = arrow::schema({arrow::field("generation", arrow::int32())});

/// \brief Two tables that both say in every row which generation they are. Old and new partitions
/// overlap in part.
inline Status WriteTables(Transaction* transaction, int generation) {
  ARROW_ASSIGN_OR_RAISE(
      auto songs,
      transaction->NewTable({.name = "songs", .schema = kSongSchema, .partition_by = {"p"}}));
  for (int song = 0; song < kSongs; ++song) {
    const std::string row = fmt::format("[[{},{}]]", generation, song + generation * 2);
    ARROW_RETURN_NOT_OK(songs->Write(Batch(kSongSchema, row)));
  }
  ARROW_RETURN_NOT_OK(songs->Close().status());
  ARROW_ASSIGN_OR_RAISE(auto users,
                        transaction->NewTable({.name = "users", .schema = kUserSchema}));
  ARROW_RETURN_NOT_OK(users->Write(Batch(kUserSchema, fmt::format("[[{}]]", generation))));
  ARROW_RETURN_NOT_OK(users->Close().status());
  // A run that takes the place of the last one's quarantine.
  ARROW_ASSIGN_OR_RAISE(const auto old, transaction->ListQuarantine("events"));
  for (const QuarantinedSource& kept : old) transaction->ClearQuarantine(kept);
  ARROW_ASSIGN_OR_RAISE(auto quarantine, transaction->NewQuarantine("events"));
  ARROW_ASSIGN_OR_RAISE(auto bad, ToRecordBatch({{"a.json", 1, 0, "why", "{"}}));
  ARROW_RETURN_NOT_OK(quarantine->Write(bad));
  return quarantine->Close().status();
}

/// \brief In S3, some files wait in memory for the commit, others are uploads.
inline Result<std::unique_ptr<Lake>> OpenForCrash(const std::string& root) {
  if (!s3::IsS3Uri(root)) return Lake::Open(storage::TestStorages(), root);
  S3LakeOptions options;
  options.uploads.held_bytes = 2000;
  return OpenS3Lake(storage::TestStorages(), root, options);
}

inline Status RunGeneration(const std::string& root, int generation) {
  ARROW_ASSIGN_OR_RAISE(auto lake, OpenForCrash(root));
  ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin("run" + std::to_string(generation)));
  ARROW_RETURN_NOT_OK(WriteTables(transaction.get(), generation));
  return transaction->Commit();
}

/// \brief Run generation 1 in a process of its own with TARN_FAULT set. Returns its wait status.
/// \param[in] test what the process does: a disabled test of this executable
inline int RunChild(const std::string& root, const std::string& fault,
                    const std::string& test = "CrashChild.DISABLED_Run") {
  const std::string filter = "--gtest_filter=" + test;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::setenv("TARN_FAULT", fault.c_str(), 1);
    ::setenv(kLakeVariable, root.c_str(), 1);
    ::execl("/proc/self/exe", "tarn_lake_test", filter.c_str(), "--gtest_also_run_disabled_tests",
            nullptr);
    ::_exit(127);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

/// \brief The generation of all tables; fails when they are a mixture.
inline int GenerationOfTables(const std::string& root) {
  const auto users = ReadAll(root + "/users");
  EXPECT_EQ(users->num_rows(), 1);
  const int generation = static_cast<const arrow::Int32Array&>(*users->column(0)).Value(0);
  const auto songs = ReadAll(root + "/songs");
  EXPECT_EQ(songs->num_rows(), kSongs);
  for (int64_t row = 0; row < songs->num_rows(); ++row) {
    EXPECT_EQ(static_cast<const arrow::Int32Array&>(*songs->column(0)).Value(row), generation);
  }
  const auto quarantine =
      ListQuarantine(storage::TestStorages()->For(root).ValueOrDie().get(), root).ValueOrDie();
  EXPECT_EQ(quarantine.size(), 1U);
  EXPECT_EQ(quarantine.at(0).run_id, "run" + std::to_string(generation));
  return generation;
}

/// \brief Whether `fault`, with or without its number, is `first` or a later one of `points`.
template <class Points>
bool IsFrom(std::string_view first, const std::string& fault, const Points& points) {
  return std::find(std::find(points.begin(), points.end(), first), points.end(),
                   std::string_view(fault).substr(0, fault.find(':'))) != points.end();
}

/// \brief A fault as part of a test's name.
inline std::string FaultName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& character : name) {
    if (character == '.' || character == ':') character = '_';
  }
  return name;
}

}  // namespace tarn::lake
