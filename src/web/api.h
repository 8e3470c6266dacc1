// SPDX-License-Identifier: MIT
// The handlers of /api/*: what is asked for is taken from the address, what is answered comes from the view.
#pragma once

#include "web/route.h"

namespace web {

void get_summary(Context& context, net::HttpResponse& response);
void get_hosts(Context& context, net::HttpResponse& response);
/// ?minutes=, 5 to 129600.
void get_metrics(Context& context, net::HttpResponse& response);
void get_containers(Context& context, net::HttpResponse& response);
/// ?host=&state=&kind=&name=, of which a name is a part, as of the same for a spreadsheet.
void get_services(Context& context, net::HttpResponse& response);
void get_services_csv(Context& context, net::HttpResponse& response);
/// ?since_minutes=&limit=, the newest first.
void get_service_history(Context& context, net::HttpResponse& response);
void get_service_history_csv(Context& context, net::HttpResponse& response);
void get_host_services(Context& context, net::HttpResponse& response);
void get_commands(Context& context, net::HttpResponse& response);
void get_instances(Context& context, net::HttpResponse& response);
void get_healing(Context& context, net::HttpResponse& response);
/// ?severity=&host=&since_minutes=&limit=&offset=
void get_alerts(Context& context, net::HttpResponse& response);
void get_alerts_csv(Context& context, net::HttpResponse& response);
void get_network_latest(Context& context, net::HttpResponse& response);
void get_network_series(Context& context, net::HttpResponse& response);
void get_network_targets(Context& context, net::HttpResponse& response);
/// The alerts about the network, with the parameters of get_alerts().
void get_network_events(Context& context, net::HttpResponse& response);
/// ?host=
void get_smart(Context& context, net::HttpResponse& response);

void follow_metrics(Context& context, net::HttpResponse& response);
/// Goes on behind Last-Event-ID, or ?last_id=.
void follow_alerts(Context& context, net::HttpResponse& response);

/// The dashboard and what it is made of.
void get_dashboard(Context& context, net::HttpResponse& response);
void get_dashboard_style(Context& context, net::HttpResponse& response);
void get_dashboard_script(Context& context, net::HttpResponse& response);

}  // namespace web
