-- One row per artist. Artists appear once per song, with names and places that may differ: the newest
-- song's are taken.
SELECT
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
WHERE choice = 1
