//===- FIROps.td - the operations of FIR ----------------------------------===//
//
// Each operation here exists because no upstream operation has its meaning; the
// descriptions and verifiers are the reference that docs/fir.md explains.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_DIALECT_FIR_FIROPS_TD
#define FLUX_DIALECT_FIR_FIROPS_TD

include "flux/Dialect/FIR/FIRDialect.td"
include "flux/Dialect/FIR/FIRTypes.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/MemorySlotInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class FIR_Op<string mnemonic, list<Trait> traits = []>
    : Op<FIR_Dialect, mnemonic, traits>;

def FIR_Signedness : I32EnumAttr<"Signedness", "how an integer is read", [
    I32EnumAttrCase<"Signed", 0, "signed">,
    I32EnumAttrCase<"Unsigned", 1, "unsigned">]> {
  let cppNamespace = "::flux::fir";
}
def FIR_ConvertMode : I32EnumAttr<"ConvertMode", "what happens to values that do not fit", [
    I32EnumAttrCase<"Checked", 0, "checked">,
    I32EnumAttrCase<"Wrapping", 1, "wrapping">,
    I32EnumAttrCase<"Saturating", 2, "saturating">]> {
  let cppNamespace = "::flux::fir";
}
def FIR_StrPredicate : I32EnumAttr<"StrPredicate", "string comparison", [
    I32EnumAttrCase<"Eq", 0, "eq">, I32EnumAttrCase<"Ne", 1, "ne">,
    I32EnumAttrCase<"Lt", 2, "lt">, I32EnumAttrCase<"Le", 3, "le">,
    I32EnumAttrCase<"Gt", 4, "gt">, I32EnumAttrCase<"Ge", 5, "ge">]> {
  let cppNamespace = "::flux::fir";
}

/// A trap is an effect that nothing may remove or reorder past another effect:
/// writing the default resource says so.
defvar Traps = MemoryEffects<[MemWrite]>;

//===----------------------------------------------------------------------===//
// Arithmetic that traps
//===----------------------------------------------------------------------===//

class FIR_CheckedOp<string mnemonic, string what, list<Trait> traits = []>
    : FIR_Op<mnemonic, [Traps, SameOperandsAndResultType] # traits> {
  let summary = what;
  let arguments = (ins FIR_Signedness:$sign, AnySignlessInteger:$lhs,
    AnySignlessInteger:$rhs);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$sign $lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
}
def FIR_AddOp : FIR_CheckedOp<"add", "sum; traps on overflow">;
def FIR_SubOp : FIR_CheckedOp<"sub", "difference; traps on overflow">;
def FIR_MulOp : FIR_CheckedOp<"mul", "product; traps on overflow">;
def FIR_DivOp : FIR_CheckedOp<"div", "quotient toward zero; traps on a zero divisor and on overflow">;
def FIR_RemOp : FIR_CheckedOp<"rem", "remainder with the sign of lhs; traps on a zero divisor and on overflow">;

def FIR_NegOp : FIR_Op<"neg", [Traps, SameOperandsAndResultType]> {
  let summary = "negation of a signed integer; traps on overflow";
  let arguments = (ins AnySignlessInteger:$operand);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
  let hasFolder = 1;
}
def FIR_AbsOp : FIR_Op<"abs", [Traps, SameOperandsAndResultType]> {
  let summary = "absolute value of a signed integer; traps on overflow";
  let arguments = (ins AnySignlessInteger:$operand);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}

class FIR_ShiftOp<string mnemonic, string what>
    : FIR_Op<mnemonic, [Traps, AllTypesMatch<["lhs", "result"]>]> {
  let summary = what;
  let description = [{
    The amount is an `i64`; it traps unless it is at least zero and below the
    width of `lhs`. `sign` tells how `lhs` is read.
  }];
  let arguments = (ins FIR_Signedness:$sign, AnySignlessInteger:$lhs, I64:$amount);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$sign $lhs `,` $amount attr-dict `:` type($result)";
  let hasFolder = 1;
}
def FIR_ShlOp : FIR_ShiftOp<"shl", "shift left; high bits are lost">;
def FIR_ShrOp : FIR_ShiftOp<"shr", "shift right: arithmetic if signed, logical if unsigned">;

class FIR_SaturatingOp<string mnemonic, string what>
    : FIR_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let summary = what;
  let arguments = (ins FIR_Signedness:$sign, AnySignlessInteger:$lhs,
    AnySignlessInteger:$rhs);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$sign $lhs `,` $rhs attr-dict `:` type($result)";
}
def FIR_AddSatOp : FIR_SaturatingOp<"add_sat", "sum, at the nearest bound on overflow">;
def FIR_SubSatOp : FIR_SaturatingOp<"sub_sat", "difference, at the nearest bound on overflow">;

def FIR_ConvertOp : FIR_Op<"convert",
    [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "conversion of an integer or float to an integer";
  let description = [{
    `checked` traps on a value that the result type cannot hold (a float is
    truncated first; NaN traps); `wrapping` keeps the low bits (integers only);
    `saturating` gives the nearest bound, 0 for NaN. `from` is meaningless for
    floats and then `signed`. Conversions to floats are `arith` operations.
  }];
  let arguments = (ins FIR_ConvertMode:$mode, FIR_Signedness:$from,
    FIR_Signedness:$to, AnyTypeOf<[AnySignlessInteger, AnyFloat]>:$operand);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$mode $from $operand `:` type($operand) `to` $to type($result) attr-dict";
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
  let hasVerifier = 1;
}

def FIR_FitsOp : FIR_Op<"fits", [Pure]> {
  let summary = "whether a checked conversion to an integer type would not trap";
  let arguments = (ins FIR_Signedness:$from, FIR_Signedness:$to,
    AnyTypeOf<[AnySignlessInteger, AnyFloat]>:$operand, TypeAttr:$type);
  let results = (outs I1:$result);
  let assemblyFormat = "$from $operand `:` type($operand) `to` $to $type attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

def FIR_LocalOp : FIR_Op<"local",
    [DeclareOpInterfaceMethods<PromotableAllocationOpInterface>]> {
  let summary = "memory of a local variable or temporary, for the whole call";
  let description = [{
    One piece of memory a call, whichever block the operation stands in (the
    entry block, before inlining). `name` is the variable's name, `source_type` its
    type as written in the language (debug information); temporaries have none.
    `arg` marks the place of the parameter with that number (from 1).
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name,
    OptionalAttr<StrAttr>:$source_type, OptionalAttr<I32Attr>:$arg);
  let results = (outs Res<FIR_RefType, "", [MemAlloc<AutomaticAllocationScopeResource>]>:$ref);
  let assemblyFormat = "($name^)? attr-dict `:` qualified(type($ref))";
}

def FIR_LoadOp : FIR_Op<"load", [
    DeclareOpInterfaceMethods<PromotableMemOpInterface>,
    TypesMatchWith<"result is what the place holds", "ref", "result",
      "::llvm::cast<RefType>($_self).getPointee()">]> {
  let summary = "reads a scalar, slice or string";
  let arguments = (ins Arg<FIR_RefType, "", [MemRead]>:$ref);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$ref attr-dict `:` qualified(type($ref))";
  let hasVerifier = 1;
}

def FIR_StoreOp : FIR_Op<"store", [
    DeclareOpInterfaceMethods<PromotableMemOpInterface>,
    TypesMatchWith<"value is what the place holds", "ref", "value",
      "::llvm::cast<RefType>($_self).getPointee()">]> {
  let summary = "writes a scalar, slice or string";
  let arguments = (ins AnyType:$value, Arg<FIR_RefType, "", [MemWrite]>:$ref);
  let assemblyFormat = "$value `,` $ref attr-dict `:` qualified(type($ref))";
  let hasVerifier = 1;
}

def FIR_CopyOp : FIR_Op<"copy", [SameTypeOperands]> {
  let summary = "copies an array or struct from one place to another";
  let description = "The places are the same or do not overlap.";
  let arguments = (ins Arg<FIR_RefType, "", [MemRead]>:$source,
    Arg<FIR_RefType, "", [MemWrite]>:$target);
  let assemblyFormat = "$source `to` $target attr-dict `:` qualified(type($source))";
}

def FIR_FieldOp : FIR_Op<"field", [Pure]> {
  let summary = "the place of a field of a struct";
  let arguments = (ins FIR_RefType:$ref, I32Attr:$index);
  let results = (outs FIR_RefType:$result);
  let assemblyFormat = "$ref `[` $index `]` attr-dict `:` qualified(type($ref)) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def FIR_SetVariantOp : FIR_Op<"set_variant", []> {
  let summary = "makes a place of an enum hold a variant, whose fields are to be written";
  let arguments = (ins Arg<FIR_RefType, "", [MemWrite]>:$ref, I32Attr:$variant);
  let assemblyFormat = "$ref `[` $variant `]` attr-dict `:` qualified(type($ref))";
  let hasVerifier = 1;
}

def FIR_GetVariantOp : FIR_Op<"get_variant", []> {
  let summary = "the number of the variant that a place of an enum holds";
  let arguments = (ins Arg<FIR_RefType, "", [MemRead]>:$ref);
  let results = (outs AnySignlessInteger:$result);
  let assemblyFormat = "$ref attr-dict `:` qualified(type($ref)) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def FIR_PayloadOp : FIR_Op<"payload", [Pure]> {
  let summary = "the place of the fields of a variant, as a struct";
  let arguments = (ins FIR_RefType:$ref, I32Attr:$variant);
  let results = (outs FIR_RefType:$result);
  let assemblyFormat = "$ref `[` $variant `]` attr-dict `:` qualified(type($ref)) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def FIR_RetypeOp : FIR_Op<"retype", [Pure]> {
  let summary = "the same place or slice, with the other form of a recursive type";
  let arguments = (ins AnyTypeOf<[FIR_RefType, FIR_SliceType]>:$operand);
  let results = (outs AnyTypeOf<[FIR_RefType, FIR_SliceType]>:$result);
  let assemblyFormat = "$operand attr-dict `:` qualified(type($operand)) `->` qualified(type($result))";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def FIR_ElementOp : FIR_Op<"element",
    [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "the place of an element of an array or slice; traps out of bounds";
  let description = [{
    `index` is an `i64`, compared as unsigned; `sign` tells how a message shows
    it. `inbounds` states that the check was proved away.
  }];
  let arguments = (ins FIR_Signedness:$sign, AnyTypeOf<[FIR_RefType, FIR_SliceType]>:$base,
    I64:$index, UnitAttr:$inbounds);
  let results = (outs FIR_RefType:$result);
  let assemblyFormat = "$sign $base `[` $index `]` (`inbounds` $inbounds^)? attr-dict `:` qualified(type($base)) `->` qualified(type($result))";
  let hasCanonicalizeMethod = 1;
  let hasVerifier = 1;
}

def FIR_GlobalOp : FIR_Op<"global", [Symbol,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a constant, or a piece of agent state";
  let description = [{
    `value` is an integer, float or string attribute, the symbol of a function, an array attribute (of a
    struct's fields or an array's elements), or dense elements of an array of
    numbers. A `fill` array attribute of one element stands for a whole array
    of it. The value of an enum is an array of the variant's number and the
    array of its fields.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, AnyAttr:$value,
    UnitAttr:$constant, UnitAttr:$fill, OptionalAttr<StrAttr>:$source_type);
  let assemblyFormat = "(`constant` $constant^)? $sym_name `:` $type `=` (`fill` $fill^)? $value attr-dict";
  let hasVerifier = 1;
}

def FIR_AddressOfOp : FIR_Op<"address_of", [Pure,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the place of a global";
  let arguments = (ins FlatSymbolRefAttr:$global);
  let results = (outs FIR_RefType:$result);
  let assemblyFormat = "$global attr-dict `:` qualified(type($result))";
}

//===----------------------------------------------------------------------===//
// Slices and strings
//===----------------------------------------------------------------------===//

def FIR_SliceOfOp : FIR_Op<"slice_of", [Pure]> {
  let summary = "the slice of a whole array";
  let arguments = (ins FIR_RefType:$array);
  let results = (outs FIR_SliceType:$result);
  let assemblyFormat = "$array attr-dict `:` qualified(type($array)) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def FIR_SubsliceOp : FIR_Op<"subslice", [Traps, AllTypesMatch<["slice", "result"]>]> {
  let summary = "elements low to high - 1; traps unless low <= high <= length";
  let arguments = (ins FIR_SliceType:$slice, I64:$low, I64:$high);
  let results = (outs FIR_SliceType:$result);
  let assemblyFormat = "$slice `[` $low `,` $high `]` attr-dict `:` qualified(type($slice))";
}

def FIR_ShapeOp : FIR_Op<"shape", [Traps, AllTypesMatch<["slice", "result"]>]> {
  let summary = "the slice, whose length is then known as count; traps unless it has that length";
  let description = "Instead of a slice, a size that must be `count`.";
  let arguments = (ins AnyTypeOf<[FIR_SliceType, I64]>:$slice, I64:$count);
  let results = (outs AnyTypeOf<[FIR_SliceType, I64]>:$result);
  let assemblyFormat = "$slice `has` $count attr-dict `:` qualified(type($slice))";
  let hasFolder = 1;
}

def FIR_RowOp : FIR_Op<"row", [AllTypesMatch<["slice", "result"]>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a row of a slice that holds count rows of length elements; traps unless index is below count";
  let description = [{
    `slice` has `count * length` elements, which is a product that does not
    overflow of numbers that are not negative. `sign` and `inbounds` are those
    of `fir.element`.
  }];
  let arguments = (ins FIR_Signedness:$sign, FIR_SliceType:$slice, I64:$index, I64:$count,
    I64:$length, UnitAttr:$inbounds);
  let results = (outs FIR_SliceType:$result);
  let assemblyFormat = "$sign $slice `[` $index `]` `of` $count `by` $length (`inbounds` $inbounds^)? attr-dict `:` qualified(type($slice))";
}

def FIR_SubstrOp : FIR_Op<"substr", [Traps]> {
  let summary = "bytes low to high - 1; traps out of bounds or inside a character";
  let arguments = (ins FIR_StrType:$str, I64:$low, I64:$high);
  let results = (outs FIR_StrType:$result);
  let assemblyFormat = "$str `[` $low `,` $high `]` attr-dict";
}

def FIR_LenOp : FIR_Op<"len", [Pure]> {
  let summary = "number of elements or bytes; at least 0 and below 2^48";
  let arguments = (ins AnyTypeOf<[FIR_SliceType, FIR_StrType]>:$operand);
  let results = (outs I64:$result);
  let assemblyFormat = "$operand attr-dict `:` qualified(type($operand))";
  let hasFolder = 1;
}

def FIR_FillOp : FIR_Op<"fill", []> {
  let summary = "writes one value to every element of a slice";
  let description = "`value` is a scalar, slice or string, or the place of an aggregate outside of the slice.";
  let arguments = (ins Arg<FIR_SliceType, "", [MemWrite]>:$slice, Arg<AnyType, "", [MemRead]>:$value);
  let assemblyFormat = "$slice `with` $value attr-dict `:` qualified(type($slice)) `,` qualified(type($value))";
  let hasVerifier = 1;
}

def FIR_AllocOp : FIR_Op<"alloc", [Traps]> {
  let summary = "count elements of a region, else of the turn region, not initialised; traps if there is no memory or count is negative";
  let arguments = (ins I64:$count, Optional<FIR_RegionType>:$region);
  let results = (outs Res<FIR_SliceType, "", [MemAlloc]>:$result);
  let assemblyFormat = "$count (`in` $region^)? attr-dict `:` qualified(type($result))";
}

def FIR_RegionEnterOp : FIR_Op<"region_enter", [Traps]> {
  let summary = "begins a region of a number of bytes; traps if there is no memory";
  let description = [{
    Regions end in the opposite order of their beginnings, each by one
    `fir.region_exit` on every path, except that a trap ends all.
  }];
  let arguments = (ins I64:$size);
  let results = (outs FIR_RegionType:$region);
  let assemblyFormat = "$size attr-dict";
}

def FIR_RegionExitOp : FIR_Op<"region_exit", [MemoryEffects<[MemRead, MemWrite, MemFree]>]> {
  let summary = "ends a region and gives back its memory";
  let description = "`poison` overwrites the memory first, so that reads of it show.";
  let arguments = (ins FIR_RegionType:$region, UnitAttr:$poison);
  let assemblyFormat = "$region (`poison` $poison^)? attr-dict";
  let hasVerifier = 1;
}

def FIR_RegionOp : FIR_Op<"region", [Symbol]> {
  let summary = "a region of a number of bytes that lives as long as the program";
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$size);
  let assemblyFormat = "$sym_name `size` $size attr-dict";
  let hasVerifier = 1;
}

def FIR_RegionOfOp : FIR_Op<"region_of", [Pure,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the handle of a region that lives as long as the program";
  let arguments = (ins FlatSymbolRefAttr:$name);
  let results = (outs FIR_RegionType:$region);
  let assemblyFormat = "$name attr-dict";
}

def FIR_PoisonOp : FIR_Op<"poison", []> {
  let summary = "overwrites a place that is not used any more, so that reads of it show";
  let arguments = (ins Arg<FIR_RefType, "", [MemWrite]>:$place);
  let assemblyFormat = "$place attr-dict `:` qualified(type($place))";
}

def FIR_KeepOp : FIR_Op<"keep", []> {
  let summary = "visits a slice or string that the state of an agent leads to";
  let description = [{
    Stands in the functions that `fir.keep_root` and `fir.keep` name. `each` does for the place of
    an element what the function does for its argument, and is missing where
    elements hold no references.
  }];
  let arguments = (ins FIR_RefType:$slot, Optional<AnyType>:$each);
  let assemblyFormat = "$slot (`each` $each^ `:` type($each))? attr-dict `:` qualified(type($slot))";
  let hasVerifier = 1;
}

def FIR_KeepRootOp : FIR_Op<"keep_root", []> {
  let summary = "visits a variable of the state of an agent";
  let arguments = (ins FIR_RefType:$place, AnyType:$by);
  let assemblyFormat = "$place `by` $by attr-dict `:` qualified(type($place)) `,` type($by)";
  let hasVerifier = 1;
}

def FIR_KeepRegionOp : FIR_Op<"keep_region", []> {
  let summary = "lets references be followed into a region that lives as long as the program";
  let arguments = (ins FIR_RegionType:$region);
  let assemblyFormat = "$region attr-dict";
}

def FIR_CommitOp : FIR_Op<"commit", []> {
  let summary = "ends a turn: keeps what the state leads to and frees the turn region";
  let description = [{
    `roots` is a function that visits each variable that holds references by
    `fir.keep_root`, and each static region by `fir.keep_region`. What they lead to traps if it is more than `limit` bytes. `poison` makes
    that reads of what is freed show.
  }];
  let arguments = (ins AnyType:$roots, I64Attr:$limit, UnitAttr:$poison);
  let assemblyFormat = "$roots `limit` $limit (`poison` $poison^)? attr-dict `:` type($roots)";
  let hasVerifier = 1;
}

def FIR_StrConstOp : FIR_Op<"str_const", [Pure]> {
  let summary = "a string literal";
  let arguments = (ins StrAttr:$value);
  let results = (outs FIR_StrType:$result);
  let assemblyFormat = "$value attr-dict";
}

def FIR_StrBytesOp : FIR_Op<"str_bytes", [Pure]> {
  let summary = "the bytes of a string";
  let arguments = (ins FIR_StrType:$str);
  let results = (outs FIR_SliceType:$result);
  let assemblyFormat = "$str attr-dict `:` qualified(type($result))";
  let hasVerifier = 1;
}

def FIR_StrFromBytesOp : FIR_Op<"str_from_bytes", [Traps]> {
  let summary = "bytes as a string; traps if they are not UTF-8";
  let arguments = (ins FIR_SliceType:$bytes);
  let results = (outs FIR_StrType:$result);
  let assemblyFormat = "$bytes attr-dict `:` qualified(type($bytes))";
  let hasVerifier = 1;
}

def FIR_StrCmpOp : FIR_Op<"str_cmp", []> {
  let summary = "comparison of strings, byte by byte";
  let arguments = (ins FIR_StrPredicate:$predicate, Arg<FIR_StrType, "", [MemRead]>:$lhs,
    Arg<FIR_StrType, "", [MemRead]>:$rhs);
  let results = (outs I1:$result);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict";
}

//===----------------------------------------------------------------------===//
// The machine around the program
//===----------------------------------------------------------------------===//

def FIR_IntrinsicOp : FIR_Op<"intrinsic",
    [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a built-in or runtime function";
  let description = [{
    `name` is `module.function` of Builtins.def, or one of the functions behind
    `print`: `print.i64 print.u64 print.f32 print.f64 print.bool print.str`
    (value, then `i1` for standard error), or the agent's scheduler:
    `agent.turn_end` (frees the turn region), or `hash.str`, or `memory.copy`
    (bytes one by one, upwards, as many as `to` has; the slices may share memory).
    Operands and results are what the function's row in Builtins.def says.
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyType>:$args);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat = "$name `(` $args `)` attr-dict `:` functional-type($args, $results)";
  let hasVerifier = 1;
}

def FIR_TrapOp : FIR_Op<"trap", [Terminator]> {
  let summary = "ends the turn with a message";
  let arguments = (ins FIR_StrType:$message);
  let assemblyFormat = "$message attr-dict";
}

def FIR_UnreachableOp : FIR_Op<"unreachable", [Terminator]> {
  let summary = "follows a call that does not return";
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// Settings, devices and agents
//===----------------------------------------------------------------------===//

/// What needs a device or other agents: code generation refuses it by name.
def FIR_AgentStep : NativeOpTrait<"AgentStep"> {
  let cppNamespace = "::flux::fir";
}
class FIR_AgentOp<string mnemonic, list<Trait> traits = []>
    : FIR_Op<mnemonic, [FIR_AgentStep] # traits>;

def FIR_SettingOp : FIR_Op<"setting", [Symbol]> {
  let summary = "a value that a deployment gives";
  let description = [{
    `value` is the default; without it the deployment must give one. `unit` is
    for people, `value` is in base units. `inferred` marks settings that no
    document declares.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type,
    OptionalAttr<AnyAttr>:$value, OptionalAttr<StrAttr>:$unit,
    UnitAttr:$inferred, OptionalAttr<StrAttr>:$source_type);
  let assemblyFormat = "(`inferred` $inferred^)? $sym_name `:` $type (`=` $value^)? (`in` $unit^)? attr-dict";
  let hasVerifier = 1;
}

def FIR_SettingValueOp : FIR_AgentOp<"setting_value", [
    DeclareOpInterfaceMethods<SymbolUserOpInterface>, MemoryEffects<[MemRead]>]> {
  let summary = "the value of a setting, known when the program is deployed";
  let arguments = (ins FlatSymbolRefAttr:$setting);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$setting attr-dict `:` qualified(type($result))";
}

def FIR_FactOp : FIR_AgentOp<"fact", [MemoryEffects<[MemRead]>]> {
  let summary = "something that only the device knows: `name` is a row of Facts.def";
  let arguments = (ins StrAttr:$name);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$name attr-dict `:` qualified(type($result))";
  let hasVerifier = 1;
}

def FIR_SensorReadOp : FIR_AgentOp<"sensor_read", [Traps]> {
  let summary = "reads a sensor, in base units; traps if it does not answer";
  let arguments = (ins StrAttr:$quantity, StrAttr:$bus, I64Attr:$address, StrAttr:$driver);
  let results = (outs AnyTypeOf<[I1, I64, F64]>:$result);
  let assemblyFormat = "$quantity `from` $bus $address `driver` $driver attr-dict `:` type($result)";
  let hasVerifier = 1;
}

class FIR_SendOp<string mnemonic, string what> : FIR_AgentOp<mnemonic, [Traps]> {
  let summary = what;
  let arguments = (ins StrAttr:$agent, StrAttr:$message, Variadic<AnyType>:$args,
    OptionalAttr<I64Attr>:$time);
  let assemblyFormat = "$message `(` $args `)` `to` $agent (`within` $time^)? attr-dict `:` functional-type($args, results)";
  let hasVerifier = 1;
}
def FIR_TellOp : FIR_SendOp<"tell", "sends a message; false if it cannot be delivered"> {
  let results = (outs I1:$delivered);
}
def FIR_DelegateOp : FIR_SendOp<"delegate", "hands a task over; false if it is not taken"> {
  let results = (outs I1:$taken);
}
def FIR_AskOp : FIR_SendOp<"ask", "sends a message and waits `time` nanoseconds for the answer"> {
  let description = "The answer has a meaning only if `answered` is true.";
  let results = (outs I1:$answered, AnyType:$answer);
}

def FIR_ReceiveOp : FIR_AgentOp<"receive", [Traps]> {
  let summary = "takes a message that waits, if there is one";
  let description = [{
    `event` is the name of a message, or of a topic if `topic` is there; `agent`
    is the sender, anybody without it. The other results have a meaning only if
    `received` is true.
  }];
  let arguments = (ins StrAttr:$event, OptionalAttr<StrAttr>:$agent, UnitAttr:$topic);
  let results = (outs I1:$received, Variadic<AnyType>:$args);
  let assemblyFormat = "(`topic` $topic^)? $event (`from` $agent^)? attr-dict `:` type(results)";
  let hasVerifier = 1;
}
def FIR_ReplyOp : FIR_AgentOp<"reply", [Traps]> {
  let summary = "answers the message that was taken last";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` qualified(type($value))";
  let hasVerifier = 1;
}

def FIR_SubscribeOp : FIR_AgentOp<"subscribe", [Traps]> {
  let summary = "lets events of a topic arrive";
  let arguments = (ins StrAttr:$topic);
  let assemblyFormat = "$topic attr-dict";
  let hasVerifier = 1;
}
def FIR_EmitOp : FIR_AgentOp<"emit", [Traps]> {
  let summary = "publishes an event";
  let arguments = (ins StrAttr:$topic, Variadic<AnyType>:$args);
  let assemblyFormat = "$topic (`(` $args^ `:` qualified(type($args)) `)`)? attr-dict";
  let hasVerifier = 1;
}
def FIR_BarrierOp : FIR_AgentOp<"barrier", [Traps]> {
  let summary = "waits for other agents; false if one does not come within `time` nanoseconds";
  let arguments = (ins StrAttr:$name, StrArrayAttr:$agents, OptionalAttr<I64Attr>:$time);
  let results = (outs I1:$met);
  let assemblyFormat = "$name `with` $agents (`within` $time^)? attr-dict";
  let hasVerifier = 1;
}

def FIR_GrantOp : FIR_AgentOp<"grant", [Traps]> {
  let summary = "passes a capability on, for `time` nanoseconds or for good";
  let arguments = (ins StrAttr:$capability, OptionalAttr<StrAttr>:$resource, StrAttr:$agent,
    OptionalAttr<I64Attr>:$time);
  let assemblyFormat = "$capability (`on` $resource^)? `to` $agent (`within` $time^)? attr-dict";
  let hasVerifier = 1;
}
def FIR_RevokeOp : FIR_AgentOp<"revoke", [Traps]> {
  let summary = "takes a capability back";
  let arguments = (ins StrAttr:$capability, OptionalAttr<StrAttr>:$resource, StrAttr:$agent);
  let assemblyFormat = "$capability (`on` $resource^)? `from` $agent attr-dict";
  let hasVerifier = 1;
}
def FIR_RestartOp : FIR_AgentOp<"restart", [Traps]> {
  let summary = "starts an agent anew: this one unless `agent` is there";
  let arguments = (ins OptionalAttr<StrAttr>:$agent);
  let assemblyFormat = "($agent^)? attr-dict";
  let hasVerifier = 1;
}

def FIR_SuperviseOp : FIR_AgentOp<"supervise"> {
  let summary = "what happens when the agent of this module fails";
  let arguments = (ins StrAttr:$strategy, I64Attr:$max_restarts, I64Attr:$time, I64Attr:$backoff,
    StrAttr:$escalate);
  let assemblyFormat = "$strategy attr-dict";
  let hasVerifier = 1;
}

#endif // FLUX_DIALECT_FIR_FIROPS_TD
