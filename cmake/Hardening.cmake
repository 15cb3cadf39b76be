# What someone who has found a bug still has to get past, in the builds that users run. Debug builds do without: FORTIFY
# needs optimisation, and the sanitizers, which are Debug, have checks of their own. tests/integration/test_hardening.py
# looks at the result.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fcf-protection TARN_HAS_CF_PROTECTION) # x86 alone has it
set(compile_options -fPIE -fstack-protector-strong -fstack-clash-protection
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
if(TARN_HAS_CF_PROTECTION)
  list(APPEND compile_options -fcf-protection)
endif()
add_compile_options("$<$<NOT:$<CONFIG:Debug>>:${compile_options}>")
set(pie "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>")
add_link_options("$<$<NOT:$<CONFIG:Debug>>:${pie};-Wl,-z,relro,-z,now,-z,noexecstack>")
