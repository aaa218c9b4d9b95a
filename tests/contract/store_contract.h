// The fixture of the contract suite: an open store with two accounts, and short ways to write and read.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "app/ports/blocking.h"
#include "contract/installation.h"
#include "fakes/counting_ids.h"
#include "fakes/fixed_clock.h"

namespace linebook::contract {

inline void PrintTo(Backend const& backend, std::ostream* out) { *out << backend.name; }

using fakes::noon;
constexpr Instant later(std::int64_t milliseconds) { return {noon.milliseconds + milliseconds}; }

inline TenDigits digits(std::string_view text) { return TenDigits::parse(text).value(); }
inline E164 e164(std::string_view text) { return E164::parse(text).value(); }

class StoreContract : public testing::TestWithParam<Backend> {
 protected:
  StoreContract() : installation_(GetParam().install()), store_(installation_->open()) {
    home = make_account("home");
    other = make_account("other");
  }

  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = installation_->open();
  }

  /// Runs one write job. A job returns nothing, or a Result<void>.
  template <class Work>
  Result<void> try_write(Work work) {
    return write_and_wait(store(), [&work](Transaction& tx) -> Result<void> {
      work(tx);
      return {};
    });
  }
  template <class Work>
  void write(Work work) {
    auto const done = try_write(std::move(work));
    ASSERT_TRUE(done) << done.error().message;
  }

  /// Runs one read and gives what it returns.
  template <class Work>
  auto read(Work work, ReadCost cost = ReadCost::bounded) {
    using T = std::invoke_result_t<Work&, Transaction const&>;
    struct Job final : ReadJob {
      explicit Job(Work& w, std::promise<T>& p) : work(w), promise(p) {}
      void run(Transaction const& tx) override { answer.emplace(work(tx)); }
      void done(std::optional<Error> error) override {
        if (error)
          promise.set_exception(std::make_exception_ptr(std::runtime_error(error->message)));
        else
          promise.set_value(std::move(*answer));
      }
      Work& work;
      std::promise<T>& promise;
      std::optional<T> answer;
    };
    std::promise<T> promise;
    auto future = promise.get_future();
    store().read(cost, std::make_unique<Job>(work, promise));
    return future.get();
  }

  AccountId make_account(std::string const& name) {
    return write_and_wait(
               store(),
               [&](Transaction& tx) -> Result<AccountId> {
                 return tx.accounts().insert({.id = {},
                                              .name = name,
                                              .status = AccountStatus::active,
                                              .wrapped_data_key = std::string("key\0of ", 7) + name,
                                              .created_at = noon});
               })
        .value();
  }

  Person patient(std::string id, std::string first = "John", std::string last = "Doe",
                 Instant created = noon) {
    Person person{};
    person.ref = {PersonType::patient, {std::move(id)}};
    person.first_name = std::move(first);
    person.last_name = std::move(last);
    person.created_at = person.updated_at = created;
    return person;
  }
  Person doctor(std::string id, std::string first = "Gregory", std::string last = "House") {
    auto person = patient(std::move(id), std::move(first), std::move(last));
    person.ref.type = PersonType::doctor;
    return person;
  }
  /// A fresh id each, later ones sort later.
  ContactNumber number_of(PersonRef const& person, std::string_view number,
                          PhoneType type = PhoneType::cell) {
    return {.id = {ids.next("phn_", noon)},
            .person = person,
            .number = digits(number),
            .phone_type = type,
            .created_at = noon,
            .updated_at = noon};
  }
  Line byo_line(std::string number, Instant created = noon) {
    Line line;
    line.id = {ids.next("pn_", created)};
    line.phone_number = std::move(number);
    line.holding = ByoTrunk{};
    line.created_at = line.updated_at = created;
    return line;
  }
  LedgerEntry entry(std::string entity_id, Instant at = noon, Action action = Action::updated) {
    return {.at = at,
            .actor = "key_1",
            .request_id = "req_1",
            .entity = Entity::contact_number,
            .entity_id = std::move(entity_id),
            .action = action,
            .changes = {{"primary", false, true}}};
  }

  AccountId home;   // whose books a test works on
  AccountId other;  // who must notice nothing of it
  fakes::CountingIds ids;

 private:
  std::unique_ptr<Installation> installation_;
  std::unique_ptr<Store> store_;
};

/// Runs a suite derived from StoreContract over every store.
#define LINEBOOK_EVERY_STORE(Suite)                                     \
  INSTANTIATE_TEST_SUITE_P(Store, Suite, testing::ValuesIn(backends()), \
                           [](auto const& row) { return row.param.name; })

}  // namespace linebook::contract
