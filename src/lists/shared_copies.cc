#include "lists/shared_copies.h"

#include <fmt/format.h>

#include <utility>

namespace linebook::lists {

std::string checksum_text(Checksum const& checksum) { return {checksum.begin(), checksum.end()}; }

Result<DraftFile> fetch_draft(SharedLists& shared, SharedList const& list,
                              std::filesystem::path const& directory, std::atomic<bool> const& stopping) {
  auto draft = DraftFile::create(directory, list.about.name);
  if (!draft) return draft;
  auto fetched = shared.get(list, [&](std::string_view piece) -> Result<void> {
    if (stopping) return fail(ErrorCode::unavailable, "this node stops");
    return draft->write(piece.data(), piece.size());
  });
  if (fetched) fetched = draft->sync();
  if (!fetched) return fail(std::move(fetched.error()));
  auto const checked = MappedList::open(draft->path());
  if (!checked) return fail(checked.error());
  if ((*checked)->about() != list.about || checksum_text((*checked)->checksum()) != list.checksum)
    return fail(ErrorCode::unavailable,
                fmt::format("what the database holds as the list '{}' is another one; import it again",
                            list.about.name));
  return draft;
}

SharedCopies::SharedCopies(SharedLists& shared, ListDirectory& directory,
                           std::function<void(std::string_view)> log)
    : shared_(shared), directory_(directory), log_(std::move(log)) {}

void SharedCopies::catch_up() {
  std::scoped_lock lock(mutex_);
  if (stopping_) return;
  auto const newest = shared_.newest();
  if (!newest) return;  // the store tells of a database that is away
  std::string trouble;
  for (auto const& list : *newest) {
    if (stopping_) return;
    if (has(list)) continue;
    // Gone meanwhile: a newer one has come, which the next look finds.
    if (auto fetched = fetch(list);
        !fetched && fetched.error().code != ErrorCode::not_found && trouble.empty())
      trouble =
          fmt::format("the list '{}' could not be fetched: {}", list.about.name, fetched.error().message);
  }
  tell(std::move(trouble));
}

bool SharedCopies::has(SharedList const& list) const {
  auto const own = directory_.find(list.about.name);
  return own && own->about().version == list.about.version && checksum_text(own->checksum()) == list.checksum;
}

Result<void> SharedCopies::fetch(SharedList const& list) {
  auto draft = fetch_draft(shared_, list, directory_.path(), stopping_);
  if (!draft) return fail(std::move(draft.error()));
  return directory_.take_over(std::move(*draft));
}

void SharedCopies::tell(std::string trouble) {
  if (log_ && !trouble.empty() && trouble != told_) log_(trouble);
  told_ = std::move(trouble);
}

}  // namespace linebook::lists
