"""Records of one kind or another, a line each, made by a seeded chance: the same for the same number of them."""

import json
import random

FILES = 4
WORDS = [
    "river", "engine", "paper", "quiet", "garden", "signal", "copper", "window", "harbour", "silver", "forest", "pencil",
    "market", "winter", "orange", "bridge", "stone", "letter", "morning", "island", "mirror", "thunder", "velvet", "candle",
]  # fmt: skip
# What real logs have beside plain text: quotes, line ends, tabs, backslashes, code points as \u, a pair of surrogates.
ESCAPED = ['\\"', "\\n", "\\t", "\\\\", "\\/", "\\u00e9", "\\u4e2d", "\\ud83d\\ude00", "\\r\\n"]
WIDE_KEYS = 200
NUM_NUMBERS = 20


def text(chance, num_words):
    return " ".join(chance.choices(WORDS, k=num_words))


def pool(chance, size, num_words):
    """Values to draw from, encoded as JSON."""
    return [json.dumps(text(chance, num_words)) for _ in range(size)]


def events(chance):
    """A function from a number to the members of one event: [(key, value as JSON)]."""
    users = [f'"{number}"' for number in range(10_000)]
    cities, agents = pool(chance, 500, 3), pool(chance, 60, 14)
    songs, artists = pool(chance, 12_000, 4), pool(chance, 3_000, 2)
    pages = ['"NextSong"'] * 8 + ['"Home"', '"About"']

    def members(number):
        draw = chance.random
        return [
            ("id", number),
            ("ts", 1_540_000_000_000 + number * 1_237),
            ("userId", users[int(draw() * 10_000)]),
            ("sessionId", number // 20),
            ("page", pages[int(draw() * 10)]),
            ("level", '"paid"' if draw() < 0.7 else '"free"'),
            ("city", cities[int(draw() * 500)]),
            ("userAgent", agents[int(draw() * 60)]),
            ("song", songs[int(draw() * 12_000)]),
            ("artist", artists[int(draw() * 3_000)]),
            ("length", round(100 + draw() * 300, 5)),
            ("status", 200),
            ("method", '"PUT"'),
            ("auth", '"Logged In"'),
        ]

    return members


def joined(members):
    return "{" + ",".join([f'"{key}":{value}' for key, value in members]) + "}"


def ordered(chance):
    members = events(chance)
    return lambda number: joined(members(number))


def shuffled_keys(chance):
    members = events(chance)

    def record(number):
        found = members(number)
        chance.shuffle(found)
        return joined(found)

    return record


def missing_keys(chance):
    """Each key but the id is missing in 30 of 100 records."""
    members = events(chance)
    return lambda number: joined([pair for pair in members(number) if pair[0] == "id" or chance.random() >= 0.3])


def long_strings(chance):
    bodies = [json.dumps(text(chance, 600)[:2048]) for _ in range(2_000)]
    titles = pool(chance, 5_000, 5)
    # A number in front: no body is there twice.
    return lambda number: (
        f'{{"id":{number},"title":{chance.choice(titles)},"body":"{number} {chance.choice(bodies)[1:]},"language":"en","size":2048}}'
    )


def wide(chance):
    values = pool(chance, 1_000, 1) + [str(n) for n in range(1_000)] + [repr(round(n * 0.37, 2)) for n in range(1_000)]

    def record(number):
        drawn = chance.choices(values, k=WIDE_KEYS)
        for key in range(0, WIDE_KEYS, 20):
            drawn[key] = str(number * (key + 1))
        return "{" + ",".join([f'"key_{key}":{value}' for key, value in enumerate(drawn)]) + "}"

    return record


def escapes(chance):
    def escaped(num_words):
        return '"' + "".join(word + chance.choice(ESCAPED) for word in chance.choices(WORDS, k=num_words)) + '"'

    short, long = [escaped(4) for _ in range(20_000)], [escaped(20) for _ in range(20_000)]
    return lambda number: (
        f'{{"id":{number},"name":{chance.choice(short)},"place":{chance.choice(short)},"message":{chance.choice(long)}}}'
    )


def numbers(chance):
    def record(number):
        values = []
        for key in range(NUM_NUMBERS):
            if key % 4 == 0:
                values.append(f'"n_{key}":{int(chance.random() * 10 ** (key // 2 + 2))}')
            else:
                values.append(f'"n_{key}":{chance.random() * 10 ** (key // 2)!r}')
        return "{" + f'"id":{number},' + ",".join(values) + "}"

    return record


def nested(chance):
    """Like the public archive of GitHub's events: structs, and an array of structs."""
    logins = [text(chance, 2).replace(" ", "-") for _ in range(20_000)]
    messages = pool(chance, 20_000, 9)
    shas = [f"{chance.getrandbits(160):040x}" for _ in range(20_000)]

    def commit():
        login = chance.choice(logins)
        return (
            f'{{"sha":"{chance.choice(shas)}","author":{{"email":"{login}@example.com","name":"{login}"}},'
            f'"message":{chance.choice(messages)},"distinct":true,'
            f'"url":"https://api.example.com/repos/{login}/commits/{chance.choice(shas)}"}}'
        )

    def record(number):
        actor, owner = chance.choice(logins), chance.choice(logins)
        count = int(chance.random() * 4)
        commits = ",".join([commit() for _ in range(count)])
        kind = "PushEvent" if chance.random() < 0.8 else "CreateEvent"
        return (
            f'{{"id":"{number}","type":"{kind}","actor":{{"id":{number % 20_000},"login":"{actor}","gravatar_id":"",'
            f'"url":"https://api.example.com/users/{actor}","avatar_url":"https://avatars.example.com/u/{number % 20_000}?"}},'
            f'"repo":{{"id":{number % 7_919},"name":"{owner}/{actor}","url":"https://api.example.com/repos/{owner}/{actor}"}},'
            f'"payload":{{"push_id":{number * 3},"size":{count},"distinct_size":{count},"ref":"refs/heads/main",'
            f'"head":"{chance.choice(shas)}","before":"{chance.choice(shas)}","commits":[{commits}]}},'
            f'"public":true,"created_at":"2015-01-01T15:{number // 60 % 60:02}:{number % 60:02}Z"}}'
        )

    return record


def write(folder, size, kind, open_file=None, suffix=".json"):
    """`size` records in FILES files below `folder`; `open_file` gives a binary file for a path."""
    folder.mkdir(parents=True)
    record = kind(random.Random(1))
    for index in range(FILES):
        lines = (record(number) + "\n" for number in range(size * index // FILES, size * (index + 1) // FILES))
        path = folder / f"records-{index}{suffix}"
        with open_file(path) if open_file else open(path, "wb") as out:
            out.writelines(line.encode() for line in lines)
