#include "http/transport/connection.h"

namespace linebook::http {
namespace {

constexpr std::size_t gathered_bytes = 256 * 1024;  // answers of one connection in one write
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

void Connection::turn_away() {
  if (channel_.is_tls()) return cut();
  intake_ = thread_->take_intake();
  request_begins();
  refuse({ErrorCode::overloaded, "too many connections", {}});
  settle();
}

void Connection::request_begins() {
  auto& request = intake_->reader.request();
  request.received = now_;
  request.client = peer_;
  request.over_tls = channel_.is_tls();
  deadline_ = now_ + limits().header_deadline;
}

/// Serves every request that lies in the buffer; the answers go out in one write.
void Connection::serve_received() {
  while (is_open_ && !is_closing_ && phase_ == Phase::reading && serve_step()) {
    if (gathered_ < limits().pipelined && thread_->outbox().size() < gathered_bytes) continue;
    flush();
    if (!unsent_.empty()) return;  // on_writable goes on from here
  }
  settle();
}

/// False when there is nothing to do before more bytes, or the answer, come.
bool Connection::serve_step() {
  switch (intake_->reader.next()) {
    case RequestReader::Step::need_more:
      if (intake_->reader.is_empty()) begin_idle();
      return false;
    case RequestReader::Step::head_complete:
      admit();
      return phase_ == Phase::reading && intake_;
    case RequestReader::Step::request_complete:
      dispatch();
      return phase_ == Phase::reading && intake_;
    case RequestReader::Step::failed:
      refuse(intake_->reader.error());
      return false;
  }
  return false;
}

void Connection::admit() {
  auto& reader = intake_->reader;
  service().proxies.identify(reader.request(), peer_);
  if (thread_->is_draining()) return refuse({ErrorCode::overloaded, "the service is shutting down", {}});
  ask_for_admission();
}

void Connection::ask_for_admission() {
  auto& reader = intake_->reader;
  std::optional<Response> refusal;
  bool has_thrown = false;
  is_dispatching_ = true;
  do {
    is_postponed_ = was_recalled_ = false;
    try {
      refusal = service().handler.admit(reader.request(), intake_->attachment, *this);
    } catch (std::exception const&) {
      has_thrown = true;
    }
  } while (was_recalled_ && !has_thrown);
  is_dispatching_ = false;
  if (is_postponed_ && !was_recalled_ && !was_abandoned_) {  // somebody holds the Recall
    phase_ = Phase::handling;
    deadline_ = SteadyClock::time_point::max();
    return;
  }
  if (has_thrown) {
    was_abandoned_ = false;
    return refuse({ErrorCode::internal_error, "internal error", {}});
  }
  if (was_abandoned_) return dispatched();
  if (!refusal) return admitted();
  auto const after = reader.skip_body() ? After::keep : After::close;
  respond(std::move(*refusal), after);
}

Recall Connection::postpone() {
  is_postponed_ = true;
  return Recall(shared_from_this());
}

void Connection::recall() {
  if (is_dispatching_here()) {
    was_recalled_ = true;
    return;
  }
  thread_->post([self = shared_from_this()] { self->recalled(); });
}

void Connection::recalled() {
  now_ = SteadyClock::now();
  phase_ = Phase::reading;
  if (!is_open_) return thread_->give_back(std::move(intake_));  // nobody is there to be answered
  ask_for_admission();
  if (unsent_.empty()) serve_received();
}

void Connection::admitted() {
  auto& reader = intake_->reader;
  bool const body_began = reader.has_following();
  reader.read_body();
  if (reader.at() != RequestReader::At::body) return;
  if (reader.framing().expects_continue && !body_began) outgoing() += continue_line;
  body_began_ = now_;
  deadline_ = now_ + limits().body_deadline;
}

void Connection::dispatch() {
  phase_ = Phase::handling;
  deadline_ = SteadyClock::time_point::max();
  is_dispatching_ = true;
  bool has_thrown = false;
  try {
    service().handler.handle(intake_->reader.request(), intake_->attachment.get(), Reply(shared_from_this()));
  } catch (std::exception const&) {
    has_thrown = true;  // its Reply is dropped by now, unless it was given away before
  }
  is_dispatching_ = false;
  if (has_thrown && std::exchange(was_abandoned_, false)) {
    phase_ = Phase::reading;
    return refuse({ErrorCode::internal_error, "internal error", {}});
  }
  dispatched();
}

void Connection::dispatched() {
  if (was_abandoned_) {
    phase_ = Phase::reading;
    flush();  // the answers to earlier requests
    return cut();
  }
  if (!intake_->answer) return;
  auto response = std::move(*intake_->answer);
  intake_->answer.reset();
  respond(std::move(response), After::keep);
}

void Connection::refuse(Error const& error) {
  respond(service().handler.refuse(intake_->reader.request(), intake_->attachment, error), After::close);
}

void Connection::respond(Response response, After after) {
  auto& reader = intake_->reader;
  if (response.stream && is_open_) return begin_stream(response);
  auto const& request = reader.request();
  auto const& framing = reader.framing();
  bool const drains = thread_->is_draining() && !reader.has_following();
  is_closing_ = after == After::close || response.close || !framing.keep_alive || drains;
  std::size_t bytes = 0;
  if (is_open_) {
    auto const persistence = is_closing_                                     ? Persistence::close
                             : framing.version == Framing::Version::http_1_0 ? Persistence::keep_alive
                                                                             : Persistence::implied;
    bytes = append_answer(outgoing(), response, thread_->date_line(), persistence,
                          request.method == "HEAD" ? BodyPart::left_out : BodyPart::sent);
    ++gathered_;
  }
  service().handler.answered(request, intake_->attachment.get(), response.status, bytes,
                             SteadyClock::now() - request.received);
  intake_->attachment.reset();
  phase_ = Phase::reading;
  if (is_closing_) return;
  reader.finish();
  if (!reader.is_empty()) request_begins();
}

void Connection::answer(Response response) {
  if (is_dispatching_here()) {
    intake_->answer = std::move(response);
    return;
  }
  thread_->post([self = shared_from_this(), late = std::move(response)]() mutable {
    self->late_answer(std::move(late));
  });
}

void Connection::abandon() {
  if (is_dispatching_here()) {
    was_abandoned_ = true;
    return;
  }
  thread_->post([self = shared_from_this()] {
    self->phase_ = Phase::reading;
    if (!self->is_open_) return self->thread_->give_back(std::move(self->intake_));
    self->flush();
    self->cut();
  });
}

void Connection::late_answer(Response response) {
  now_ = SteadyClock::now();
  respond(std::move(response), After::keep);
  if (!is_open_) {
    if (intake_) thread_->give_back(std::move(intake_));
    return;
  }
  if (phase_ != Phase::reading) return;
  if (unsent_.empty()) return serve_received();
}

}  // namespace linebook::http
