// SPDX-License-Identifier: MIT
// What people read of the box itself: a problem as a sentence, as the dashboard shows it, and as the text of an alert.
// Pure.
#pragma once

#include "base/text_writer.h"
#include "rules/host_watch.h"

namespace rules {

/// "CPU", "/mnt": what it is about, for a list.
std::string_view host_subject(const HostWatch::Problem& problem);

/// "CPU is 93 % busy": how it is now, without a full stop; well or not.
void write_host_state(const HostWatch::Problem& problem, bool gone, unsigned cores, base::TextWriter& out);

/// What a person can do about it; empty: nothing that could be said in general.
std::string_view host_advice(HostSensor sensor);

/// The text of an alert, in lines "Label: value". `now`: for how long it lasted.
void write_host_news(const HostWatch::News& news, std::string_view host_name, unsigned cores, base::SteadyTime now,
                     base::TextWriter& out);

}  // namespace rules
