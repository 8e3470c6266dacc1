// SPDX-License-Identifier: MIT
// Whether the data folder can be used, before anything is put into it. Looks only; makes and changes nothing.
#pragma once

#include <string>

namespace app {

/// What keeps this user from writing into `data_dir`, or from making it where it is missing, and what to do: a sentence
/// or two. Empty when nothing does.
std::string find_data_dir_problem(const std::string& data_dir);

}  // namespace app
