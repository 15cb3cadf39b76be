"""Random queries on tarn and on real Spark: the same types, rows and error classes (README.md)."""

import collections
import concurrent.futures
import random
import re
import time

import pytest

from comparison import Allowed, compare, known_reason, read_known
from conftest import ROOT
from engines import Answer, Data, Refused, SparkEngine, TarnEngine
from query_generator import query_of
from shrinker import Shrinker, case_text
from signatures import Signatures, read_sections

# The seeds that every change runs. Move them when the generator changes, or when they have found nothing for long.
FIRST_SEED = 1
NUM_QUERIES = 500

BATCH = 50  # queries of a run of tarn, in one time zone
TIME_ZONES = ["UTC", "Europe/Berlin", "America/New_York"]
MAX_SHRUNK = 40  # differences for which a smaller query is looked for
USUAL_EVERY = 5  # of so many queries, Spark answers one as users run it


def time_zone_of(seed):
    return TIME_ZONES[seed // BATCH % len(TIME_ZONES)]


class Comparison:
    """Queries on both engines: what they agree on, and each difference with its smallest query."""

    def __init__(self, tarn, quick_spark, usual_spark, say):
        self.tarn, self.quick_spark, self.usual_spark, self.say = tarn, quick_spark, usual_spark, say
        self.known = read_known()
        self.data = Data()
        self.counts = collections.Counter()
        self.allowed = collections.Counter()
        self.known_ones = collections.Counter()
        self.differences = []  # texts
        self.kinds = collections.Counter()
        self.num_shrunk = 0

    def run(self, seeds):
        """Spark answers a batch while tarn answers the one before."""
        batches = collections.defaultdict(list)
        for seed in seeds:
            batches[seed // BATCH].append(seed)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = None
            for number, batch in enumerate(batches.values()):
                zone = time_zone_of(batch[0])
                queries = [query_of(seed) for seed in batch]
                theirs = [self.spark_answer(query, zone, self.data) for query in queries]
                if waiting:
                    self.judge(*waiting)
                waiting = queries, zone, pool.submit(self.tarn_answers, queries, theirs, zone), theirs
                if number % 20 == 19:
                    self.say(f"{sum(self.counts.values())} queries, {len(self.differences)} differences")
            if waiting:
                self.judge(*waiting)

    def spark_answer(self, query, zone, data):
        spark = self.quick_spark if query.seed % USUAL_EVERY else self.usual_spark
        return spark.answer(query.sql, zone, data)

    def tarn_answers(self, queries, theirs, zone):
        """Those that Spark answers, in one run, unless it fails; the others alone."""
        draw = random.Random(queries[0].seed)
        settings = {"batch_rows": draw.choice([1, 7, 65536]), "threads": draw.choice([1, 3]), "dictionaries": draw.choice(["on", "off"])}
        together = {f"q{query.seed}": query.sql for query, their in zip(queries, theirs, strict=True) if isinstance(their, Answer)}
        answers = self.tarn.answers(together, zone, self.data, settings) if together else {}
        if answers is None:
            answers = {}
            self.counts["runs that failed"] += 1
        return [answers.get(f"q{query.seed}") or self.tarn.answer(query.sql, zone, self.data) for query in queries]

    def judge(self, queries, zone, ours, theirs):
        for query, our, their in zip(queries, ours.result(), theirs, strict=True):
            self.counts["refused by Spark" if isinstance(their, Refused) else "answered by Spark"] += 1
            result = compare(query, our, their)
            if isinstance(result, Allowed):
                self.allowed[result.reason] += 1
            elif result is not None:
                self.add(query, zone, result)

    def add(self, query, zone, difference):
        def differs(candidate, data):
            found = compare(candidate, self.tarn.answer(candidate.sql, zone, data), self.spark_answer(candidate, zone, data))
            return found is not None and not isinstance(found, Allowed) and found.kind == difference.kind

        data = self.data
        if not differs(query, data):
            self.kinds["only beside other queries"] += 1
            self.differences.append(f"seed {query.seed}, only beside other queries: {difference.kind}\n{query.sql}\n{difference.text}\n")
            return
        if self.num_shrunk < MAX_SHRUNK:
            self.num_shrunk += 1
            query, data = Shrinker(differs).shrink(query, data)
            difference = compare(query, self.tarn.answer(query.sql, zone, data), self.spark_answer(query, zone, data))
        reason = known_reason(self.known, difference, query.sql)
        if reason:
            self.known_ones[reason] += 1
            return
        self.kinds[difference.kind] += 1
        self.differences.append(f"{case_text(query, data, difference, zone)}\n{difference.text}\n")
        self.say(self.differences[-1])

    def summary(self, seconds):
        lines = [f"{number:6} {what}" for what, number in self.counts.most_common()]
        lines += [f"{number:6} allowed: {what}" for what, number in self.allowed.most_common()]
        lines += [f"{number:6} known: {what}" for what, number in self.known_ones.most_common()]
        lines += [f"{number:6} different: {what}" for what, number in self.kinds.most_common()]
        return "\n".join(["", *lines, f"{len(self.differences):6} differences, in {seconds:.0f} s"])


@pytest.mark.xdist_group("spark_queries")
def test_random_queries(tarn, spark, tmp_path, request, capsys):
    options = request.config.option
    first = FIRST_SEED if options.random_seed is None else options.random_seed

    def say(text):
        with capsys.disabled():
            print(text)

    quick, usual = (SparkEngine(spark.newSession(), tmp_path / name, name == "quick") for name in ("quick", "usual"))
    comparison = Comparison(TarnEngine(tarn.path, tmp_path / "tarn"), quick, usual, say)
    start = time.monotonic()
    comparison.run(range(first, first + (options.random_queries or NUM_QUERIES)))
    say(comparison.summary(time.monotonic() - start))
    assert not comparison.differences, "\n".join(comparison.differences)


def test_a_seed_gives_the_same_query():
    alone = query_of(17).sql
    assert [query_of(seed).sql for seed in range(10, 20)][7] == alone


def test_every_function_is_written():
    """Each of docs/functions.md has a signature, or a reason why not."""
    text = (ROOT / "docs" / "functions.md").read_text()
    documented = set(re.findall(r"^\| (\w+) \|", text, re.MULTILINE)) - {"Name"}
    left_out = dict(line.split(": ", 1) for line in read_sections()["left out"])
    parts = "\n".join(part for one in Signatures("scalar", "aggregate", "grouped", "window").all for part in one.parts if isinstance(part, str))
    written = set(re.findall(r"\b(\w+)\(", parts))
    assert sorted(documented - written - set(left_out)) == []
    assert sorted(set(left_out) - documented) == [], "left out, and in no list"
