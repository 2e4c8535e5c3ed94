# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How lit finds and runs the tests: files by their RUN lines. The unit tests are a suite of their own in unit/."""
import os
import shutil
import sys

import lit.Test
import lit.formats
from lit.llvm import llvm_config

# Debian's lit lets an unexpected pass exit with 0; here it fails.
lit.Test.XPASS.isFailure = True

config.name = 'ATTN'
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = ['.mlir', '.test']
config.recursiveExpansionLimit = 4  # a DEFINE may use another
config.excludes = ['Inputs', 'programs']
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.attn_build_dir, 'test')

config.substitutions.append(('%python', sys.executable))
config.substitutions.append(('%attn_src', config.attn_source_dir))
config.substitutions.append(('%attn_build', config.attn_build_dir))
config.substitutions.append(('%data', os.path.join(config.attn_source_dir, 'examples', 'data')))
for folder in (config.llvm_tools_dir, os.path.join(config.attn_build_dir, 'bin')):
    llvm_config.with_environment('PATH', folder, append_path=True)
llvm_config.with_environment('ATTN_NUM_THREADS', '2')

# The assembler of device code, found as the compiler finds it.
homes = [os.environ.get(name) for name in ('CUDA_HOME', 'CUDA_PATH')] + ['/usr/local/cuda']
for home in filter(None, homes):
    llvm_config.with_environment('PATH', os.path.join(home, 'bin'), append_path=True)
if shutil.which('ptxas', path=config.environment['PATH']):
    config.available_features.add('ptxas')
