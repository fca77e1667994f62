//===- Hints.cpp - what editors show beside the text ----------------------===//
//
// Which parameter an argument is for, which type a name has, what belongs
// together: a reader would have to look elsewhere for it.  Calls are found in
// the text, because a call under way is not in the tree.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Hints.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The code before \p place: of its fence, its step or its heading.
static StringRef getCodeBefore(const Analysis &analysis, const char *place) {
  const Section &section = analysis.getSection(place);
  auto isIn = [&](const Fence &fence) {
    return place >= fence.body.begin() && place <= fence.body.end();
  };
  for (const Fence &fence : section.fences)
    if (isIn(fence))
      return StringRef(fence.body.begin(), place - fence.body.begin());
  for (const TestFence &test : section.tests)
    if (isIn(test.code))
      return StringRef(test.code.body.begin(), place - test.code.body.begin());
  StringRef text = analysis.getText();
  StringRef before = text.take_front(place - text.begin());
  StringRef line = before.substr(before.rfind('\n') + 1);
  StringRef step = findStepPlace(section, line).text;
  // In a string, only what is in braces is code.
  size_t quotes = step.count('"');
  return quotes % 2 ? step.drop_front(step.rfind('{') + 1) : step;
}

namespace {

/// A bracket that is open, and what stands before it.
struct OpenBracket {
  TokenKind kind;
  std::string callee; ///< "list.push"
  unsigned numCommas = 0;
  StringRef argument; ///< the first word of the current argument
};

} // namespace

/// The name that ends before \p tokens do: `a.b`, also with type arguments.
static std::string getCallee(llvm::ArrayRef<Token> tokens) {
  size_t at = tokens.size();
  auto countEnds = [&](size_t i) {
    return tokens[i].kind == TokenKind::greater          ? 1u
           : tokens[i].kind == TokenKind::greatergreater ? 2u
                                                         : 0u;
  };
  if (at && countEnds(at - 1)) {
    unsigned depth = 0;
    while (at > 0) {
      depth += countEnds(--at);
      if (tokens[at].kind == TokenKind::less && --depth == 0)
        break;
    }
  }
  std::string name;
  while (at > 0 && tokens[at - 1].kind == TokenKind::Identifier) {
    name.insert(0, tokens[--at].text.str());
    if (at == 0 || tokens[at - 1].kind != TokenKind::dot)
      break;
    --at;
    name.insert(0, ".");
  }
  return name;
}

/// The brackets that are open at the end of \p code.
static std::vector<OpenBracket> findBrackets(StringRef code) {
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources); // without renderers
  ASTContext context;
  Lexer lexer(code, context, diags);
  std::vector<Token> tokens;
  std::vector<OpenBracket> open;
  while (true) {
    Token token = lexer.next();
    switch (token.kind) {
    case TokenKind::End:
      return open;
    case TokenKind::l_paren:
    case TokenKind::l_square:
    case TokenKind::l_brace:
      open.push_back({token.kind,
                      token.kind == TokenKind::l_paren ? getCallee(tokens) : "",
                      0, ""});
      break;
    case TokenKind::r_paren:
    case TokenKind::r_square:
    case TokenKind::r_brace:
      if (!open.empty())
        open.pop_back();
      break;
    case TokenKind::comma:
      if (!open.empty()) {
        ++open.back().numCommas;
        open.back().argument = "";
      }
      break;
    default:
      if (!open.empty() && open.back().argument.empty())
        open.back().argument = token.text;
    }
    tokens.push_back(token);
  }
}

/// Where the parameters are in \p label, between the first parenthesis and the
/// one that closes it.
static void findParameters(CallHelp &help) {
  StringRef label = help.label;
  size_t begin = label.find('(');
  if (begin == StringRef::npos)
    return;
  unsigned depth = 0;
  ++begin;
  for (size_t i = begin; i < label.size(); ++i) {
    char c = label[i];
    bool isEnd = c == ')' && depth == 0;
    if (isEnd || (c == ',' && depth == 0)) {
      StringRef text = label.slice(begin, i);
      size_t blanks = text.size() - text.ltrim().size();
      if (!text.trim().empty())
        help.parameters.push_back({begin + blanks, i});
      begin = i + 1;
    }
    if (isEnd)
      return;
    depth += StringRef("([<{").contains(c);
    depth -= depth && StringRef(")]>}").contains(c) && label[i - 1] != '-';
  }
}

static std::string listFields(llvm::ArrayRef<FieldDecl> fields) {
  std::string text;
  for (const FieldDecl &field : fields)
    text += (text.empty() ? "" : ", ") + field.name.str() + ": " +
            (field.type ? field.type->str() : "?");
  return "(" + text + ")";
}

/// What \p callee is, as code looks it up; sets \p help.
static bool describeCallee(const Analysis &analysis, StringRef callee,
                           const char *place, CallHelp &help) {
  auto [module, name] = callee.rsplit('.');
  if (name.empty())
    std::swap(module, name);
  auto setFunction = [&](const FunctionDecl &decl) {
    Symbol symbol;
    symbol.kind = SymbolKind::Function;
    symbol.name = decl.name;
    symbol.function = &decl;
    help.label = getSignature(symbol);
    return true;
  };
  for (const Builtin &builtin : getBuiltins())
    if (builtin.getFullName() == callee) {
      help.label = callee.str() + builtin.signature.str();
      help.doc = builtin.doc.str();
      return true;
    }
  auto setVariant = [&](const EnumDecl &decl) {
    for (const VariantDecl &variant : decl.variants)
      if (variant.name == name)
        help.label = callee.str() + listFields(variant.fields);
    return !help.label.empty();
  };
  for (const ImportDecl *import : analysis.getModule().imports) {
    if (!import->module)
      continue;
    // `module.name`, `module.Enum.Variant`, or what needs no module.
    auto [first, second] = module.split('.');
    bool isListed =
        llvm::is_contained(import->names, module.empty() ? name : module);
    if (!isListed && import->name != first)
      continue;
    for (const FunctionDecl *decl : import->module->functions)
      if (decl->name == name && second.empty())
        return setFunction(*decl);
    for (const StructDecl *decl : import->module->structs)
      if (decl->name == name && second.empty()) {
        help.label = name.str() + listFields(decl->fields);
        return true;
      }
    for (const EnumDecl *decl : import->module->enums)
      if (decl->name == (isListed ? module : second) && setVariant(*decl))
        return true;
  }
  const Index &index = analysis.getIndex();
  for (const Symbol *symbol : index.getVisible(place)) {
    if (symbol->name != (module.empty() ? name : module))
      continue;
    if (!module.empty()) {
      if (symbol->kind == SymbolKind::Enum && setVariant(*symbol->enumeration))
        return true;
      continue;
    }
    help.doc = getDocumentation(*symbol, analysis);
    if (symbol->function)
      return setFunction(*symbol->function);
    if (symbol->kind == SymbolKind::Struct) {
      help.label = name.str() + listFields(symbol->structure->fields);
      return true;
    }
    if (symbol->type && symbol->type->isFunc()) {
      help.label = symbol->type->str();
      return true;
    }
  }
  return false;
}

std::optional<CallHelp> flux::findCall(const Analysis &analysis,
                                       const char *place) {
  std::vector<OpenBracket> open = findBrackets(getCodeBefore(analysis, place));
  for (const OpenBracket &bracket : llvm::reverse(open)) {
    if (bracket.kind == TokenKind::l_brace)
      return std::nullopt;
    CallHelp help;
    if (bracket.callee.empty() ||
        !describeCallee(analysis, bracket.callee, place, help))
      continue;
    findParameters(help);
    help.active = bracket.numCommas;
    // Fields may come in any order.
    for (auto [i, parameter] : llvm::enumerate(help.parameters)) {
      StringRef text =
          StringRef(help.label).slice(parameter.first, parameter.second);
      if (!bracket.argument.empty() && text.take_until([](char c) {
            return c == ':';
          }) == bracket.argument &&
          help.label.find(" -> ") == std::string::npos)
        help.active = i;
    }
    return help;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// True if \p init says itself what it is.
static bool saysType(const Expr *init) {
  return init && llvm::isa<StructLiteralExpr, ConvertExpr, BoolLiteralExpr,
                           StrLiteralExpr>(init);
}

std::vector<InlayHint> flux::findHints(const Analysis &analysis,
                                       StringRef range) {
  // The names of the sizes of a tile are all numbers.
  llvm::DenseSet<const VarDecl *> sizes;
  for (const FunctionDecl *decl : analysis.getModule().functions)
    sizes.insert(decl->dimensions.begin(), decl->dimensions.end());
  std::vector<InlayHint> hints;
  for (const Symbol &symbol : analysis.getIndex().getSymbols()) {
    const VarDecl *var = symbol.var;
    const Type *type = symbol.type;
    if (!var || symbol.isForeign || !type || type->isError() ||
        type->isVoid() || type->isRegion() || var->typeExpr ||
        sizes.contains(var) || saysType(var->init) ||
        symbol.name.begin() < range.begin() || symbol.name.end() > range.end())
      continue;
    if (symbol.kind == SymbolKind::Fact ||
        (symbol.kind == SymbolKind::Setting && !var->setting->isInferred))
      continue;
    std::string text = ": " + type->str();
    if (type->isQuantity())
      if (const Unit *unit = getDisplayUnit(type->dimension))
        text += " in " + unit->getName().str();
    hints.push_back({symbol.name.end(), text});
  }
  llvm::sort(hints, [](const InlayHint &a, const InlayHint &b) {
    return a.place < b.place;
  });
  return hints;
}

//===----------------------------------------------------------------------===//
// Folding
//===----------------------------------------------------------------------===//

/// The brackets of \p code that reach over several lines.
static void foldCode(StringRef code, std::vector<StringRef> &folds) {
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources); // without renderers
  ASTContext context;
  Lexer lexer(code, context, diags);
  std::vector<const char *> open;
  const char *end = code.begin();
  while (true) {
    Token token = lexer.next();
    const char *begin =
        token.kind == TokenKind::End ? code.end() : token.text.begin();
    // What is between two tokens and no blank is comments.
    StringRef gap = StringRef(end, begin - end).trim();
    if (gap.contains('\n'))
      folds.push_back(gap);
    switch (token.kind) {
    case TokenKind::End:
      return;
    case TokenKind::l_paren:
    case TokenKind::l_square:
    case TokenKind::l_brace:
      open.push_back(begin);
      break;
    case TokenKind::r_paren:
    case TokenKind::r_square:
    case TokenKind::r_brace:
      if (!open.empty())
        folds.push_back(StringRef(open.back(), token.text.end() - open.back()));
      if (!open.empty())
        open.pop_back();
      break;
    default:
      break;
    }
    end = token.text.end();
  }
}

static void foldSteps(llvm::ArrayRef<Step> steps,
                      std::vector<StringRef> &folds) {
  for (const Step &step : steps) {
    if (step.children.empty())
      continue;
    const Step *last = &step.children.back();
    while (!last->children.empty())
      last = &last->children.back();
    folds.push_back(
        StringRef(step.text.begin(), last->text.end() - step.text.begin()));
    foldSteps(step.children, folds);
  }
}

std::vector<StringRef> flux::findFolds(const Analysis &analysis) {
  std::vector<StringRef> folds;
  auto addFence = [&](const Fence &fence) {
    // To the line that closes it.
    StringRef text = analysis.getText();
    size_t end = text.find('\n', fence.body.end() - text.begin());
    end = std::min(end, text.size());
    folds.push_back(StringRef(fence.opening.begin(),
                              text.begin() + end - fence.opening.begin()));
    foldCode(fence.body, folds);
  };
  for (const Section &section : analysis.getDocument().sections) {
    if (!section.heading.empty())
      folds.push_back(StringRef(section.heading.begin(),
                                section.range.end() - section.heading.begin())
                          .rtrim());
    for (const Fence &fence : section.fences)
      addFence(fence);
    for (const TestFence &test : section.tests)
      addFence(test.code);
    foldSteps(section.steps, folds);
  }
  llvm::erase_if(folds, [](StringRef fold) { return !fold.contains('\n'); });
  llvm::sort(folds, [](StringRef a, StringRef b) {
    return std::pair(a.begin(), b.size()) < std::pair(b.begin(), a.size());
  });
  return folds;
}
