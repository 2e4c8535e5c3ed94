// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Several forms of the same kernels in one module.
#pragma once

#include "dialects/Launch/LaunchOps.h"
#include "lib/Target/CPU/Features.h"
#include "lib/Target/Common/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace attn {

/// Adds the kernels of `other`, lowered for `target` from the same tile programs, to `module` as variants of its own.
/// Where the entries of both differ (other workspace, other launches) nothing is added and a remark says so.
void addKernelVariants(mlir::ModuleOp module, mlir::ModuleOp other, const cpu::CPUTarget &target);

/// The first entry of the module that the other one lacks or has in another form; null where all agree.
launch::EntryOp findDifference(mlir::ModuleOp module, mlir::ModuleOp other);

/// Adds the kernels of `other`, another form of the same tile programs for the same chip under the same entries, to
/// `module`, each before its own and with launch.variant_of naming it. Those that have the driver make nothing, which are
/// no other form, and slow ones, which come with a reason, are left out, and a remark says so. Kernels in `settled` have
/// a better form or can have none; this one's are added to it.
void addKernelForms(mlir::ModuleOp module, mlir::ModuleOp other, llvm::StringRef form,
                    const llvm::StringMap<std::string> &slow, llvm::StringSet<> &settled);

/// Replaces an entry and the kernels that it launches by those of the same name in `other`. Other forms of its kernels stay.
void replaceEntry(mlir::ModuleOp module, mlir::ModuleOp other, launch::EntryOp entry);

/// Adds what a device needs of the kernels of `form`, lowered for one chip from the same tile programs, to `module`:
/// an element of the module's attribute `launch.images`, a dictionary
///   {target = "...", chip = "...", capability = 90 : i64, exact = true, binary = "...", portable = "..."}
/// (bytes as strings; either may be left out), and for each kernel an element of its `launch.device_variants`,
///   {image = <index> : i64, function = "...", threads = ... : i64, shared = ... : i64, descriptors = [...]}.
/// Where the entries of both differ nothing is added and a remark says so.
void addDeviceCode(mlir::ModuleOp module, mlir::ModuleOp form, const target::DeviceCode &code, llvm::StringRef target);

/// Makes every kernel of the module a declaration, an llvm.func with launch.kernel and launch.device_variants alone, and
/// drops everything else of the LLVM dialect.
void dropDeviceBodies(mlir::ModuleOp module);

} // namespace attn
