"""TPC-H's tables and queries. Their text comes from sqlglot's source (scripts/tpch) and is not kept here."""

import datetime
import re

TABLES = {
    "customer": "c_custkey BIGINT, c_name STRING, c_address STRING, c_nationkey BIGINT, c_phone STRING, c_acctbal DECIMAL(15,2), "
    "c_mktsegment STRING, c_comment STRING",
    "lineitem": "l_orderkey BIGINT, l_partkey BIGINT, l_suppkey BIGINT, l_linenumber INT, l_quantity DECIMAL(15,2), "
    "l_extendedprice DECIMAL(15,2), l_discount DECIMAL(15,2), l_tax DECIMAL(15,2), l_returnflag STRING, l_linestatus STRING, "
    "l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct STRING, l_shipmode STRING, l_comment STRING",
    "nation": "n_nationkey BIGINT, n_name STRING, n_regionkey BIGINT, n_comment STRING",
    "orders": "o_orderkey BIGINT, o_custkey BIGINT, o_orderstatus STRING, o_totalprice DECIMAL(15,2), o_orderdate DATE, "
    "o_orderpriority STRING, o_clerk STRING, o_shippriority INT, o_comment STRING",
    "part": "p_partkey BIGINT, p_name STRING, p_mfgr STRING, p_brand STRING, p_type STRING, p_size INT, p_container STRING, "
    "p_retailprice DECIMAL(15,2), p_comment STRING",
    "partsupp": "ps_partkey BIGINT, ps_suppkey BIGINT, ps_availqty INT, ps_supplycost DECIMAL(15,2), ps_comment STRING",
    "region": "r_regionkey BIGINT, r_name STRING, r_comment STRING",
    "supplier": "s_suppkey BIGINT, s_name STRING, s_address STRING, s_nationkey BIGINT, s_phone STRING, s_acctbal DECIMAL(15,2), "
    "s_comment STRING",
}


def columns(table):
    """{name: type in Spark's DDL}."""
    return dict(declared.split(" ", 1) for declared in TABLES[table].split(", "))


def tables_of(query):
    """The tables that it reads."""
    return [table for table in TABLES if re.search(rf"\b{table}\b", query)]


def moved(match):
    """DATE plus or minus an interval, as the date that it is: not every engine here has intervals."""
    date, sign, count, unit = datetime.date.fromisoformat(match[1]), match[2], int(match[3]), match[4].lower()
    count = -count if sign == "-" else count
    if unit == "day":
        return f"DATE '{date + datetime.timedelta(days=count)}'"
    months = date.year * 12 + date.month - 1 + count * (12 if unit == "year" else 1)
    return f"DATE '{date.replace(year=months // 12, month=months % 12 + 1)}'"


def read(path, number):
    """The text of one query, dates computed."""
    with open(path) as file:
        found = re.search(rf"-- TPC-H {number}\n-+\n(.*?);\s*\n", file.read(), re.DOTALL)
    return re.sub(r"(?i)\bdate '([\d-]+)'\s*([-+])\s*interval\s*'(\d+)'\s*(day|month|year)", moved, found[1])
