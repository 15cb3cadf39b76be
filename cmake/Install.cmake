# `make install`: a folder that runs anywhere on amd64 with the same glibc or a newer one. bin/tarn finds its
# libraries in lib/ beside it; only glibc itself stays the system's.
set_target_properties(tarn PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
install(TARGETS tarn
  RUNTIME_DEPENDENCIES
    DIRECTORIES ${TARN_ARROW_LIBRARY_DIR}
    PRE_EXCLUDE_REGEXES [[^ld-linux]] [[^lib(c|m|dl|rt|pthread|resolv)\.so]]
  RUNTIME DESTINATION bin
  LIBRARY DESTINATION lib)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/pipelines DESTINATION share/tarn)
