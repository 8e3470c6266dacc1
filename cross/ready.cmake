# A ready musl toolchain: make CC=aarch64-linux-musl-gcc CXX=aarch64-linux-musl-g++ TARGET=aarch64.
# It knows its libc itself. Linking by the C compiler keeps the C++ library out, as everywhere.
set(CMAKE_C_COMPILER ${LIMPET_CC})
set(CMAKE_CXX_COMPILER ${LIMPET_CXX})
set(CMAKE_C_FLAGS "${LIMPET_SHIP_FLAGS}")
set(CMAKE_CXX_FLAGS "${LIMPET_SHIP_FLAGS} ${LIMPET_SHIP_CXX_FLAGS}")
set(CMAKE_CXX_LINK_EXECUTABLE
    "<CMAKE_C_COMPILER> -static-pie ${LIMPET_SHIP_LINK_FLAGS} <OBJECTS> -o <TARGET> \
-Wl,--start-group <LINK_LIBRARIES> -Wl,--end-group")
