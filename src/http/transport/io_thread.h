// One I/O thread: its io_context, its acceptor, the connections that live on it, and one timer that sweeps
// over them (instead of a timer per request). Everything runs on that thread unless a comment says otherwise.
//
// Shared with the connections, because a Reply, which keeps its connection alive, may outlive the server.
#pragma once

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/transport/answer.h"
#include "http/transport/channel.h"
#include "http/transport/client_address.h"
#include "http/transport/request_reader.h"
#include "http/transport/server.h"

namespace linebook::http {

using SteadyClock = std::chrono::steady_clock;
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

/// What all I/O threads of a server share.
struct Service {
  Service(Limits bounds, TrustedProxies trusted, Handler& who)
      : limits(bounds), proxies(std::move(trusted)), handler(who) {}
  Limits const limits;
  TrustedProxies const proxies;
  Handler& handler;
  ServerCounters counters;
  std::atomic<std::uint64_t> being_turned_away{
      0};  // not among connections_open, or refusals would breed refusals
};

/// A connection as its thread sees it.
class Resident : public boost::intrusive::list_base_hook<> {
 public:
  enum class Seat { served, turned_away };
  explicit Resident(Seat taken) : seat(taken) {}
  Seat const seat;

  virtual void sweep(SteadyClock::time_point now) = 0;  // enforces deadlines
  virtual void drain() = 0;                             // closes what is idle
  virtual void cut() = 0;                               // closes at once

 protected:
  ~Resident() = default;
};

/// What a connection needs while a request is on its way, and gives back while it is idle.
struct Intake {
  explicit Intake(Limits const& limits) : reader(limits) {}
  RequestReader reader;
  std::unique_ptr<Attachment> attachment;
  std::optional<Response> answer;  // given by the handler before handle() returned
};

class IoThread final : public StreamThread, public std::enable_shared_from_this<IoThread> {
 public:
  explicit IoThread(Service& service);

  boost::asio::io_context& context() { return context_; }
  Service& service() { return service_; }

  // Before start(), from the starting thread.
  void listen(Acceptor acceptor) { acceptor_ = std::move(acceptor); }
  void use_tls(TlsContext context) { tls_ = std::move(context); }

  // From the server's thread.
  void start();
  void begin_drain();
  bool has_finished() const { return finished_flag_; }
  SteadyClock::time_point last_round() const { return last_round_.load(std::memory_order_relaxed); }
  void cut_and_join();

  /// Runs `task` on this thread soon; false, and `task` dropped, when the thread has ended. From any thread.
  template <class Task>
  bool post(Task&& task) {
    std::lock_guard const lock(post_mutex_);
    if (finished_) return false;
    boost::asio::post(context_, std::forward<Task>(task));
    return true;
  }
  bool post_task(std::move_only_function<void()> task) override { return post(std::move(task)); }
  /// Is the caller this I/O thread? From any thread.
  bool is_current() const { return current_ == this; }

  TlsContext const& tls() const { return tls_; }
  bool is_draining() const { return draining_; }
  std::string_view date_line();
  /// Answers gather here between reading and writing; empty whenever no connection is being served.
  std::string& outbox() { return outbox_; }
  std::span<char> scratch() { return scratch_; }  // for bytes that nobody will look at
  /// What a stream appends to before it is framed; empty whenever none is asked.
  std::string& stream_part() { return stream_part_; }

  std::unique_ptr<Intake> take_intake();
  void give_back(std::unique_ptr<Intake>);

  void leave(Resident&);

 private:
  void run();
  void accept();
  void accepted(boost::system::error_code, Socket);
  std::optional<Resident::Seat> find_seat();
  void open(Socket);
  void sweep();
  void arm_sweeper();
  void cut_all();
  template <class Visit>
  void for_each_resident(Visit);

  static thread_local IoThread* current_;

  Service& service_;
  boost::asio::io_context context_{1};
  Acceptor acceptor_{context_.get_executor()};
  boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, Executor> sweeper_{
      context_.get_executor()};
  std::chrono::milliseconds sweep_every_;
  SteadyClock::time_point next_tick_{};
  std::atomic<SteadyClock::time_point> last_round_{SteadyClock::time_point()};
  boost::intrusive::list<Resident> residents_;
  boost::intrusive::list<Resident>::iterator upcoming_ = residents_.end();  // of the walk that is going on
  std::vector<std::unique_ptr<Intake>> spare_intakes_;
  TlsContext tls_;
  DateLine date_line_;
  std::string outbox_;
  std::vector<char> scratch_;
  std::string stream_part_;
  bool accept_paused_ = false;
  bool draining_ = false;

  std::mutex post_mutex_;
  bool finished_ = false;  // guarded by post_mutex_
  std::atomic<bool> finished_flag_{false};
  std::thread thread_;
};

}  // namespace linebook::http
