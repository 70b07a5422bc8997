// SPDX-License-Identifier: Apache-2.0

#include "sorted_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace wordcount {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Opens a file without a name, or one whose name goes at once where the file
/// system knows no such files.
int open_nameless(const std::string& directory) {
  auto result = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (result >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
    return result;
  auto name = directory + "/wordcount-XXXXXX";
  result = ::mkostemp(name.data(), O_CLOEXEC);
  if (result >= 0)
    ::unlink(name.c_str());
  return result;
}

} // namespace

void sorted_file::closer::operator()(std::FILE* x) const noexcept {
  std::fclose(x);
}

sorted_file::sorted_file(const std::string& directory) {
  auto fd = open_nameless(directory);
  if (fd < 0)
    fail(directory);
  file_.reset(::fdopen(fd, "w+"));
  if (!file_) {
    ::close(fd);
    fail(directory);
  }
}

void sorted_file::write(const void* from, size_t bytes) {
  if (std::fwrite(from, 1, bytes, file_.get()) != bytes)
    fail("temporary file");
}

void sorted_file::put(std::string_view word, uint64_t count) {
  auto size = static_cast<uint32_t>(word.size());
  write(&size, sizeof(size));
  write(&count, sizeof(count));
  write(word.data(), word.size());
}

void sorted_file::rewind() {
  if (std::fflush(file_.get()) != 0
      || std::fseek(file_.get(), 0, SEEK_SET) != 0)
    fail("temporary file");
}

bool sorted_file::next() {
  uint32_t size = 0;
  auto read = [this](void* to, size_t bytes) {
    return std::fread(to, 1, bytes, file_.get()) == bytes;
  };
  if (!read(&size, sizeof(size))) {
    if (std::ferror(file_.get()) != 0)
      fail("temporary file");
    return false;
  }
  word_.resize(size);
  if (!read(&count_, sizeof(count_)) || !read(word_.data(), size))
    fail("temporary file");
  return true;
}

merged_files::merged_files(std::vector<sorted_file> files)
    : files_(std::move(files)) {
  for (size_t i = 0; i < files_.size(); ++i) {
    files_[i].rewind();
    go_on(i);
  }
}

void merged_files::go_on(size_t file) {
  if (!files_[file].next())
    return;
  heads_.push_back(file);
  std::push_heap(heads_.begin(), heads_.end(), [this](size_t a, size_t b) {
    return files_[a].word() > files_[b].word();
  });
}

bool merged_files::next() {
  if (heads_.empty())
    return false;
  word_ = files_[heads_.front()].word();
  count_ = 0;
  while (!heads_.empty() && files_[heads_.front()].word() == word_) {
    auto first = heads_.front();
    std::pop_heap(heads_.begin(), heads_.end(), [this](size_t a, size_t b) {
      return files_[a].word() > files_[b].word();
    });
    heads_.pop_back();
    count_ += files_[first].count();
    go_on(first);
  }
  return true;
}

} // namespace wordcount
