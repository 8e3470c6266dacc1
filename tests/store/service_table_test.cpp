// SPDX-License-Identifier: MIT
#include "store/service_table.h"

#include "history_box.h"
#include "store/service_log.h"

using namespace history_box;
using Strings = std::vector<std::string>;

namespace {

rules::Unit unit(std::string_view name, std::string_view active, std::string_view sub) {
  rules::Unit made;
  made.name = name;
  made.active_state = active;
  made.sub_state = sub;
  made.type = "simple";
  made.file_state = "enabled";
  made.watched = true;
  return made;
}

struct ServicesBox : Box {
  ServicesBox() { REQUIRE(history.open(options)); }
  void write(const rules::Unit& one) {
    REQUIRE(store::write_service_status(shared.sqlite(), one, clock.wall_now(), "tidepool"));
    clock.advance(1s);
  }
  void on_name(std::string_view name) { names.emplace_back(name); }
  Strings failing() {
    names.clear();
    REQUIRE(store::read_services_failing(shared.sqlite(),
                                         base::Callback<std::string_view>::to<&ServicesBox::on_name>(*this)));
    return names;
  }
  void on_row(const store::ServiceLogRow& row) {
    names.push_back(std::string(row.state) + " " + std::string(row.raw_status) + " " + std::string(row.sub_state));
    last = row.id;
  }
  Strings log(std::string_view service, std::int64_t before, int most) {
    names.clear();
    REQUIRE(store::ServiceLog(shared).read(service, before, most,
                                           store::ServiceLog::Take::to<&ServicesBox::on_row>(*this)));
    return names;
  }
  Strings names;
  std::int64_t last = 0;
};

}  // namespace

TEST_CASE("service_status has the columns that people query, in systemd's words and in ours") {
  ServicesBox box;
  CHECK(Reader(box.database()).rows("SELECT name FROM pragma_table_info('service_status')", 1) ==
        Strings{"id", "timestamp", "hostname", "os_platform", "service_name", "raw_status", "normalized_status",
                "sub_state", "service_type", "unit_file_state", "recoverable", "ts_epoch"});
  box.write(unit("ssh.service", "activating", "auto-restart"));
  rules::Unit job = unit("backup.service", "failed", "failed");
  job.type = "oneshot";
  box.write(job);
  CHECK(Reader(box.database())
            .rows("SELECT hostname, os_platform, service_name, raw_status, normalized_status, sub_state, service_type,"
                  " unit_file_state, recoverable, ts_epoch = CAST(strftime('%s', timestamp) AS INTEGER)"
                  " FROM service_status ORDER BY id",
                  10) == Strings{"tidepool|Linux|ssh.service|activating|running|auto-restart|simple|enabled|1|1",
                                 "tidepool|Linux|backup.service|failed|failed|failed|oneshot|enabled|0|1"});
}

TEST_CASE("those that people know as failing are kept for the next run") {
  ServicesBox box;
  CHECK(box.failing().empty());
  for (const char* name : {"b.service", "a.service", "b.service"}) {
    REQUIRE(store::write_service_failing(box.shared.sqlite(), name, true));
  }
  CHECK(box.failing() == Strings{"a.service", "b.service"});
  REQUIRE(store::write_service_failing(box.shared.sqlite(), "a.service", false));
  CHECK(box.failing() == Strings{"b.service"});
  REQUIRE(store::clear_services_failing(box.shared.sqlite()));
  CHECK(box.failing().empty());
}

TEST_CASE("the past of one service, newest first, in parts") {
  ServicesBox box;
  box.write(unit("ssh.service", "active", "running"));
  box.write(unit("web.service", "active", "running"));
  box.write(unit("ssh.service", "failed", "failed"));
  box.write(unit("ssh.service", "inactive", "dead"));
  CHECK(box.log("ssh.service", INT64_MAX, 2) == Strings{"stopped inactive dead", "failed failed failed"});
  CHECK(box.log("ssh.service", box.last, 2) == Strings{"running active running"});
  CHECK(box.log("none.service", INT64_MAX, 2).empty());
}

TEST_CASE("rows past their age go with the upkeep") {
  ServicesBox box;
  const auto rows = [&box] { return Reader(box.database()).number("SELECT count(*) FROM service_status"); };
  for (int i = 0; i < 450; ++i) box.write(unit("ssh.service", "active", "running"));
  CHECK(rows() == 450);
  box.cycles(2);
  box.clock.advance(8 * 24h);
  box.write(unit("ssh.service", "active", "running"));
  box.cycles(2);
  box.clock.advance(1h);
  box.cycles(2);
  CHECK(rows() == 1);
}
