#include "http/transport/io_thread.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <ctime>

#include "http/transport/connection.h"

namespace linebook::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t spare_intakes = 64;  // a busy thread needs about as many as one batch of events
constexpr std::size_t scratch_bytes = 64 * 1024;
constexpr auto tick_every = 1s;
constexpr auto longest_sweep = 250ms;

/// Fine enough for the shortest deadline, so that tests may use short ones.
std::chrono::milliseconds sweep_interval(Limits const& limits) {
  auto const shortest = std::min(
      {limits.header_deadline, limits.body_deadline, limits.idle, limits.write_deadline, limits.linger});
  return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, longest_sweep);
}

void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

thread_local IoThread* IoThread::current_ = nullptr;

IoThread::IoThread(Service& service)
    : service_(service), sweep_every_(sweep_interval(service.limits)), scratch_(scratch_bytes) {}

void IoThread::start() {
  thread_ = std::thread([self = shared_from_this()] { self->run(); });
}

void IoThread::run() {
  current_ = this;
  block_sigpipe();
  accept();
  arm_sweeper();
  context_.run();
  {
    std::lock_guard const lock(post_mutex_);
    finished_ = true;
  }
  context_.restart();
  context_.poll();  // what was posted between the two: late replies to connections that are gone
  spare_intakes_.clear();
  current_ = nullptr;
  finished_flag_ = true;
}

void IoThread::accept() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_accept(
      [this](boost::system::error_code problem, Socket socket) { accepted(problem, std::move(socket)); });
}

void IoThread::accepted(boost::system::error_code problem, Socket socket) {
  if (draining_ || problem == boost::asio::error::operation_aborted) return;
  if (!problem) {
    open(std::move(socket));
  } else if (problem != boost::asio::error::connection_aborted) {
    // Out of descriptors or memory: asking again at once would spin, so the next sweep asks.
    accept_paused_ = true;
    return;
  }
  accept();
}

std::optional<Resident::Seat> IoThread::find_seat() {
  auto& counters = service_.counters;
  counters.connections_accepted.fetch_add(1, std::memory_order_relaxed);
  if (counters.connections_open.fetch_add(1, std::memory_order_relaxed) < service_.limits.connections) {
    return Resident::Seat::served;
  }
  counters.connections_open.fetch_sub(1, std::memory_order_relaxed);
  counters.connections_refused.fetch_add(1, std::memory_order_relaxed);
  if (service_.being_turned_away.fetch_add(1, std::memory_order_relaxed) < service_.limits.refusals) {
    return Resident::Seat::turned_away;
  }
  service_.being_turned_away.fetch_sub(1, std::memory_order_relaxed);
  return {};
}

void IoThread::open(Socket socket) {
  auto const seat = find_seat();
  if (!seat) return;  // not even time for a refusal: the socket closes
  auto const connection = std::make_shared<Connection>(shared_from_this(), std::move(socket), *seat);
  residents_.push_back(*connection);
  connection->begin();
}

void IoThread::arm_sweeper() {
  sweeper_.expires_after(sweep_every_);
  sweeper_.async_wait([this](boost::system::error_code problem) {
    if (!problem) sweep();
  });
}

void IoThread::sweep() {
  auto const now = SteadyClock::now();
  last_round_.store(now, std::memory_order_relaxed);
  if (std::exchange(accept_paused_, false)) accept();
  for_each_resident([now](Resident& resident) { resident.sweep(now); });
  if (now >= next_tick_) {
    next_tick_ = now + tick_every;
    service_.handler.tick();
  }
  if (!draining_ || !residents_.empty()) arm_sweeper();
}

template <class Visit>
void IoThread::for_each_resident(Visit visit) {
  // A visit may close the resident visited or, in theory, any other: leave() steps over it.
  upcoming_ = residents_.begin();
  while (upcoming_ != residents_.end()) visit(*upcoming_++);
}

void IoThread::leave(Resident& resident) {
  auto const here = residents_.iterator_to(resident);
  if (upcoming_ == here) ++upcoming_;
  residents_.erase(here);
  bool const was_served = resident.seat == Resident::Seat::served;
  (was_served ? service_.counters.connections_open : service_.being_turned_away)
      .fetch_sub(1, std::memory_order_relaxed);
  if (draining_ && residents_.empty()) sweeper_.cancel();
}

void IoThread::begin_drain() {
  post([this] {
    draining_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for_each_resident([](Resident& resident) { resident.drain(); });
    service_.handler.draining();
    if (residents_.empty()) sweeper_.cancel();
  });
}

void IoThread::cut_all() {
  for_each_resident([](Resident& resident) { resident.cut(); });
}

void IoThread::cut_and_join() {
  post([this] { cut_all(); });
  if (thread_.joinable()) thread_.join();
}

std::string_view IoThread::date_line() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return date_line_.at(now.tv_sec);
}

std::unique_ptr<Intake> IoThread::take_intake() {
  if (spare_intakes_.empty()) return std::make_unique<Intake>(service_.limits);
  auto intake = std::move(spare_intakes_.back());
  spare_intakes_.pop_back();
  return intake;
}

void IoThread::give_back(std::unique_ptr<Intake> intake) {
  if (spare_intakes_.size() >= spare_intakes) return;
  intake->attachment.reset();
  intake->answer.reset();
  intake->reader.reset();
  spare_intakes_.push_back(std::move(intake));
}

}  // namespace linebook::http
