#include "crash/volatile_disk.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace linebook::crash {
namespace {

using Kind = DiskOperation::Kind;

std::string garbage(std::size_t bytes, Random& random) {
  std::string out(bytes, '\0');
  if (random.chance(0.5)) return out;
  for (auto& c : out) c = static_cast<char>(random.next());
  return out;
}

/// Each sector of a write is there, or is not, or holds garbage.
void write_in_sectors(FileImage& image, DiskOperation const& write, std::size_t sector, double survival,
                      bool leaves_garbage, Random& random) {
  std::string_view rest = write.bytes;
  for (auto at = write.at; !rest.empty();) {
    auto const piece = rest.substr(0, sector - at % sector);
    if (random.chance(survival))
      image.write(at, piece);
    else if (leaves_garbage && random.chance(0.5))
      image.write(at, garbage(piece.size(), random));
    at += piece.size();
    rest.remove_prefix(piece.size());
  }
}

/// With its slash; empty for the main one.
std::string_view directory_of(std::string_view path) {
  return path.substr(0, path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
}

void apply_whole(FileImage& image, DiskOperation const& operation) {
  if (operation.kind == Kind::truncate)
    image.truncate(operation.at);
  else
    image.write(operation.at, operation.bytes);
}

/// What was written first is there, up to somewhere within a write.
void write_up_to_a_byte(FileImage& image, std::vector<DiskOperation const*> const& operations,
                        Random& random) {
  auto const whole = random.below(operations.size());
  for (std::size_t i = 0; i < whole; ++i) apply_whole(image, *operations[i]);
  auto const& torn = *operations[whole];
  if (torn.kind == Kind::write)
    image.write(torn.at, std::string_view(torn.bytes).substr(0, random.below(torn.bytes.size() + 1)));
}

}  // namespace

VolatileDisk::VolatileDisk(DiskImage const& disk) {
  for (auto const& [path, content] : disk)
    names_.emplace(path, std::make_shared<File>(File{content, content, {}}));
  synced_names_ = names_;
}

void VolatileDisk::apply(DiskOperation const& operation) {
  switch (operation.kind) {
    case Kind::create: {
      auto file = std::make_shared<File>();
      names_[operation.file] = file;
      unsynced_names_.emplace_back(operation.file, std::move(file));
      return;
    }
    case Kind::remove:
      names_.erase(operation.file);
      unsynced_names_.emplace_back(operation.file, nullptr);
      return;
    case Kind::write:
    case Kind::truncate: {
      auto& file = *names_.at(operation.file);
      apply_whole(file.written, operation);
      file.unsynced.push_back(&operation);
      return;
    }
    case Kind::sync: {
      auto& file = *names_.at(operation.file);
      file.synced = file.written;
      file.unsynced.clear();
      return;
    }
    case Kind::sync_directory: {
      auto const is_in_it = [&](auto const& entry) { return directory_of(entry.first) == operation.file; };
      std::erase_if(synced_names_, is_in_it);
      std::ranges::copy_if(names_, std::inserter(synced_names_, synced_names_.end()), is_in_it);
      std::erase_if(unsynced_names_, is_in_it);
      return;
    }
    case Kind::note:
      return;
  }
}

bool VolatileDisk::has_unsynced() const {
  return !unsynced_names_.empty() ||
         std::ranges::any_of(names_, [](auto const& entry) { return !entry.second->unsynced.empty(); });
}

DiskImage VolatileDisk::with_everything() const {
  DiskImage disk;
  for (auto const& [path, file] : names_) disk.emplace(path, file->written);
  return disk;
}

DiskImage VolatileDisk::without_unsynced() const {
  DiskImage disk;
  for (auto const& [path, file] : synced_names_) disk.emplace(path, file->synced);
  return disk;
}

DiskImage VolatileDisk::after_power_cut(Random& random) const {
  auto names = synced_names_;
  for (auto const& [path, file] : unsynced_names_) {
    if (random.chance(0.5)) continue;
    if (file)
      names[path] = file;
    else
      names.erase(path);
  }
  DiskImage disk;
  for (auto const& [path, file] : names) disk.emplace(path, surviving(*file, random));
  return disk;
}

FileImage VolatileDisk::surviving(File const& file, Random& random) {
  auto image = file.synced;
  if (file.unsynced.empty()) return image;
  constexpr double survivals[] = {0.1, 0.5, 0.9};
  auto const survival = survivals[random.below(std::size(survivals))];
  auto const style = random.below(8);
  switch (style) {
    case 0:  // nothing, though other files may have more
      return image;
    case 1:
      return file.written;
    case 2:
      write_up_to_a_byte(image, file.unsynced, random);
      return image;
    default:
      break;
  }
  for (auto const* operation : file.unsynced) {
    if (operation->kind == Kind::truncate || style <= 4) {  // whole or not at all
      if (random.chance(survival)) apply_whole(image, *operation);
    } else {
      auto const sector = style == 5 ? 4096u : 512u;
      write_in_sectors(image, *operation, sector, survival, style == 7, random);
    }
  }
  return image;
}

}  // namespace linebook::crash
