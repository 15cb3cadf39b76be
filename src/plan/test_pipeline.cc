#include "plan/test_pipeline.h"

#include <gtest/gtest.h>

#include "sql/parse.h"

namespace tarn::plan {
namespace {

std::shared_ptr<const sql::Text> MakeText(std::string path, std::string sql) {
  return std::make_shared<const sql::Text>(sql::Text{std::move(path), std::move(sql)});
}

constexpr char kArtists[] = R"(SELECT
  artist_id,
  artist_name AS name,
  artist_location AS location,
  artist_latitude AS latitude,
  artist_longitude AS longitude
FROM (
  SELECT
    artist_id, artist_name, artist_location, artist_latitude, artist_longitude,
    row_number() OVER (PARTITION BY artist_id ORDER BY year DESC, song_id, artist_name) AS choice
  FROM song_data
  WHERE artist_id IS NOT NULL
) AS candidates
WHERE choice = 1)";

constexpr char kSongplays[] = R"(SELECT
  concat_ws('-', e.sessionId, e.itemInSession) AS songplay_id,
  timestamp_millis(e.ts) AS start_time,
  e.userId AS user_id,
  e.level,
  s.song_id,
  s.artist_id,
  e.sessionId AS session_id,
  e.location,
  e.userAgent AS user_agent,
  year(timestamp_millis(e.ts)) AS year,
  month(timestamp_millis(e.ts)) AS month
FROM events AS e
LEFT JOIN (
  SELECT title, artist_name, duration, min(song_id) AS song_id, min_by(artist_id, song_id) AS artist_id
  FROM song_data
  GROUP BY title, artist_name, duration
) AS s
  ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
WHERE e.page = 'NextSong')";

constexpr char kSongs[] = R"(SELECT song_id, title, artist_id, year, duration
FROM (
  SELECT
    song_id, title, artist_id, year, duration,
    row_number() OVER (
      PARTITION BY song_id ORDER BY year DESC, title, artist_id, duration
    ) AS choice
  FROM song_data
  WHERE song_id IS NOT NULL
) AS candidates
WHERE choice = 1)";

constexpr char kTime[] = R"(SELECT
  start_time,
  hour(start_time) AS hour,
  day(start_time) AS day,
  weekofyear(start_time) AS week,
  month(start_time) AS month,
  year(start_time) AS year,
  dayofweek(start_time) AS weekday
FROM (
  SELECT DISTINCT timestamp_millis(ts) AS start_time
  FROM events
  WHERE page = 'NextSong' AND ts IS NOT NULL
) AS moments)";

constexpr char kUsers[] =
    R"(SELECT userId AS user_id, firstName AS first_name, lastName AS last_name, gender, level
FROM (
  SELECT
    userId, firstName, lastName, gender, level,
    row_number() OVER (
      PARTITION BY userId ORDER BY ts DESC, sessionId DESC, itemInSession DESC
    ) AS choice
  FROM events
  WHERE page = 'NextSong' AND userId IS NOT NULL
) AS latest
WHERE choice = 1)";

}  // namespace

TestPipeline& TestPipeline::Source(const std::string& name, const std::string& ddl) {
  pipeline::Source source;
  source.name = name;
  source.paths = {name + "/*.json"};
  source.schema = pipeline::ParseDdl(ddl).ValueOrDie();
  pipeline_.sources.push_back(std::move(source));
  return *this;
}

TestPipeline& TestPipeline::Table(const std::string& name, const std::string& sql) {
  pipeline::Table table;
  table.name = name;
  table.text = MakeText(name + ".sql", sql);
  table.query = sql::Parse(table.text).ValueOrDie();
  for (const sql::Reference& reference : sql::References(*table.query)) {
    table.inputs.push_back(reference.name);
  }
  table.toml_file = "tarn.toml";
  table.toml_line = 7;
  pipeline_.tables.push_back(std::move(table));
  return *this;
}

pipeline::Table& TestPipeline::last() { return pipeline_.tables.back(); }

TestPipeline& TestPipeline::Check(const std::string& expression) {
  last().checks.push_back(
      {sql::ParseExpression(MakeText("tarn.toml", expression)).ValueOrDie(), expression});
  return *this;
}

std::string TestPipeline::Explain(const std::string& table,
                                  const std::vector<std::string>& select) {
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline_, {select});
  return plan.ok() ? ToString(**plan, table) : MessageOf(plan.status());
}

std::string TestPipeline::Errors() {
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline_, {});
  if (plan.ok()) return "";
  std::string text;
  for (Diagnostic diagnostic : DiagnosticsOf(plan.status())) {
    diagnostic.excerpt.clear();
    text += Render(diagnostic) + "\n";
  }
  return text;
}

TestPipeline SparkifyPipeline() {
  TestPipeline sparkify;
  sparkify.Source("song_data",
                  "num_songs INT, artist_id STRING, artist_latitude DOUBLE, "
                  "artist_longitude DOUBLE, artist_location STRING, artist_name STRING, "
                  "song_id STRING, title STRING, duration DOUBLE, year INT");
  sparkify.Source("events",
                  "artist STRING, auth STRING, firstName STRING, gender STRING, itemInSession INT, "
                  "lastName STRING, length DOUBLE, level STRING, location STRING, method STRING, "
                  "page STRING, registration DOUBLE, sessionId BIGINT, song STRING, status INT, "
                  "ts BIGINT, userAgent STRING, userId STRING");
  sparkify.Table("songs", kSongs);
  sparkify.last().partition_by = {"year", "artist_id"};
  sparkify.last().key = {"song_id"};
  sparkify.Table("artists", kArtists).last().key = {"artist_id"};
  sparkify.Table("users", kUsers).last().key = {"user_id"};
  sparkify.Check("level IN ('free', 'paid')");
  sparkify.Table("time", kTime);
  sparkify.last().partition_by = {"year", "month"};
  sparkify.last().sort_within = {"start_time"};
  sparkify.last().key = {"start_time"};
  sparkify.Table("songplays", kSongplays);
  sparkify.last().partition_by = {"year", "month"};
  sparkify.last().sort_within = {"start_time", "songplay_id"};
  sparkify.last().key = {"songplay_id"};
  return sparkify;
}

}  // namespace tarn::plan
