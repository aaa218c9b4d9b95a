#include "carriers/simulator/simulator.h"

namespace linebook::simulator {

void Simulator::start() {
  thread_ = std::thread([this] { world_.agenda.run_until_stopped(); });
}

void Simulator::stop() {
  world_.agenda.stop();
  if (thread_.joinable()) thread_.join();
}

SimulatedPhone Simulator::look_at(AccountId account, E164 const& number) const {
  return world_.phones.look_at(account, number);
}

std::vector<SimulatedPhone> Simulator::all(AccountId account, std::size_t limit) const {
  return world_.phones.all(account, limit);
}

void Simulator::behave(AccountId account, E164 const& number, PhoneBehaviour const& behaviour) {
  world_.phones.behave(account, number, behaviour);
}

void Simulator::text(AccountId account, E164 const& from, std::string_view line_number,
                     std::string_view text) {
  carrier_.texts().text_in(account, from, line_number, text);
}

void Simulator::call(AccountId account, E164 const& from, std::string_view line_number) {
  carrier_.calls().call_in(account, from, line_number);
}

}  // namespace linebook::simulator
