// One client connection: reads requests in order, has one handled at a time, writes the answers, keeps the
// deadlines.
//
//   handshaking → reading ⇄ handling → streaming → lingering → closed
//
// (handling: the request is with the handler, which admits it or makes its answer; streaming: the answer is
// one that goes on, the connection's last.)
//
// Lives on one IoThread; only answer(), recall() and abandon() may be called from elsewhere. Kept alive by
// its pending waits and by the Reply or Recall of the request being handled, so it may outlive its socket.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "http/transport/io_thread.h"

namespace linebook::http {

class Connection final : public Reply::Sink,
                         public Recall::Sink,
                         public Postponement,
                         public StreamOutlet,
                         public Resident,
                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<IoThread>, Socket, Seat);
  ~Connection() = default;

  void begin();

  void answer(Response) override;
  Recall postpone() override;
  void recall() override;
  void abandon() override;

  void flow() override;
  std::shared_ptr<StreamThread> thread() const override { return thread_; }

  void sweep(SteadyClock::time_point now) override;
  void drain() override;
  void cut() override;

 private:
  enum class Phase { handshaking, reading, handling, streaming, lingering };
  enum class After { keep, close };

  // connection.cc: the socket
  void handshake();
  void receive();
  void settle();
  void await_readable();
  void await_writable();
  void on_readable(boost::system::error_code);
  void on_writable(boost::system::error_code);
  void resume_writing();
  void flush();
  bool write(std::string_view& bytes);
  void linger();
  void discard();
  void expire();
  bool is_body_too_slow(SteadyClock::time_point now) const;
  void begin_idle();
  void all_sent();

  // connection_stream.cc: an answer that goes on
  void begin_stream(Response&);
  bool pull();
  void end_stream();
  void on_streaming_client();

  // connection_requests.cc: what is read and answered
  void serve_received();
  bool serve_step();
  void request_begins();
  /// One connection too many: answers 503 without waiting for a request, and closes. Over TLS it only closes,
  /// since the answer would cost a handshake.
  void turn_away();
  void admit();
  void ask_for_admission();
  void recalled();
  void admitted();
  void dispatch();
  void dispatched();
  void refuse(Error const&);
  void respond(Response, After);
  void late_answer(Response);
  std::string& outgoing() { return unsent_.empty() ? thread_->outbox() : unsent_; }
  Service& service() const { return thread_->service(); }
  Limits const& limits() const { return service().limits; }
  bool is_dispatching_here() const { return thread_->is_current() && is_dispatching_; }
  bool is_idle() const { return phase_ == Phase::reading && !intake_ && unsent_.empty(); }

  std::shared_ptr<IoThread> thread_;  // first, so that it outlives the socket
  Channel channel_;
  boost::asio::ip::address peer_;
  std::unique_ptr<Intake> intake_;      // only while a request is being read or handled
  std::unique_ptr<BodyStream> stream_;  // the body of the answer that is being streamed
  std::string unsent_;                  // what the socket did not take yet
  std::size_t unsent_offset_ = 0;
  std::size_t sent_in_window_ = 0;  // since the write deadline was last set
  std::size_t linger_left_ = 0;     // bytes still to be dropped before the connection is cut
  SteadyClock::time_point deadline_;
  SteadyClock::time_point body_began_;
  SteadyClock::time_point now_;  // when the event being served came in
  std::uint32_t gathered_ = 0;   // answers in the outbox
  Phase phase_ = Phase::reading;
  StreamFraming stream_framing_ = StreamFraming::chunks;
  bool is_open_ = true;
  bool is_closing_ = false;      // once everything is sent
  bool is_dispatching_ = false;  // inside Handler::admit or handle
  bool is_pulling_ = false;      // inside BodyStream::pull or begin
  bool is_postponed_ = false;    // by the admit that runs, or ran last
  bool was_recalled_ = false;    // before that admit returned
  bool was_abandoned_ = false;
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
};

}  // namespace linebook::http
