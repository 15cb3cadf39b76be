# libpg_query, PostgreSQL's own parser as a C library; the distribution ships no CMake package for it.
find_path(PG_QUERY_INCLUDE_DIR pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY NAMES libpg_query.a REQUIRED)
add_library(PgQuery::pg_query STATIC IMPORTED)
set_target_properties(PgQuery::pg_query PROPERTIES
  IMPORTED_LOCATION ${PG_QUERY_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${PG_QUERY_INCLUDE_DIR}
  # It carries replacements of C library functions, which nobody else must find.
  INTERFACE_LINK_OPTIONS -Wl,--exclude-libs,libpg_query.a)
