// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Formats messages of any length.
#include "runtime/support/Result.h"

#include <cstdarg>
#include <cstdio>

namespace attn::rt {

static std::string formatList(const char *format, va_list list) {
  va_list again;
  va_copy(again, list);
  int size = vsnprintf(nullptr, 0, format, again);
  va_end(again);
  std::string text(size > 0 ? size_t(size) : 0, ' ');
  vsnprintf(text.data(), text.size() + 1, format, list);
  return text;
}

Error makeError(const char *format, ...) {
  va_list list;
  va_start(list, format);
  Error error{formatList(format, list)};
  va_end(list);
  return error;
}

std::string formatText(const char *format, ...) {
  va_list list;
  va_start(list, format);
  std::string text = formatList(format, list);
  va_end(list);
  return text;
}

} // namespace attn::rt
