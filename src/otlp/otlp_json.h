// Spans as OTLP has them in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "app/ports/tracing.h"

namespace linebook {

/// What the spans are of: one process.
struct TraceResource {
  std::string version;
  std::string instance;  // tells the nodes of an installation apart
};

/// An ExportTraceServiceRequest. `epoch`: when TraceClock began, by the system's clock.
std::string spans_as_otlp_json(TraceResource const&, std::span<Span const>,
                               std::chrono::system_clock::duration epoch);

/// What lies between the two clocks now.
std::chrono::system_clock::duration trace_clock_epoch();

}  // namespace linebook
