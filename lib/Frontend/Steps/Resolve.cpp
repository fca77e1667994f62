//===- Resolve.cpp - names in steps, and what nobody declared -------------===//
//
// Steps may use names that nobody declares (NAME-1 to NAME-6).  That is
// convenient and, done naively, dangerous: a typo would be a new setting.  So
// a name that is near a known one is an error, everything that is decided here
// is printed, and flux.lock can pin it.
//
// The type of an undeclared setting, of an answer and of a parameter of `When`
// follows from its uses: as long as VarDecl::type is null it is open, and
// the first use that expects a type gives it.
//
//===----------------------------------------------------------------------===//
#include "../SemaImpl.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::dyn_cast;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Resolution
//===----------------------------------------------------------------------===//

void Sema::decide(llvm::StringLiteral kind, const llvm::Twine &key,
                  const llvm::Twine &value, StringRef place,
                  const llvm::Twine &text) {
  std::string name = key.str();
  for (const Decision &other : module.decisions)
    if (other.kind == kind && other.key == name)
      return;
  module.decisions.push_back({kind, name, value.str(), place});
  inferred.push_back({place, text.str()});
}

VarDecl *Sema::lookupStepName(StringRef name) {
  if (VarDecl *var = lookupVar(name))
    return var;
  if (VarDecl *var = openNames.lookup(name))
    return var;
  const Fact *fact = findFact(name);
  if (!fact || lookupModuleName(name))
    return nullptr;
  auto *var = context.make<VarDecl>();
  var->kind = VarDecl::Fact;
  var->name = name;
  var->fact = fact;
  var->type = fact->dimension == Dimension::None
                  ? types.getStr()
                  : types.getQuantity(fact->dimension);
  return openNames[name] = var;
}

VarDecl *Sema::resolveStepName(StringRef name, bool &isReported) {
  if (VarDecl *var = lookupStepName(name))
    return var;
  if (lookupModuleName(name) || types.lookupBuiltin(name) ||
      findBuiltin("", name))
    return nullptr;

  // The beginning of one binding.
  constexpr size_t minPrefix = 3;
  llvm::SmallVector<VarDecl *, 4> longer;
  if (name.size() >= minPrefix)
    for (VarDecl *var : visible)
      if (var->name.starts_with(name))
        longer.push_back(var);
  if (longer.size() > 1) {
    auto report = diags.report(name, diag::ambiguous_prefix, name);
    for (VarDecl *var : longer)
      report.fixIt(DiagnosticEngine::rangeOf(name), var->name);
    isReported = true;
    return nullptr;
  }
  if (longer.size() == 1) {
    StringRef full = longer.front()->name;
    decide("name", name, full, name,
           "'" + name + "' is taken as '" + full + "'");
    return longer.front();
  }

  llvm::SmallVector<StringRef> candidates;
  for (VarDecl *var : visible)
    candidates.push_back(var->name);
  for (const auto &entry : openNames)
    candidates.push_back(entry.second->name);
  llvm::sort(candidates);
  for (const Fact &fact : getFacts())
    candidates.push_back(fact.name);
  appendModuleNames(name, candidates);
  if (auto nearest = findNearMisses(name, candidates); !nearest.empty()) {
    auto report = diags.report(name, diag::unknown_name, name);
    for (StringRef near : nearest)
      offerName(report, diags, name, near);
    report.note("a new setting with this name needs a line in '## Settings'");
    isReported = true;
    return nullptr;
  }

  auto *setting = context.make<SettingDecl>();
  setting->name = name;
  setting->isInferred = true;
  auto *var = context.make<VarDecl>();
  var->kind = VarDecl::Setting;
  var->name = name;
  var->setting = setting;
  setting->var = var;
  module.settings.push_back(setting);
  return openNames[name] = var;
}

//===----------------------------------------------------------------------===//
// Open types
//===----------------------------------------------------------------------===//

bool Sema::isOpen(Expr *expr) {
  auto *name = dyn_cast<NameExpr>(expr);
  if (!name || !inSteps() || !name->module.empty())
    return false;
  bool isReported = false;
  if (!name->var && !lookupModuleName(name->name))
    name->var = resolveStepName(name->name, isReported);
  if (isReported)
    reportedNames.insert(name);
  return name->var && !name->var->type;
}

/// What an undeclared thing may be.
static bool isSimple(const Type *type) {
  return type->isBool() || type->isNumber() || type->isStr() ||
         type->isQuantity();
}

void Sema::giveType(VarDecl *var, const Type *type, StringRef place) {
  var->type = type;
  typePlaces[var] = place;
  for (NameExpr *use : openUses.lookup(var))
    use->type = type;
  if (!isSimple(type) && !type->isError()) {
    diags.report(place, diag::open_type, var->name)
        .note("its type would be '" + type->str() + "'");
    var->type = types.getError();
  }
}

const Type *Sema::checkStepName(NameExpr *expr, const Type *expected) {
  if (isOpen(expr))
    giveType(expr->var, expected ? expected : types.getStr(), expr->range);
  else if (reportedNames.contains(expr))
    return types.getError();
  VarDecl *var = inSteps() ? expr->var : nullptr;
  if (!var)
    return nullptr;
  var->isUsed = true;
  // An undeclared setting has its type from another use.
  bool isInferred = var->setting && var->setting->isInferred;
  if (!isInferred || !expected || var->type == expected || var->type->isError())
    return var->type;
  return reportConflict(expr, expected);
}

const Type *Sema::reportConflict(NameExpr *expr, const Type *expected) {
  VarDecl *var = expr->var;
  diags
      .report(expr->range, diag::setting_conflict, var->name, expected->str(),
              var->type->str())
      .note(DiagnosticEngine::rangeOf(typePlaces.lookup(var)),
            "this use made it '" + var->type->str() + "'");
  return types.getError();
}

const Type *Sema::reportBothOpen(BinaryExpr *expr) {
  StringRef name = expr->lhs->range;
  diags.report(name, diag::open_type, name).note("declare it in '## Settings'");
  return types.getError();
}

const Type *Sema::checkWeakly(Expr *expr) {
  if (!isOpen(expr))
    return check(expr);
  auto *name = llvm::cast<NameExpr>(expr);
  openUses[name->var].push_back(name);
  return name->type = types.getStr();
}

void Sema::closeOpenNames() {
  auto close = [&](VarDecl *var) {
    if (!var->type)
      giveType(var, types.getStr(), var->name);
  };
  for (SettingDecl *setting : module.settings)
    close(setting->var);
  for (VarDecl *var : answers)
    close(var);
}

//===----------------------------------------------------------------------===//
// Bindings
//===----------------------------------------------------------------------===//

/// What \p var is, for a message about why it cannot be set.
static StringRef describeKind(const VarDecl &var) {
  switch (var.kind) {
  case VarDecl::Setting:
    return "a setting";
  case VarDecl::Fact:
    return "a built-in fact";
  case VarDecl::LoopVar:
    return "a loop variable";
  default:
    return "a parameter";
  }
}

VarDecl *Sema::bindName(StringRef name, const Type *type, bool &declares) {
  declares = false;
  if (VarDecl *var = lookupStepName(name)) {
    if (var->isMutable())
      return var;
    auto report =
        diags.report(name, diag::immutable_place, name, describeKind(*var));
    if (var->setting && var->setting->isInferred)
      report.note(DiagnosticEngine::rangeOf(var->setting->name),
                  "nothing had set it when it was used here, so it is a "
                  "setting; set it before");
    return nullptr;
  }
  declares = true;
  auto *var = context.make<VarDecl>();
  bool isState = atSectionLevel && !inLoopSection;
  var->kind = isState ? VarDecl::State : VarDecl::Var;
  var->name = name;
  var->type = type;
  checkNewName(name);
  if (!isState)
    frameBytes += type ? type->getSize() : types.getStr()->getSize();
  declareVar(var);
  if (!isState)
    return var;
  agent->state.push_back(var);
  return var;
}

/// A name that nearly is another one is a typo, not a new name (STEP-4).  Short
/// names are all near each other: those are told.
void Sema::checkNewName(StringRef name) {
  constexpr size_t minLength = 4;
  llvm::SmallVector<StringRef> candidates;
  for (VarDecl *other : visible)
    candidates.push_back(other->name);
  for (const auto &entry : openNames)
    candidates.push_back(entry.second->name);
  for (const Fact &fact : getFacts())
    candidates.push_back(fact.name);
  llvm::sort(candidates);
  auto isShort = [](StringRef other) { return other.size() < minLength; };
  if (!isShort(name)) {
    llvm::SmallVector<StringRef> names = candidates;
    llvm::erase_if(names, isShort);
    if (auto nearest = findNearMisses(name, names); !nearest.empty()) {
      auto report =
          diags.report(name, diag::set_near_miss, name, nearest.front());
      for (StringRef near : nearest)
        report.fixIt(DiagnosticEngine::rangeOf(name), near);
      return;
    }
  }
  for (StringRef other : candidates)
    if (other != name && editDistance(name, other, 1) <= 1) {
      diags.report(name, diag::new_short_name, name, other);
      return;
    }
}

//===----------------------------------------------------------------------===//
// Agents, messages and topics
//===----------------------------------------------------------------------===//

bool Sema::checkPeerName(std::vector<StringRef> &known, StringRef name,
                         StringRef what) {
  if (llvm::is_contained(known, name))
    return true;
  for (StringRef other : known) {
    if (name.size() < 4 || editDistance(name, other, 1) > 1)
      continue;
    // `pump-1` and `pump-2` are two, whatever they look like.
    auto rest = [](StringRef text) { return text.rtrim("0123456789"); };
    if (rest(name) == rest(other) && name.size() == other.size())
      continue;
    diags.report(name, diag::near_peer, what, name, other)
        .fixIt(DiagnosticEngine::rangeOf(name), other)
        .note(DiagnosticEngine::rangeOf(other), "the other one is here");
    return false;
  }
  known.push_back(name);
  return true;
}

void Sema::reportMessage(const MessageStmt &message) {
  std::string args;
  for (const Expr *arg : message.args)
    args += (args.empty() ? "" : ", ") + arg->type->str();
  StringRef what = message.what;
  switch (message.verb) {
  case Verb::Tell:
  case Verb::Ask:
  case Verb::Delegate: {
    StringRef peer = message.agents.front();
    std::string signature = "(" + args + ")";
    if (message.var)
      signature += " -> " + message.var->type->str();
    return decide("message", peer + "." + what, signature, peer,
                  "agent '" + peer + "' is expected to take " + what +
                      signature);
  }
  case Verb::Emit:
    return decide("topic", what, "(" + args + ")", what,
                  "topic '" + what + "' carries (" + args + ")");
  case Verb::Subscribe:
    return decide("subscription", what, "yes", what,
                  "events of the topic '" + what + "' arrive");
  case Verb::Grant:
  case Verb::Revoke: {
    std::string on =
        message.resource.empty() ? "" : " on " + message.resource.str();
    StringRef peer = message.agents.front();
    bool isGrant = message.verb == Verb::Grant;
    return decide("grant", peer + " " + what + on, "yes", peer,
                  "agent '" + peer + "' is " +
                      (isGrant ? "granted " : "denied ") + what + on);
  }
  default:
    break;
  }
  if (message.verb == Verb::Barrier)
    decide("barrier", what, llvm::join(message.agents, ", "), what,
           "barrier '" + what + "' is for " + llvm::join(message.agents, ", "));
  else
    for (StringRef peer : message.agents)
      decide("agent", peer, "yes", peer,
             "agent '" + peer + "' is expected to exist");
}

void Sema::reportInferred() {
  for (SettingDecl *setting : module.settings) {
    if (!setting->isInferred)
      continue;
    const Type *type = setting->var->type;
    if (type->isError())
      continue;
    std::string text = type->str();
    if (type->isQuantity())
      setting->unit = getDisplayUnit(type->dimension);
    if (setting->unit)
      text += (", in " + setting->unit->getName()).str();
    decide("setting", setting->name, type->str(), setting->name,
           "'" + setting->name + "' is taken as a setting: " + text);
  }
  for (const MessageStmt *message : messages)
    reportMessage(*message);
  for (const WhenStmt *handler : handlers) {
    std::string params;
    for (const VarDecl *param : handler->params)
      params += (params.empty() ? "" : ", ") + param->type->str();
    std::string from = handler->agent.empty()
                           ? ""
                           : " from agent '" + handler->agent.str() + "'";
    StringRef what = handler->isTopic ? "event" : "message";
    decide("handler", what + " " + handler->event + from, "(" + params + ")",
           handler->event,
           what + " '" + handler->event + "'(" + params + ")" + from +
               " is taken");
  }
  llvm::sort(inferred, [](const Inferred &a, const Inferred &b) {
    return std::make_pair(a.place.data(), StringRef(a.text)) <
           std::make_pair(b.place.data(), StringRef(b.text));
  });
  for (const Inferred &entry : inferred)
    diags.report(entry.place, diag::inferred_thing, entry.text);
}
