#include "http/transport/connection.h"

#include <algorithm>

namespace linebook::http {
namespace {

using namespace std::chrono_literals;
using Outcome = Transfer::Outcome;

constexpr auto body_rate_grace = 5s;  // a body may start slowly
constexpr auto linger_in_drain = 500ms;
constexpr std::size_t kept_outbox_bytes = 1 << 20;
constexpr auto no_deadline = SteadyClock::time_point::max();

}  // namespace

Connection::Connection(std::shared_ptr<IoThread> thread, Socket socket, Seat taken)
    : Resident(taken),
      thread_(std::move(thread)),
      channel_(std::move(socket), thread_->tls()),
      now_(SteadyClock::now()) {
  boost::system::error_code ignored;
  peer_ = unmapped(channel_.socket().remote_endpoint(ignored).address());
}

void Connection::begin() {
  if (seat == Seat::turned_away) return turn_away();
  if (channel_.is_tls()) {
    phase_ = Phase::handshaking;
    deadline_ = now_ + limits().header_deadline;
    return handshake();
  }
  begin_idle();
  await_readable();
}

void Connection::handshake() {
  switch (channel_.handshake().outcome) {
    case Outcome::done:
      phase_ = Phase::reading;
      begin_idle();
      return settle();
    case Outcome::wait_read:
      return await_readable();
    case Outcome::wait_write:
      return await_writable();
    case Outcome::closed:
      return cut();
  }
}

void Connection::begin_idle() {
  deadline_ = now_ + limits().idle;
  if (intake_) thread_->give_back(std::move(intake_));
}

void Connection::await_readable() {
  if (std::exchange(waits_to_read_, true)) return;
  channel_.socket().async_wait(Socket::wait_read,
                               [self = shared_from_this()](boost::system::error_code problem) {
                                 self->waits_to_read_ = false;
                                 self->on_readable(problem);
                               });
}

void Connection::await_writable() {
  if (std::exchange(waits_to_write_, true)) return;
  channel_.socket().async_wait(Socket::wait_write,
                               [self = shared_from_this()](boost::system::error_code problem) {
                                 self->waits_to_write_ = false;
                                 self->on_writable(problem);
                               });
}

void Connection::on_readable(boost::system::error_code problem) {
  if (!is_open_) return;
  if (problem) return cut();
  now_ = SteadyClock::now();
  if (phase_ == Phase::handshaking) return handshake();
  if (phase_ == Phase::lingering) return discard();
  // TLS may have to read before it can write on.
  if (!unsent_.empty()) {
    resume_writing();
    if (!is_open_ || phase_ != Phase::streaming) return;
  }
  if (phase_ == Phase::streaming) return on_streaming_client();
  if (phase_ == Phase::reading) receive();
}

void Connection::on_writable(boost::system::error_code problem) {
  if (!is_open_) return;
  if (problem) return cut();
  now_ = SteadyClock::now();
  if (phase_ == Phase::handshaking) return handshake();
  resume_writing();
}

void Connection::resume_writing() {
  flush();
  if (phase_ == Phase::streaming) return flow();
  if (is_open_ && unsent_.empty() && phase_ == Phase::reading && intake_) return serve_received();
  settle();
}

void Connection::receive() {
  if (!intake_) intake_ = thread_->take_intake();
  auto& reader = intake_->reader;
  bool const first = reader.is_empty();
  auto const transfer = channel_.read(reader.space());
  switch (transfer.outcome) {
    case Outcome::done:
      if (transfer.bytes == 0) return cut();
      reader.received(transfer.bytes);
      if (first) request_begins();
      return serve_received();
    case Outcome::wait_read:
      if (first) thread_->give_back(std::move(intake_));
      return await_readable();
    case Outcome::wait_write:
      return await_writable();
    case Outcome::closed:
      return cut();
  }
}

/// After every event: writes what has gathered and waits for what comes next.
void Connection::settle() {
  if (is_open_) flush();
  bool const waits_for_others =
      phase_ == Phase::handling || phase_ == Phase::streaming || phase_ == Phase::lingering;
  if (!is_open_ || !unsent_.empty() || waits_for_others) return;
  if (is_closing_) return linger();
  if (channel_.has_buffered()) {
    boost::asio::post(thread_->context(), [self = shared_from_this()] { self->on_readable({}); });
    return;
  }
  await_readable();
}

void Connection::flush() {
  gathered_ = 0;
  if (!unsent_.empty()) {
    auto rest = std::string_view(unsent_).substr(unsent_offset_);
    bool const all = write(rest);
    if (!is_open_) return;
    unsent_offset_ = unsent_.size() - rest.size();
    if (all) all_sent();
    return;
  }
  auto& outbox = thread_->outbox();
  if (outbox.empty()) return;
  std::string_view rest = outbox;
  if (!write(rest) && is_open_) {
    unsent_offset_ = outbox.size() - rest.size();
    unsent_ = std::move(outbox);
    sent_in_window_ = 0;
    deadline_ = now_ + limits().write_deadline;
  }
  outbox.clear();
  if (outbox.capacity() > kept_outbox_bytes) outbox = {};
}

/// The write deadline gives way to that of whatever the connection does next.
void Connection::all_sent() {
  unsent_ = {};
  unsent_offset_ = 0;
  if (phase_ == Phase::handling || phase_ == Phase::streaming) {
    deadline_ = no_deadline;
  } else if (!intake_) {
    begin_idle();
  } else {
    auto const reads_body = intake_->reader.at() == RequestReader::At::body;
    deadline_ = now_ + (reads_body ? limits().body_deadline : limits().header_deadline);
  }
}

/// True when all is written; else `bytes` keeps the rest and the wait is on, or the connection is closed.
bool Connection::write(std::string_view& bytes) {
  // A client must take at least the minimum rate: a byte now and then does not move the deadline.
  auto const window =
      limits().body_bytes_per_second * static_cast<std::size_t>(limits().write_deadline / 1ms) / 1000;
  while (!bytes.empty()) {
    auto const transfer = channel_.write(bytes);
    switch (transfer.outcome) {
      case Outcome::done:
        bytes.remove_prefix(transfer.bytes);
        sent_in_window_ += transfer.bytes;
        if (sent_in_window_ > window && !unsent_.empty()) {
          sent_in_window_ = 0;
          deadline_ = now_ + limits().write_deadline;
        }
        break;
      case Outcome::wait_read:
        await_readable();
        return false;
      case Outcome::wait_write:
        await_writable();
        return false;
      case Outcome::closed:
        cut();
        return false;
    }
  }
  return true;
}

/// Ends the sending side and drops what the client still sends, so that it reads the answer instead of a
/// reset (RFC 9112 section 9.6).
void Connection::linger() {
  phase_ = Phase::lingering;
  deadline_ =
      now_ + (thread_->is_draining() ? std::min(limits().linger, std::chrono::milliseconds(linger_in_drain))
                                     : limits().linger);
  linger_left_ = limits().linger_bytes;
  if (intake_) thread_->give_back(std::move(intake_));
  channel_.finish_sending();
  discard();
}

void Connection::discard() {
  for (;;) {
    auto const transfer = channel_.discard(thread_->scratch());
    if (transfer.outcome == Outcome::wait_read) return await_readable();
    if (transfer.outcome != Outcome::done || transfer.bytes == 0 || transfer.bytes >= linger_left_)
      return cut();
    linger_left_ -= transfer.bytes;
  }
}

void Connection::sweep(SteadyClock::time_point now) {
  now_ = now;
  if (now >= deadline_) {
    expire();
  } else if (phase_ == Phase::streaming) {
    flow();
  } else if (is_body_too_slow(now)) {
    refuse({ErrorCode::request_timeout, "the request body came too slowly", {}});
    settle();
  }
}

bool Connection::is_body_too_slow(SteadyClock::time_point now) const {
  if (phase_ != Phase::reading || !intake_ || !unsent_.empty() ||
      intake_->reader.at() != RequestReader::At::body) {
    return false;
  }
  auto const elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - body_began_);
  auto const due = limits().body_bytes_per_second * static_cast<std::size_t>(elapsed.count()) / 1000;
  return elapsed > body_rate_grace && intake_->reader.body_received() < due;
}

void Connection::expire() {
  bool const is_waiting_for_request = phase_ == Phase::reading && intake_ && !intake_->reader.is_empty();
  if (!is_waiting_for_request || !unsent_.empty() || is_closing_) return cut();
  refuse({ErrorCode::request_timeout, "the request took too long to arrive", {}});
  settle();
}

void Connection::drain() {
  now_ = SteadyClock::now();
  if (phase_ == Phase::handshaking) return cut();
  if (phase_ == Phase::lingering)
    deadline_ = std::min<SteadyClock::time_point>(deadline_, now_ + linger_in_drain);
  if (phase_ == Phase::streaming) return flow();
  if (!is_idle()) return;
  receive();  // a request may just have come in: it is told that the service drains
  if (is_open_ && is_idle()) cut();
}

void Connection::cut() {
  if (!is_open_) return;
  is_open_ = false;
  channel_.close();
  stream_.reset();
  unsent_ = {};
  thread_->outbox().clear();  // what is in it can only be ours
  // While a request is being handled its views and its attachment belong to the handler.
  if (phase_ != Phase::handling && intake_) thread_->give_back(std::move(intake_));
  auto const self = shared_from_this();
  thread_->leave(*this);
}

}  // namespace linebook::http
