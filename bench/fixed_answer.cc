// The transport alone: every request gets the same answer, as long as that of GET /api/v2/phone-numbers/{id}.
// What Linebook takes beyond this is what everything above the transport costs.
//
//   fixed_answer PORT [THREADS]
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "http/transport/server.h"

namespace {

using namespace linebook;

constexpr char const* head =
    "Content-Type: application/json\r\n"
    "ETag: \"48186a5e083c53130dbddeb6f3b423a9\"\r\n"
    "X-Request-Id: req_01M81R4E434H8T1RQXPV3J5JDD\r\n"
    "X-RateLimit-Limit: 1000000\r\n"
    "X-RateLimit-Remaining: 999997\r\n"
    "X-RateLimit-Reset: 1795355220\r\n";
constexpr char const* body =
    R"({"id":"phn_01M81R4DH7B80WNFHGX94C7DKZ","number":"5852984455","phone_type":"cell","primary":true,)"
    R"("verified":false,"do_not_call":false,"linked_to":{"type":"patient","id":"pat_0000001",)"
    R"("name":"Mary Johnson"},"created_at":"2026-01-01T12:00:00Z","updated_at":"2026-01-01T12:00:00Z"})";

class FixedAnswer final : public http::Handler {
 public:
  std::optional<http::Response> admit(http::Request const&, std::unique_ptr<http::Attachment>&,
                                      http::Postponement&) override {
    return std::nullopt;
  }
  void handle(http::Request const&, http::Attachment*, http::Reply reply) override {
    reply({200, head, body, false});
  }
  http::Response refuse(http::Request const&, std::unique_ptr<http::Attachment>&, Error const&) override {
    return {400, "Content-Type: text/plain\r\n", "refused", true};
  }
  void answered(http::Request const&, http::Attachment*, int, std::size_t,
                std::chrono::steady_clock::duration) override {}
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: fixed_answer PORT [THREADS]\n");
    return 2;
  }
  FixedAnswer handler;
  http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  options.threads = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1;

  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  auto server = http::Server::listen(std::move(options), handler);
  if (!server) {
    std::fprintf(stderr, "fixed_answer: %s\n", server.error().message.c_str());
    return 1;
  }
  (*server)->start();
  int signal = 0;
  sigwait(&stop, &signal);
  (*server)->drain(std::chrono::milliseconds(200));
}
