// SPDX-License-Identifier: MIT
// What a box measured in the last minutes, at most kPoints points, as it is sent: read from the store and thinned while
// the peer takes it, a piece at a time.
//
// {"host":…,"minutes":60,"step_s":10,"from":…,"to":…,"series":["cpu_percent",…],"points":[[TIME,VALUE…],…]}: times are
// seconds since 1970; a value is [mean,min,max], or one number where they are the same, or null where nothing is known.
#pragma once

#include <chrono>

#include "base/json_writer.h"
#include "net/body_source.h"
#include "store/past.h"

namespace web {

class MetricsAnswer final : public net::BodySource {
 public:
  static constexpr unsigned kPoints = 600;

  struct Question {
    base::FixedString<255> host;
    std::chrono::minutes minutes{};
    std::chrono::seconds interval{};  // between two samples
    base::WallTime now{};
  };
  /// `past` outlives the answer.
  MetricsAnswer(store::Past& past, const Question& question);

  Fill fill(base::TextWriter& piece) override;

 private:
  void append_head(base::TextWriter& piece) const;
  bool read_some(base::TextWriter& piece, int most);
  void on_reading(const rules::Reading& reading);
  void append_point(const rules::Reading& point);

  store::Past& past_;
  const Question question_;
  rules::Thinning thinning_;
  store::Past::Wanted wanted_;
  base::TextWriter* piece_ = nullptr;  // while readings come
  bool begun_ = false;
  bool any_ = false;
};

}  // namespace web
