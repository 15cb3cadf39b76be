-- One row per user who played a song, as of the user's latest event of that kind.
SELECT userId AS user_id, firstName AS first_name, lastName AS last_name, gender, level
FROM (
  SELECT
    userId, firstName, lastName, gender, level,
    row_number() OVER (
      PARTITION BY userId ORDER BY ts DESC, sessionId DESC, itemInSession DESC
    ) AS choice
  FROM events
  WHERE page = 'NextSong' AND userId IS NOT NULL
) AS latest
WHERE choice = 1
