//===- SemaSteps.cpp - steps, settings and policies -----------------------===//
//
// Steps that bind names, talk to agents or wait, and the sections that say
// what a deployment gives and what it allows.
//
//===----------------------------------------------------------------------===//
#include "../ParserImpl.h"
#include "../SemaImpl.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

void Sema::checkSet(SetStmt *stmt) {
  StringRef name = stmt->name;
  VarDecl *var = lookupStepName(name);
  if (!var || !var->isMutable()) {
    const Type *type = check(stmt->value);
    if (type->isVoid()) {
      diags.report(stmt->value->range, diag::no_value);
      type = types.getError();
    }
    stmt->var = bindName(name, type, stmt->declares);
    return;
  }
  stmt->var = var;
  if (!var->type)
    giveType(var, check(stmt->value), stmt->value->range);
  else if (var->type->isError())
    check(stmt->value);
  else
    expect(stmt->value, var->type, "the value");
}

void Sema::checkRead(ReadStmt *stmt) {
  Dimension dimension = stmt->quantity->dimension;
  const Type *type = dimension == Dimension::None
                         ? types.getBool()
                         : types.getQuantity(dimension);
  noteEffect(stmt->range, effect::IO_READ, "Read");
  stmt->var = bindName(stmt->name, type, stmt->declares);
  if (!stmt->var)
    return;
  if (!stmt->var->type)
    giveType(stmt->var, type, stmt->name);
  else if (stmt->var->type != type && !stmt->var->type->isError())
    diags.report(stmt->name, diag::type_mismatch, "what is read",
                 stmt->var->type->str(), type->str());
  if (!stmt->hasDriver) {
    std::string place =
        (StringRef(stmt->bus->name).lower() + "@" +
         (stmt->bus->name == "I2C" ? "0x" + llvm::utohexstr(stmt->address)
                                   : llvm::utostr(stmt->address)));
    decide("driver", stmt->quantity->name + " " + place, stmt->driver->name,
           stmt->range,
           "driver '" + stmt->driver->name + "' is taken for the " +
               stmt->quantity->name + " at " + place);
  }
}

void Sema::checkMessage(MessageStmt *stmt) {
  for (Expr *arg : stmt->args) {
    const Type *type = checkWeakly(arg);
    if (type->isError() || type->isBool() || type->isNumber() ||
        type->isStr() || type->isQuantity())
      continue;
    if (type->isVoid())
      diags.report(arg->range, diag::no_value);
    else
      diags.report(arg->range, diag::bad_message_value, type->str());
  }
  // Whom it reaches, here or far away, is known when it is deployed; a message
  // may be built in memory of its own.
  if (stmt->verb == Verb::Restart) {
    if (!stmt->agents.empty())
      noteEffect(stmt->range, effect::SUPERVISOR, "Restart");
  } else {
    StringRef verb = getInfo(stmt->verb).name;
    noteEffect(stmt->range, effect::COMMUNICATE | effect::NETWORK, verb,
               /*oneOf=*/true);
    noteEffect(stmt->range,
               effect::COMMUNICATE | effect::NETWORK | effect::MEMORY, verb,
               /*oneOf=*/true);
  }
  bool isTopic = stmt->verb == Verb::Emit || stmt->verb == Verb::Subscribe;
  bool isCall = stmt->verb == Verb::Tell || stmt->verb == Verb::Ask ||
                stmt->verb == Verb::Delegate;
  for (StringRef peer : stmt->agents)
    checkPeerName(peers, peer, "agent");
  if (isCall)
    checkPeerName(peerFunctions, stmt->what, "message");
  if (isTopic)
    checkPeerName(topics, stmt->what, "topic");
  if (stmt->verb == Verb::Ask) {
    stmt->var = bindName(stmt->name, nullptr, stmt->declares);
    if (stmt->declares)
      answers.push_back(stmt->var);
  }
  if (stmt->onFailure)
    checkBlock(*stmt->onFailure);
  messages.push_back(stmt);
}

void Sema::checkWhen(WhenStmt *stmt) {
  handlers.push_back(stmt);
  noteEffect(stmt->range, effect::COMMUNICATE | effect::NETWORK, "When",
             /*oneOf=*/true);
  if (!stmt->agent.empty())
    checkPeerName(peers, stmt->agent, "agent");
  if (stmt->isTopic)
    checkPeerName(topics, stmt->event, "topic");
  ScopeMark scope = pushScope();
  for (VarDecl *param : stmt->params) {
    if (VarDecl *other = lookupStepName(param->name);
        other && other->kind >= VarDecl::Setting)
      diags.report(param->name, diag::redeclared_name, param->name)
          .note(DiagnosticEngine::rangeOf(param->name),
                other->kind == VarDecl::Fact ? "it is a built-in fact"
                                             : "it is a setting");
    checkNewName(param->name);
    frameBytes += types.getStr()->getSize();
    declareVar(param);
    answers.push_back(param);
  }
  checkBlock(*stmt->body);
  popScope(scope);
}

void Sema::checkWait(WaitStmt *stmt) {
  if (stmt->time)
    expect(stmt->time, types.getQuantity(Dimension::Time), "the time");
  if (stmt->condition)
    checkCondition(stmt->condition);
}

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

/// The type that `## Settings` names, or null after an error.
const Type *Sema::resolveSettingType(const SettingDecl &setting) {
  StringRef word = setting.typeText;
  return word.empty() ? nullptr : resolveTypeWord(word, types, diags);
}

/// A literal, perhaps with a minus.
static bool isLiteral(const Expr *expr) {
  if (auto *unary = dyn_cast<UnaryExpr>(expr))
    expr = unary->op == UnaryOp::Neg ? unary->operand : expr;
  return isa<IntLiteralExpr, FloatLiteralExpr, BoolLiteralExpr, StrLiteralExpr>(
      expr);
}

/// \p value as a constant of type \p type; nullopt after an error.
std::optional<ConstValue> Sema::getSettingValue(Expr *value, const Type *type,
                                                StringRef what) {
  if (!isLiteral(value)) {
    diags.report(value->range, diag::not_constant, value->range);
    return std::nullopt;
  }
  // A plain number in front of a unit's table is the usual slip.
  if (type->isQuantity() && isUntyped(value)) {
    check(value);
    const Unit *unit = getDisplayUnit(type->dimension);
    auto report =
        diags.report(value->range, diag::number_without_unit, "=", type->str());
    if (unit)
      report.fixIt(DiagnosticEngine::rangeOf(value->range),
                   value->range + " " + unit->getName());
    return std::nullopt;
  }
  if (!expect(value, type, what))
    return std::nullopt;
  return evaluate(value);
}

static bool isLess(const ConstValue &a, const ConstValue &b) {
  return a.kind == ConstValue::Float ? a.floatValue < b.floatValue
                                     : a.intValue < b.intValue;
}

void Sema::setSettingValue(SettingDecl &setting, Expr *value, StringRef what) {
  const Type *type = setting.var->type;
  if (!type || type->isError() || !value)
    return;
  std::optional<ConstValue> constant = getSettingValue(value, type, what);
  if (!constant)
    return;
  for (Expr *bound : {setting.low, setting.high}) {
    if (!bound || !bound->type || bound->type->isError())
      continue;
    std::optional<ConstValue> limit = evaluate(bound);
    if (!limit)
      return;
    bool isOutside = bound == setting.low ? isLess(*constant, *limit)
                                          : isLess(*limit, *constant);
    if (isOutside) {
      diags.report(value->range, diag::setting_out_of_range, value->range,
                   setting.name, setting.rangeText);
      return;
    }
  }
  setting.value = *constant;
}

void Sema::checkSetting(SettingDecl &setting) {
  auto *var = context.make<VarDecl>();
  var->kind = VarDecl::Setting;
  var->name = setting.name;
  var->setting = &setting;
  setting.var = var;
  const Type *type = resolveSettingType(setting);
  if (!setting.unitText.empty()) {
    setting.unit = findUnit(setting.unitText);
    if (!setting.unit) {
      auto report =
          diags.report(setting.unitText, diag::unknown_unit, setting.unitText);
      if (StringRef near = findNearMiss(setting.unitText, getUnitNames());
          !near.empty())
        report.fixIt(DiagnosticEngine::rangeOf(setting.unitText), near);
    } else if (const Type *quantity =
                   types.getQuantity(setting.unit->dimension);
               !type) {
      type = quantity;
    } else if (type != quantity && !type->isError()) {
      diags.report(setting.unitText, diag::dimension_mismatch, "in",
                   type->str(), quantity->str());
    }
  }
  if (!type && setting.init && isLiteral(setting.init))
    type = check(setting.init);
  if (!type) {
    diags.report(setting.name, diag::bad_setting, setting.name,
                 "it needs a type or a default value");
    type = types.getError();
  }
  if (type->isQuantity() && !setting.unit)
    setting.unit = getDisplayUnit(type->dimension);
  var->type = type;
  typePlaces[var] = setting.name;
  if (type->isError())
    return;
  for (Expr *bound : {setting.low, setting.high}) {
    if (!bound)
      continue;
    if (type->isStr() || type->isBool()) {
      diags.report(setting.rangeText, diag::bad_setting, setting.name,
                   "only numbers have a range");
      bound->type = types.getError();
    } else if (!getSettingValue(bound, type, "the bound")) {
      bound->type = types.getError();
    }
  }
  setSettingValue(setting, setting.init, "the default");
}

void Sema::checkSettings() {
  for (SettingDecl *setting : module.settings) {
    if (setting->var) // inferred before
      continue;
    checkSetting(*setting);
    declareVar(setting->var);
  }
}

void Sema::applyOverrides() {
  for (const SettingOverride &entry : module.overrides) {
    SettingDecl *found = nullptr;
    llvm::SmallVector<StringRef> names;
    for (SettingDecl *setting : module.settings) {
      names.push_back(setting->name);
      if (setting->name == entry.name)
        found = setting;
    }
    if (!found) {
      auto report = diags.report(entry.name, diag::unknown_setting, entry.name);
      if (StringRef near = findNearMiss(entry.name, names); !near.empty())
        report.fixIt(DiagnosticEngine::rangeOf(entry.name), near);
      else if (!names.empty())
        report.note("the settings are " + llvm::join(names, ", "));
      continue;
    }
    if (!found->var || !found->var->type || found->var->type->isError())
      continue;
    if (found->var->type->isStr() && !entry.value.starts_with("\"")) {
      found->value.kind = ConstValue::Str;
      found->value.strValue = entry.value;
      continue;
    }
    ParserState state{module, context, diags};
    Parser parser(entry.value, state, ParseMode::Step);
    Expr *value = parser.parseExpr();
    if (value && !parser.is(TokenKind::End))
      parser.reportUnexpected(diag::expected_in_step, "the end of the value");
    else
      setSettingValue(*found, value, "the value");
  }
}

//===----------------------------------------------------------------------===//
// Vocabulary and policy
//===----------------------------------------------------------------------===//

void Sema::checkVocabulary() {
  for (const PhraseDecl &phrase : module.vocabulary) {
    if (!phrase.module.empty() || findBuiltin("", phrase.function))
      continue; // judged where it is used
    const ModuleName *entry = lookupModuleName(phrase.function);
    if (!entry || entry->kind != ModuleName::Function) {
      auto report =
          diags.report(phrase.call, diag::unknown_function, phrase.function);
      if (StringRef near = suggestName(phrase.function); !near.empty())
        report.fixIt(DiagnosticEngine::rangeOf(phrase.function), near);
      continue;
    }
    auto *callee = static_cast<FunctionDecl *>(entry->decl);
    size_t expected = callee->params.size();
    if (expected != phrase.numArgs)
      diags.report(phrase.call, diag::wrong_argument_count, phrase.function,
                   expected, expected == 1 ? "" : "s", phrase.numArgs);
  }
}

/// `IO_READ and NETWORK`.
static std::string listFlags(uint32_t flags) {
  std::string text;
  for (size_t i = 0; i != capabilityNames.size(); ++i)
    if (flags >> i & 1)
      text += (text.empty() ? "" : " and ") + capabilityNames[i].str();
  return text;
}

void Sema::checkPolicy() {
  const AgentDecl *decl = module.agent;
  // A rule about an agent that nobody has heard of may well be meant for later,
  // but one about a misspelt agent would watch nobody.
  std::vector<StringRef> known = peers;
  if (decl && !llvm::is_contained(known, decl->name))
    known.push_back(decl->name);
  for (const PolicyRule &rule : module.policy) {
    bool isRight = true;
    for (StringRef name : rule.agents)
      isRight &= checkPeerName(known, name, "agent");
    if (!isRight)
      continue;
    switch (rule.kind) {
    case PolicyRule::OnlyHold:
      if (decl && (decl->capabilities & rule.flags) &&
          !llvm::is_contained(rule.agents, decl->name))
        diags.report(rule.range, diag::policy_violated,
                     "agent '" + decl->name.str() + "' holds " +
                         listFlags(rule.flags));
      break;
    case PolicyRule::NotBoth:
      if (decl && (decl->capabilities & rule.flags) == rule.flags)
        diags.report(rule.range, diag::policy_violated,
                     "agent '" + decl->name.str() + "' holds " +
                         listFlags(rule.flags));
      break;
    case PolicyRule::AtMostReach:
      if (rule.count == 0 && llvm::is_contained(peers, rule.agents.front()))
        diags.report(rule.range, diag::policy_violated,
                     "this agent reaches '" + rule.agents.front().str() + "'");
      break;
    }
  }
}
