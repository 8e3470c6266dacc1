# Debian's compiler for the target, made to use musl instead of the libc it was built for. Headers: the compiler's C++
# ones (used header-only, see musl_compat.h), then musl's, then the compiler's own. Linking: by hand, a static
# position-independent program from musl's start files and libc.a. (-static-pie would do, but GCC 12 for 32-bit ARM
# then asks for a dynamic loader.)
set(CMAKE_C_COMPILER ${LIMPET_TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER ${LIMPET_TRIPLET}-g++)
set(musl "${LIMPET_DEPS}/musl")

# The folder or file that the compiler itself would use.
function(compiler_path result)
  execute_process(COMMAND ${CMAKE_C_COMPILER} ${ARGN} OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${path}" PARENT_SCOPE)
endfunction()
compiler_path(gcc_include -print-file-name=include)
compiler_path(crt_begin -print-file-name=crtbeginS.o)
compiler_path(crt_end -print-file-name=crtendS.o)
compiler_path(libgcc -print-libgcc-file-name)

# Its C++ folders, as it lists them: the lines that start with a blank and have c++ in their path.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -E -x c++ - -v INPUT_FILE /dev/null OUTPUT_QUIET
                ERROR_VARIABLE search_list COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\n /[^\n]*/c\\+\\+/[^\n]*" cxx_includes "${search_list}")
list(TRANSFORM cxx_includes REPLACE "^\n " "-isystem ")
list(JOIN cxx_includes " " cxx_includes)

set(c_includes "-isystem ${musl}/include -isystem ${gcc_include}")
set(CMAKE_C_FLAGS "${LIMPET_SHIP_FLAGS} -nostdinc ${c_includes}")
set(CMAKE_CXX_FLAGS "${LIMPET_SHIP_FLAGS} ${LIMPET_SHIP_CXX_FLAGS} -nostdinc -nostdinc++ \
${cxx_includes} ${c_includes}")
set(LIMPET_FIRST_HEADER ${CMAKE_CURRENT_LIST_DIR}/musl_compat.h)
# LLVM's linker: it writes relocations as a bitmap, a fortieth of their size, for ARM too, where Debian 12's own linkers
# do not know that, and pads nothing to 64 KiB: 140 KB less on aarch64. musl reads the bitmap from 1.2.4 on. A kernel
# with larger pages than it takes for usual (a Pi 5 has 16 KiB) is to protect all that is constant after the start.
# A cross compiler looks for it only where it is told to.
find_program(LIMPET_LLD ld.lld REQUIRED)
file(REAL_PATH ${LIMPET_LLD} lld)
cmake_path(GET lld PARENT_PATH lld_folder)
set(CMAKE_CXX_LINK_EXECUTABLE
    "<CMAKE_CXX_COMPILER> -static -nostdlib -B${lld_folder} -fuse-ld=lld -Wl,-pie,--no-dynamic-linker \
${LIMPET_SHIP_LINK_FLAGS} -Wl,-O2,--pack-dyn-relocs=relr,-z,common-page-size=65536 \
${musl}/lib/rcrt1.o ${musl}/lib/crti.o ${crt_begin} <OBJECTS> -o <TARGET> \
-Wl,--start-group <LINK_LIBRARIES> ${libgcc} ${musl}/lib/libc.a -Wl,--end-group ${crt_end} ${musl}/lib/crtn.o")
