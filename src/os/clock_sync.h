// SPDX-License-Identifier: MIT
// Whether the kernel was told that its clock is right.
#pragma once

namespace os {

/// False: STA_UNSYNC is set, as it is from the start until an NTP client has set the clock, and for ever on boxes whose
/// client does not tell. True when the kernel does not say. Source: adjtimex(2).
bool read_clock_synchronized();

}  // namespace os
