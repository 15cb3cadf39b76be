set(TARN_COLD_OPTIONS "$<IF:$<CONFIG:Debug>,-O0,-O1>")
# GCC collects its garbage again and again in files that are joined, a sixth of the time that they take. A gibibyte is more than
# any of them needs.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=1048576>)
endif()
# Whose precompiled header the others use; it has to be compiled with their options.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT "")
foreach(kind hot cold)
  add_library(tarn_precompiled_${kind} OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(tarn_precompiled_${kind} PRIVATE Arrow::core fmt::fmt)
  target_precompile_headers(tarn_precompiled_${kind} PRIVATE ${CMAKE_SOURCE_DIR}/src/base/precompiled.h)
endforeach()
target_compile_options(tarn_precompiled_cold PRIVATE ${TARN_COLD_OPTIONS})

# The compiler's options and the libraries of one target of a layer, within tarn_layer.
macro(tarn_compile_layer target kind)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  # With -O3, GCC 12 warns of overflows inside std::string that are not there (GCC bug 105651): warnings
  # are errors in the other builds, which compile the same code.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-unused-parameter
    # GCC takes the files that a unity build joins for headers.
    "$<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>"
    "$<IF:$<CONFIG:Release>,-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds;-Wno-free-nonheap-object,-Werror>")
  target_link_libraries(${target} PUBLIC ${layers} PRIVATE ${arg_LINK})
  if(${kind} STREQUAL cold)
    target_compile_options(${target} PRIVATE ${TARN_COLD_OPTIONS})
  endif()
  if(NOT arg_STANDALONE)
    target_link_libraries(${target} PUBLIC Arrow::core fmt::fmt Threads::Threads)
    target_precompile_headers(${target} REUSE_FROM tarn_precompiled_${kind})
  endif()
endmacro()

# tarn_layer(NAME json SOURCES … [COLD_SOURCES …] [TESTS …] [DEPENDS base …] [LINK third-party …] [TEST_LINK …]
#            [COLD] [HOT_TESTS] [STANDALONE])
#
# One folder of src/ as one static library `tarn_<name>`, with `_` for the `/` of a nested one. DEPENDS
# are the layers below it, the only ones whose headers it may include: the build fails otherwise. LINK
# are third-party libraries; they stay private to the folder. TESTS become one executable, `tarn_<name>_test`.
# COLD is for what runs once a command or a file, not once a record: it is compiled fast rather than to run fast, and
# so are COLD_SOURCES of other layers, and all tests but HOT_TESTS, which make millions of records.
# STANDALONE is for a layer to be used without the rest of tarn: it has neither Arrow nor fmt, may include only headers of
# LINK's libraries (and GoogleTest's), and links nothing else; what it DEPENDS on has to be so as well.
function(tarn_layer)
  cmake_parse_arguments(arg "COLD;HOT_TESTS;STANDALONE" "NAME" "SOURCES;COLD_SOURCES;TESTS;DEPENDS;LINK;TEST_LINK" ${ARGN})
  set(target tarn_${arg_NAME})
  list(TRANSFORM arg_DEPENDS PREPEND tarn_ OUTPUT_VARIABLE layers)
  add_library(${target} STATIC ${arg_SOURCES})
  if(arg_COLD)
    tarn_compile_layer(${target} cold)
  else()
    tarn_compile_layer(${target} hot)
  endif()
  if(arg_COLD_SOURCES)
    add_library(${target}_cold OBJECT ${arg_COLD_SOURCES})
    tarn_compile_layer(${target}_cold cold)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_cold>)
  endif()
  set(third_party)
  if(arg_STANDALONE)
    list(TRANSFORM arg_LINK REPLACE "::.*" "" OUTPUT_VARIABLE third_party)
    list(APPEND third_party gtest gmock)
  endif()
  tarn_check_includes(${target} "${arg_NAME};${arg_DEPENDS}" "${third_party}")

  if(TARN_BUILD_TESTS AND arg_TESTS)
    add_executable(${target}_test ${arg_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gmock_main ${arg_TEST_LINK})
    set(kind cold)
    if(arg_HOT_TESTS)
      set(kind hot)
    else()
      target_compile_options(${target}_test PRIVATE ${TARN_COLD_OPTIONS})
    endif()
    if(NOT arg_STANDALONE)
      target_precompile_headers(${target}_test REUSE_FROM tarn_precompiled_${kind})
    endif()
    gtest_discover_tests(${target}_test DISCOVERY_TIMEOUT 60
                         TEST_PREFIX "${arg_NAME}." PROPERTIES TIMEOUT 300)
  endif()
endfunction()

# Fail the build of `target` when a file in its folder includes a header of a layer not in `allowed`
# or of a layer reachable from those; or when `third_party` is not empty, a header of a library's folder that is not in it.
function(tarn_check_includes target allowed third_party)
  list(REMOVE_DUPLICATES allowed)
  set_property(GLOBAL APPEND PROPERTY TARN_LAYERS ${target})
  set(reachable ${allowed})
  foreach(layer ${allowed})
    get_property(below GLOBAL PROPERTY TARN_REACHABLE_${layer})
    list(APPEND reachable ${below})
  endforeach()
  list(REMOVE_DUPLICATES reachable)
  string(REGEX REPLACE "^tarn_" "" name ${target})
  set_property(GLOBAL PROPERTY TARN_REACHABLE_${name} "${reachable}")
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h
       ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/includes.stamp)
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} "-DALLOWED=${reachable}" "-DTHIRD_PARTY=${third_party}" "-DFILES=${files}" -DSTAMP=${stamp}
            -DSOURCE_DIR=${CMAKE_SOURCE_DIR}/src -P ${CMAKE_SOURCE_DIR}/cmake/CheckIncludes.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/CheckIncludes.cmake VERBATIM)
  add_custom_target(${target}_includes DEPENDS ${stamp})
  add_dependencies(${target} ${target}_includes)
endfunction()
