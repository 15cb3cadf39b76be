"""Sparkify's five tables in PySpark: spark-submit pyspark_sparkify.py RAW LAKE"""

import sys

from pyspark.sql import SparkSession, Window, functions as F

raw, lake = sys.argv[1:]
spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
song_data = spark.read.schema(
    "artist_id STRING, artist_latitude DOUBLE, artist_longitude DOUBLE, artist_location STRING, artist_name STRING, "
    "song_id STRING, title STRING, duration DOUBLE, year INT"
).json(f"{raw}/song_data/*/*/*/*.json").cache()
events = spark.read.schema(
    "artist STRING, firstName STRING, gender STRING, itemInSession INT, lastName STRING, length DOUBLE, level STRING, "
    "location STRING, page STRING, sessionId BIGINT, song STRING, ts BIGINT, userAgent STRING, userId STRING"
).json(f"{raw}/log_data/*/*/*.json")
plays = events.where("page = 'NextSong'").withColumn("start_time", F.timestamp_millis("ts")).cache()


def first(frame, key, *order):
    choice = F.row_number().over(Window.partitionBy(key).orderBy(*order))
    return frame.where(F.col(key).isNotNull()).withColumn("choice", choice).where("choice = 1")


def write(frame, table, partition_by=(), sort_within=()):
    frame = frame.repartition(*partition_by) if partition_by else frame.coalesce(1)
    frame = frame.sortWithinPartitions(*partition_by, *sort_within) if sort_within else frame
    frame.write.mode("overwrite").partitionBy(*partition_by).parquet(f"{lake}/{table}")


write(first(song_data, "song_id", F.desc("year"), "title", "artist_id", "duration").select(
    "song_id", "title", "artist_id", "year", "duration"), "songs", ["year", "artist_id"])
write(first(song_data, "artist_id", F.desc("year"), "song_id", "artist_name").selectExpr(
    "artist_id", "artist_name AS name", "artist_location AS location", "artist_latitude AS latitude",
    "artist_longitude AS longitude"), "artists")
write(first(plays, "userId", F.desc("ts"), F.desc("sessionId"), F.desc("itemInSession")).selectExpr(
    "userId AS user_id", "firstName AS first_name", "lastName AS last_name", "gender", "level"), "users")
write(plays.select("start_time").where("start_time IS NOT NULL").distinct().selectExpr(
    "start_time", "hour(start_time) AS hour", "day(start_time) AS day", "weekofyear(start_time) AS week",
    "month(start_time) AS month", "year(start_time) AS year", "dayofweek(start_time) AS weekday"),
    "time", ["year", "month"], ["start_time"])
songs = song_data.groupBy("title", "artist_name", "duration").agg(
    F.min("song_id").alias("song_id"), F.min_by("artist_id", "song_id").alias("artist_id"))
known = (plays.song == songs.title) & (plays.artist == songs.artist_name) & (plays.length == songs.duration)
write(plays.join(songs, known, "left").selectExpr(
    "concat_ws('-', sessionId, itemInSession) AS songplay_id", "start_time", "userId AS user_id", "level", "song_id",
    "artist_id", "sessionId AS session_id", "location", "userAgent AS user_agent", "year(start_time) AS year",
    "month(start_time) AS month"), "songplays", ["year", "month"], ["start_time", "songplay_id"])
