// SPDX-License-Identifier: MIT
#include "rules/network_text.h"

namespace rules {
namespace {

void write_degraded(const PingRecord& pings, std::string_view what, base::TextWriter& out) {
  const auto loss = static_cast<double>(pings.loss_percent().value_or(0));
  out.append(what);
  if (loss > 0) out.appendf(" loses %.0f %% of the packets", loss);
  if (loss > 0 && pings.latency_ms()) out.append(" and");
  if (pings.latency_ms()) out.appendf(" takes %.0f ms", static_cast<double>(*pings.latency_ms()));
}

void write_gateway(const NetworkPath& path, base::TextWriter& out) {
  if (!path.has_default_route) {
    out.append("There is no default route");
    return;
  }
  out.append("The gateway");
  if (path.gateway) out.append(" ").append(path.gateway->text());
  out.append(" does not answer");
}

}  // namespace

void write_network_problem(const NetworkWatch& watch, NetworkWatch::State state, NetworkLayer layer, std::size_t target,
                           std::string_view target_name, base::TextWriter& out) {
  if (state == NetworkWatch::State::kDegraded) {
    return write_degraded(watch.pings(target), layer == NetworkLayer::kGateway ? "The gateway" : target_name, out);
  }
  switch (layer) {
    case NetworkLayer::kLink:
      out.append("The link of ").append(watch.path().interface).append(" is down");
      break;
    case NetworkLayer::kAddress:
      out.append(watch.path().interface).append(" has no address");
      break;
    case NetworkLayer::kGateway:
      write_gateway(watch.path(), out);
      break;
    case NetworkLayer::kDns:
      out.append("No DNS server answers");
      break;
    case NetworkLayer::kInternet:
      out.append("The internet does not answer");
      break;
  }
}

}  // namespace rules
