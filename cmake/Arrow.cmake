# Arrow, Parquet and compute as imported targets Arrow::core, Arrow::compute and Arrow::parquet:
# from an installed Arrow if there is one, else from the pyarrow wheel in .venv (docs/adr/0001).
find_package(Arrow 26 CONFIG QUIET)
if(Arrow_FOUND)
  find_package(Parquet 26 CONFIG REQUIRED)
  find_package(ArrowCompute 26 CONFIG REQUIRED)
  add_library(Arrow::core ALIAS Arrow::arrow_shared)
  add_library(Arrow::compute ALIAS ArrowCompute::arrow_compute_shared)
  add_library(Arrow::parquet ALIAS Parquet::parquet_shared)
  get_target_property(location Arrow::arrow_shared IMPORTED_LOCATION_RELEASE)
  get_filename_component(TARN_ARROW_LIBRARY_DIR ${location} DIRECTORY)
else()
  set(python ${CMAKE_SOURCE_DIR}/.venv/bin/python)
  if(NOT EXISTS ${python})
    message(FATAL_ERROR "Arrow not found: run `make setup`, which puts the pyarrow wheel into .venv")
  endif()
  # Another Python than before has its wheels in another folder.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/.venv/pyvenv.cfg)
  execute_process(
    COMMAND ${python} -c "import pyarrow; pyarrow.create_library_symlinks(); \
print(pyarrow.get_include(), pyarrow.get_library_dirs()[0], sep=';')"
    OUTPUT_VARIABLE paths OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  list(GET paths 0 include_dir)
  list(GET paths 1 TARN_ARROW_LIBRARY_DIR)
  foreach(pair core:arrow compute:arrow_compute parquet:parquet)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 file)
    add_library(Arrow::${name} SHARED IMPORTED)
    set_target_properties(Arrow::${name} PROPERTIES
      IMPORTED_LOCATION ${TARN_ARROW_LIBRARY_DIR}/lib${file}.so
      INTERFACE_INCLUDE_DIRECTORIES ${include_dir})
  endforeach()
  target_link_libraries(Arrow::compute INTERFACE Arrow::core)
  target_link_libraries(Arrow::parquet INTERFACE Arrow::core)
endif()
