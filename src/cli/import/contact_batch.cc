#include "cli/import/contact_batch.h"

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
  Job(std::shared_ptr<ContactBatch const> rows, std::vector<std::size_t> part, Context context)
      : batch(std::move(rows)), part(std::move(part)), ctx(std::move(context)) {}

  AccountId account() const override { return ctx.account; }
  void run(Transaction& tx) override {
    auto const started = std::chrono::steady_clock::now();
    results.clear();
    results.reserve(part.size());
    ContactImport import(tx, ctx);
    for (auto const row : part) {
      auto const& contact = (*batch)[row].contact;
      results.push_back(contact ? import.add(*contact) : Result<ImportedContact>(fail(contact.error())));
    }
    took = std::chrono::steady_clock::now() - started;
  }
  void done(std::optional<Error> error) override {
    if (error)
      promise.set_value({fail(std::move(*error)), took});
    else
      promise.set_value({std::move(results), took});
  }

  std::shared_ptr<ContactBatch const> batch;
  std::vector<std::size_t> part;
  Context ctx;
  ContactResults results;
  std::chrono::steady_clock::duration took{};
  std::promise<Stored> promise;
};

/// A person's rows stay together.
std::vector<ContactWriter::Part> ContactWriter::divide(ContactBatch const& batch) const {
  std::vector<Part> parts(lanes_);
  for (std::size_t row = 0; row < batch.size(); ++row) {
    auto const& contact = batch[row].contact;
    bool const shared = lanes_ > 1 && contact.has_value();
    auto const lane = shared ? std::hash<std::string>()(person_key(contact->person)) % lanes_ : 0;
    parts[lane].rows.push_back(row);
  }
  std::erase_if(parts, [](Part const& part) { return part.rows.empty(); });
  return parts;
}

void ContactWriter::hand_over(Pending& pending) {
  pending.parts = divide(*pending.batch);
  for (auto& part : pending.parts) {
    auto job = std::make_unique<Job>(pending.batch, part.rows, session_.context(account_));
    part.stored = job->promise.get_future();
    session_.store().write(std::move(job));
  }
}

/// A store that works on several jobs at a time may turn their order around: there, one batch after another.
void ContactWriter::submit(std::shared_ptr<ContactBatch const> batch) {
  pending_.push_back({std::move(batch), {}});
  if (lanes_ == 1 || pending_.size() == 1) hand_over(pending_.back());
}

ContactWriter::Done ContactWriter::take() {
  auto oldest = std::move(pending_.front());
  pending_.pop_front();
  std::vector<Stored> stored;
  for (auto& part : oldest.parts) stored.push_back(part.stored.get());
  if (!pending_.empty() && pending_.front().parts.empty()) hand_over(pending_.front());

  ContactResults results(oldest.batch->size());
  std::chrono::steady_clock::duration longest{};
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (!stored[i].results) return {oldest.batch, fail(std::move(stored[i].results.error()))};
    longest = std::max(longest, stored[i].took);
    for (std::size_t j = 0; j < oldest.parts[i].rows.size(); ++j)
      results[oldest.parts[i].rows[j]] = std::move((*stored[i].results)[j]);
  }
  choose_batch_rows(results.size(), longest);
  return {oldest.batch, std::move(results)};
}

void ContactWriter::choose_batch_rows(std::size_t rows, std::chrono::steady_clock::duration took) {
  if (took.count() <= 0) return;
  auto const fitting = static_cast<double>(rows) * (std::chrono::duration<double>(contact_batch_time) / took);
  auto const least = std::max(min_contact_batch_rows, lanes_ * min_contact_lane_rows);
  batch_rows_ = std::clamp(static_cast<std::size_t>(fitting), least, max_contact_batch_rows);
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
