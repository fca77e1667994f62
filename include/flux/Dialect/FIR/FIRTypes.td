//===- FIRTypes.td - the types of FIR -------------------------------------===//
//
// Of the seventeen types of the original design, void, i8 to i64, f32, f64,
// bool (i1) and func are builtin types; the others are defined here.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_DIALECT_FIR_FIRTYPES_TD
#define FLUX_DIALECT_FIR_FIRTYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/DataLayoutInterfaces.td"
include "flux/Dialect/FIR/FIRDialect.td"

class FIR_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<FIR_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

def FIR_RefType : FIR_Type<"Ref", "ref"> {
  let summary = "the place of a value: never null, never dangling";
  let parameters = (ins "::mlir::Type":$pointee);
  let assemblyFormat = "`<` $pointee `>`";
  let builders = [TypeBuilderWithInferredContext<
    (ins "::mlir::Type":$pointee),
    [{ return $_get(pointee.getContext(), pointee); }]>];
  let genVerifyDecl = 1;
}

def FIR_ArrayType : FIR_Type<"Array", "array"> {
  let summary = "a fixed number of elements, one after the other";
  let parameters = (ins "uint64_t":$count, "::mlir::Type":$element);
  let assemblyFormat = "`<` $count `x` $element `>`";
  let builders = [TypeBuilderWithInferredContext<
    (ins "uint64_t":$count, "::mlir::Type":$element),
    [{ return $_get(element.getContext(), count, element); }]>];
  let genVerifyDecl = 1;
}

def FIR_StructType : FIR_Type<"Struct", "struct"> {
  let summary = "named fields in order, laid out as C does";
  let parameters = (ins StringRefParameter<"name">:$name,
    OptionalArrayRefParameter<"::mlir::Type">:$fields);
  let assemblyFormat = "`<` $name (`,` $fields^)? `>`";
  let genVerifyDecl = 1;
}

def FIR_EnumType : FIR_Type<"Enum", "enum"> {
  let summary = "a tagged union: one of several variants, each a struct";
  let description = [{
    The number of the variant (8 bits for up to 256 variants, else 16) comes
    first, then, aligned for all of them, the fields of the variant. Enums
    without any field are integers, not this type.
  }];
  let parameters = (ins StringRefParameter<"name">:$name,
    ArrayRefParameter<"::mlir::Type">:$variants);
  let assemblyFormat = "`<` $name `,` $variants `>`";
  let extraClassDeclaration = [{
    /// The struct of variant \p number.
    StructType getVariant(unsigned number) const {
      return ::llvm::cast<StructType>(getVariants()[number]);
    }
    ::mlir::IntegerType getTagType() const {
      return ::mlir::IntegerType::get(getContext(),
                                      getVariants().size() <= 256 ? 8 : 16);
    }
  }];
  let genVerifyDecl = 1;
}

def FIR_NamedType : FIR_Type<"Named", "named"> {
  let summary = "the element of a slice inside of the type itself, by name";
  let description = [{
    A struct or enum that contains slices of itself would have no end when
    written out; there its name, size and alignment stand for it. `fir.retype`
    changes between both forms.
  }];
  let parameters = (ins StringRefParameter<"name">:$name, "uint64_t":$size,
    "uint64_t":$align);
  let assemblyFormat = "`<` $name `,` $size `,` $align `>`";
  let genVerifyDecl = 1;
}

def FIR_SliceType : FIR_Type<"Slice", "slice"> {
  let summary = "address and number of elements that others own";
  let parameters = (ins "::mlir::Type":$element);
  let assemblyFormat = "`<` $element `>`";
  let builders = [TypeBuilderWithInferredContext<
    (ins "::mlir::Type":$element),
    [{ return $_get(element.getContext(), element); }]>];
  let genVerifyDecl = 1;
}

def FIR_StrType : FIR_Type<"Str", "str"> {
  let summary = "an immutable UTF-8 string: address and length in bytes";
}

def FIR_PtrType : FIR_Type<"Ptr", "ptr"> {
  let summary = "an untyped address (only under import SYSTEM)";
}
def FIR_AgentType : FIR_Type<"Agent", "agent"> {
  let summary = "the address of an agent";
}
def FIR_CapabilityType : FIR_Type<"Capability", "capability"> {
  let summary = "an index into the agent's capability table";
}
def FIR_BytecodeType : FIR_Type<"Bytecode", "bytecode"> {
  let summary = "verified bytecode";
}
def FIR_RegionType : FIR_Type<"Region", "region"> {
  let summary = "a handle of a memory region";
}
def FIR_AnyType : FIR_Type<"Any", "any"> {
  let summary = "a value with its type";
}

#endif // FLUX_DIALECT_FIR_FIRTYPES_TD
