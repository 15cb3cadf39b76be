"""What is measured: a case each, in modules by their data. `ALL` has them by name, in the order in which they are shown."""

from cases import compressed, shapes, small_files, sparkify, tpch, tpch_parquet

ALL = {case.name: case for module in (sparkify, shapes, compressed, small_files, tpch, tpch_parquet) for case in module.CASES}


def chosen(names, large):
    """The cases of these names, or all but the large ones. A name is also the first part of several: `tpch` is `tpch_q1`, ….

    Raises KeyError with a name that is none."""
    if not names:
        return [case for case in ALL.values() if large or not case.large]
    found = {}
    for name in names:
        matches = [case for case in ALL.values() if case.name == name or case.name.startswith(f"{name}_")]
        exact = [case for case in matches if case.name == name]
        if not matches:
            raise KeyError(name)
        found.update((case.name, case) for case in exact or matches)
    return list(found.values())
