//===- TypesTest.cpp - uniquing, layout and spelling of types -------------===//
//
// Types are compared by address everywhere, so uniquing is what the rest of the
// front end rests on; the layout is part of the runtime's contract.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/AST.h"
#include "gtest/gtest.h"

using namespace flux;

TEST(Types, AreUnique) {
  TypeContext types;
  const Type *u8 = types.getInt(8, false);
  EXPECT_EQ(types.getSlice(u8, false), types.getSlice(u8, false));
  EXPECT_NE(types.getSlice(u8, false), types.getSlice(u8, true));
  EXPECT_EQ(types.getArray(u8, 4), types.getArray(u8, 4));
  EXPECT_NE(types.getArray(u8, 4), types.getArray(u8, 5));
}

TEST(Types, LookUpTypeWords) {
  TypeContext types;
  EXPECT_EQ(types.lookupBuiltin("i32"), types.getInt(32, true));
  EXPECT_EQ(types.lookupBuiltin("u64"), types.getInt(64, false));
  EXPECT_EQ(types.lookupBuiltin("f32"), types.getFloat(32));
  EXPECT_EQ(types.lookupBuiltin("str"), types.getStr());
  EXPECT_EQ(types.lookupBuiltin("int"), nullptr);
  EXPECT_EQ(types.lookupBuiltin(""), nullptr);
}

TEST(Types, SpellAsInSource) {
  TypeContext types;
  const Type *slice = types.getSlice(types.getInt(8, false), true);
  EXPECT_EQ(slice->str(), "[var u8]");
  EXPECT_EQ(types.getArray(types.getArray(types.getF64(), 3), 2)->str(),
            "[[f64; 3]; 2]");
}

TEST(Types, LayOut) {
  TypeContext types;
  EXPECT_EQ(types.getBool()->getSize(), 1u);
  EXPECT_EQ(types.getStr()->getSize(), 16u);
  EXPECT_EQ(types.getStr()->getAlign(), 8u);
  const Type *array = types.getArray(types.getInt(16, true), 5);
  EXPECT_EQ(array->getSize(), 10u);
  EXPECT_EQ(array->getAlign(), 2u);
}

/// An enum of errors with \p count variants, the last with an i64.
static EnumDecl *makeErrors(ASTContext &context, size_t count) {
  auto *decl = context.make<EnumDecl>();
  decl->name = "Error";
  decl->variants =
      context.copy(llvm::ArrayRef(std::vector<VariantDecl>(count)));
  FieldDecl field{"at", nullptr, context.types.getI64()};
  decl->variants.back().fields = context.copy(llvm::ArrayRef(field));
  layOutEnum(*decl);
  return decl;
}

TEST(Types, LayOutEnums) {
  ASTContext context;
  TypeContext &types = context.types;
  const Type *error = types.getEnum(makeErrors(context, 256));
  EXPECT_EQ(error->getSize(), 16u);
  EXPECT_EQ(error->enumDecl->payloadOffset, 8u);
  EXPECT_EQ(error->enumDecl->getTagWidth(), 8u);
  EXPECT_EQ(makeErrors(context, 257)->getTagWidth(), 16u);

  const Type *byte = types.getOption(types.getInt(8, false));
  EXPECT_EQ(byte, types.getOption(types.getInt(8, false)));
  EXPECT_EQ(byte->getSize(), 2u);
  EXPECT_EQ(types.getOption(byte)->getSize(), 3u);
  EXPECT_EQ(types.getOption(types.getStr())->getSize(), 24u);
  EXPECT_EQ(types.getOption(types.getStr())->str(), "Option<str>");

  const Type *result = types.getResult(types.getVoid(), error);
  EXPECT_EQ(result->str(), "! Error");
  EXPECT_EQ(result->getSize(), 24u);
  const Type *tuple = types.getTuple({types.getBool(), types.getI64()});
  EXPECT_EQ(tuple->str(), "(bool, i64)");
  EXPECT_EQ(tuple->getSize(), 16u);
  result = types.getResult(tuple, error);
  EXPECT_EQ(result->str(), "(bool, i64) ! Error");
  EXPECT_EQ(result->enumDecl->variants[OkVariant].fields.size(), 2u);
  EXPECT_EQ(types.getTryType(result), tuple);
  EXPECT_EQ(result->getErrorType(), error);
  EXPECT_TRUE(types.getOption(types.getStr())->holdsReference());
  EXPECT_FALSE(result->holdsReference());
  EXPECT_TRUE(result->satisfies(Constraint::Eq));
}

TEST(Types, SizesSaturate) {
  TypeContext types;
  const Type *huge = types.getArray(types.getI64(), uint64_t(1) << 62);
  EXPECT_EQ(types.getArray(huge, 100)->getSize(), ~uint64_t(0));
}

TEST(Types, KnowWhatHoldsReferences) {
  TypeContext types;
  EXPECT_FALSE(types.getI64()->holdsReference());
  EXPECT_TRUE(types.getStr()->holdsReference());
  EXPECT_TRUE(types.getArray(types.getStr(), 2)->holdsReference());
  EXPECT_FALSE(types.getArray(types.getBool(), 2)->holdsReference());
}
