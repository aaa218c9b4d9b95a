// An answer that goes on: asks its stream for what is to be sent whenever the client has taken all of it.
#include "http/transport/connection.h"

namespace linebook::http {
namespace {

constexpr std::size_t stream_room = 256 * 1024;  // of one stream in one write
constexpr std::size_t kept_stream_part = 512 * 1024;

}  // namespace

/// From here on the connection has no other request, and nothing of this one but its stream.
void Connection::begin_stream(Response& response) {
  auto& reader = intake_->reader;
  bool const is_head = reader.request().method == "HEAD";
  stream_framing_ = reader.framing().version == Framing::Version::http_1_0 ? StreamFraming::until_close
                                                                           : StreamFraming::chunks;
  append_stream_head(outgoing(), response, thread_->date_line(), stream_framing_);
  service().handler.answered(reader.request(), intake_->attachment.get(), response.status, 0,
                             SteadyClock::now() - reader.request().received);
  thread_->give_back(std::move(intake_));
  phase_ = Phase::streaming;
  deadline_ = SteadyClock::time_point::max();
  if (is_head) {
    is_closing_ = true;
    return flow();
  }
  stream_ = std::move(response.stream);
  is_pulling_ = true;
  stream_->begin(*this);
  is_pulling_ = false;
  flush();
  if (!is_open_) return;
  await_readable();  // the client may go
  flow();
}

/// Sends what the stream has, as far as the client takes it.
void Connection::flow() {
  if (!is_open_ || phase_ != Phase::streaming || is_pulling_) return;
  while (stream_ && pull()) {
    flush();
    if (!is_open_ || !unsent_.empty()) return;
  }
  if (is_open_) flush();
  if (is_open_ && is_closing_ && unsent_.empty()) linger();
}

/// Asks the stream once. True: it has more.
bool Connection::pull() {
  auto& part = thread_->stream_part();
  part.clear();
  is_pulling_ = true;
  auto const said = stream_->pull(part, {.room = unsent_.empty() ? stream_room : 0,
                                         .now = now_ = SteadyClock::now(),
                                         .draining = thread_->is_draining()});
  is_pulling_ = false;
  if (said == BodyStream::Flow::cut_off && !unsent_.empty()) {
    cut();
    return false;
  }
  if (!part.empty()) append_stream_part(outgoing(), part, stream_framing_);
  if (part.capacity() > kept_stream_part) part = {};
  if (said == BodyStream::Flow::more && unsent_.empty()) return true;
  if (said == BodyStream::Flow::ended || said == BodyStream::Flow::cut_off) end_stream();
  return false;
}

void Connection::end_stream() {
  append_stream_end(outgoing(), stream_framing_);
  stream_.reset();
  is_closing_ = true;
}

/// Whatever the client still sends is nothing that it could be answered.
void Connection::on_streaming_client() {
  std::size_t dropped = 0;
  for (;;) {
    auto const transfer = channel_.read(thread_->scratch());
    if (transfer.outcome == Transfer::Outcome::wait_read) return await_readable();
    if (transfer.outcome != Transfer::Outcome::done || transfer.bytes == 0) return cut();
    dropped += transfer.bytes;
    if (dropped > limits().linger_bytes) return cut();
  }
}

}  // namespace linebook::http
