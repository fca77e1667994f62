//===- Imports.cpp - finding and reading imported documents ---------------===//
//
// An import names a document of the library (`std/text`), one below a folder
// of `-I` (`acme/json`), or a file next to the document that imports.  Files
// are told apart by what they are, not by how they are spelled, so that each is
// read once however it is reached.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Imports.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/Parser.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

using namespace flux;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr StringRef extension = ".flux.md";

/// The hash of a document as the key `hash` and `flux.lock` hold it.
static std::string getHash(StringRef text) {
  std::array<uint8_t, 32> digest = llvm::SHA256::hash(llvm::ArrayRef(
      reinterpret_cast<const uint8_t *>(text.data()), text.size()));
  return "sha256-" + llvm::toHex(digest, /*LowerCase=*/true);
}

/// What an import stands for.
struct ImportLoader::Target {
  std::string path;     ///< empty: part of fluxc
  std::string fileName; ///< in locations
  std::string lockName; ///< from the folder of the compiled document
  StringRef libraryText;
};

void ImportLoader::load(Module &module, StringRef filePath,
                        StringRef fileName) {
  root.module = &module;
  root.path = filePath == "-" ? "" : filePath.str();
  root.fileName = fileName.str();
  fs::UniqueID id;
  if (!root.path.empty() && !fs::getUniqueID(root.path, id))
    byFile[id] = &root;
  // Names that symbols begin with already.
  for (StringRef word : {"agent", "const", "state", "table", "timer"})
    moduleNames[word] = 1;
  loadImports(root);
}

void ImportLoader::loadImports(ImportedDocument &importer) {
  for (ImportDecl *import : importer.module->imports) {
    if (isFull)
      return;
    chain.push_back(import);
    loadImport(*import, importer);
    chain.pop_back();
  }
}

void ImportLoader::loadImport(ImportDecl &import, ImportedDocument &importer) {
  Target target;
  if (!resolve(import, importer, target))
    return;
  ImportedDocument *known = nullptr;
  fs::UniqueID id;
  if (target.path.empty()) {
    known = byLibraryName.lookup(import.path);
  } else {
    if (std::error_code error = fs::getUniqueID(target.path, id))
      return reportMissing(import, target, path::parent_path(importer.path),
                           error.message());
    auto it = byFile.find(id);
    if (it != byFile.end())
      known = it->second;
  }
  if (known && known->isLoading)
    return reportCycle(import, *known);
  if (known) {
    import.module = known->module;
    checkHash(import, known->module->source);
    return;
  }

  if (documents.size() >= ImportLimits::maxDocuments ||
      chain.size() > ImportLimits::maxDepth) {
    bool isDeep = chain.size() > ImportLimits::maxDepth;
    diags.report(import.path, diag::too_many_imports, isDeep ? "deep" : "many",
                 isDeep ? ImportLimits::maxDepth : ImportLimits::maxDocuments);
    isFull = true;
    return;
  }
  documents.push_back(std::make_unique<ImportedDocument>());
  if (target.path.empty())
    byLibraryName[import.path] = documents.back().get();
  else
    byFile[id] = documents.back().get();
  read(import, target, path::parent_path(importer.path));
}

void ImportLoader::read(ImportDecl &import, Target &target, StringRef folder) {
  ImportedDocument &imported = *documents.back();
  llvm::scope_exit done([&] { imported.isLoading = false; });
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  if (target.path.empty()) {
    buffer =
        llvm::MemoryBuffer::getMemBuffer(target.libraryText, target.fileName);
  } else {
    auto file = options.readFile(target.path, ImportLimits::maxBytes);
    if (!file) {
      imported.module = context.makeOwned<Module>();
      return reportMissing(import, target, folder, file.getError().message());
    }
    buffer = std::move(*file);
  }
  numBytes += buffer->getBufferSize();
  if (numBytes > ImportLimits::maxBytes) {
    diags.report(import.path, diag::too_many_imports, "large",
                 llvm::Twine(ImportLimits::maxBytes) + " bytes");
    imported.module = context.makeOwned<Module>();
    isFull = true;
    return;
  }

  imported.path = target.path;
  imported.fileName = target.fileName;
  imported.lockName = target.lockName;
  imported.bufferID = diags.getSources().AddNewSourceBuffer(
      std::move(buffer), llvm::SMLoc::getFromPointer(import.range.data()));
  const llvm::MemoryBuffer *memory =
      diags.getSources().getMemoryBuffer(imported.bufferID);
  unsigned before = diags.getNumErrors();
  imported.document = parseDocument(memory->getMemBufferRef(), diags);
  Module *module = parseModule(imported.document, context, diags);
  imported.module = import.module = module;
  module->name = makeModuleName(target.fileName);
  module->isLibrary = target.path.empty();
  // The library inside fluxc is pinned by fluxc.
  if (options.recordsHashes && !module->isLibrary)
    root.module->decisions.push_back(
        {"import", target.lockName, getHash(memory->getBuffer()), import.path});
  module->source = memory->getBuffer();
  module->fileName = imported.fileName;
  checkHash(import, module->source);
  if (module->exports.empty() && diags.getNumErrors() == before)
    diags.report(import.path, diag::nothing_exported, target.fileName)
        .note("write '## export: name' into it for each name that others may "
              "use");
  loadImports(imported);
}

/// A name for symbols that no other module has.
StringRef ImportLoader::makeModuleName(StringRef fileName) {
  std::string name = path::filename(fileName)
                         .take_until([](char c) { return c == '.'; })
                         .str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  unsigned count = ++moduleNames[name];
  if (count > 1)
    name += "." + llvm::utostr(count);
  return context.copyString(name);
}

//===----------------------------------------------------------------------===//
// Where a document is
//===----------------------------------------------------------------------===//

/// `NAME/NAME`, in lower case as all names of packages.
static bool isPackagePath(StringRef text) {
  llvm::SmallVector<StringRef, 4> parts;
  text.split(parts, '/');
  return parts.size() > 1 && llvm::all_of(parts, [](StringRef part) {
           return !part.empty() && llvm::all_of(part, [](char c) {
             return llvm::isLower(c) || llvm::isDigit(c) || c == '_';
           });
         });
}

/// The names in \p folder that can be a part of a path: folders, or, for the
/// last part, documents.
static std::vector<std::string> listFolder(StringRef folder, bool isLast) {
  constexpr unsigned maxEntries = 1000;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, error), end;
       !error && it != end && names.size() < maxEntries; it.increment(error)) {
    StringRef name = path::filename(it->path());
    if (isLast ? name.ends_with(extension)
               : it->type() == fs::file_type::directory_file)
      names.push_back(name.str());
  }
  llvm::sort(names);
  return names;
}

/// The path of a document that exists and that \p written, from \p folder,
/// most likely means, where each part may be misspelled; empty if there is
/// none.
static std::string findNearFile(StringRef written, StringRef folder) {
  llvm::SmallVector<StringRef, 8> parts;
  written.split(parts, '/');
  llvm::SmallString<128> place(folder), result;
  for (size_t i = 0; i < parts.size(); ++i) {
    bool isLast = i + 1 == parts.size();
    std::string part = parts[i].str();
    llvm::SmallString<128> next(place);
    path::append(next, part);
    bool exists = !part.empty() && fs::exists(next) &&
                  (isLast ? StringRef(part).ends_with(extension)
                          : fs::is_directory(next));
    if (!exists) {
      std::vector<std::string> names = listFolder(place, isLast);
      llvm::SmallVector<StringRef> candidates(names.begin(), names.end());
      part = findNearMiss(parts[i], candidates).str();
      if (part.empty())
        return "";
    }
    path::append(place, part);
    result += (i ? "/" : "") + part;
  }
  return result == written ? "" : result.str().str();
}

/// What \p written, which is no import from \p folder, most likely means.
static std::string findNearImport(StringRef written, StringRef folder) {
  if (path::is_absolute(written))
    return "";
  std::string text = written.str();
  std::replace(text.begin(), text.end(), '\\', '/');
  StringRef stem = text;
  for (StringRef end : {extension, StringRef(".flux"), StringRef(".markdown"),
                        StringRef(".md")})
    if (stem.consume_back(end))
      break;
  // As it is written, with the right end.
  std::string file = (stem + extension).str();
  llvm::SmallString<128> place(folder);
  path::append(place, file);
  if (file != written && fs::exists(place))
    return file;
  std::string lower = stem.lower();
  for (StringRef name : {lower, "std/" + lower})
    if (!findLibraryDocument(name).empty())
      return name.str();
  std::string near = findNearFile(text, folder);
  if (near.empty() && file != text)
    near = findNearFile(file, folder);
  if (!near.empty())
    return near;
  llvm::SmallVector<StringRef> names(getLibraryDocuments());
  near = findNearMiss(lower, names).str();
  if (near.empty() && !StringRef(lower).contains('/'))
    near = findNearMiss("std/" + lower, names).str();
  return near;
}

bool ImportLoader::resolve(const ImportDecl &import,
                           const ImportedDocument &importer, Target &target) {
  StringRef text = import.path;
  if (text.ends_with(extension))
    return resolveFile(import, importer, target);
  if (text.starts_with("std/") && isPackagePath(text))
    return resolveLibrary(import, target);
  if (isPackagePath(text))
    return resolvePackage(import, importer, target);
  auto report = diags.report(text, diag::bad_import_path, shorten(text, 80));
  std::string near = findNearImport(text, path::parent_path(importer.path));
  if (!near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(text), near);
  else if (isIdentifier(text))
    report.fixIt(DiagnosticEngine::rangeOf(text), text + extension);
  else
    report.note("write 'std/NAME', 'FOLDER/NAME' or 'FILE.flux.md'");
  return false;
}

bool ImportLoader::resolveLibrary(const ImportDecl &import, Target &target) {
  target.lockName = import.path.str();
  target.fileName = (import.path + extension).str();
  if (!options.stdDir.empty()) {
    llvm::SmallString<128> file(options.stdDir);
    path::append(file,
                 import.path.drop_front(StringRef("std/").size()) + extension);
    target.path = file.str().str();
    if (!path::is_absolute(file))
      target.fileName = target.path;
    return true;
  }
  target.libraryText = findLibraryDocument(import.path);
  if (!target.libraryText.empty())
    return true;
  auto report = diags.report(import.path, diag::unknown_library, import.path);
  llvm::SmallVector<StringRef> names(getLibraryDocuments());
  if (StringRef near = findNearMiss(import.path, names); !near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(import.path), near);
  else
    report.note("it has " + llvm::join(names, ", "));
  return false;
}

bool ImportLoader::resolvePackage(const ImportDecl &import,
                                  const ImportedDocument &importer,
                                  Target &target) {
  target.lockName = import.path.str();
  for (StringRef dir : options.dirs) {
    llvm::SmallString<128> file(dir);
    path::append(file, import.path + extension);
    if (!fs::exists(file))
      continue;
    target.path = file.str().str();
    target.fileName =
        path::is_absolute(file) ? (import.path + extension).str() : target.path;
    return true;
  }
  auto report =
      diags.report(import.path, diag::cannot_import, import.path,
                   options.dirs.empty() ? "no folder was given with '-I'"
                                        : "no folder of '-I' has it");
  std::string near =
      findNearImport(import.path, path::parent_path(importer.path));
  if (!near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(import.path), near);
  else
    report.note("a file next to this document is imported as '" + import.path +
                extension + "'");
  return false;
}

/// \p file without `.` and, where that leads to the same file, without `..`.
static std::string simplify(StringRef file, bool canRemoveParents) {
  llvm::SmallString<128> result(file);
  path::remove_dots(result, canRemoveParents);
  return result.str().str();
}

bool ImportLoader::resolveFile(const ImportDecl &import,
                               const ImportedDocument &importer,
                               Target &target) {
  StringRef text = import.path;
  bool isInLibrary = importer.module->isLibrary;
  if (path::is_absolute(text) || isInLibrary || text.contains('\\') ||
      path::filename(text) == extension) {
    auto report = diags.report(text, diag::bad_import_path, shorten(text, 80));
    report.note(isInLibrary
                    ? "documents of the library import 'std/NAME'"
                    : "write the path from the folder of this document, with "
                      "'/' between its parts");
    std::string near =
        isInLibrary ? ""
                    : findNearImport(text, path::parent_path(importer.path));
    if (!near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(text), near);
    return false;
  }
  llvm::SmallString<128> file(path::parent_path(importer.path));
  path::append(file, text);
  llvm::SmallString<128> name(path::parent_path(importer.fileName));
  path::append(name, text);
  // Behind a symbolic link to a folder, `..` leads elsewhere.
  fs::UniqueID written, simplified;
  bool canRemoveParents = !fs::getUniqueID(file, written) &&
                          !fs::getUniqueID(simplify(file, true), simplified) &&
                          written == simplified;
  llvm::SmallString<128> lockName(path::parent_path(importer.lockName));
  path::append(lockName, text);
  target.lockName = simplify(lockName, canRemoveParents);
  target.path = simplify(file, canRemoveParents);
  target.fileName = simplify(name, canRemoveParents);
  return true;
}

//===----------------------------------------------------------------------===//
// What can be wrong
//===----------------------------------------------------------------------===//

void ImportLoader::reportMissing(const ImportDecl &import, const Target &target,
                                 StringRef folder, StringRef reason) {
  auto report =
      diags.report(import.path, diag::cannot_import, target.path, reason);
  std::string near = findNearImport(import.path, folder);
  if (!near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(import.path), near);
}

void ImportLoader::reportCycle(const ImportDecl &import,
                               const ImportedDocument &again) {
  // The chain back to the import that loaded `again`.
  size_t first = chain.size() - 1;
  while (first > 0 && chain[first - 1]->module != again.module)
    --first;
  std::string names = again.fileName;
  for (size_t i = first; i < chain.size(); ++i) {
    const Module *module = chain[i]->module;
    names += " -> ";
    names += module ? module->fileName.str() : again.fileName;
  }
  diags.report(import.path, diag::import_cycle, again.fileName, names);
}

void ImportLoader::checkHash(const ImportDecl &import, StringRef text) {
  if (import.hash.empty())
    return;
  std::string actual = getHash(text);
  if (import.hash.equals_insensitive(actual))
    return;
  diags.report(import.hash, diag::hash_mismatch, import.path)
      .note("its hash is '" + actual + "'");
}
