// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slots and barriers: what rings become on a device, where every stage, phase and count is a number of the program.

class Tile_SyncOp<string name, list<Trait> traits = []> :
    Tile_Op<name, !listconcat(traits, [MemoryEffects<[MemRead<Tile_RingResource>, MemWrite<Tile_RingResource>]>])>;

def Tile_SlotsOp : Tile_Op<"slots"> {
  let summary = "Slots in on-chip memory";
  let description = [{
    `offset`, in bytes, is where they begin in the program's on-chip memory. `layout`: how each tile of a slot lies.

    Example: `%memory = tile.slots {offset = 0} : !tile.slots<2, tensor<128x128xbf16>>`
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$offset, OptionalAttr<Tile_Layouts>:$layout);
  let results = (outs Res<Tile_Slots, "", [MemAlloc]>:$slots);
  let assemblyFormat = "attr-dict `:` qualified(type($slots))";
  let hasVerifier = 1;
}

def Tile_SlotOp : Tile_Op<"slot", [Pure]> {
  let summary = "One of the slots";
  let description = [{
    Nothing is waited for: the barriers around say when it may be written and read.

    Example: `%f = tile.slot %memory[%stage] : !tile.slots<2, tensor<64x64xbf16>> -> !tile.slot<fill, tensor<64x64xbf16>>`
  }];
  let arguments = (ins Tile_Slots:$slots, I32:$stage);
  let results = (outs Tile_Slot:$slot);
  let assemblyFormat = "$slots `[` $stage `]` attr-dict `:` qualified(type($slots)) `->` qualified(type($slot))";
  let hasVerifier = 1;
}

def Tile_BarriersOp : Tile_Op<"barriers"> {
  let summary = "Barriers, each in its first phase";
  let description = [{
    A phase of a barrier ends when `arrivals` arrivals have come and as many bytes have landed as were announced. Phases
    are counted from 0.

    Example: `%full = tile.barriers {arrivals = 1 : i64} : !tile.barriers<2>`
  }];
  let arguments = (ins I64Attr:$arrivals, OptionalAttr<I64Attr>:$offset);
  let results = (outs Res<Tile_Barriers, "", [MemAlloc]>:$barriers);
  let assemblyFormat = "attr-dict `:` qualified(type($barriers))";
  let hasVerifier = 1;
}

def Tile_ArriveOp : Tile_SyncOp<"arrive"> {
  let summary = "Arrives at a barrier";
  let description = [{
    Of the team every warp arrives, `count` in all; what the team did before is seen by who waits for the phase. `bytes`
    are announced: the phase also waits until copies have landed so many.

    Example: `tile.arrive %full[%stage] {bytes = 32768 : i64} : !tile.barriers<2>`
  }];
  let arguments = (ins Tile_Barriers:$barriers, I32:$stage, DefaultValuedAttr<I64Attr, "1">:$count,
                       DefaultValuedAttr<I64Attr, "0">:$bytes);
  let assemblyFormat = "$barriers `[` $stage `]` attr-dict `:` qualified(type($barriers))";
  let hasVerifier = 1;
}

def Tile_PassOp : Tile_SyncOp<"pass"> {
  let summary = "Waits for the end of a phase";
  let description = [{
    Waits while the barrier's phase has the parity given. A barrier in its first phase lets parity 1 pass.

    Example: `tile.pass %full[%stage], %parity : !tile.barriers<2>`
  }];
  let arguments = (ins Tile_Barriers:$barriers, I32:$stage, I32:$parity);
  let assemblyFormat = "$barriers `[` $stage `]` `,` $parity attr-dict `:` qualified(type($barriers))";
}

def Tile_FenceOp : Tile_SyncOp<"fence"> {
  let summary = "Shows copies and products what threads wrote into slots";
  let description = [{
    Copies and products in flight go to on-chip memory by a way of their own. What a team knows to be written, by itself or
    by who it waited for, they see from here on.

    Example: `tile.fence`
  }];
  let assemblyFormat = "attr-dict";
}

def Tile_ClearOp : Tile_Op<"clear", [MemoryEffects<[MemWrite<Tile_RingResource>]>]> {
  let summary = "Zeros in a slot from a row on";
  let description = [{
    Example: `tile.clear %f from %rows : !tile.slot<fill, tensor<128x64xbf16>>`
  }];
  let arguments = (ins Tile_FillSlot:$slot, Index:$row);
  let assemblyFormat = "$slot `from` $row attr-dict `:` qualified(type($slot))";
  let hasVerifier = 1;
}
