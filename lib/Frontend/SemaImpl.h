//===- SemaImpl.h - the state of semantic analysis -------------*- C++ -*-===//
//
// Private to the Sema*.cpp files, which share one class: declarations
// (Sema.cpp), expressions (SemaExpr.cpp, SemaCall.cpp), statements and steps
// (SemaStmt.cpp), constants (ConstEval.cpp).
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_FRONTEND_SEMAIMPL_H
#define FLUX_LIB_FRONTEND_SEMAIMPL_H

#include "flux/Frontend/Builtins.h"
#include "flux/Frontend/Sema.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include <map>

namespace flux {

/// Limits that turn hostile input into errors.
struct SemaLimits {
  static constexpr uint64_t maxTypeBytes = 1ull << 30;
  static constexpr uint64_t maxFrameBytes = 256u << 10;
  static constexpr uint64_t maxConstBytes = 16u << 20;
  static constexpr size_t maxVariants = 4096;
  static constexpr unsigned maxTypeParams = 16;
  static constexpr unsigned maxInstances = 20'000;
  static constexpr unsigned maxInstanceDepth = 64;
  static constexpr size_t maxInstanceName = 1024;
};

/// A name of the module.
struct ModuleName {
  enum Kind : uint8_t {
    None,
    Function,
    Struct,
    Enum,
    Const,
    Import,
    Region,
  } kind = None;
  void *decl = nullptr;
  llvm::StringRef place;
  ImportDecl *import = nullptr; ///< what brought the name in by `names`
};

class Sema;

/// The analyses of all modules of a program, imported ones first.  What belongs
/// to another module is asked of its Sema, which knows the names there.
struct SemaProgram {
  /// Type arguments that have to wait until all types are complete.
  struct LateCheck {
    Sema *sema;
    llvm::StringRef name;
    const Generics *generics;
    llvm::SmallVector<const Type *, 4> args;
    llvm::StringRef place;
  };
  std::vector<std::unique_ptr<Sema>> semas;
  llvm::DenseMap<const Module *, Sema *> byModule;
  unsigned numResolving = 0;            ///< structs and enums under way
  bool isFinishing = false;             ///< the last of them is done
  std::vector<const Type *> unfinished; ///< instances that wait for them
  std::vector<LateCheck> lateChecks;
};

/// A copy of \p body for an instance; Clone.cpp.
Block *cloneBody(const Block &body, ASTContext &context);

class Sema {
public:
  Sema(Module &module, ASTContext &context, DiagnosticEngine &diags,
       SemaProgram &program)
      : module(module), context(context), types(context.types), diags(diags),
        program(program) {}
  void run();
  /// Analyses the instances that were asked for since the last time; false if
  /// there were none.
  bool checkInstances();
  void findRecursiveTypes();
  using TypeList = llvm::SmallVector<const Type *, 4>;

private:
  friend class MatchChecker;

  // Sema.cpp: declarations.
  void declareNames();
  void declareNamesOf(bool inTests);
  bool declareName(llvm::StringRef name, ModuleName::Kind kind, void *decl,
                   ImportDecl *import = nullptr);
  void resolveStruct(StructDecl &decl);
  /// Adds up the sizes of fields, which must be complete.
  void sizeFields(const TypeDecl &decl, llvm::MutableArrayRef<FieldDecl> fields,
                  llvm::StringRef place);
  /// Reports names that several fields have.
  void checkFieldNames(llvm::ArrayRef<FieldDecl> fields);
  /// Leaves the declaration of a type; after the last one, finishes what had to
  /// wait.
  void leaveDecl();
  /// Resolves what the layout of \p type depends on, or, \p behindSlice, what
  /// the functions in it take; false if it contains itself, which is reported.
  bool complete(const Type *type, bool behindSlice = false);
  void resolveConst(ConstDecl &decl);
  void resolveSignature(FunctionDecl &decl);
  void checkMain();
  void checkFunction(FunctionDecl &decl);
  void checkAgent(AgentDecl &agent);
  const Type *resolveType(TypeExpr *expr);
  /// The array with \p count, an expression, elements.
  const Type *resolveArray(llvm::StringRef range, const Type *element,
                           Expr *count);
  const Type *makeArray(llvm::StringRef range, const Type *element,
                        uint64_t count);
  llvm::StringRef suggestName(llvm::StringRef name);
  /// Adds the names that the module declares for \p place, for suggestions.
  void appendModuleNames(llvm::StringRef place,
                         llvm::SmallVectorImpl<llvm::StringRef> &names);

  // SemaModules.cpp.
  void declareImports();
  void declareExports();
  void checkExports();
  void checkImports();
  void checkExportedType(llvm::StringRef place, const Type *type);
  /// The import called \p name, or null.
  ImportDecl *findImport(llvm::StringRef name) const;
  /// What the module of \p import exports as \p name, or null.
  const ModuleName *findExport(ImportDecl &import, llvm::StringRef name);
  /// The declaration that \p name, after the word \p qualifier, stands for;
  /// reports and gives null if there is none.
  const ModuleName *lookupQualified(llvm::StringRef qualifier,
                                    llvm::StringRef name);
  void reportNotExported(const ImportDecl &import, llvm::StringRef name);
  void reportUnknownModule(llvm::StringRef name);
  /// The analysis of the module that declares something.
  Sema &getSema(const Module *owner) {
    return !owner || owner == &module ? *this : *program.byModule.at(owner);
  }
  /// What \p name, a place in the text, means there.
  const ModuleName *lookupModuleName(llvm::StringRef name) const {
    const ModuleName *entry = findModuleName(name);
    if (entry && entry->import)
      entry->import->isUsed = true;
    return entry;
  }
  const ModuleName *findModuleName(llvm::StringRef name) const;

  // SemaEnum.cpp.
  void resolveEnum(EnumDecl &decl);
  void resolveVariants(EnumDecl &decl);
  const Type *resolveResult(TypeExpr *expr);
  const Type *resolveTuple(TypeExpr *expr);
  const Type *resolveOption(TypeExpr *expr);
  /// The enum with that name, resolved, or null.
  EnumDecl *lookupEnum(llvm::StringRef qualifier, llvm::StringRef name);
  EnumDecl *lookupEnum(llvm::StringRef name) {
    auto [qualifier, own] = name.split('.');
    return own.empty() ? lookupEnum("", name)
                       : lookupEnum(qualifier.trim(), own.trim());
  }
  /// Reports a variant that does not exist; null then.
  const VariantDecl *findVariant(const EnumDecl &decl, llvm::StringRef name);
  const Type *checkVariantName(MemberExpr *expr, EnumDecl &decl,
                               const Type *expected);
  bool checkVariantCount(CallExpr *expr, const EnumDecl &decl,
                         const VariantDecl &variant);
  const Type *checkVariantCall(CallExpr *expr, const Type *type,
                               const VariantDecl *variant);
  const Type *checkEnumCall(CallExpr *expr, EnumDecl &decl,
                            const Type *expected);
  const Type *checkVariantLiteral(StructLiteralExpr *expr,
                                  const Type *expected);
  const Type *checkBuiltinVariant(CallExpr *expr, const Type *expected);
  const Type *checkTry(TryExpr *expr);
  bool checkTuple(TupleExpr *expr, const Type *result);
  void checkDeclTuple(DeclTupleStmt *stmt);

  // SemaMatch.cpp.
  bool checkMatch(MatchStmt *stmt);
  // Generics.cpp.
  struct TypeParamBinding {
    const Type *type = nullptr;
    llvm::StringRef place;
  };
  using TypeParamMap = llvm::DenseMap<llvm::StringRef, TypeParamBinding>;
  void declareTypeParams(Generics &generics);
  /// What the parameters mean in an instance with \p args, or, without, in the
  /// declaration.
  static TypeParamMap bindTypeParams(const Generics &generics,
                                     llvm::ArrayRef<const Type *> args);
  const Type *substitute(const Type *type,
                         llvm::ArrayRef<TypeParamDecl *> params,
                         llvm::ArrayRef<const Type *> args,
                         llvm::StringRef place);
  void unify(const Type *pattern, const Type *actual,
             llvm::ArrayRef<TypeParamDecl *> params,
             llvm::MutableArrayRef<const Type *> bindings);
  bool nameInstance(Generics &instance, llvm::StringRef name,
                    llvm::ArrayRef<const Type *> args, llvm::StringRef place,
                    bool isType);
  void substituteFields(llvm::MutableArrayRef<FieldDecl> fields,
                        const Generics &pattern, const Generics &instance);
  /// The instance of a struct or enum; not complete while declarations are
  /// being resolved.
  template <typename Decl>
  const Type *getInstance(Decl &pattern, llvm::ArrayRef<const Type *> args,
                          llvm::StringRef place);
  FunctionDecl *getInstance(FunctionDecl &pattern,
                            llvm::ArrayRef<const Type *> args,
                            llvm::StringRef place);

  bool checkConstraints(llvm::StringRef name, const Generics &generics,
                        llvm::ArrayRef<const Type *> args,
                        llvm::StringRef place);
  std::optional<TypeList> resolveTypeArgs(llvm::StringRef name,
                                          llvm::StringRef place,
                                          const Generics &generics,
                                          llvm::ArrayRef<TypeExpr *> written);
  /// Reports type arguments of something that has no parameters.
  bool refuseTypeArgs(llvm::StringRef name, llvm::ArrayRef<TypeExpr *> written);
  bool finishInference(llvm::StringRef name, const Generics &generics,
                       llvm::ArrayRef<const Type *> bindings,
                       llvm::StringRef place, llvm::StringRef suffix = "(...)");
  const Type *checkParamLiteral(IntLiteralExpr *expr, const Type *type,
                                bool negated);
  /// Notes why \p op is not defined on two values of \p type.
  static void noteMissingAbility(DiagnosticBuilder &report, const Type *type,
                                 BinaryOp op);
  bool needsExpectation(const Expr *expr);
  bool isPartlyOpen(const Type *type, const Generics &generics) const;
  void inferFromValues(llvm::ArrayRef<Expr *> values,
                       llvm::ArrayRef<const Type *> patterns,
                       llvm::ArrayRef<VarDecl *> params,
                       const Type *resultPattern, const Type *expected,
                       const Generics &generics, TypeList &bindings);
  void inferLast(Expr *value, const Type *pattern, const Type *hint,
                 const Generics &generics, TypeList &bindings);
  FunctionDecl *resolveGenericCall(CallExpr *expr, FunctionDecl &pattern,
                                   const Type *expected);
  const Type *resolveGenericLiteral(StructLiteralExpr *expr,
                                    StructDecl &pattern, const Type *expected);
  const Type *makeComplete(const Type *type);
  /// The enum that a variant with \p values for fields of the types
  /// \p patterns makes; reports and gives an error if it is not known.
  const Type *resolveVariantType(EnumDecl &decl, llvm::StringRef place,
                                 llvm::ArrayRef<TypeExpr *> typeArgs,
                                 llvm::ArrayRef<Expr *> values,
                                 llvm::ArrayRef<const Type *> patterns,
                                 const Type *expected);
  /// The values of a literal for \p fields, and the types of these.
  static void matchFields(const StructLiteralExpr &expr,
                          llvm::ArrayRef<FieldDecl> fields,
                          llvm::SmallVectorImpl<Expr *> &values,
                          TypeList &types);
  bool checkTypeArgPlace(llvm::ArrayRef<TypeExpr *> typeArgs,
                         llvm::StringRef owner, llvm::StringRef variant);
  bool needsExpectation(const EnumDecl &decl, llvm::StringRef variant,
                        llvm::ArrayRef<Expr *> values);
  const Type *checkFunctionName(NameExpr *expr, FunctionDecl &decl,
                                const Type *expected);
  const Type *checkValueCall(CallExpr *expr);

  // Sema.cpp: scopes.
  struct ScopeMark {
    size_t numVisible;
  };
  ScopeMark pushScope() {
    ++depth;
    return {visible.size()};
  }
  void popScope(ScopeMark mark);
  /// Makes \p var visible; reports names that exist already (DECL-1).
  void declareVar(VarDecl *var);
  VarDecl *lookupVar(llvm::StringRef name) const { return vars.lookup(name); }

  // SemaExpr.cpp.  `expected` guides literals; null: no expectation.
  const Type *check(Expr *expr, const Type *expected = nullptr);
  const Type *checkKind(Expr *expr, const Type *expected);
  /// Checks \p expr and reports unless its type fits \p type.
  bool expect(Expr *expr, const Type *type, llvm::StringRef what);
  /// The same for an expression that inference may have checked already.
  bool expectOnce(Expr *expr, const Type *type, llvm::StringRef what);
  bool isAssignable(const Type *from, const Type *to) const;
  /// The same for the value of \p expr, which is about to become a \p to.
  bool accepts(Expr *expr, const Type *to);
  void reportMismatch(Expr *expr, const Type *type, llvm::StringRef what);
  const Type *checkIntLiteral(IntLiteralExpr *expr, const Type *expected,
                              bool negated);
  const Type *checkFloatLiteral(FloatLiteralExpr *expr, const Type *expected);
  const Type *checkName(NameExpr *expr, const Type *expected);
  const Type *checkUnary(UnaryExpr *expr, const Type *expected);
  const Type *checkBinary(BinaryExpr *expr, const Type *expected);
  const Type *checkShift(BinaryExpr *expr, const Type *expected);
  const Type *checkStructLiteral(StructLiteralExpr *expr, const Type *expected);
  /// Checks the values of a struct or variant \p name against its fields.
  bool checkFieldInits(StructLiteralExpr &expr, llvm::StringRef name,
                       llvm::ArrayRef<FieldDecl> fields);
  const Type *checkConvert(ConvertExpr *expr);
  const Type *checkIndex(IndexExpr *expr);
  const Type *checkSliceRange(SliceRangeExpr *expr);
  const Type *checkMember(MemberExpr *expr, const Type *expected);
  const Type *checkMemberOf(MemberExpr *expr, const Type *base);
  const Type *checkArrayLiteral(ArrayLiteralExpr *expr, const Type *expected);
  const Type *checkArrayFill(ArrayFillExpr *expr, const Type *expected);
  bool checkIndexOperand(Expr *index);
  /// True for expressions made of literals without suffix only.
  static bool isUntyped(const Expr *expr);
  static bool hasFloatLiteral(const Expr *expr);
  const Type *defaultType(const Expr *expr, const Type *expected) const;
  /// True if \p expr names memory that exists before and after it.
  static bool isPlace(const Expr *expr);
  /// True if the elements that slicing \p expr gives may be written.
  static bool isMutablePlace(const Expr *expr);
  bool checkAssignable(Expr *place);

  /// Notes that the body under analysis uses the world at \p place, or calls
  /// \p callee there; \p what names it in messages.
  void noteEffect(llvm::StringRef place, EffectSet flags, llvm::StringRef what,
                  bool oneOf = false) {
    if (flags)
      context.effects.add(function, {place, nullptr, flags, oneOf, what});
  }
  void noteCall(llvm::StringRef place, const FunctionDecl *callee);
  /// Whoever names a constant may call the functions in it.
  void noteFunctions(llvm::StringRef place, const ConstValue &value,
                     const Type *type);

  // SemaTile.cpp.
  bool isShape(const TypeExpr &expr) const;
  std::optional<ShapeSize>
  resolveSize(const TypeExpr &shape, Expr *size, const Type *element,
              llvm::SmallVectorImpl<VarDecl *> &dimensions);
  bool checkShaped(Expr *arg, const VarDecl &param);
  const Type *checkRow(IndexExpr *expr);
  const Type *reportIndexCount(const Expr *root, size_t count,
                               llvm::StringRef place);
  bool checkIndexCount(const Expr *base, llvm::StringRef place);
  bool checkSizes(SliceRangeExpr &expr, bool isArgument);
  std::optional<int64_t> getConstantSize(const Expr *size) const;
  void checkShapes(const CallExpr &call);
  void resolveShapes(FunctionDecl &decl);
  void checkSizes(const FunctionDecl &decl);
  bool refuseInTile(llvm::StringRef place, const llvm::Twine &what);
  void checkTileCall(const CallExpr *expr);

  // SemaCall.cpp.
  const Type *checkCall(CallExpr *expr, const Type *expected);
  const Type *checkBuiltinCall(CallExpr *expr, const Type *expected);
  const Type *checkHash(CallExpr *expr);
  const Type *checkSlice(CallExpr *expr, const Type *expected);
  const Type *checkArgs(CallExpr *expr);
  bool checkArgCount(CallExpr *expr, size_t expected);

  // SemaVar.cpp: `var` parameters.
  /// Checks the argument of \p param, with or without `var`.
  bool checkArgument(Expr *arg, const VarDecl &param) {
    if (param.shape.size() > 1 && !param.type->isError())
      return checkShaped(arg, param);
    return checkArgument(arg, param.type, param.isVarParam, param.name);
  }
  /// The same for a parameter of \p type, whose \p name may be empty.
  bool checkArgument(Expr *arg, const Type *type, bool isVarParam,
                     llvm::StringRef name);
  /// Reports `var` arguments whose root variable another argument views.
  void checkExclusive(const CallExpr &call);

  // SemaLinear.cpp.
  /// The type that a word with a parameter in angle brackets names
  /// (`capability<R>`), or null.
  const Type *resolveHandle(TypeExpr *expr);
  const Type *checkDiscard(CallExpr *expr);
  /// Only the document that declares it makes and discards a linear struct.
  void checkMaker(llvm::StringRef place, const StructDecl &decl,
                  llvm::StringRef what);

  // SemaRegion.cpp.
  /// The type of a parameter: only there may it be `region`.
  const Type *resolveParamType(TypeExpr *expr);
  bool checkRegion(RegionStmt *stmt);
  /// Finds the region in which the call of `slice` takes memory.
  bool checkSliceRegion(CallExpr *call);
  /// Notes that \p decl is used at \p place, and gives its variable.
  VarDecl *useRegion(llvm::StringRef place, RegionDecl &decl);

  // SemaStmt.cpp: each returns whether the end of the statement is reached.
  bool checkBlock(Block &block);
  /// Checks the statements of \p block in the current scope.
  bool checkStatements(Block &block);
  bool checkStmt(Stmt *stmt);
  void checkDecl(VarDecl *var);
  void checkAssign(AssignStmt *stmt);
  bool checkExprStmt(ExprStmt *stmt);
  bool checkIf(IfStmt *stmt);
  bool checkLoop(LoopStmt *stmt);
  void checkForRange(ForRangeStmt *stmt);
  void checkForEach(ForEachStmt *stmt);
  void checkReturn(ReturnStmt *stmt);
  void checkCondition(Expr *condition);

  // Steps/SemaSteps.cpp.
  void checkSet(SetStmt *stmt);
  void checkRead(ReadStmt *stmt);
  void checkMessage(MessageStmt *stmt);
  void checkWhen(WhenStmt *stmt);
  void checkWait(WaitStmt *stmt);
  void checkSettings();
  void checkSetting(SettingDecl &setting);
  const Type *resolveSettingType(const SettingDecl &setting);
  std::optional<ConstValue> getSettingValue(Expr *value, const Type *type,
                                            llvm::StringRef what);
  void setSettingValue(SettingDecl &setting, Expr *value, llvm::StringRef what);
  void applyOverrides();
  void checkVocabulary();
  void checkPolicy();

  // Steps/SemaUnits.cpp.
  /// The type of an operation of which one side at least is a quantity.
  const Type *checkQuantities(BinaryExpr *expr, const Type *lhs,
                              const Type *rhs);
  const Type *reportDimensions(BinaryExpr *expr, const Type *lhs,
                               const Type *rhs);
  /// What \p other, beside a \p type, is expected to be: names of undeclared
  /// things take every type, literals only numbers.
  const Type *getOtherSide(BinaryOp op, const Type *type, Expr *other);
  const Type *checkInUnit(InUnitExpr *expr);
  /// Lets a call of a print function write quantities with their units.
  void addUnits(CallExpr *call);

  // Steps/Resolve.cpp: names in steps.
  bool inSteps() const { return agent && !function; }
  /// A visible variable, a setting or a fact; no guessing.
  VarDecl *lookupStepName(llvm::StringRef name);
  /// The same, then a prefix, then a new setting; null where the name belongs
  /// to the module, or after an error.
  VarDecl *resolveStepName(llvm::StringRef name, bool &isReported);
  /// True for a name whose type is not known yet.
  bool isOpen(Expr *expr);
  /// Gives \p var the type that its use at \p place expects.
  void giveType(VarDecl *var, const Type *type, llvm::StringRef place);
  /// The type of a name in a step; null where the name is none of the steps.
  const Type *checkStepName(NameExpr *expr, const Type *expected);
  const Type *reportConflict(NameExpr *expr, const Type *expected);
  const Type *reportBothOpen(BinaryExpr *expr);
  /// Checks \p expr, which may be a name of any type, without deciding it.
  const Type *checkWeakly(Expr *expr);
  /// What is still open becomes a str.
  void closeOpenNames();
  /// The variable that a step binds, new or not; null after an error.  A null
  /// \p type leaves it open.
  VarDecl *bindName(llvm::StringRef name, const Type *type, bool &declares);
  void checkNewName(llvm::StringRef name);
  /// Adds \p name to \p known; false if it nearly is another one, an error.
  bool checkPeerName(std::vector<llvm::StringRef> &known, llvm::StringRef name,
                     llvm::StringRef what);
  /// Notes a decision for flux.lock, and \p text for the user.
  void decide(llvm::StringLiteral kind, const llvm::Twine &key,
              const llvm::Twine &value, llvm::StringRef place,
              const llvm::Twine &text);
  void reportMessage(const MessageStmt &message);
  void reportInferred();

  // ConstEval.cpp.
  /// Evaluates a checked expression; reports what is not constant.
  std::optional<ConstValue> evaluate(const Expr *expr);
  std::optional<ConstValue>
  evaluateConstruction(const Construction &construction);
  std::optional<ConstValue> evaluateUnary(const UnaryExpr *expr);
  std::optional<ConstValue> evaluateBinary(const BinaryExpr *expr);
  std::optional<ConstValue> evaluateConvert(const ConvertExpr *expr);
  std::optional<ConstValue> evaluateIndex(const IndexExpr *expr);
  std::optional<ConstValue> evaluateAggregate(const Expr *expr);

  Module &module;
  ASTContext &context;
  TypeContext &types;
  DiagnosticEngine &diags;
  SemaProgram &program;

  using NameMap = llvm::DenseMap<llvm::StringRef, ModuleName>;
  NameMap names;
  std::vector<NameMap> testNames; ///< that only one test sees
  llvm::DenseSet<llvm::StringRef> exported;
  llvm::DenseMap<llvm::StringRef, VarDecl *> vars; ///< visible variables
  llvm::SmallVector<VarDecl *> visible;            ///< in order of declaration
  unsigned depth = 0;
  /// Above 0 inside of a slice type, where a declaration need not be resolved.
  unsigned sliceDepth = 0;
  TypeParamMap typeParams; ///< visible ones
  /// Instances by declaration and type arguments.
  std::map<std::vector<const void *>, void *> instances;
  unsigned numInstances = 0;
  size_t numChecked = 0;                  ///< of the instances of functions
  const Generics *typeInstance = nullptr; ///< of a type, that is being made

  // The body under analysis.
  FunctionDecl *function = nullptr; ///< null in an agent
  AgentDecl *agent = nullptr;       ///< null in a function
  bool inLoopSection = false;       ///< agent: `## Loop`
  bool atSectionLevel = false;      ///< agent: directly in the section
  /// Facts and inferred settings that steps use.
  llvm::MapVector<llvm::StringRef, VarDecl *> openNames;
  llvm::DenseMap<VarDecl *, llvm::SmallVector<NameExpr *, 2>> openUses;
  llvm::DenseMap<VarDecl *, llvm::StringRef> typePlaces;
  llvm::DenseSet<NameExpr *> reportedNames;
  std::vector<VarDecl *> answers; ///< of ASK, and parameters of When
  std::vector<MessageStmt *> messages;
  std::vector<WhenStmt *> handlers;
  std::vector<CallExpr *> printCalls; ///< in steps
  std::vector<llvm::StringRef> peers, peerFunctions, topics;
  /// What users are told about decisions.
  struct Inferred {
    llvm::StringRef place;
    std::string text;
  };
  std::vector<Inferred> inferred;
  uint64_t frameBytes = 0;
  unsigned deferDepth = 0;
  bool isExpectedUnknown = false; ///< the expected type was reported
  bool allowsTuple = false;       ///< the next expression may be a tuple
  bool acceptsVarArg = false;     ///< the next expression may be marked `var`
  bool acceptsRegion = false;     ///< the next expression may be a region
  bool acceptsSizes = false;      ///< the next expression may be `x[..; m, n]`
  llvm::SmallVector<VarDecl *> regions; ///< blocks around, innermost last
  /// The loops around the statement, innermost last; a null entry is a loop
  /// other than `loop`.
  llvm::SmallVector<LoopStmt *> loops;
};

} // namespace flux

#endif // FLUX_LIB_FRONTEND_SEMAIMPL_H
