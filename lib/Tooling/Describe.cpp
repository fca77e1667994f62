//===- Describe.cpp - what a name is, in words ----------------------------===//
//
// Hovering over a name, completing it and the pages of `fluxc doc` all tell the
// same about it; this is the one place where that is put into words.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Describe.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

/// \p text on one line, with one blank between words.
static std::string flatten(StringRef text) {
  std::string result;
  for (char c : text.trim()) {
    if (!llvm::isSpace(c))
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  }
  return result;
}

static std::string getTypeName(const Type *type) {
  return !type || type->isError() ? "?" : type->str();
}

static std::string getFunctionSignature(const FunctionDecl &decl) {
  std::string text = flatten(decl.range);
  return StringRef(text).starts_with("fn ") ? text : "fn " + text;
}

/// The name with its type parameters as written: "Pair<A, B: eq>".
static std::string spellGeneric(const TypeDecl &decl) {
  std::string text = decl.name.str();
  for (const TypeParamDecl *param : decl.generics.params) {
    text += (param == decl.generics.params.front() ? "<" : ", ") +
            param->name.str();
    for (StringRef word : param->constraints)
      text += (word.begin() == param->constraints[0].begin() ? ": " : " + ") +
              word.str();
  }
  return decl.generics.isGeneric() ? text + ">" : text;
}

static std::string listFields(llvm::ArrayRef<FieldDecl> fields) {
  std::string text;
  for (const FieldDecl &field : fields)
    text += (text.empty() ? "" : ", ") + field.name.str() + ": " +
            getTypeName(field.type);
  return text;
}

static std::string getVariantText(const VariantDecl &variant) {
  std::string text = variant.name.str();
  if (!variant.fields.empty())
    text += "(" + listFields(variant.fields) + ")";
  return text;
}

static std::string getEnumSignature(const EnumDecl &decl) {
  std::string text;
  for (const VariantDecl &variant : decl.variants)
    text += (text.empty() ? "" : ", ") + getVariantText(variant);
  return "enum " + spellGeneric(decl) + " { " + text + " }";
}

static std::string getSettingText(const SettingDecl &setting) {
  std::string text;
  if (!setting.defaultText.empty())
    text += " = " + setting.defaultText.str();
  if (!setting.rangeText.empty())
    text += " in " + setting.rangeText.str();
  return text;
}

std::string flux::getSignature(const Symbol &symbol) {
  std::string name = symbol.name.str();
  std::string typed = name + ": " + getTypeName(symbol.type);
  switch (symbol.kind) {
  case SymbolKind::Variable:
    return (symbol.var && symbol.var->kind == VarDecl::Var ? "var " : "let ") +
           typed;
  case SymbolKind::Parameter:
  case SymbolKind::State:
  case SymbolKind::Field:
    return typed;
  case SymbolKind::Constant: {
    constexpr size_t maxLength = 80;
    std::string text = "const " + typed;
    if (symbol.constant && symbol.constant->init) {
      std::string value = flatten(symbol.constant->init->range);
      if (value.size() <= maxLength)
        text += " = " + value;
    }
    return text;
  }
  case SymbolKind::Function:
    return getFunctionSignature(*symbol.function);
  case SymbolKind::Struct:
    return "struct " + spellGeneric(*symbol.structure) + " { " +
           listFields(symbol.structure->fields) + " }";
  case SymbolKind::Enum:
    return getEnumSignature(*symbol.enumeration);
  case SymbolKind::Variant:
    return symbol.enumeration->name.str() + "." +
           getVariantText(*symbol.variant);
  case SymbolKind::Builtin:
    return "fn " + symbol.builtin->getFullName() +
           symbol.builtin->signature.str();
  case SymbolKind::TypeParam:
    return name + (symbol.typeParam->constraints.empty() ? "" : ": ") +
           llvm::join(symbol.typeParam->constraints, " + ");
  case SymbolKind::Module:
    return "import " + symbol.import->path.str();
  case SymbolKind::Setting:
    return "setting " + typed + getSettingText(*symbol.var->setting);
  case SymbolKind::Fact:
    return "fact " + typed;
  }
  llvm_unreachable("covered switch");
}

/// The `//` comment directly above \p place.
static std::string getCommentAbove(StringRef text, const char *place) {
  std::string result;
  StringRef before = text.take_front(place - text.begin());
  before = before.take_front(before.rfind('\n') + 1);
  while (before.consume_back("\n")) {
    StringRef line = before.substr(before.rfind('\n') + 1);
    StringRef comment = line.trim();
    if (!comment.consume_front("//"))
      break;
    result = comment.trim().str() + (result.empty() ? "" : "\n") + result;
    before = before.drop_back(line.size());
  }
  return result;
}

/// The paragraphs of a function's section before its code.
static std::string getSectionProse(const Section &section) {
  StringRef text = section.range.split('\n').second;
  if (!section.fences.empty()) {
    text = StringRef(text.begin(),
                     section.fences.front().info.begin() - text.begin());
    text = text.take_front(text.rfind('\n') + 1);
  }
  return text.trim().str();
}

std::string flux::getDocumentation(const Symbol &symbol,
                                   const Analysis &analysis) {
  if (symbol.builtin)
    return symbol.builtin->doc.str();
  if (symbol.kind == SymbolKind::Fact)
    return symbol.var->fact->doc.str();
  if (symbol.kind == SymbolKind::Setting)
    return symbol.var->setting->doc.str();
  if (symbol.isForeign)
    return "";
  if (symbol.kind == SymbolKind::Function) {
    const Section &section = analysis.getSection(symbol.name.begin());
    if (section.kind == SectionKind::Function ||
        section.kind == SectionKind::Tile)
      return getSectionProse(section);
  }
  return getCommentAbove(analysis.getText(), symbol.name.begin());
}

static std::string getRemark(const Symbol &symbol) {
  switch (symbol.kind) {
  case SymbolKind::Variable:
    if (symbol.var && symbol.var->kind == VarDecl::LoopVar)
      return "a loop variable, new in each round";
    return "";
  case SymbolKind::Parameter:
    return "a parameter";
  case SymbolKind::TypeParam:
    return "a type parameter";
  case SymbolKind::Module: {
    constexpr size_t maxNames = 12;
    std::string text = "an imported document";
    if (const Module *module = symbol.import->module) {
      llvm::ListSeparator comma;
      llvm::raw_string_ostream os(text);
      os << (module->exports.empty() ? ", which exports nothing"
                                     : ", exports ");
      for (StringRef name :
           llvm::ArrayRef(module->exports).take_front(maxNames))
        os << comma << '`' << name << '`';
      if (module->exports.size() > maxNames)
        os << ", ...";
    }
    return text;
  }
  case SymbolKind::Setting:
    return symbol.var->setting->isInferred
               ? "an inferred setting: no document declares it"
               : "a setting of the deployment";
  case SymbolKind::Fact:
    return "a fact that every agent knows";
  case SymbolKind::State:
    return "state of the agent: it lives on from turn to turn";
  case SymbolKind::Field: {
    StringRef owner =
        symbol.structure ? symbol.structure->name : symbol.variant->name;
    return "a field of `" + owner.str() + "`, " +
           std::to_string(symbol.type ? symbol.type->getSize() : 0) + " bytes";
  }
  case SymbolKind::Variant:
    return "a variant of `" + symbol.enumeration->name.str() + "`";
  case SymbolKind::Struct:
    return std::to_string(symbol.structure->size) + " bytes, aligned to " +
           std::to_string(symbol.structure->align);
  case SymbolKind::Enum:
    return std::to_string(symbol.enumeration->size) + " bytes, aligned to " +
           std::to_string(symbol.enumeration->align);
  default:
    return "";
  }
}

std::string flux::describePlace(const Analysis &analysis, const char *place,
                                StringRef &range) {
  const Index &index = analysis.getIndex();
  auto quote = [](const std::string &code) {
    return "```flux\n" + code + "\n```";
  };
  if (const Occurrence *occurrence = index.find(place)) {
    const Symbol &symbol = index.getSymbols()[occurrence->symbol];
    range = occurrence->range;
    std::string text = quote(getSignature(symbol));
    std::string effects;
    if (symbol.function && !symbol.function->statesEffects)
      if (EffectSet set = analysis.getEffects().getEffects(symbol.function))
        effects = "uses " + getEffectNames(set);
    for (const std::string &part :
         {getRemark(symbol), effects, getDocumentation(symbol, analysis)})
      if (!part.empty())
        text += "\n\n" + part;
    return text;
  }
  if (std::string text = describeStepWord(analysis, place, range);
      !text.empty())
    return text;
  const Expr *expr = index.findExpr(place);
  if (!expr || expr->type->isError() || expr->type->isVoid())
    return "";
  range = expr->range;
  return quote(expr->type->str());
}
