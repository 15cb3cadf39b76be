# tarn_libstdcxx: the libstdc++.so.6 that `make install` ships. Debian 12's needs glibc 2.36, for one function
# (cmake/libstdcxx.c), and EMR's nodes have 2.34. So it is linked once more, of the objects that Debian publishes for that
# (libstdc++-12-pic); functions that only the static library has come from there. Without them there is no such target, and
# the system's libstdc++ is shipped (docs/adr/0016).
set(libstdcxx_files)
foreach(name libstdc++_pic.a libstdc++_pic.map libstdc++.a)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${name}
                  OUTPUT_VARIABLE file OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(NOT IS_ABSOLUTE "${file}") # the name alone: the compiler has no such file
    message(STATUS "No ${name}: the installed folder needs this system's glibc or a newer one")
    return()
  endif()
  list(APPEND libstdcxx_files ${file})
endforeach()
list(GET libstdcxx_files 0 objects)
list(GET libstdcxx_files 1 version_script)
list(GET libstdcxx_files 2 static_library)

add_library(tarn_libstdcxx SHARED ${CMAKE_CURRENT_LIST_DIR}/libstdcxx.c)
set_target_properties(tarn_libstdcxx PROPERTIES
  OUTPUT_NAME stdc++ SUFFIX .so.6 LINK_DEPENDS ${version_script}
  # A folder that no program is linked or run with.
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libstdcxx)
target_link_options(tarn_libstdcxx PRIVATE
  -Wl,--version-script=${version_script} -Wl,--gc-sections -Wl,-z,defs -s)
target_link_libraries(tarn_libstdcxx PRIVATE
  -Wl,--whole-archive ${objects} -Wl,--no-whole-archive ${static_library} m gcc_s)
