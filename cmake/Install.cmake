# `make install`: a folder that runs anywhere on amd64 with the same glibc or a newer one. bin/tarn finds its
# libraries in lib/ beside it; only glibc itself stays the system's.
function(tarn_install program component)
  set_target_properties(${program} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  install(TARGETS ${program}
    RUNTIME_DEPENDENCIES
      DIRECTORIES ${TARN_ARROW_LIBRARY_DIR}
      PRE_EXCLUDE_REGEXES [[^ld-linux]] [[^lib(c|m|dl|rt|pthread|resolv)\.so]]
    RUNTIME DESTINATION bin COMPONENT ${component} ${ARGN}
    LIBRARY DESTINATION lib COMPONENT ${component} ${ARGN})
endfunction()
tarn_install(tarn local)
# By itself: `--component spark`, as it need not have been built.
if(TARGET tarn-spark)
  tarn_install(tarn-spark spark EXCLUDE_FROM_ALL)
endif()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/pipelines DESTINATION share/tarn)
