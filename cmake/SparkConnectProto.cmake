# tarn_spark_proto: the messages and the client of Spark Connect, generated from the .proto files that Spark's own
# jar carries; it comes with the pyspark wheel in .venv (docs/adr/0011).
file(GLOB jars ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/pyspark/jars/spark-connect_*.jar)
if(NOT jars)
  message(STATUS "No Spark: tarn-spark is not built (`make build-spark` sets up what it needs)")
  return()
endif()
list(GET jars 0 jar)
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
find_library(GRPC_LIBRARY grpc++ REQUIRED)
find_library(PROTOBUF_LIBRARY protobuf REQUIRED)

set(proto_dir ${CMAKE_BINARY_DIR}/spark_proto)
set(generated_dir ${proto_dir}/generated)
file(ARCHIVE_EXTRACT INPUT ${jar} DESTINATION ${proto_dir}
     PATTERNS spark/connect/*.proto google/rpc/status.proto google/rpc/error_details.proto)
file(MAKE_DIRECTORY ${generated_dir})

# What base.proto imports. Only it has a service; lite halves the time that the rest takes to compile.
set(proto_files google/rpc/status.proto google/rpc/error_details.proto)
foreach(name base catalog commands common expressions ml ml_common pipelines relations types)
  list(APPEND proto_files spark/connect/${name}.proto)
endforeach()
set(service_file spark/connect/base.proto)
foreach(file ${proto_files})
  string(REGEX REPLACE "\\.proto$" "" stem ${file})
  set(outputs ${generated_dir}/${stem}.pb.cc ${generated_dir}/${stem}.pb.h)
  set(grpc_arguments)
  if(file STREQUAL service_file)
    list(APPEND outputs ${generated_dir}/${stem}.grpc.pb.cc ${generated_dir}/${stem}.grpc.pb.h)
    set(grpc_arguments --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} --grpc_out=${generated_dir})
  endif()
  add_custom_command(OUTPUT ${outputs}
    COMMAND ${PROTOC} -I${proto_dir} --cpp_out=lite:${generated_dir} ${grpc_arguments} ${file}
    DEPENDS ${proto_dir}/${file} VERBATIM)
  list(APPEND generated ${outputs})
endforeach()

add_library(tarn_spark_proto STATIC ${generated})
set_target_properties(tarn_spark_proto PROPERTIES UNITY_BUILD OFF)
target_include_directories(tarn_spark_proto SYSTEM PUBLIC ${generated_dir})
# Generated code is neither ours to warn about nor worth optimising, debugging or instrumenting.
target_compile_options(tarn_spark_proto PRIVATE -w ${TARN_COLD_OPTIONS} -g0 -fno-sanitize=all)
target_link_libraries(tarn_spark_proto PUBLIC
  ${GRPC_LIBRARY} grpc gpr absl_synchronization ${PROTOBUF_LIBRARY} Threads::Threads)
