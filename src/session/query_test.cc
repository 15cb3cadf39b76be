#include "session/query.h"

#include <arrow/table.h>
#include <gmock/gmock.h>

#include "session/session_for_test.h"

namespace tarn::session {
namespace {

using testing::HasSubstr;

// Keeps all rows.
class Rows : public RowSink {
 public:
  Status Begin(const std::shared_ptr<arrow::Schema>& schema) override {
    schema_ = schema;
    return Status::OK();
  }
  Status Add(const arrow::RecordBatch& rows) override {
    batches_.push_back(rows.Slice(0));
    return Status::OK();
  }
  Status End() override {
    has_ended_ = true;
    return Status::OK();
  }

  bool has_ended() const { return has_ended_; }
  // `name: type` of each column, then each row's values, one a line.
  std::string Text() const {
    std::string text;
    for (const auto& field : schema_->fields()) {
      text += (text.empty() ? "" : ", ") + field->name() + ": " + field->type()->ToString();
    }
    for (const auto& batch : batches_) {
      for (int64_t row = 0; row < batch->num_rows(); ++row) {
        for (int i = 0; i < batch->num_columns(); ++i) {
          text += (i == 0 ? "\n" : ", ") + (*batch->column(i)->GetScalar(row))->ToString();
        }
      }
    }
    return text;
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  arrow::RecordBatchVector batches_;
  bool has_ended_ = false;
};

class QueryTest : public SessionTest {
 protected:
  std::string Query(const std::string& sql, const QueryTables& tables = {}) {
    Rows rows;
    storage::Storages storages;
    const Status status =
        RunQuery({std::make_shared<const sql::Text>(sql::Text{"query", sql}), folder_.path(), 1},
                 tables, &storages, {}, &rows);
    EXPECT_EQ(rows.has_ended(), status.ok());
    return status.ok() ? rows.Text() : MessageOf(status);
  }
};

TEST_F(QueryTest, WithoutTables) {
  EXPECT_EQ(Query("SELECT 1 AS a, 'x' || 'y'"), "a: int32, concat(x, y): string\n1, xy");
  EXPECT_EQ(Query("SELECT 1, 1, NULL"), "1: int32, 1: int32, NULL: null\n1, 1, null");
  EXPECT_EQ(Query("SELECT a FROM VALUES (2), (1) AS t(a) ORDER BY a"), "a: int32\n1\n2");
}

TEST_F(QueryTest, ReadsSourcesAndWhatTheSqlMakes) {
  const auto session = Open("one", "lake");
  const QueryTables tables{&session->pipeline(), {}};
  EXPECT_EQ(Query("SELECT upper(name) AS n FROM raw", tables), "n: string\nONE");
  EXPECT_EQ(Query("SELECT count(*) FROM names", tables), "count(1): int64\n1");
}

TEST_F(QueryTest, DescribesColumnsWithoutReading) {
  const auto session = Open("one", "lake");
  folder_.Write("one/raw/a.json", "not JSON");
  storage::Storages storages;
  const auto describe = [&](const std::string& sql) {
    return DescribeQuery(
        {std::make_shared<const sql::Text>(sql::Text{"query", sql}), folder_.path(), 1},
        {&session->pipeline(), {}}, &storages);
  };
  const auto schema = describe("SELECT name, 1 AS one FROM names");
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_THAT((*schema)->field_names(), testing::ElementsAre("name", "one"));
  EXPECT_EQ((*schema)->field(1)->type()->ToString(), "int32");
  EXPECT_THAT(MessageOf(describe("SELECT 1 FROM nowhere").status()), HasSubstr("nowhere"));
}

TEST_F(QueryTest, ReadsStoredTables) {
  folder_.Write("one/days.sql",
                "SELECT name, '00123' AS code, DATE '2018-11-02' AS d, 1.50 AS amount FROM raw "
                "UNION ALL SELECT NULL, NULL, NULL, NULL");
  const auto session = Open("one", "lake", "[table.days]\npartition_by = [\"code\"]\n");
  ASSERT_TRUE(Run(session.get()).status.ok());
  QueryTables tables{&session->pipeline(), session->Tables().ValueOrDie()};
  folder_.Write("one/raw/b.json", "{\"name\": \"later\"}\n");
  EXPECT_EQ(Query("SELECT * FROM names", tables), "name: string\none");
  EXPECT_EQ(Query("SELECT code, d, amount, name FROM days WHERE name = 'one'", tables),
            "code: string, d: date32[day], amount: decimal128(3, 2), name: string\n"
            "00123, 2018-11-02, 1.50, one");
  EXPECT_EQ(Query("SELECT count(*), count(code) FROM days", tables),
            "count(1): int64, count(code): int64\n2, 1");
  tables.pipeline = nullptr;
  EXPECT_EQ(Query("SELECT count(*) FROM days AS d JOIN names AS n ON d.name = n.name", tables),
            "count(1): int64\n1");
}

TEST_F(QueryTest, ReadsFilesByTheirPath) {
  folder_.Write("in/a.json", "{\"id\": 1, \"x\": \"a\"}\n{\"id\": 2}\n");
  EXPECT_EQ(Query("SELECT id, x FROM read_json('in/*.json') ORDER BY id"),
            "id: int64, x: string\n1, a\n2, null");
  EXPECT_EQ(Query("SELECT count(*) AS n FROM json.`in` AS a JOIN json.`in` AS b ON a.id = b.id"),
            "n: int64\n2");
  const auto session = Open("one", "lake");
  ASSERT_TRUE(Run(session.get()).status.ok());
  EXPECT_EQ(Query("SELECT * FROM read_parquet('one/lake/names')"), "name: string\none");
  EXPECT_EQ(Query("SELECT name FROM parquet.`" + folder_ / "one/lake/names" + "`"),
            "name: string\none");
  EXPECT_EQ(Query("SELECT count(*) AS n FROM read_parquet('one/lake/na*/*.parquet')"),
            "n: int64\n1");
  EXPECT_THAT(Query("SELECT 1 FROM read_parquet('one/*.parquet')"), HasSubstr("no file matches"));
  folder_.Write("one/lake/names/README", "no table");
  EXPECT_EQ(Query("SELECT * FROM read_parquet('one/lake/names')"), "name: string\none");
  EXPECT_THAT(Query("SELECT 1 FROM read_json('nowhere/*.json')"), HasSubstr("nowhere"));
}

TEST_F(QueryTest, FilesMayHaveATablesName) {
  folder_.Write("names/a.json", "{\"id\": 1}\n{\"id\": 2}\n");
  const auto session = Open("one", "lake");
  ASSERT_TRUE(Run(session.get()).status.ok());
  const QueryTables tables{&session->pipeline(), session->Tables().ValueOrDie()};
  EXPECT_EQ(
      Query("SELECT id, name FROM json.`names` AS f CROSS JOIN names AS t ORDER BY id", tables),
      "id: int64, name: string\n1, one\n2, one");
  EXPECT_EQ(
      Query("SELECT id, name FROM names AS t CROSS JOIN json.`names` AS f ORDER BY id", tables),
      "id: int64, name: string\n1, one\n2, one");
}

TEST_F(QueryTest, ReadsCsv) {
  folder_.Write("in/a.csv", "id;name;day\n1;\"x;y\";2018-11-02\n");
  folder_.Write("in/b.csv", "id;name;day\n2;;\n");
  EXPECT_EQ(Query("SELECT * FROM read_csv('in/*.csv') ORDER BY id"),
            "id: int64, name: string, day: date32[day]\n1, x;y, 2018-11-02\n2, null, null");
  EXPECT_EQ(Query("SELECT id FROM read_csv('in/*.csv') WHERE name IS NULL"), "id: int64\n2");
  folder_.Write("in/c.csv", "id;day;name\n3;;\n");
  EXPECT_THAT(Query("SELECT id FROM read_csv('in/*.csv')"),
              testing::AllOf(HasSubstr("in/c.csv"), HasSubstr("the header has other columns")));
  EXPECT_THAT(Query("SELECT 1 FROM read_csv('nowhere/*.csv')"), HasSubstr("nowhere"));
}

TEST_F(QueryTest, ErrorsHaveTheirPlace) {
  EXPECT_THAT(Query("SELECT nothing"), HasSubstr("nothing"));
  EXPECT_THAT(Query("SELECT a FROM nowhere"), HasSubstr("unknown source or table: nowhere"));
  EXPECT_THAT(Query("SELECT 1 / 0"), HasSubstr("DIVIDE_BY_ZERO"));
  EXPECT_THAT(Query("SELECT FROM"), HasSubstr("expected"));
  // Not where ORDER BY names it.
  EXPECT_THAT(Query("SELECT id / d AS x FROM VALUES (1, 0) AS t(id, d) ORDER BY x"),
              HasSubstr("query:1:8: DIVIDE_BY_ZERO"));
}

TEST_F(QueryTest, ErrorsTellTheValues) {
  folder_.Write("in/a.json",
                R"({"id":1,"d":2,"a":["x"],"n":[2],"s":"1","b":"k"}
{"id":2,"d":0,"a":["x","y"],"n":[2,0],"s":"2\u001bx","b":"0000111122223333"}
)");
  const auto error = [this](const std::string& expression) {
    return Query("SELECT " + expression + " FROM read_json('in/a.json')");
  };
  EXPECT_THAT(error("(id +\n 1) / d"),
              HasSubstr("DIVIDE_BY_ZERO: division by zero (id + 1 = 3, d = 0)\n"));
  EXPECT_THAT(error("7 DIV d"), HasSubstr("DIVIDE_BY_ZERO: division by zero (d = 0)\n"));
  EXPECT_THAT(error("a[id]"),
              HasSubstr("INVALID_ARRAY_INDEX: the ARRAY has 1 elements, not 1 (a = [x])\n"));
  EXPECT_THAT(error("transform(n, x -> id / x)"),
              HasSubstr("DIVIDE_BY_ZERO: division by zero (id = 2, x = 0)\n"));
  // Once, and harmless on a terminal.
  EXPECT_THAT(error("CAST(s AS INT)"), HasSubstr("CAST_INVALID_INPUT: '2\\u001bx' is not a INT\n"));
  // No key.
  EXPECT_THAT(error("aes_decrypt(x'00', b)"), HasSubstr("AES_KEY_LENGTH: a key of 1 bytes\n"));
}

}  // namespace
}  // namespace tarn::session
