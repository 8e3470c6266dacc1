// SPDX-License-Identifier: MIT
#include "os/syscall_filter.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>

#include "os/syscall_table.h"

namespace os {
namespace {

// linux/filter.h, linux/seccomp.h and linux/audit.h, which a libc does not bring along.
struct Instruction {
  std::uint16_t code;
  std::uint8_t jump_true;
  std::uint8_t jump_false;
  std::uint32_t operand;
};
struct Program {
  unsigned short length;
  const Instruction* instructions;
};
constexpr std::uint16_t kLoad = 0x20;          // BPF_LD | BPF_W | BPF_ABS
constexpr std::uint16_t kJumpIfEqual = 0x15;   // BPF_JMP | BPF_JEQ | BPF_K
constexpr std::uint16_t kJumpIfAnyBit = 0x45;  // BPF_JMP | BPF_JSET | BPF_K
constexpr std::uint16_t kReturn = 0x06;        // BPF_RET | BPF_K
constexpr std::uint32_t kAllow = 0x7FFF0000;   // SECCOMP_RET_ALLOW
constexpr std::uint32_t kRefuse = 0x00050000 | ENOSYS;
constexpr std::uint32_t kKill = 0x80000000;  // SECCOMP_RET_KILL_PROCESS
// Of struct seccomp_data; of an argument the lower half.
constexpr std::uint32_t kNumberAt = 0;
constexpr std::uint32_t kArchitectureAt = 4;
constexpr std::uint32_t kArgumentsAt = 16;
static_assert(std::endian::native == std::endian::little);

constexpr unsigned kSetModeFilter = 1;  // SECCOMP_SET_MODE_FILTER
// SECCOMP_FILTER_FLAG_SPEC_ALLOW: kernels before 5.16 slow a filtered process down, against what it could guess of
// other code inside the same process; here is none.
constexpr unsigned kNoSlowdown = 4;

// Which column of the table this program was built for, told by the number of read(2), and what the kernel calls it.
constexpr std::size_t kMachine = SYS_read == 0 ? 0 : SYS_read == 63 ? 1 : 2;
constexpr std::uint32_t kArchitecture = std::array{0xC000003EU, 0xC00000B7U, 0x40000028U}[kMachine];

constexpr std::size_t rule_length(const ArgumentRule& rule) {
  if (rule.any()) return 0;
  return 1 + (rule.forbidden_bits != 0 ? 2U : 2U * rule.value_count);
}

constexpr std::size_t program_length() {
  std::size_t length = 4 + 1;
  for (const AllowedCall& call : kAllowedCalls) {
    if (call.numbers[kMachine] != syscall_table::kNone) length += 2 + rule_length(call.rule);
  }
  return length;
}

class Assembler {
 public:
  constexpr void put(std::uint16_t code, std::uint32_t operand, std::uint8_t jump_true = 0,
                     std::uint8_t jump_false = 0) {
    instructions_[length_++] = {code, jump_true, jump_false, operand};
  }

  // The argument stands in the accumulator after this: either way the filter has to end here.
  constexpr void put(const ArgumentRule& rule) {
    if (rule.any()) return;
    put(kLoad, kArgumentsAt + 8U * rule.index);
    if (rule.forbidden_bits != 0) put(kJumpIfAnyBit, rule.forbidden_bits, 1, 0);
  }

  constexpr void put(const AllowedCall& call) {
    const auto number = static_cast<std::uint32_t>(call.numbers[kMachine]);
    put(kJumpIfEqual, number, 0, static_cast<std::uint8_t>(1 + rule_length(call.rule)));
    put(call.rule);
    for (std::size_t i = 0; i < call.rule.value_count; ++i) {
      put(kJumpIfEqual, call.rule.values[i], 0, 1);
      put(kReturn, kAllow);
    }
    if (call.rule.value_count == 0) put(kReturn, kAllow);
    if (!call.rule.any()) put(kReturn, kRefuse);
  }

  constexpr const auto& instructions() const { return instructions_; }
  constexpr std::size_t length() const { return length_; }

 private:
  std::array<Instruction, program_length()> instructions_{};
  std::size_t length_ = 0;
};

// A call by another numbering (int 0x80 on x86_64, 32-bit ARM's on aarch64) is none that this program makes.
constexpr Assembler assemble() {
  Assembler program;
  program.put(kLoad, kArchitectureAt);
  program.put(kJumpIfEqual, kArchitecture, 1, 0);
  program.put(kReturn, kKill);
  program.put(kLoad, kNumberAt);
  for (const AllowedCall& call : kAllowedCalls) {
    if (call.numbers[kMachine] != syscall_table::kNone) program.put(call);
  }
  program.put(kReturn, kRefuse);
  return program;
}

constexpr Assembler kFilter = assemble();
static_assert(kFilter.length() == kFilter.instructions().size());

}  // namespace

base::Result<void> filter_system_calls() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return std::unexpected(base::Error::from_errno(errno, "give up new privileges"));
  }
  const Program program{static_cast<unsigned short>(kFilter.length()), kFilter.instructions().data()};
  if (::syscall(SYS_seccomp, kSetModeFilter, kNoSlowdown, &program) == 0) return {};
  if (::syscall(SYS_seccomp, kSetModeFilter, 0U, &program) == 0) return {};
  return std::unexpected(base::Error::from_errno(errno, "filter system calls"));
}

}  // namespace os
