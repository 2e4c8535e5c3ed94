// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A value or the reason why there is none, for code without exceptions.
#ifndef ATTN_RUNTIME_SUPPORT_RESULT_H
#define ATTN_RUNTIME_SUPPORT_RESULT_H

#include <optional>
#include <string>
#include <utility>

namespace attn::rt {

/// Why something failed, in the words the user reads.
struct Error {
  std::string message;
};

/// Either a T or an Error. Test it before `*`; `error()` is for the other case.
template <typename T> class Result {
public:
  Result(T value) : value(std::move(value)) {}
  Result(Error error) : reason(std::move(error)) {}

  explicit operator bool() const { return value.has_value(); }
  T &operator*() { return *value; }
  const T &operator*() const { return *value; }
  T *operator->() { return &*value; }
  const T *operator->() const { return &*value; }
  const Error &error() const { return reason; }

private:
  std::optional<T> value;
  Error reason;
};

/// printf into an Error.
Error makeError(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// printf into a string.
std::string formatText(const char *format, ...) __attribute__((format(printf, 1, 2)));

} // namespace attn::rt

#endif
