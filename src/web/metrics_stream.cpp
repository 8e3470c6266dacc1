// SPDX-License-Identifier: MIT
#include "web/metrics_stream.h"

#include "web/sample_json.h"

namespace web {

namespace {

constexpr std::string_view kNames[] = {"containers", "services", "commands", "instances", "healing", "alerts"};

}  // namespace

MetricsStream::Revisions MetricsStream::revisions() const {
  const Lists lists = view_.lists();
  return {lists.containers.status().revision, lists.services.status().revision, lists.commands.status().revision,
          lists.instances.status().revision,  lists.healing.status().revision,  lists.channels.status().revision};
}

void MetricsStream::on_sample() {
  told_ = revisions();
  sample_ = ++newest_;
}

bool MetricsStream::look() {
  const Revisions now = revisions();
  if (now == told_) return false;
  told_ = now;
  ++newest_;
  return true;
}

bool MetricsStream::next(std::uint64_t& position, base::TextWriter& out) {
  if (position >= newest_) return false;
  const rules::Sample* const sample = view_.status().newest;
  const bool with_sample = position < sample_ && sample != nullptr;
  out.append(with_sample ? "event: metrics\ndata: " : "event: lists\ndata: ");
  base::JsonWriter json(out);
  json.begin_object();
  if (with_sample) append_sample(json.key("sample"), *sample);
  json.begin_object("revisions");
  for (std::size_t i = 0; i < kLists; ++i) json.integer(kNames[i], static_cast<std::int64_t>(told_[i]));
  json.end_object().end_object();
  out.append("\n\n");
  position = newest_;
  return true;
}

}  // namespace web
