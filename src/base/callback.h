// SPDX-License-Identifier: MIT
// A call to a member function of an object that outlives it: two pointers, no allocation.
#pragma once

namespace base {

template <class... Args>
class Callback {
 public:
  constexpr Callback() = default;

  /// Callback<int>::to<&Owner::on_value>(*this)
  template <auto Method, class Owner>
  static constexpr Callback to(Owner& owner) {
    return Callback([](void* self, Args... args) { (static_cast<Owner*>(self)->*Method)(args...); }, &owner);
  }

  constexpr explicit operator bool() const { return function_ != nullptr; }
  void operator()(Args... args) const { function_(owner_, args...); }

 private:
  using Function = void (*)(void*, Args...);
  constexpr Callback(Function function, void* owner) : function_(function), owner_(owner) {}

  Function function_ = nullptr;
  void* owner_ = nullptr;
};

}  // namespace base
