#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::plan {
namespace {

TEST(Explain, Sparkify) {
  pipeline::LoadOptions options;
  options.overrides = {{"lake.input", "/data"}};
  auto pipeline = pipeline::Load(TARN_SOURCE_DIR "/pipelines/sparkify", options).ValueOrDie();
  auto plan = Bind(*pipeline, {}).ValueOrDie();
  EXPECT_EQ(ToString(*plan), R"(source song_data
  path    /data/song_data/*/*/*/*.json
  reads   9 of 10 columns: artist_id, artist_latitude, artist_longitude, artist_location, artist_name, song_id, title, duration, year

source events
  path    /data/log_data/*/*/*.json
  reads   13 of 18 columns: artist, firstName, gender, itemInSession, lastName, length, level, location, sessionId, song, ts, userAgent, userId
  filter  page = 'NextSong'  (read for this alone: page)

table artists
  key          artist_id
  Project artist_id, artist_name AS name, artist_location AS location, artist_latitude AS latitude, artist_longitude AS longitude
    TopRow PARTITION BY artist_id ORDER BY year DESC, song_id, artist_name
      Filter artist_id IS NOT NULL
        Scan song_data: artist_id, artist_latitude, artist_longitude, artist_location, artist_name, song_id, year

table songplays
  partition by year, month
  sort within  start_time, songplay_id
  key          songplay_id
  Project concat_ws('-', CAST(sessionId AS STRING), CAST(itemInSession AS STRING)) AS songplay_id, timestamp_millis(ts) AS start_time, userId AS user_id, level, min(song_id) AS song_id, min_by(artist_id, song_id) AS artist_id, sessionId AS session_id, location, userAgent AS user_agent, year(timestamp_millis(ts)) AS year, month(timestamp_millis(ts)) AS month
    Join LEFT ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
      Scan events: artist, itemInSession, length, level, location, sessionId, song, ts, userAgent, userId
      Aggregate min(song_id), min_by(artist_id, song_id) GROUP BY title, artist_name, duration
        Scan song_data: artist_id, artist_name, song_id, title, duration

table songs
  partition by year, artist_id
  key          song_id
  Project song_id, title, artist_id, year, duration
    TopRow PARTITION BY song_id ORDER BY year DESC, title, artist_id, duration
      Filter song_id IS NOT NULL
        Scan song_data: artist_id, song_id, title, duration, year

table time
  partition by year, month
  sort within  start_time
  key          start_time
  Project start_time, hour(start_time) AS hour, day(start_time) AS day, weekofyear(start_time) AS week, month(start_time) AS month, year(start_time) AS year, dayofweek(start_time) AS weekday
    Distinct start_time
      Project timestamp_millis(ts) AS start_time
        Filter ts IS NOT NULL
          Scan events: ts

table users
  key          user_id
  check        level IN ('free', 'paid')
  Project userId AS user_id, firstName AS first_name, lastName AS last_name, gender, level
    TopRow PARTITION BY userId ORDER BY ts DESC, sessionId DESC, itemInSession DESC
      Filter userId IS NOT NULL
        Scan events: firstName, gender, itemInSession, lastName, level, sessionId, ts, userId
)");
}

TEST(Explain, OneTableAndWhatItReads) {
  TestPipeline pipeline;
  pipeline.Source("a", "x STRING").Source("b", "y STRING");
  pipeline.Table("first", "SELECT x FROM a").Table("second", "SELECT x FROM first");
  pipeline.Table("third", "SELECT y FROM b");
  EXPECT_EQ(pipeline.Explain("second"),
            "source a\n"
            "  path    a/*.json\n"
            "  reads   1 of 1 columns: x\n"
            "\n"
            "table first\n"
            "  Scan a: x\n"
            "\n"
            "table second\n"
            "  Table first\n");
}

TEST(Explain, AggregatesWithOrdersAndConstants) {
  TestPipeline pipeline;
  pipeline.Source("a", "x STRING, y INT");
  pipeline.Table("t",
                 "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY y DESC) AS l, "
                 "percentile_cont(0.5D) WITHIN GROUP (ORDER BY y DESC) AS p, "
                 "first(x) IGNORE NULLS AS f FROM a");
  EXPECT_THAT(
      pipeline.Explain("t"),
      testing::HasSubstr("Aggregate listagg(x, ',') WITHIN GROUP (ORDER BY y DESC), "
                         "percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(y AS DOUBLE) DESC), "
                         "first(x) IGNORE NULLS"));
}

}  // namespace
}  // namespace tarn::plan
