// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares a file's size with its ELF program headers.
#include "runtime/src/ElfFile.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <elf.h>

namespace attn::rt {
namespace {

/// A file that closes itself.
struct File {
  FILE *stream;
  explicit File(const char *path) : stream(fopen(path, "rb")) {}
  ~File() {
    if (stream)
      fclose(stream);
  }
  bool read(uint64_t offset, void *to, size_t bytes) {
    return offset <= INT64_MAX && fseeko(stream, off_t(offset), SEEK_SET) == 0 && fread(to, bytes, 1, stream) == 1;
  }
  uint64_t size() { return fseeko(stream, 0, SEEK_END) == 0 ? uint64_t(ftello(stream)) : 0; }
};

} // namespace

bool isCutShort(const char *path) {
  File file(path);
  Elf64_Ehdr header;
  if (!file.stream || !file.read(0, &header, sizeof header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64)
    return false;
  uint64_t size = file.size();
  for (unsigned number = 0; number < header.e_phnum; ++number) {
    Elf64_Phdr part;
    uint64_t end;
    if (!file.read(header.e_phoff + number * sizeof part, &part, sizeof part) ||
        __builtin_add_overflow(part.p_offset, part.p_filesz, &end) || end > size)
      return true;
  }
  return false;
}

} // namespace attn::rt
