#include "cli/contact_batch.h"

#include <algorithm>

#include "app/ports/blocking.h"

namespace linebook {
namespace {

std::string person_key(PersonRef const& person) {
  return std::string(to_string(person.type)) + "/" + person.id.value;
}

std::string number_key(PersonRef const& person, TenDigits const& number) {
  return person_key(person) + "/" + number.str();
}

std::string primary_key(ContactNumber const& number) {
  return person_key(number.person) + "/" + std::string(to_string(number.phone_type));
}

}  // namespace

/// Owns what it works on: when the client goes away in the middle, the job may outlive the command.
struct ContactWriter::Job final : WriteJob {
  Job(std::shared_ptr<ContactBatch const> rows, Context context)
      : batch(std::move(rows)), ctx(std::move(context)) {}

  void run(Transaction& tx) override {
    auto const started = std::chrono::steady_clock::now();
    results.clear();
    results.reserve(batch->size());
    ContactImport import(tx, ctx);
    for (auto const& row : *batch)
      results.push_back(row.contact ? import.add(*row.contact)
                                    : Result<ImportedContact>(fail(row.contact.error())));
    took = std::chrono::steady_clock::now() - started;
  }
  void done(std::optional<Error> error) override {
    if (error)
      promise.set_value({fail(std::move(*error)), took});
    else
      promise.set_value({std::move(results), took});
  }

  std::shared_ptr<ContactBatch const> batch;
  Context ctx;
  ContactResults results;
  std::chrono::steady_clock::duration took{};
  std::promise<Stored> promise;
};

void ContactWriter::submit(std::shared_ptr<ContactBatch const> batch) {
  auto job = std::make_unique<Job>(batch, session_.context(account_));
  pending_.push_back({std::move(batch), job->promise.get_future()});
  session_.store().write(std::move(job));
}

ContactWriter::Done ContactWriter::take() {
  auto oldest = std::move(pending_.front());
  pending_.pop_front();
  auto [results, took] = oldest.stored.get();
  if (results && took.count() > 0) {
    auto const fitting =
        static_cast<double>(results->size()) * (std::chrono::duration<double>(contact_batch_time) / took);
    batch_rows_ =
        std::clamp(static_cast<std::size_t>(fitting), min_contact_batch_rows, max_contact_batch_rows);
  }
  return {std::move(oldest.batch), std::move(results)};
}

ForeseenContact ContactRehearsal::foreseen(Transaction const& tx, ContactRow const& row) const {
  ForeseenContact known;
  if (auto const at = people_.find(person_key(row.person)); at != people_.end()) known.person = at->second;
  auto const key = number_key(row.person, row.number);
  auto const at = numbers_.find(key);
  known.number = at != numbers_.end() ? at->second
                                      : tx.contact_numbers().find_on_person(account_, row.person, row.number);
  if (!known.number) return known;
  // A row since may have made another number the primary of its type.
  auto const primary = primaries_.find(primary_key(*known.number));
  if (primary != primaries_.end()) known.number->primary = primary->second == key;
  return known;
}

void ContactRehearsal::remember(ForeseenContact&& foreseen) {
  auto const room = [this] { return people_.size() + numbers_.size() < max_remembered; };
  if (auto& person = foreseen.person; person)
    if (auto key = person_key(person->ref); room() || people_.contains(key))
      people_.insert_or_assign(std::move(key), std::move(*person));
  if (auto& number = foreseen.number; number)
    if (auto key = number_key(number->person, number->number); room() || numbers_.contains(key)) {
      if (number->primary) primaries_.insert_or_assign(primary_key(*number), key);
      numbers_.insert_or_assign(std::move(key), std::move(*number));
    }
}

Result<ImportedContact> ContactRehearsal::rehearse(Transaction const& tx, Context const& ctx,
                                                   ContactRow const& row) {
  auto const before = foreseen(tx, row);
  auto plan = plan_contact_row(tx, ctx, row, before);
  if (!plan) return fail(std::move(plan.error()));
  remember(foresee(tx, ctx, row, *plan, before));
  return ImportedContact{plan->outcome, plan->existing ? plan->existing->id : ContactNumberId{},
                         plan->remark};
}

Result<ContactResults> ContactRehearsal::rehearse(ContactBatch const& batch) {
  auto const ctx = session_.context(account_);
  return read_and_wait(session_.store(), [&](Transaction const& tx) -> Result<ContactResults> {
    ContactResults results;
    for (auto const& row : batch)
      results.push_back(row.contact ? rehearse(tx, ctx, *row.contact)
                                    : Result<ImportedContact>(fail(row.contact.error())));
    return results;
  });
}

}  // namespace linebook
