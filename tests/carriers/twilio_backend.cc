#include <curl/curl.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <stdexcept>
#include <thread>

#include "carriers/carrier_under_test.h"
#include "carriers/twilio/twilio_carrier.h"

namespace linebook::carriers {
namespace {

/// tests/e2e/twilio_stand_in.py as a process of its own; it goes when its input ends.
class StandIn {
 public:
  StandIn() {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::string python = LINEBOOK_PYTHON, unwritten = "-B", script = LINEBOOK_TWILIO_STAND_IN;
    char* arguments[] = {python.data(), unwritten.data(), script.data(), nullptr};
    if (posix_spawn(&process_, python.c_str(), &actions, nullptr, arguments, environ) != 0)
      throw std::runtime_error("python3 could not be started");
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    for (char c = 0; read(out[0], &c, 1) == 1 && c != '\n';) url_ += c;
    close(out[0]);
  }
  ~StandIn() {
    close(input_);
    waitpid(process_, nullptr, 0);
  }
  StandIn(StandIn const&) = delete;
  StandIn& operator=(StandIn const&) = delete;

  std::string const& url() const { return url_; }

  boost::json::value obey(std::string_view order, boost::json::object with) const {
    auto const asked = boost::json::serialize(boost::json::object{{"do", order}, {"with", std::move(with)}});
    std::string answer;
    auto* const curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, (url_ + "/stand-in").c_str());
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, asked.c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(
        curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* into) {
          static_cast<std::string*>(into)->append(data, size);
          return size;
        });
    auto const code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
    return boost::json::parse(answer).at("answer");
  }

 private:
  pid_t process_ = 0;
  int input_ = -1;
  std::string url_;
};

std::string_view operation_of(simulator::Request request) {
  static constexpr std::string_view names[] = {"list",    "get",         "search",   "buy",      "update",
                                               "release", "call",        "get-call", "end-call", "calls",
                                               "send",    "get-message", "messages"};
  return names[static_cast<std::size_t>(request)];
}

std::string_view kind_of(simulator::Fault::Kind kind) {
  using enum simulator::Fault::Kind;
  switch (kind) {
    case busy:
      return "429";
    case broken:
      return "500";
    case done_broken:
      return "done-500";
    case lost:
      return "lost";
    case timeout:
      return "cut";
    case snatched:
      return "snatched";
    case none:
    case unreachable:
    case late:
      break;
  }
  throw std::logic_error("no such fault here");
}

std::string_view call_of(CallBehaviour behaviour) {
  switch (behaviour) {
    case CallBehaviour::answer:
      return "answer";
    case CallBehaviour::busy:
      return "busy";
    case CallBehaviour::no_answer:
      return "no-answer";
    case CallBehaviour::voicemail:
      return "machine";
    case CallBehaviour::fail:
      break;
  }
  return "failed";
}

class TwilioUnderTest final : public CarrierUnderTest {
 public:
  ~TwilioUnderTest() override { carrier_.stop(); }

  Carrier& carrier() override { return carrier_; }
  CarrierCredentials new_account() override {
    auto const account = stand_in_.obey("new_account", {});
    return {std::string(account.at(0).as_string()), std::string(account.at(1).as_string())};
  }
  Instant now() const override {
    auto const since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
  }
  void wait() override { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
  void offer(E164 const& number) override { stand_in_.obey("offer", {{"number", number.view()}}); }
  void own(CarrierCredentials const& owner, E164 const& number, VoiceSettings const& voice) override {
    stand_in_.obey("own", {{"account", owner.account_sid},
                           {"number", number.view()},
                           {"voice_url", voice.voice_url},
                           {"voice_method", voice.voice_method},
                           {"trunk_sid", voice.trunk_sid},
                           {"voice_application_sid", voice.voice_application_sid}});
  }
  void behave(E164 const& number, PhoneBehaviour const& behaviour) override {
    stand_in_.obey("behave", {{"number", number.view()},
                              {"call", call_of(behaviour.call)},
                              {"text", to_string(behaviour.text)},
                              {"error_code", behaviour.error_code.value_or(30003)}});
  }
  void goes_wrong(simulator::Request request, simulator::Fault::Kind kind) override {
    stand_in_.obey("fault", {{"operation", operation_of(request)}, {"kind", kind_of(kind)}, {"seconds", 1}});
  }

 private:
  StandIn stand_in_;
  TwilioCarrier carrier_{stand_in_.url()};
};

}  // namespace

std::unique_ptr<CarrierUnderTest> make_twilio() { return std::make_unique<TwilioUnderTest>(); }

}  // namespace linebook::carriers
