#include "cli/upload/upload_desk.h"

#include <algorithm>
#include <system_error>

#include "base/data_directory_files.h"
#include "cli/upload/importing_key.h"
#include "cli/upload/upload_console.h"
#include "cli/upload/uploaded_import.h"

namespace linebook {
UploadDesk::UploadDesk(Installation& installation)
    : installation_(installation), files_(installation.directory / uploads_directory_name) {}

void UploadDesk::stop() {
  std::list<Run> runs;
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
    runs.swap(runs_);
  }
  for (auto& run : runs) run.thread.join();
  files_.remove_all();
}

/// Beside what others have announced and not sent yet.
bool UploadDesk::has_room_for(std::int64_t bytes) const {
  for (auto const& [_, held] : uploads_) bytes += held->upload.size - held->upload.received;
  return files_.has_room_for(bytes);
}

void UploadDesk::forget_expired() {
  auto const now = installation_.clock.now();
  std::erase_if(uploads_, [&](auto const& entry) {
    auto const& upload = entry.second->upload;
    if (upload.state == UploadState::running || now < upload.expires_at) return false;
    files_.remove(upload.id);
    return true;
  });
}

void UploadDesk::tidy() {
  std::scoped_lock lock(mutex_);
  forget_expired();
}

void UploadDesk::reap_runs() {
  std::erase_if(runs_, [](Run& run) {
    if (!run.is_over) return false;
    run.thread.join();
    return true;
  });
}

UploadDesk::HeldUpload UploadDesk::held(AccountId account, std::string const& id) {
  forget_expired();
  auto const found = uploads_.find(id);
  bool const is_theirs =
      found != uploads_.end() && found->second->upload.account == account && !found->second->is_called_off;
  return is_theirs ? found->second : nullptr;
}

Result<Upload> UploadDesk::open(Offer offer) {
  std::scoped_lock lock(mutex_);
  forget_expired();
  auto const own = std::ranges::count_if(
      uploads_, [&](auto const& entry) { return entry.second->upload.account == offer.account; });
  std::int64_t announced = offer.size;
  for (auto const& [_, held] : uploads_) announced += held->upload.size;
  if (own >= static_cast<std::ptrdiff_t>(max_uploads_of_account) || uploads_.size() >= max_uploads ||
      announced > max_bytes_of_uploads)
    return fail(ErrorCode::conflict,
                "there are too many imports: delete one that is done, or wait for others");
  if (!has_room_for(offer.size))
    return fail(ErrorCode::unavailable, "there is no room on the disk for a file of this size");
  auto const now = installation_.clock.now();
  auto made = std::make_shared<Held>();
  made->upload = {.id = installation_.ids.next("imp_", now),
                  .account = offer.account,
                  .kind = offer.kind,
                  .name = std::move(offer.name),
                  .size = offer.size,
                  .created_at = now,
                  .expires_at = now + uploads_kept};
  uploads_.emplace(made->upload.id, made);
  return made->upload;
}

Result<Upload> UploadDesk::append(AccountId account, std::string const& id, std::int64_t offset,
                                  std::string_view bytes) {
  std::scoped_lock lock(mutex_);
  auto const known = held(account, id);
  if (!known) return fail(not_found("import"));
  auto& upload = known->upload;
  auto const length = static_cast<std::int64_t>(bytes.size());
  if (upload.state != UploadState::uploading || offset != upload.received || length > upload.size - offset)
    return fail(ErrorCode::conflict,
                "go on at offset " + std::to_string(upload.received) + " of " + std::to_string(upload.size),
                {{"offset", "must be " + std::to_string(upload.received)}});
  if (!files_.write_at(id, offset, bytes))
    return fail(ErrorCode::unavailable, "the disk could not take it: send it again later");
  upload.received += length;
  if (upload.received == upload.size) upload.state = UploadState::uploaded;
  return upload;
}

Result<Upload> UploadDesk::find(AccountId account, std::string const& id) {
  std::scoped_lock lock(mutex_);
  auto const known = held(account, id);
  if (!known) return fail(not_found("import"));
  return known->upload;
}

std::vector<Upload> UploadDesk::list(AccountId account) {
  std::scoped_lock lock(mutex_);
  forget_expired();
  std::vector<Upload> own;
  for (auto const& [_, held] : uploads_)
    if (held->upload.account == account && !held->is_called_off) own.push_back(held->upload);
  std::ranges::reverse(own);
  return own;
}

Result<Upload> UploadDesk::run(AccountId account, std::string const& id, ImportWish wish, std::string actor) {
  std::scoped_lock lock(mutex_);
  auto const known = held(account, id);
  if (!known) return fail(not_found("import"));
  auto& upload = known->upload;
  if (upload.received < upload.size)
    return fail(ErrorCode::conflict, "the file is not complete: go on at offset " +
                                         std::to_string(upload.received) + " of " +
                                         std::to_string(upload.size));
  bool const is_done = upload.state == UploadState::finished && !upload.was_dry_run;
  if (is_done || upload.state == UploadState::running)
    return fail(ErrorCode::conflict, is_done ? "this file was imported already" : "it runs already");
  reap_runs();
  if (stopping_ || runs_.size() >= max_running)
    return fail(ErrorCode::overloaded, "other imports run just now: try again when they are done");
  begin(known, std::move(wish), std::move(actor));
  return upload;
}

void UploadDesk::begin(HeldUpload const& known, ImportWish wish, std::string actor) {
  auto& upload = known->upload;
  auto const was = upload;
  upload.state = UploadState::running;
  upload.was_dry_run = wish.dry_run;
  upload.items = upload.bytes_done = upload.rejects = 0;
  upload.understood.reset();
  upload.report.clear();
  upload.messages.clear();
  auto& run = runs_.emplace_back();
  try {
    run.thread = std::thread([this, &run, known, wish = std::move(wish), actor = std::move(actor)] {
      import(known, wish, actor);
      std::scoped_lock over(mutex_);
      run.is_over = true;
    });
  } catch (std::system_error const&) {  // there is no thread to be had
    runs_.pop_back();
    upload = was;
    throw;
  }
}

bool UploadDesk::is_called_off(HeldUpload const& known) {
  std::scoped_lock lock(mutex_);
  return stopping_ || known->is_called_off;
}

void UploadDesk::import(HeldUpload const& known, ImportWish const& wish, std::string const& actor) {
  auto& upload = known->upload;
  auto const tell = [&](std::string_view line) {
    std::scoped_lock lock(mutex_);
    if (upload.messages.size() < max_messages_kept) upload.messages.emplace_back(line);
  };
  std::string report;
  bool went_well = false;
  try {
    ImportingKey key(installation_.store, installation_.clock, {actor});
    UploadConsole console({.file = files_.file_of(upload.id), .rejects = files_.rejects_of(upload.id)},
                          {.message = tell,
                           .progress =
                               [&](Progress const& progress) {
                                 std::scoped_lock lock(mutex_);
                                 upload.unit = progress.unit;
                                 upload.items = progress.items;
                                 upload.bytes_done = progress.bytes_done;
                               },
                           .understood =
                               [&](UnderstoodFile const& file) {
                                 std::scoped_lock lock(mutex_);
                                 upload.understood = file;
                               },
                           .reject =
                               [&] {
                                 std::scoped_lock lock(mutex_);
                                 ++upload.rejects;
                               },
                           .is_called_off = [&] { return is_called_off(known) || !key.works(); }});
    went_well = run_uploaded_import(installation_, console, upload, wish, actor);
    report = console.report();
  } catch (ConsoleLost const&) {
    // Somebody who called it off knows.
    if (!is_called_off(known)) tell("the key that began this import was revoked or is over");
  } catch (std::exception const&) {
    went_well = false;  // the log of the store has it
  }
  end(known, went_well, std::move(report));
}

/// A file that was imported is deleted, but for rows that were not taken.
void UploadDesk::end(HeldUpload const& known, bool went_well, std::string report) {
  std::scoped_lock lock(mutex_);
  auto& upload = known->upload;
  // Rows that were not taken are told; the rest of the file was.
  bool const is_over = went_well || !report.empty();
  upload.state = is_over ? UploadState::finished : UploadState::failed;
  upload.report = std::move(report);
  if (is_over && !upload.was_dry_run) files_.remove_file(upload.id);
  if (!known->is_called_off) return;
  files_.remove(upload.id);
  uploads_.erase(upload.id);
}

Result<std::string> UploadDesk::rejects(AccountId account, std::string const& id) {
  std::scoped_lock lock(mutex_);
  auto const known = held(account, id);
  if (!known) return fail(not_found("import"));
  if (known->upload.state == UploadState::running)
    return fail(ErrorCode::conflict, "it runs still: ask again when it has finished");
  auto rows = files_.rejects(id);
  if (!rows)
    return fail(ErrorCode::not_found, "there are no rejected rows: nothing was run yet, or none is kept");
  return *std::move(rows);
}

Result<void> UploadDesk::remove(AccountId account, std::string const& id) {
  std::scoped_lock lock(mutex_);
  auto const known = held(account, id);
  if (!known) return fail(not_found("import"));
  known->is_called_off = true;
  if (known->upload.state == UploadState::running) return {};
  files_.remove(id);
  uploads_.erase(id);
  return {};
}

}  // namespace linebook
