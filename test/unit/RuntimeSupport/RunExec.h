// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-exec within the test's process: its exit code and what it printed.
#ifndef ATTN_TEST_UNIT_RUNTIMESUPPORT_RUNEXEC_H
#define ATTN_TEST_UNIT_RUNTIMESUPPORT_RUNEXEC_H

#include "runtime/exec/Exec.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

namespace attn::rt {

struct Outcome {
  int code;
  std::string out, err;
};

inline std::string readBack(FILE *file) {
  std::string text(size_t(ftell(file)), 0);
  rewind(file);
  EXPECT_EQ(fread(text.data(), 1, text.size(), file), text.size());
  fclose(file);
  return text;
}

inline Outcome run(std::vector<std::string> words) {
  words.insert(words.begin(), "attn-exec");
  std::vector<char *> argv;
  for (std::string &word : words)
    argv.push_back(word.data());
  FILE *out = tmpfile(), *err = tmpfile();
  int code = execMain(int(argv.size()), argv.data(), out, err);
  return {code, readBack(out), readBack(err)};
}

} // namespace attn::rt

#endif
