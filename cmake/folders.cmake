# One library per folder of src/, its unit tests beside the code as *_test.cc.
#
#   linebook_folder(domain DEPENDS base)
#
# makes the library linebook_domain from every *.cc of the folder that is no test,
# and, where there are tests, the program domain_test, known to ctest.
# A new source file needs no change here.

set(LINEBOOK_SOURCE_ROOT ${PROJECT_SOURCE_DIR}/src)

# linebook_test(domain PROGRAM domain_test SOURCES … LIBRARIES linebook_domain) makes a program of tests known to ctest.
# The code under test is optimised as the preset says; that of the tests, which is most of the compiler's work, is not.
function(linebook_test name)
  cmake_parse_arguments(ARG "" "PROGRAM" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${ARG_PROGRAM} ${ARG_SOURCES})
  target_compile_options(${ARG_PROGRAM} PRIVATE -O0)
  target_include_directories(${ARG_PROGRAM} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${ARG_PROGRAM} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${ARG_PROGRAM})
endfunction()

function(linebook_folder name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;SUBFOLDERS" ${ARGN})
  set(patterns *.cc)
  foreach(sub ${ARG_SUBFOLDERS})
    list(APPEND patterns ${sub}/*.cc)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  list(TRANSFORM ARG_DEPENDS PREPEND linebook_)
  if(sources)
    add_library(linebook_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(linebook_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(linebook_${name} ${scope} ${LINEBOOK_SOURCE_ROOT})
  target_link_libraries(linebook_${name} ${scope} ${ARG_DEPENDS} ${ARG_LIBRARIES} Threads::Threads)

  if(tests)
    linebook_test(${name} PROGRAM ${name}_test SOURCES ${tests} LIBRARIES linebook_${name})
  endif()
endfunction()
