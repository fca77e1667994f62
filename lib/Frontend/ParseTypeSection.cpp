//===- ParseTypeSection.cpp - structs and enums as sections ---------------===//
//
// A type is often best explained by a table with a line for each part, or by
// prose around its code.  `## struct: Name` and `## enum: Name`, or the same
// with `###` below another section, hold one or the other.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"

using namespace flux;
using llvm::StringRef;

bool Parser::parseSectionName(TypeDecl &decl) {
  const char *begin = token.text.begin();
  if (!parseName("the name of the type", decl.name) ||
      (is(TokenKind::less) && !parseTypeParams(decl.generics)))
    return false;
  decl.range = rangeFrom(begin);
  if (is(TokenKind::End))
    return true;
  reportUnexpected(diag::expected_token, "the end of the heading");
  return false;
}

//===----------------------------------------------------------------------===//
// Fences
//===----------------------------------------------------------------------===//

llvm::MutableArrayRef<FieldDecl> Parser::parseSectionFields() {
  llvm::SmallVector<FieldDecl, 8> fields;
  while (!is(TokenKind::End)) {
    statementBegin = token.text.begin();
    FieldDecl field;
    if (is(TokenKind::r_brace)) {
      diags.report(token.text, diag::unmatched_bracket, token.text);
      advance();
    } else if (parseField(field)) {
      fields.push_back(field);
    } else {
      recoverStatement();
    }
  }
  return context.copy(llvm::ArrayRef(fields));
}

void Parser::parseSectionVariants(EnumDecl &decl) {
  llvm::SmallVector<VariantDecl, 8> variants;
  while (!parseVariants(decl, "") || is(TokenKind::r_brace)) {
    variants.append(decl.variants.begin(), decl.variants.end());
    diags.report(token.text, diag::unmatched_bracket, token.text);
    advance();
  }
  variants.append(decl.variants.begin(), decl.variants.end());
  decl.variants = context.copy(llvm::ArrayRef(variants));
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

bool Parser::parseNameCell(StringRef what, StringRef &name) {
  if (!parseName(what, name))
    return false;
  if (is(TokenKind::End))
    return true;
  reportUnexpected(diag::expected_token, "the end of the cell");
  return false;
}

TypeExpr *Parser::parseTypeCell() {
  TypeExpr *type = parseType();
  if (!type || is(TokenKind::End))
    return type;
  reportUnexpected(diag::expected_token, "the end of the cell");
  return nullptr;
}

bool Parser::parsePayloadCell(llvm::SmallVectorImpl<FieldDecl> &fields) {
  if (!parsePayload(fields))
    return false;
  if (is(TokenKind::End))
    return true;
  reportUnexpected(diag::expected_token, "',' or the end of the cell");
  return false;
}

namespace {

/// The table of one section.
class TypeTable {
public:
  TypeTable(const Section &section, ParserState &state)
      : section(section), state(state) {}
  bool checkHeader(StringRef first, StringRef second, bool needsSecond);
  llvm::ArrayRef<std::vector<StringRef>> getRows() const {
    return llvm::ArrayRef(section.rows).drop_front();
  }
  /// The cell in column \p column of \p row, without the backticks around it.
  static StringRef getCell(llvm::ArrayRef<StringRef> row, size_t column);

private:
  const Section &section;
  ParserState &state;
};

} // namespace

StringRef TypeTable::getCell(llvm::ArrayRef<StringRef> row, size_t column) {
  if (column >= row.size())
    return StringRef();
  StringRef cell = row[column];
  if (cell.size() > 1 && cell.starts_with("`") && cell.ends_with("`"))
    cell = cell.drop_front().drop_back().trim();
  return cell;
}

/// The header names the columns: \p first, \p second and `doc`.
bool TypeTable::checkHeader(StringRef first, StringRef second,
                            bool needsSecond) {
  llvm::ArrayRef<StringRef> header = section.rows[0];
  StringRef expected[] = {first, second, "doc"};
  size_t column = 0;
  for (StringRef cell : header) {
    if (column == 1 && !needsSecond && cell.equals_insensitive("doc"))
      column = 2;
    if (column >= std::size(expected) ||
        !cell.equals_insensitive(expected[column])) {
      auto report = state.diags.report(cell.empty() ? section.heading : cell,
                                       diag::table_header, cell, first, second);
      if (column < std::size(expected) &&
          !findNearMiss(cell, expected[column]).empty())
        report.fixIt(DiagnosticEngine::rangeOf(cell), expected[column]);
      return false;
    }
    ++column;
  }
  if (column > 1 || !needsSecond)
    return true;
  state.diags.report(header[0], diag::table_header, "the end of the line",
                     first, second);
  return false;
}

static void parseStructTable(const Section &section, StructDecl &decl,
                             ParserState &state) {
  TypeTable table(section, state);
  if (!table.checkHeader("field", "type", /*needsSecond=*/true))
    return;
  llvm::SmallVector<FieldDecl, 8> fields;
  for (const std::vector<StringRef> &row : table.getRows()) {
    FieldDecl field;
    if (Parser(TypeTable::getCell(row, 0), state)
            .parseNameCell("the name of a field", field.name) &&
        (field.typeExpr =
             Parser(TypeTable::getCell(row, 1), state).parseTypeCell()))
      fields.push_back(field);
  }
  decl.fields = state.context.copy(llvm::ArrayRef(fields));
}

static void parseEnumTable(const Section &section, EnumDecl &decl,
                           ParserState &state) {
  TypeTable table(section, state);
  if (!table.checkHeader("variant", "payload", /*needsSecond=*/false))
    return;
  bool hasPayload = section.rows[0].size() > 1 &&
                    section.rows[0][1].equals_insensitive("payload");
  llvm::SmallVector<VariantDecl, 8> variants;
  for (const std::vector<StringRef> &row : table.getRows()) {
    VariantDecl variant;
    if (!Parser(TypeTable::getCell(row, 0), state)
             .parseNameCell("the name of a variant", variant.name))
      continue;
    variant.range = variant.name;
    StringRef payload = hasPayload ? TypeTable::getCell(row, 1) : StringRef();
    llvm::SmallVector<FieldDecl, 4> fields;
    if (!payload.empty() && !Parser(payload, state).parsePayloadCell(fields))
      continue;
    variant.fields = state.context.copy(llvm::ArrayRef(fields));
    variants.push_back(variant);
  }
  decl.variants = state.context.copy(llvm::ArrayRef(variants));
}

//===----------------------------------------------------------------------===//
// Sections
//===----------------------------------------------------------------------===//

void flux::parseTypeSection(const Section &section, ParserState &state) {
  StringRef word = getSectionWord(section.kind);
  unsigned errorsBefore = state.diags.getNumErrors();
  StructDecl *structDecl = nullptr;
  EnumDecl *enumDecl = nullptr;
  if (section.kind == SectionKind::Struct)
    structDecl = state.context.make<StructDecl>();
  else
    enumDecl = state.context.make<EnumDecl>();
  TypeDecl &decl =
      structDecl ? static_cast<TypeDecl &>(*structDecl) : *enumDecl;
  bool isNamed = !section.name.empty() &&
                 Parser(section.name, state).parseSectionName(decl);
  llvm::SmallVector<StringRef, 4> pieces;
  for (const Fence &fence : section.fences)
    pieces.push_back(fence.body);
  if (!isNamed)
    return;
  if (pieces.empty() && section.rows.empty()) {
    state.diags.report(section.name, diag::empty_type_section, word, decl.name);
    return;
  }
  if (!pieces.empty() && !section.rows.empty()) {
    state.diags.report(section.fences[0].opening, diag::table_and_fence, word);
    return;
  }
  Parser code(pieces, state);
  if (code.is(TokenKind::kw_struct) || code.is(TokenKind::kw_enum) ||
      code.atLinearStruct()) {
    state.diags.report(code.current().text, diag::repeated_type_name, word);
    return;
  }
  if (structDecl) {
    if (!section.rows.empty())
      parseStructTable(section, *structDecl, state);
    else
      structDecl->fields = code.parseSectionFields();
    if (state.diags.getNumErrors() == errorsBefore)
      state.module.structs.push_back(structDecl);
    return;
  }
  if (!section.rows.empty())
    parseEnumTable(section, *enumDecl, state);
  else
    code.parseSectionVariants(*enumDecl);
  if (state.diags.getNumErrors() == errorsBefore)
    state.module.enums.push_back(enumDecl);
}
