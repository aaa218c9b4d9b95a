#include "app/ports/tracing.h"

#include <cmath>
#include <random>

namespace linebook {

std::uint64_t random_trace_bits() {
  thread_local std::mt19937_64 bits{[] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }()};
  for (;;)
    if (auto const value = bits()) return value;
}

void OpenSpan::open(TracePlace const& above, SpanKind kind, std::string_view name,
                    TraceClock::time_point started) {
  under_way_ = std::make_unique<UnderWay>();
  under_way_->recorder = above.recorder;
  auto& span = under_way_->span;
  span.name = name;
  span.kind = kind;
  span.context = above.context;
  span.context.span = random_trace_bits();
  span.parent = above.context.span;
  span.started = started;
}

void OpenSpan::record() {
  auto const ended = std::move(under_way_);
  ended->span.ended = TraceClock::now();
  ended->recorder->take(std::move(ended->span));
}

Tracer::Tracer(TraceRecorder& recorder, double ratio)
    : recorder_(&recorder), threshold_(static_cast<std::uint64_t>(std::ldexp(ratio, 63))) {
  order_.resize(remembered_requests);
}

Tracer& Tracer::off() {
  static Tracer none;
  return none;
}

bool Tracer::is_chosen() const { return random_trace_bits() >> 1 < threshold_; }

OpenSpan Tracer::open(SpanKind kind, std::string_view name, std::optional<TraceContext> const& caller,
                      TraceClock::time_point started) {
  if (recorder_ == nullptr) return {};
  if (caller) return OpenSpan({caller->sampled ? recorder_ : nullptr, *caller}, kind, name, started);
  if (!is_chosen()) return {};
  return OpenSpan({recorder_, {random_trace_bits(), random_trace_bits(), 0, true}}, kind, name, started);
}

namespace {

std::string remembered_key(TracedRequest const& request) {
  return std::to_string(request.account.value) + "/" + std::string(request.id);
}

}  // namespace

void Tracer::remember(TracedRequest const& request, TracePlace const& place) {
  if (recorder_ == nullptr || !place.context) return;
  std::scoped_lock const lock(mutex_);
  auto const [at, is_new] = remembered_.insert_or_assign(remembered_key(request), place);
  if (!is_new) return;
  auto& oldest = order_[next_];
  if (!oldest.empty()) remembered_.erase(oldest);
  oldest = at->first;
  next_ = (next_ + 1) % order_.size();
}

OpenSpan Tracer::open_for_request(SpanKind kind, std::string_view name, TracedRequest const& request,
                                  std::string& told) {
  told.clear();
  if (recorder_ == nullptr) return {};
  std::optional<TracePlace> asked_by;
  {
    std::scoped_lock const lock(mutex_);
    if (auto const at = remembered_.find(remembered_key(request)); at != remembered_.end())
      asked_by = at->second;
  }
  auto span = asked_by ? OpenSpan(*asked_by, kind, name) : open(kind, name, std::nullopt);
  if (span.is_recorded())
    told = traceparent_of(span.place().context);
  else if (asked_by)
    told = traceparent_of(asked_by->context);
  return span;
}

}  // namespace linebook
