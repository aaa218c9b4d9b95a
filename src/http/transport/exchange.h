// One HTTP request and its answer, as the transport hands them to whoever handles them.
// The transport (server.h) speaks HTTP/1.1: sockets, TLS, limits, deadlines, pipelining. It knows no route.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace linebook::http {

/// A request as received. Views point into the connection's buffers and live until the request was answered.
struct Request {
  std::string_view method;  // "GET"; as sent, case kept
  std::string_view target;  // origin form, as sent: "/a/b?c=d"
  std::string_view path;    // "/a/b", still percent-encoded
  std::string_view query;   // "c=d", still percent-encoded; empty without "?"
  std::vector<std::pair<std::string_view, std::string_view>> headers;  // names as sent
  std::string_view body;                        // complete once Handler::handle is called
  std::optional<std::uint64_t> content_length;  // as declared; nothing when chunked or absent
  bool chunked = false;
  boost::asio::ip::address client;                 // the peer, or what a trusted proxy says of it
  bool over_tls = false;                           // to us, or to the trusted proxy (X-Forwarded-Proto)
  std::chrono::steady_clock::time_point received;  // when its first byte was parsed

  /// The header's value, nothing when absent. Names compare without case. The first of several.
  std::optional<std::string_view> header(std::string_view name) const;
};

/// The I/O thread of a connection.
class StreamThread {
 public:
  /// Runs a task on the thread soon; false, and the task dropped, when it has ended. Any thread.
  virtual bool post_task(std::move_only_function<void()>) = 0;

 protected:
  ~StreamThread() = default;
};

/// The connection that a stream writes to, on the I/O thread that it lives on.
class StreamOutlet {
 public:
  /// There is something to be sent: the stream is asked for it, as far as the client takes it. May end the
  /// connection, and the stream with it. On the I/O thread, but not from within the stream's own members.
  virtual void flow() = 0;
  virtual std::shared_ptr<StreamThread> thread() const = 0;

 protected:
  ~StreamOutlet() = default;
};

/// A body that goes on being written. Belongs to its connection; every member is called on its I/O thread.
class BodyStream {
 public:
  virtual ~BodyStream() = default;

  /// The head is on its way. The outlet outlives the stream.
  virtual void begin(StreamOutlet&) = 0;

  struct Ask {
    std::size_t room;  // about how many bytes are taken; 0: the client has not taken what it was sent
    std::chrono::steady_clock::time_point now;
    bool draining;  // the service ends: the stream is to say goodbye
  };
  enum class Flow {
    waiting,  // for the outlet's flow(), or for the next time it is asked
    more,     // there is more than there was room for
    ended,    // this was the last of it
    cut_off,  // likewise, and what the client has not taken is not for it any more
  };
  /// Appends what is to be sent. Asked whenever the client has taken all, and a few times a second.
  virtual Flow pull(std::string& out, Ask const&) = 0;
};

/// An answer. The transport adds Date, Content-Length and Connection, and leaves the body out for HEAD, 204
/// and 304.
struct Response {
  int status = 200;
  std::string head = {};  // ready-made header lines, each "Name: value\r\n", Content-Type among them
  std::string body = {};
  bool close = false;                            // close the connection after this answer
  std::unique_ptr<BodyStream> stream = nullptr;  // the body, instead of `body`; ends with the connection
};

/// The right, and the duty, to answer one request. Movable between threads; call it once, on any thread.
/// Dropped without a call it closes the connection. While it lives so does the connection.
class Reply {
 public:
  class Sink {
   public:
    virtual void answer(Response) = 0;
    virtual void abandon() = 0;

   protected:
    ~Sink() = default;
  };

  Reply() = default;
  explicit Reply(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&& other) noexcept {
    if (this != &other) {
      drop();
      sink_ = std::move(other.sink_);
    }
    return *this;
  }
  ~Reply() { drop(); }

  void operator()(Response response) {
    if (auto sink = std::move(sink_)) sink->answer(std::move(response));
  }

 private:
  void drop() {
    if (auto sink = std::move(sink_)) sink->abandon();
  }
  std::shared_ptr<Sink> sink_;
};

/// The duty to have a request admitted after all, by asking Handler::admit once more. Movable between
/// threads; call it once, on any thread. Dropped without a call it closes the connection. While it lives so
/// does the connection.
class Recall {
 public:
  class Sink {
   public:
    virtual void recall() = 0;
    virtual void abandon() = 0;

   protected:
    ~Sink() = default;
  };

  explicit Recall(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  Recall(Recall&&) = default;
  Recall& operator=(Recall&&) = delete;
  ~Recall() {
    if (auto sink = std::move(sink_)) sink->abandon();
  }

  void operator()() {
    if (auto sink = std::move(sink_)) sink->recall();
  }

 private:
  std::shared_ptr<Sink> sink_;
};

/// Lets Handler::admit put its answer off.
class Postponement {
 public:
  /// What admit returns is then passed over. Once each time that it is asked.
  virtual Recall postpone() = 0;

 protected:
  ~Postponement() = default;
};

/// Per-request state that a Handler keeps between admit, handle and answered (route, key, request id, …).
struct Attachment {
  virtual ~Attachment() = default;
};

/// Who answers. All calls for one connection come from that connection's I/O thread; a server has several.
class Handler {
 public:
  virtual ~Handler() = default;

  /// The header is complete, the body not yet read. A Response refuses the request (the body is then not
  /// waited for; the connection closes where unread body would follow); nothing lets it go on to handle().
  /// `attachment` is whatever the handler wants to keep with this request. A handler that has to wait for
  /// what it decides on postpones: nothing more is read meanwhile, no deadline runs, and once it recalls the
  /// request it is asked again, with the same attachment.
  virtual std::optional<Response> admit(Request const&, std::unique_ptr<Attachment>& attachment,
                                        Postponement&) = 0;

  /// The request is complete. Reply may be called before this returns or later, from any thread.
  virtual void handle(Request const&, Attachment*, Reply) = 0;

  /// The transport itself refuses: not HTTP (invalid_request), too slow (request_timeout), header_too_large,
  /// payload_too_large (a chunked body that grew past the limit), overloaded (drain, too many connections),
  /// internal_error (admit or handle threw).
  /// `request` holds what is known so far and may be empty; so is `attachment` where admit was not called,
  /// and it may be set here for answered().
  virtual Response refuse(Request const&, std::unique_ptr<Attachment>& attachment, Error const&) = 0;

  /// An answer was handed to the socket, refusals among them. `bytes` of body; 0 also when the client had
  /// gone while the request was handled. Not called for a Reply that was dropped. For logs, metrics and
  /// request history.
  virtual void answered(Request const&, Attachment*, int status, std::size_t bytes,
                        std::chrono::steady_clock::duration took) = 0;

  /// About once a second on each I/O thread, for whatever wants to let go when idle.
  virtual void tick() {}

  /// On each I/O thread once the service begins to end: whoever waits for something to happen is to be
  /// answered.
  virtual void draining() {}
};

}  // namespace linebook::http
