-- One row per song. Should two files describe the same song, the later year wins, then the title.
SELECT song_id, title, artist_id, year, duration
FROM (
  SELECT
    song_id, title, artist_id, year, duration,
    row_number() OVER (
      PARTITION BY song_id ORDER BY year DESC, title, artist_id, duration
    ) AS choice
  FROM song_data
  WHERE song_id IS NOT NULL
) AS candidates
WHERE choice = 1
