# `make install`: a folder that runs anywhere on amd64 with glibc 2.34 or a newer one, when it was made on Debian 12. bin/tarn
# finds its libraries in lib/ beside it; only glibc stays the system's, with libgcc_s, which glibc itself needs to end threads,
# and libcurl, which S3 takes when it is used (NOTICE).
include(Libstdcxx)
set(TARN_SYSTEM_LIBRARIES [[^ld-linux]] [[^lib(c|m|dl|rt|pthread|resolv|gcc_s)\.so]])
if(TARGET tarn_libstdcxx)
  list(APPEND TARN_SYSTEM_LIBRARIES [[^libstdc\+\+\.so]])
endif()
function(tarn_install program component)
  # Left to itself, CMake pads the built program's search path with empty elements, to have room for the installed one's,
  # and an empty element is the current folder. So the built program has the path of Arrow alone, which is long enough, and
  # the installed copy gets its own below.
  set_target_properties(${program} PROPERTIES
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH ${TARN_ARROW_LIBRARY_DIR})
  # A path of the old kind also holds for the libraries' own libraries, which the distribution built without any.
  target_link_options(${program} PRIVATE -Wl,--disable-new-dtags)
  install(TARGETS ${program}
    RUNTIME_DEPENDENCIES
      DIRECTORIES ${TARN_ARROW_LIBRARY_DIR}
      PRE_EXCLUDE_REGEXES ${TARN_SYSTEM_LIBRARIES}
    RUNTIME DESTINATION bin COMPONENT ${component} ${ARGN}
    LIBRARY DESTINATION lib COMPONENT ${component} ${ARGN})
  install(CODE "file(RPATH_CHANGE FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin/${program}\"
    OLD_RPATH \"${TARN_ARROW_LIBRARY_DIR}\" NEW_RPATH \"\\\$ORIGIN/../lib\")"
    COMPONENT ${component} ${ARGN})
  if(TARGET tarn_libstdcxx)
    add_dependencies(${program} tarn_libstdcxx)
    install(FILES $<TARGET_FILE:tarn_libstdcxx> DESTINATION lib COMPONENT ${component} ${ARGN})
  endif()
endfunction()
tarn_install(tarn local)
# By itself: `--component spark`, as it need not have been built.
if(TARGET tarn-spark)
  tarn_install(tarn-spark spark EXCLUDE_FROM_ALL)
endif()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/pipelines DESTINATION share/tarn)

# The licences of all that is in the folder, which NOTICE lists. A system without Debian's texts installs none of them.
set(licences share/doc/tarn/licences)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/NOTICE DESTINATION share/doc/tarn)
foreach(package
    libstdc++6 libfmt9 libhwy1 libpugixml1v5 libnettle8 libicu72 libedit2 libbsd0 libmd0 libtinfo6 libtomlplusplus-dev libcli11-dev nlohmann-json3-dev
    libgrpc29 libabsl20220623 libprotobuf32 libssl3 libc-ares2 libre2-9 zlib1g)
  install(FILES /usr/share/doc/${package}/copyright DESTINATION ${licences} RENAME ${package}.txt OPTIONAL)
endforeach()
foreach(name Apache-2.0 Artistic CC0-1.0 GFDL-1.2 GPL-1 GPL-2 GPL-3 LGPL-2 LGPL-3) # those that these texts refer to
  install(FILES /usr/share/common-licenses/${name} DESTINATION ${licences} RENAME ${name}.txt OPTIONAL)
endforeach()
file(GLOB texts ${TARN_ARROW_LIBRARY_DIR}/../pyarrow-*.dist-info/licenses/*.txt)
foreach(text ${texts})
  get_filename_component(name ${text} NAME)
  install(FILES ${text} DESTINATION ${licences} RENAME pyarrow-${name})
endforeach()
