#include "lists/list_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace linebook::lists {
namespace {

/// Beyond the lists that there can be, files whose names are no list's.
constexpr std::size_t max_files = 1000;
constexpr std::string_view national = "national";

bool is_before(std::string_view a, std::string_view b) {
  return std::pair(a != national, a) < std::pair(b != national, b);
}

std::uint64_t as_number(TenDigits const& digits) {
  std::uint64_t number = 0;
  for (char const c : digits.view()) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

}  // namespace

ListDirectory::ListDirectory(std::filesystem::path directory, Log log)
    : directory_(std::move(directory)), log_(std::move(log)), shelf_(std::make_unique<Shelf const>()) {}

ListAnswers ListDirectory::look_up(TenDigits const& digits) const {
  ensure_loaded();
  auto const number = as_number(digits);
  return shelf_.look([&](Shelf const& shelf) {
    ListAnswers answers;
    if (shelf.national) {
      if (!shelf.is_damaged) answers.national_as_of = shelf.national->about().as_of;
      answers.on_national = shelf.national->contains(number);
    }
    for (auto const& state : shelf.states)
      if (state->contains(number)) answers.states.push_back(state->about().name);
    return answers;
  });
}

std::vector<DoNotCallList> ListDirectory::loaded() const {
  ensure_loaded();
  std::scoped_lock lock(mutex_);
  std::vector<DoNotCallList> all;
  for (auto const& [name, entry] : entries_)
    if (entry.list) all.push_back(entry.list->about());
  std::ranges::sort(all, [](auto const& a, auto const& b) { return is_before(a.name, b.name); });
  return all;
}

std::vector<std::string> ListDirectory::troubles() const {
  ensure_loaded();
  std::scoped_lock lock(mutex_);
  std::vector<std::string> all;
  if (!own_trouble_.empty()) all.push_back(own_trouble_);
  for (auto const& [name, entry] : entries_)
    if (!entry.trouble.empty()) all.push_back(entry.trouble);
  return all;
}

std::shared_ptr<MappedList const> ListDirectory::find(std::string const& name) const {
  ensure_loaded();
  std::scoped_lock lock(mutex_);
  auto const entry = entries_.find(name);
  return entry != entries_.end() && entry->second.trouble.empty() ? entry->second.list : nullptr;
}

std::uint64_t ListDirectory::next_version(std::string const& name) const {
  ensure_loaded();
  std::scoped_lock lock(mutex_);
  auto const entry = entries_.find(name);
  return entry != entries_.end() && entry->second.list ? entry->second.list->about().version + 1 : 1;
}

void ListDirectory::ensure_loaded() const {
  std::call_once(loaded_, [this] {
    std::scoped_lock lock(mutex_);
    refresh_locked();
  });
}

void ListDirectory::refresh() const {
  std::call_once(loaded_, [] {});
  std::scoped_lock lock(mutex_);
  refresh_locked();
}

Result<void> ListDirectory::take_over(DraftFile draft, std::uint64_t based_on) {
  ensure_loaded();
  auto list = MappedList::open(draft.path());
  if (!list) return fail(std::move(list.error()));
  auto const& about = (*list)->about();
  std::scoped_lock lock(mutex_);
  auto& entry = entries_[about.name];
  if (based_on != 0 && (!entry.list || entry.list->about().version != based_on))
    return fail(ErrorCode::conflict,
                "another import has replaced the list meanwhile, nothing was changed; run this one again");
  auto const target = directory_ / file_name_of(about.name);
  if (auto placed = draft.take_place(target); !placed) return placed;
  entry = {std::move(*list), mark_of(target), {}};
  show();
  return {};
}

void ListDirectory::refresh_locked() const {
  std::error_code error;
  std::set<std::string, std::less<>> met;
  std::size_t files = 0;
  for (std::filesystem::directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    auto const file = at->path().filename().string();
    if (file.starts_with('.') || !file.ends_with(list_suffix)) continue;
    if (++files > max_files) break;
    auto const name = file.substr(0, file.size() - list_suffix.size());
    met.insert(name);
    look_at_file(name, at->path());
  }
  if (error == std::errc::no_such_file_or_directory) error.clear();
  own_trouble_ = error ? fmt::format("{}: it cannot be read: {}", directory_.string(), error.message()) : "";
  for (auto& [name, entry] : entries_) {
    if (met.contains(name) || error) continue;
    auto const path = (directory_ / file_name_of(name)).string();
    if (entry.list) set_trouble(entry, path + ": it is gone; the list is in use until this process ends");
    entry.seen = {};
  }
  std::erase_if(entries_, [&](auto const& each) { return !each.second.list && !met.contains(each.first); });
  show();
}

void ListDirectory::look_at_file(std::string const& name, std::filesystem::path const& path) const {
  auto& entry = entries_[name];
  auto const mark = mark_of(path);
  if (entry.seen == mark && mark != FileMark{}) return;
  entry.seen = mark;
  if (!is_list_name(name))
    return set_trouble(entry,
                       path.string() + ": its name is no list's; `linebook import do-not-call` makes lists");
  auto list = MappedList::open(path);
  if (!list) return set_trouble(entry, std::move(list.error().message));
  if ((*list)->about().name != name)
    return set_trouble(entry, fmt::format("{}: it is the list '{}'", path.string(), (*list)->about().name));
  entry.list = std::move(*list);
  entry.trouble.clear();
  if (log_)
    log_(fmt::format("{}: {} numbers as of {}, version {}", name, entry.list->about().numbers,
                     entry.list->about().as_of, entry.list->about().version));
}

void ListDirectory::set_trouble(Entry& entry, std::string trouble) const {
  if (log_ && entry.trouble != trouble) log_(trouble);
  entry.trouble = std::move(trouble);
}

void ListDirectory::show() const {
  auto shelf = std::make_unique<Shelf>();
  shelf->is_damaged = !own_trouble_.empty();
  for (auto const& [name, entry] : entries_) {
    shelf->is_damaged |= !entry.trouble.empty();
    if (!entry.list) continue;
    if (name == national)
      shelf->national = entry.list;
    else
      shelf->states.push_back(entry.list);
  }
  shelf_.replace(std::move(shelf));
}

ListDirectory::FileMark ListDirectory::mark_of(std::filesystem::path const& path) {
  struct stat about{};
  if (::lstat(path.c_str(), &about) != 0) return {};
  return {about.st_dev, about.st_ino, about.st_size,
          std::int64_t{about.st_mtim.tv_sec} * 1'000'000'000 + about.st_mtim.tv_nsec};
}

}  // namespace linebook::lists
