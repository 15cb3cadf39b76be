-- One row per song played. The song is known when title, artist name and duration are those of a
-- song file.
SELECT
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
WHERE e.page = 'NextSong'
