//===- Types.h - the types of the language ---------------------*- C++ -*-===//
//
// Types are immutable and unique within a TypeContext, so equality is pointer
// equality.  Rules: docs/language.md, section 3.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_TYPES_H
#define FLUX_FRONTEND_TYPES_H

#include "flux/Frontend/Effects.h"
#include "flux/Frontend/Units.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace flux {

struct TypeDecl;
struct StructDecl;
struct EnumDecl;
struct TypeParamDecl;

/// What a type parameter may require; bits of a set (GEN-3).
enum class Constraint : uint8_t {
  Copy = 1,
  Eq = 2,
  Ord = 4,
  Num = 8,
  Int = 16,
  Float = 32,
  Hash = 64,
  Msg = 128,
};

/// The constraint that \p word names together with all that it implies, or 0.
unsigned getConstraintClosure(llvm::StringRef word);

enum class TypeKind : uint8_t {
  Error, ///< a message was already given; compatible with everything
  Void,
  Bool,
  Int,
  Float,
  Str,
  Array,
  Slice,
  Struct,
  Enum,
  Func,
  InOut,    ///< a `var` parameter in the type of a function
  Param,    ///< a type parameter, in the declaration that has it
  Region,   ///< the handle of a region
  Quantity, ///< a number with a dimension (steps)
  Handle,   ///< what only the machine around the program can make
};

/// What a handle stands for; all but the first two are linear (LIN-1).
enum class HandleKind : uint8_t { Agent, Bytecode, Capability, Device, Reply };

/// A type.  Which members are meaningful depends on the kind.
struct Type {
  TypeKind kind;
  uint8_t width = 0;                     ///< bits of Int and Float
  bool isSigned = false;                 ///< Int
  bool isWritable = false;               ///< Slice: `[var T]`
  const Type *element = nullptr;         ///< Array, Slice, InOut; Func:
                                         ///< result; of Quantity the number
  uint64_t count = 0;                    ///< Array
  StructDecl *decl = nullptr;            ///< Struct
  EnumDecl *enumDecl = nullptr;          ///< Enum
  const TypeParamDecl *param = nullptr;  ///< Param
  llvm::ArrayRef<const Type *> params{}; ///< Func
  bool statesEffects = false;            ///< Func: `uses` is there
  EffectSet effects = 0;                 ///< Func: what calling it may do
  Dimension dimension = Dimension::None; ///< Quantity
  HandleKind handle =
      HandleKind::Agent; ///< Handle; `element` is its R, or null

  bool isError() const { return kind == TypeKind::Error; }
  bool isVoid() const { return kind == TypeKind::Void; }
  bool isBool() const { return kind == TypeKind::Bool; }
  bool isInt() const { return kind == TypeKind::Int; }
  bool isFloat() const { return kind == TypeKind::Float; }
  bool isNumber() const { return isInt() || isFloat(); }
  bool isStr() const { return kind == TypeKind::Str; }
  bool isArray() const { return kind == TypeKind::Array; }
  bool isSlice() const { return kind == TypeKind::Slice; }
  bool isStruct() const { return kind == TypeKind::Struct; }
  bool isEnum() const { return kind == TypeKind::Enum; }
  bool isOption() const;
  bool isResult() const; ///< `T ! E`
  bool isTuple() const;
  /// Arrays, structs and enums with fields: values that live in memory.
  bool isAggregate() const {
    return isArray() || isStruct() || (isEnum() && hasPayload());
  }
  bool hasPayload() const; ///< Enum: some variant has fields
  /// True if `print` writes values of this type.
  bool isPrintable() const;
  /// True if values of this type are or contain values of a struct or enum
  /// that contains slices of itself.
  bool containsRecursive() const;
  /// The E of `T ! E`.
  const Type *getErrorType() const;
  bool isFunc() const { return kind == TypeKind::Func; }
  bool isInOut() const { return kind == TypeKind::InOut; }
  /// The declaration of a struct or enum, or null.
  TypeDecl *getDecl() const;
  /// True if the size is known and stays what it is.
  bool isComplete() const;
  /// What a type was made of, where each such list gives another type: the
  /// type arguments of a struct or enum, the results of a tuple.
  llvm::SmallVector<const Type *, 4> getTypeArgs() const;
  bool isParam() const { return kind == TypeKind::Param; }
  /// True if each value of the type can do what \p constraint promises.
  bool satisfies(Constraint constraint) const;
  bool actsAsInt() const {
    return isInt() || (isParam() && satisfies(Constraint::Int));
  }
  bool actsAsFloat() const {
    return isFloat() || (isParam() && satisfies(Constraint::Float));
  }
  bool actsAsNumber() const {
    return isNumber() || (isParam() && satisfies(Constraint::Num));
  }
  /// True if a type parameter is part of the type.
  bool isOpen() const;
  bool isRegion() const { return kind == TypeKind::Region; }
  bool isQuantity() const { return kind == TypeKind::Quantity; }
  bool isHandle() const { return kind == TypeKind::Handle; }
  /// True if each value of this type has to be used exactly once (LIN-1).
  bool isLinear() const;
  /// The number that holds a quantity; other types as they are.
  const Type *getNumber() const { return isQuantity() ? element : this; }
  /// True if a value of this type is or contains a slice or str, that is,
  /// refers to memory that it does not own.
  bool holdsReference() const;
  /// Size and alignment in bytes in the memory layout that all targets share
  /// (addresses count 8 bytes); 0 and 1 for what is not resolved yet.
  uint64_t getSize() const;
  uint64_t getAlign() const;
  /// The type as written in source: "[var u8]".
  std::string str() const;
};

/// Makes and owns the unique types.
class TypeContext {
public:
  static constexpr size_t maxTupleElements = 8;
  TypeContext();
  const Type *getError() const { return &error; }
  const Type *getVoid() const { return &voidType; }
  const Type *getBool() const { return &boolType; }
  const Type *getStr() const { return &strType; }
  const Type *getRegion() const { return &regionType; }
  /// \p width is 8, 16, 32 or 64.
  const Type *getInt(unsigned width, bool isSigned) const;
  /// \p width is 32 or 64.
  const Type *getFloat(unsigned width) const {
    return width == 32 ? &f32Type : &f64Type;
  }
  const Type *getI64() const { return getInt(64, true); }
  const Type *getF64() const { return &f64Type; }
  const Type *getSlice(const Type *element, bool isWritable);
  const Type *getArray(const Type *element, uint64_t count);
  const Type *getStruct(StructDecl *decl);
  const Type *getEnum(EnumDecl *decl);
  const Type *getOption(const Type *element);
  /// `T ! E`; \p value may be nothing (Void) or a tuple.
  const Type *getResult(const Type *value, const Type *error);
  /// The result of a function with several results.
  const Type *getTuple(llvm::ArrayRef<const Type *> elements);
  /// What `?` gives for an Option or Result: may be nothing or a tuple.
  const Type *getTryType(const Type *type) const {
    return tryTypes.lookup(type);
  }
  /// The type of functions; those that state no effects differ from those
  /// that state \p effects.
  const Type *getFunc(llvm::ArrayRef<const Type *> params, const Type *result,
                      bool statesEffects = false, EffectSet effects = 0);
  /// The type of a `var` parameter in the type of a function.
  const Type *getInOut(const Type *element);
  /// The type that stands for \p param in its declaration.
  const Type *getParam(const TypeParamDecl *param);
  const Type *getQuantity(Dimension dimension) const {
    return &quantities[static_cast<unsigned>(dimension)];
  }
  /// \p element is null where the kind has no parameter.
  const Type *getHandle(HandleKind kind, const Type *element);
  /// The type that a type word names ("i32", "str"), or null.
  const Type *lookupBuiltin(llvm::StringRef word) const;

private:
  const Type *makeBuiltinEnum(EnumDecl &decl, std::string name);
  llvm::StringRef copyText(llvm::StringRef text);
  Type error, voidType, boolType, strType, regionType, f32Type, f64Type;
  Type ints[2][4];
  static constexpr unsigned numDimensions = 1
#define DIMENSION(ID, NAME, BASE, DIFFERENCE, DISPLAY) +1
#include "flux/Frontend/Units.def"
      ;
  Type quantities[numDimensions];
  llvm::BumpPtrAllocator allocator;
  llvm::DenseMap<std::pair<const Type *, unsigned>, const Type *> slices;
  llvm::DenseMap<std::pair<const Type *, uint64_t>, const Type *> arrays;
  llvm::DenseMap<StructDecl *, const Type *> structs;
  llvm::DenseMap<EnumDecl *, const Type *> enums;
  llvm::DenseMap<std::pair<const Type *, unsigned>, const Type *> handles;
  llvm::DenseMap<std::pair<const Type *, const Type *>, const Type *> results;
  std::map<std::vector<const Type *>, const Type *> tuples;
  llvm::DenseMap<const Type *, const Type *> tryTypes;
  llvm::DenseMap<const Type *, const Type *> inOuts;
  llvm::DenseMap<const TypeParamDecl *, const Type *> params;
  /// Function types with the same number of parameters and result.
  llvm::DenseMap<std::pair<const Type *, size_t>, std::vector<const Type *>>
      funcs;
};

/// Sets offsets, size, alignment and abilities of a struct whose fields have
/// types.
void layOutStruct(StructDecl &decl);
/// The same of an enum whose fields have types: the tag
/// (8 bits for up to 256 variants, else 16) at offset 0, then, aligned for all
/// of them, the fields of the variant.
void layOutEnum(EnumDecl &decl);

} // namespace flux

#endif // FLUX_FRONTEND_TYPES_H
