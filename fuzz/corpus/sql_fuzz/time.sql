-- One row per moment at which a song was started, with its calendar parts (UTC, ISO weeks,
-- weekday 1 = Sunday).
SELECT
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
) AS moments
