# cmake -DMODE=package|subdirectory -DSOURCE=... -DBUILD=... -DWORK=... -P run.cmake
# Builds and runs the consumer project against an installed kedja, or with kedja inside it.
function(must)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
if(MODE STREQUAL package)
  must(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
  set(how -DCMAKE_PREFIX_PATH=${WORK}/prefix)
else()
  set(how -DKEDJA_SOURCE=${SOURCE})
endif()
must(${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer -B ${WORK}/build ${how}
     -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
if(MODE STREQUAL package)
  must(${CMAKE_COMMAND} --build ${WORK}/build)
  must(${WORK}/build/uses_kedja)
else() # the library itself is built by the other tests; here its header target is enough
  must(${CMAKE_COMMAND} --build ${WORK}/build --target uses_headers)
endif()
must(${WORK}/build/uses_headers)
