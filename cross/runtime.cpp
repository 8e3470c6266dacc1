// SPDX-License-Identifier: MIT
// All of the C++ runtime that the shipped binary needs, since libstdc++ is not linked: operator new and delete, and
// what the standard headers call when a program is wrong. Those do not return: each leaves one line on stderr. Memory
// that runs out ends the process: what limpet may use is fixed when it starts, and its supervisor starts it again.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace {

[[noreturn]] void die(const char* why) {
  const auto tell = [](const char* text) { return write(STDERR_FILENO, text, std::strlen(text)) >= 0; };
  (void)(tell("limpet: stopping: ") && tell(why) && tell("\n"));
  std::abort();
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;
  die("the box has no memory left");
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" [[noreturn]] void __cxa_pure_virtual() { die("a pure virtual function was called"); }

namespace std {

void __throw_bad_alloc() { die("the box has no memory left"); }
void __throw_bad_array_new_length() { die("an impossible array size was asked for"); }
void __throw_bad_function_call() { die("an empty function was called"); }
void __throw_length_error(const char* where) { die(where); }
void __throw_logic_error(const char* where) { die(where); }
void __throw_out_of_range_fmt(const char* where, ...) { die(where); }
void __glibcxx_assert_fail(const char*, int, const char*, const char* condition) noexcept { die(condition); }

}  // namespace std
