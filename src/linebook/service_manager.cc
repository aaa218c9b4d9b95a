#include "linebook/service_manager.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>

namespace linebook {
namespace {

constexpr std::string_view metrics_socket_name = "metrics";

std::unexpected<Error> unusable(std::string_view name, std::string_view why) {
  return fail(ErrorCode::validation_error,
              fmt::format("cannot serve on the socket '{}' that was handed over: {}", name, why));
}

/// "[::]:443", "127.0.0.1:80"; nothing where the socket's address is no IP address.
std::optional<std::string> address_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    auto const& v4 = reinterpret_cast<sockaddr_in const&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(v4.sin_port));
  }
  if (address.ss_family != AF_INET6) return std::nullopt;
  auto const& v6 = reinterpret_cast<sockaddr_in6 const&>(address);
  ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  return fmt::format("[{}]:{}", text, ntohs(v6.sin6_port));
}

Result<void> take_one(HandedSockets& taken, int fd, std::string_view name) {
  if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
    return unusable(name, "it is no stream socket that listens (ListenStream= makes one; Accept=no)");
  auto address = address_of(fd);
  if (!address) return unusable(name, "it is not one of TCP (ListenStream=443, or ADDRESS:PORT)");
  auto& place = name == metrics_socket_name ? taken.metrics : taken.api;
  if (place)
    return unusable(
        name, "there is one already (" + place->address +
                  "): one ListenStream=[::]:PORT with BindIPv6Only=both takes IPv4 and IPv6, and metrics "
                  "have a socket unit of their own with FileDescriptorName=metrics");
  place = HandedSocket{fd, std::move(*address)};
  return {};
}

struct FreeNames {
  void operator()(char** names) const {
    if (names == nullptr) return;
    for (char** name = names; *name != nullptr; ++name) std::free(*name);
    std::free(names);
  }
};

/// What a WriteJob that changes nothing was answered.
struct WriterProbe {
  std::mutex mutex;
  std::condition_variable answered;
  bool is_answered = false;
  std::optional<ErrorCode> error;
};

class ProbeJob final : public WriteJob {
 public:
  explicit ProbeJob(std::shared_ptr<WriterProbe> probe) : probe_(std::move(probe)) {}
  void run(Transaction&) override {}
  void done(std::optional<Error> error) override {
    std::lock_guard const lock(probe_->mutex);
    probe_->is_answered = true;
    if (error) probe_->error = error->code;
    probe_->answered.notify_all();
  }

 private:
  std::shared_ptr<WriterProbe> probe_;
};

}  // namespace

Result<HandedSockets> HandedSockets::take() {
  char** names = nullptr;
  int const count = sd_listen_fds_with_names(1, &names);
  std::unique_ptr<char*, FreeNames> const owner(names);
  if (count < 0)
    return fail(ErrorCode::validation_error,
                fmt::format("LISTEN_FDS and LISTEN_FDNAMES cannot be understood: {}", std::strerror(-count)));
  HandedSockets taken;
  for (int i = 0; i < count; ++i)
    if (auto ok = take_one(taken, SD_LISTEN_FDS_START + i, names[i]); !ok) return fail(ok.error());
  return taken;
}

void tell_ready(std::string_view status) { sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str()); }

void tell_reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  auto const microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
  sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds).c_str());
}

void tell_stopping() { sd_notify(0, "STOPPING=1\nSTATUS=finishing what runs, refusing what comes"); }

Watchdog::Watchdog(Store& store, LastRound last_round, std::string serving)
    : store_(store), last_round_(std::move(last_round)), serving_(std::move(serving)) {
  std::uint64_t deadline = 0;
  if (sd_watchdog_enabled(0, &deadline) > 0)
    thread_ = std::thread([this, deadline] { watch(std::chrono::microseconds(deadline)); });
}

Watchdog::~Watchdog() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::watch(std::chrono::microseconds deadline) {
  // Three rounds before the manager loses patience; within one, what is waited for is looked at often.
  auto const pause = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(deadline / 4),
                              std::chrono::milliseconds(1));
  auto const poll = std::min(pause, std::chrono::milliseconds(100));
  do {
    if (!moves(poll)) return;
    auto const status = store_.trouble() ? serving_ + ", not ready: the log says what is wrong" : serving_;
    sd_notify(0, fmt::format("WATCHDOG=1\nSTATUS={}", status).c_str());
  } while (!sleep(pause));
}

/// Returns when there was progress, true, or when it is told to stop, false.
bool Watchdog::moves(std::chrono::milliseconds poll) {
  auto const began = std::chrono::steady_clock::now();
  while (!writer_answers(poll))
    if (sleep(poll)) return false;
  while (last_round_() < began)
    if (sleep(poll)) return false;
  return true;
}

/// False where it was asked to stop, or where the job came back unseen: the queue was full.
bool Watchdog::writer_answers(std::chrono::milliseconds poll) {
  auto const& counters = store_.counters();
  auto const worked_off = [&] { return counters.commits.load() + counters.commit_failures.load(); };
  auto const before = worked_off();
  auto const probe = std::make_shared<WriterProbe>();
  store_.write(std::make_unique<ProbeJob>(probe));
  std::unique_lock lock(probe->mutex);
  while (!probe->answered.wait_for(lock, poll, [&] { return probe->is_answered; })) {
    lock.unlock();
    if (sleep(std::chrono::milliseconds(0))) return false;
    lock.lock();
  }
  if (probe->error != ErrorCode::overloaded) return true;
  lock.unlock();
  return !sleep(poll) && worked_off() != before;
}

bool Watchdog::sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return stopped_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace linebook
