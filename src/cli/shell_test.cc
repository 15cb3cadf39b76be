#include "cli/shell.h"

#include <gmock/gmock.h>

#include <deque>
#include <sstream>

#include "storage/temporary_folder_for_test.h"

namespace tarn::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Lines as if they were typed; "^C" is the key.
class ScriptedLines : public LineSource {
 public:
  explicit ScriptedLines(std::deque<std::string> lines) : lines_(std::move(lines)) {}

  TypedLine Read(const std::string& prompt, const Completer& /*complete*/) override {
    prompts_.push_back(prompt);
    if (lines_.empty()) return {};
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    if (line == "^C") return {TypedLine::Kind::kInterrupted, ""};
    return {TypedLine::Kind::kText, std::move(line)};
  }
  void Remember(const std::string& entry) override { remembered_.push_back(entry); }

  const std::vector<std::string>& prompts() const { return prompts_; }
  const std::vector<std::string>& remembered() const { return remembered_; }

 private:
  std::deque<std::string> lines_;
  std::vector<std::string> prompts_;
  std::vector<std::string> remembered_;
};

class ShellTest : public testing::Test {
 protected:
  ShellTest() {
    folder_.Write("raw/a.json", "{\"id\": 1, \"level\": \"free\"}\n");
    folder_.Write("users.sql", "SELECT id, level FROM events");
    folder_.Write("tarn.toml",
                  "[lake]\ninput = \"raw\"\noutput = \"lake\"\n[source.events]\n"
                  "path = \"*.json\"\nschema = \"id INT, level STRING\"\n");
    arguments_.pipeline.directory = folder_.path();
    arguments_.num_threads = 1;
  }

  std::unique_ptr<QueryRunner> Open() {
    auto queries = QueryRunner::Open(arguments_, console_.err);
    EXPECT_TRUE(queries.ok()) << queries.status();
    return *std::move(queries);
  }

  // What a shell prints of these lines, without its first line and the times.
  std::string Type(const std::deque<std::string>& typed, RowFormat format = RowFormat::kCsv) {
    out_.str("");
    err_.str("");
    lines_ = ScriptedLines(typed);
    const auto queries = Open();
    const Status status = Shell(queries.get(), format, console_).Run(&lines_);
    EXPECT_TRUE(status.ok()) << status;
    std::istringstream printed(out_.str());
    std::string kept, line;
    std::getline(printed, line);
    while (std::getline(printed, line)) {
      const size_t time = line.find(" in ");
      kept += (time == std::string::npos ? line : line.substr(0, time)) + "\n";
    }
    return kept;
  }

  storage::TemporaryFolder folder_;
  QueryArguments arguments_;
  std::ostringstream out_, err_;
  Console console_{Terminal(out_), Terminal(err_)};
  ScriptedLines lines_{{}};
};

TEST_F(ShellTest, RunsStatementsToTheirSemicolons) {
  EXPECT_EQ(Type({"SELECT 1 AS a; SELECT", "  ';' AS b -- ;", ";  -- done"}),
            "a\n1\n1 row\nb\n;\n1 row\n\n");
  EXPECT_THAT(lines_.prompts(), ElementsAre("tarn> ", " ...> ", " ...> ", "tarn> "));
  EXPECT_THAT(lines_.remembered(), ElementsAre("SELECT 1 AS a;", "SELECT\n  ';' AS b -- ;\n;"));
}

TEST_F(ShellTest, IgnoresWhatIsEmpty) {
  EXPECT_EQ(Type({"", "  ", "-- a comment", ";", "; ;"}), "\n");
  EXPECT_THAT(lines_.prompts(), Not(Contains(" ...> ")));
  EXPECT_THAT(lines_.remembered(), ElementsAre());
}

TEST_F(ShellTest, GoesOnAfterAnError) {
  EXPECT_EQ(Type({"SELECT", "  nothing;", "SELECT 2 AS b;"}), "b\n2\n1 row\n\n");
  EXPECT_THAT(err_.str(), HasSubstr("query:2:3"));
  EXPECT_THAT(err_.str(), HasSubstr("\n    ^^^^^^^"));
}

TEST_F(ShellTest, AnInterruptDropsTheStatement) {
  EXPECT_EQ(Type({"SELECT 'x", "^C", "SELECT 2 AS b;"}), "^C\nb\n2\n1 row\n\n");
  EXPECT_THAT(lines_.prompts(), ElementsAre("tarn> ", " ...> ", "tarn> ", "tarn> "));
}

TEST_F(ShellTest, ReadsThePipelinesTables) {
  EXPECT_EQ(Type({"SELECT * FROM users;"}), "id,level\n1,free\n1 row\n\n");
  EXPECT_EQ(Type({".tables"}), "name    kind\nevents  source\nusers   model\n\n");
  EXPECT_EQ(Type({".schema users;"}), "column  type\nid      INT\nlevel   STRING\n\n");
}

TEST_F(ShellTest, FormatsOfRows) {
  EXPECT_EQ(Type({"SELECT 1 AS a;", ".mode ndjson", "SELECT 1 AS a;"}),
            "a\n1\n1 row\n{\"a\":1}\n1 row\n\n");
  Type({".mode parquet", ".mode cvs", ".mode"});
  EXPECT_THAT(err_.str(), HasSubstr("tarn query -o FILE"));
  EXPECT_THAT(err_.str(), HasSubstr("did you mean csv?"));
  EXPECT_THAT(err_.str(), HasSubstr(".mode takes FORMAT"));
}

TEST_F(ShellTest, CommandsOfItsOwn) {
  EXPECT_THAT(Type({".help"}), HasSubstr(".schema TABLE"));
  EXPECT_EQ(Type({".quit", "SELECT 1;"}), "");
  EXPECT_EQ(Type({"  .QUIT ;", "SELECT 1;"}), "");
  EXPECT_THAT(lines_.remembered(), ElementsAre(".QUIT ;"));
  Type({".halp", ".quit now"});
  EXPECT_THAT(err_.str(), HasSubstr("did you mean .help?"));
  EXPECT_THAT(err_.str(), HasSubstr(".quit takes no argument"));
}

TEST_F(ShellTest, Completes) {
  const auto queries = Open();
  Shell shell(queries.get(), RowFormat::kTable, console_);
  EXPECT_THAT(shell.Complete("SELECT lev", " FROM users;").candidates, Contains("level"));
  EXPECT_THAT(shell.Complete("SELECT * FROM us", "").candidates, ElementsAre("users"));
  EXPECT_THAT(shell.Complete(".s", "").candidates, ElementsAre(".schema"));
  EXPECT_THAT(shell.Complete(".schema e", "").candidates, ElementsAre("events"));
  EXPECT_THAT(shell.Complete(".mode m", "").candidates, ElementsAre("markdown"));
  EXPECT_THAT(shell.Complete(".help m", "").candidates, ElementsAre());
}

}  // namespace
}  // namespace tarn::cli
