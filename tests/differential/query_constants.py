"""Constants of queries: edge values of each type, and the pools of words that signatures.txt names."""

LITERALS = {
    "BOOLEAN": ["true", "false"],
    "TINYINT": ["0Y", "1Y", "-1Y", "127Y", "-128Y"],
    "SMALLINT": ["0S", "7S", "32767S", "-32768S"],
    "INT": ["0", "1", "-1", "42", "2147483647", "-2147483648", "1000000"],
    "SMALL": ["0", "1", "-1", "2", "3", "7", "12", "31"],
    "BIGINT": ["0L", "1L", "-7L", "9223372036854775807L", "-9223372036854775808L", "4294967296L"],
    "FLOAT": ["0.0F", "-0.0F", "1.5F", "float('NaN')", "float('Infinity')", "float('3.4028235E38')", "1.4E-45F", "0.1F"],
    "DOUBLE": [
        "0.0D", "-0.0D", "1.5D", "-2.25D", "0.1D", "1e100D", "double('NaN')", "double('Infinity')", "double('-Infinity')", "4.9E-324D",
        "1.7976931348623157E308D", "9007199254740993D",
    ],
    "STRING": [
        "''", "' '", "'a'", "'A'", "'abc'", "' padded '", "'Ärger'", "'ß'", "'😀'", "'a😀b'", "'e\\u0301'", "'12'", "'-7'", "'1.5'",
        "'1e3'", "'true'", "'2024-02-29'", "'0001-01-01'", "'12:30'", "'NaN'", "'x,y'", "'a/b'", "'%41'", "'_%'", "'\\n'", "'FF'",
        "'İ'", "'{\"p\":1}'",
    ],
    "BINARY": ["X''", "X'00'", "X'00FF'", "X'61'", "X'F09F9880'", "X'FFFE'"],
    "DATE": [
        "DATE '2024-02-29'", "DATE '1970-01-01'", "DATE '1969-12-31'", "DATE '0001-01-01'", "DATE '9999-12-31'", "DATE '1582-10-04'",
        "DATE '1582-10-15'", "DATE '1500-02-28'", "DATE '2023-12-31'",
    ],
    "TIMESTAMP": [
        "TIMESTAMP '2024-02-29 12:30:15.25'", "TIMESTAMP '1970-01-01 00:00:00'", "TIMESTAMP '1969-12-31 23:59:59.999999'",
        "TIMESTAMP '0001-01-02 00:00:00'", "TIMESTAMP '9999-12-30 23:59:59.999999'", "TIMESTAMP '1582-10-15 12:00:00'",
        "TIMESTAMP '2024-03-31 02:30:00'", "TIMESTAMP '2024-10-27 02:30:00'",
    ],
    "TIMESTAMP_NTZ": [
        "TIMESTAMP_NTZ '2024-02-29 12:30:15.25'", "TIMESTAMP_NTZ '1969-12-31 23:59:59.999999'", "TIMESTAMP_NTZ '0001-01-02 00:00:00'",
        "TIMESTAMP_NTZ '9999-12-30 23:59:59.999999'", "TIMESTAMP_NTZ '2024-03-31 02:30:00'",
    ],
    "YM": ["INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '-13' MONTH", "INTERVAL '0' YEAR", "INTERVAL 3 MONTHS"],
    "DT": ["INTERVAL '1 02:03:04.5' DAY TO SECOND", "INTERVAL '-1' DAY", "INTERVAL '0' SECOND", "INTERVAL 90 MINUTES"],
}  # fmt: skip
DECIMALS = {
    (10, 2): ["0.00", "1.50", "-0.01", "99999999.99", "-99999999.99", "12.35"],
    (38, 18): ["0", "1.000000000000000001", "-99999999999999999999.999999999999999999", "0.1", "12345678901234567890.5"],
    (20, 4): ["0.0000", "-1.2345", "9999999999999999.9999", "2.5"],
}
POOLS = {
    "small": ["0", "1", "2", "3", "5", "-1", "-2", "-3"],
    "digits": ["0", "1", "2", "3", "5"],
    "negative_digits": ["0", "-1", "-2"],
    "divisor": ["1", "2", "3", "7"],
    "position": ["1", "2", "3", "-1", "-2"],
    "index": ["0", "1", "2"],
    "flag": ["true", "false"],
    "key": ["'a'", "'b'", "''", "'😀'", "'none'"],
    "separator": ["','", "''", "' '", "'/'", "'a'", "'😀'"],
    "list": ["'a,b,12'", "''", "'x,,😀'"],
    "like": ["'a%'", "'%b'", "'_'", "'%'", "''", "'%\\\\_%'", "'A%'", "'%😀%'", "'__c'"],
    "pattern": [
        "'a'", "'[0-9]+'", "'(a|b)c?'", "'^a.*$'", "'(.)\\\\1'", "'[a&&[^b]]'", "'\\\\s+'", "'(?i)A'", "'^b*'", "'\\\\bab'", "'.'", "'(?=b)'",
        "'\\\\p{L}+'", "'😀'", "','",
    ],
    "format": [
        "'yyyy-MM-dd'", "'yyyy-MM-dd HH:mm:ss.SSSSSS'", "'EEEE, d MMMM yyyy'", "'D QQQ'", "'hh:mm a'", "'yy/M/d'", "'G y'", "'XXX'",
        "'MMM'",
    ],
    "trunc_unit": ["'year'", "'quarter'", "'month'", "'week'", "'MM'", "'day'", "'hour'", "'none'"],
    "unit": ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"],
    "weekday": ["'MON'", "'tuesday'", "'SU'"],
    "zone": ["'UTC'", "'Europe/Berlin'", "'America/New_York'", "'Asia/Kolkata'", "'+02:30'"],
    "json": [
        "'{\"p\":1,\"q\":\"x\"}'", "'{\"p\":null}'", "'[1,2,3]'", "'[]'", "'{}'", "'{\"a\":{\"b\":[1,{\"c\":2}]}}'", "'1'", "'not json'",
        "'{\"p\":\"1\",\"q\":[1]}'",
    ],
    "path": ["'$.a'", "'$.a.b[0]'", "'$.a.b[*].c'", "'$[1]'", "'$'", "'$.none'"],
    "url": ["'https://u@h.example:8080/p/a?a=1&b=2#r'", "'http://h/'", "'no url'", "'ftp://h/p?a=%20x'"],
    "url_part": ["'HOST'", "'PATH'", "'QUERY'", "'REF'", "'PROTOCOL'", "'FILE'", "'AUTHORITY'", "'USERINFO'"],
    "separated": ["'a:1,b:2'", "''", "'a'", "'k:v:w,:'"],
}  # fmt: skip


def literal(draw, kind):
    """The text of a value, at times NULL."""
    if draw.random() < 0.08:
        return f"CAST(NULL AS {kind})"
    match kind.name:
        case "DECIMAL":
            precision = kind.arguments or draw.choice(list(DECIMALS))
            if precision not in DECIMALS:
                return f"CAST({draw.choice([0, 1, -1])} AS {kind})"
            return "CAST('{}' AS DECIMAL({},{}))".format(draw.choice(DECIMALS[precision]), *precision)
        case "ARRAY":
            items = [literal(draw, kind.arguments[0]) for _ in range(draw.randrange(4))]
            return f"array({', '.join(items)})" if items else f"CAST(array() AS {kind})"
        case "MAP":
            keys = set(LITERALS.get(kind.arguments[0].name, [])) or {f"CAST(1 AS {kind.arguments[0]})"}
            entries = [f"{key}, {literal(draw, kind.arguments[1])}" for key in draw.sample(sorted(keys), min(len(keys), draw.randrange(1, 3)))]
            return f"map({', '.join(entries)})"
        case "STRUCT":
            fields = [f"'{name}', {literal(draw, field)}" for name, field in kind.arguments]
            return f"named_struct({', '.join(fields)})"
    return draw.choice(LITERALS[kind.name])
