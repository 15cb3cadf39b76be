"""Sparkify's five tables, or those that are named, with DuckDB: duckdb_sparkify.py INPUT OUTPUT [TABLE…]."""

import sys

import duckdb

source, lake, *chosen = sys.argv[1:]
db = duckdb.connect()
db.sql("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
SOURCES = {
    "song_data": f"""
CREATE TABLE song_data AS FROM read_json('{source}/song_data/*/*/*/*.json', columns = {{
  artist_id: 'VARCHAR', artist_latitude: 'DOUBLE', artist_longitude: 'DOUBLE', artist_location: 'VARCHAR',
  artist_name: 'VARCHAR', song_id: 'VARCHAR', title: 'VARCHAR', duration: 'DOUBLE', year: 'INTEGER'}})""",
    "events": f"""
CREATE TABLE events AS
SELECT * EXCLUDE (page), make_timestamptz(ts * 1000) AS start_time
FROM read_json('{source}/log_data/*/*/*.json', format = 'newline_delimited', columns = {{
  artist: 'VARCHAR', firstName: 'VARCHAR', gender: 'VARCHAR', itemInSession: 'INTEGER', lastName: 'VARCHAR',
  length: 'DOUBLE', level: 'VARCHAR', location: 'VARCHAR', page: 'VARCHAR', sessionId: 'BIGINT',
  song: 'VARCHAR', ts: 'BIGINT', userAgent: 'VARCHAR', userId: 'VARCHAR'}})
WHERE page = 'NextSong'""",
}
TABLES = {
    "songs": """
        SELECT song_id, title, artist_id, year, duration FROM song_data WHERE song_id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY song_id ORDER BY year DESC, title, artist_id, duration) = 1""",
    "artists": """
        SELECT artist_id, artist_name AS name, artist_location AS location, artist_latitude AS latitude,
               artist_longitude AS longitude
        FROM song_data WHERE artist_id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY artist_id ORDER BY year DESC, song_id, artist_name) = 1""",
    "users": """
        SELECT userId AS user_id, firstName AS first_name, lastName AS last_name, gender, level
        FROM events WHERE userId IS NOT NULL
        QUALIFY row_number() OVER
          (PARTITION BY userId ORDER BY ts DESC, sessionId DESC, itemInSession DESC) = 1""",
    "time": """
        SELECT start_time, hour(start_time) AS hour, day(start_time) AS day, week(start_time) AS week,
               month(start_time) AS month, year(start_time) AS year, dayofweek(start_time) + 1 AS weekday
        FROM (SELECT DISTINCT start_time FROM events) ORDER BY start_time""",
    "songplays": """
        SELECT concat_ws('-', sessionId, itemInSession) AS songplay_id, start_time, userId AS user_id, level,
               s.song_id, s.artist_id, sessionId AS session_id, location, userAgent AS user_agent,
               year(start_time) AS year, month(start_time) AS month
        FROM events AS e LEFT JOIN (
          SELECT title, artist_name, duration, min(song_id) AS song_id, arg_min(artist_id, song_id) AS artist_id
          FROM song_data GROUP BY ALL) AS s
          ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
        ORDER BY start_time, songplay_id""",
}
PARTITIONS = {"songs": "year, artist_id", "time": "year, month", "songplays": "year, month"}
chosen = {name: TABLES[name] for name in chosen or TABLES}
for name, load in SOURCES.items():
    if any(name in query for query in chosen.values()):
        db.sql(load)
for name, query in chosen.items():
    if name in PARTITIONS:
        db.sql(f"COPY ({query}) TO '{lake}/{name}' (FORMAT parquet, PARTITION_BY ({PARTITIONS[name]}))")
    else:
        db.sql(f"COPY ({query}) TO '{lake}/{name}.parquet' (FORMAT parquet)")
