//===- Cache.h - results of earlier runs -----------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_CACHE_H
#define FLUX_LIB_DRIVER_CACHE_H

#include "flux/Driver/Options.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/BLAKE3.h"
#include <atomic>
#include <mutex>

namespace flux {

class DiagnosticEngine;

/// Puts together what a result depends on.
class CacheKey {
public:
  /// \p kind tells results of different kinds apart.  The identity of this
  /// compiler is part of every key.
  explicit CacheKey(llvm::StringRef kind);
  /// Adds \p text, of which nothing is confused with what is added next.
  void add(llvm::StringRef text);
  void add(uint64_t number);
  /// The key, in hexadecimal.  Nothing can be added afterwards.
  std::string finish();

private:
  llvm::BLAKE3 hash;
};

/// A folder of results, named after the hash of what they depend on.  All
/// methods may be called on several threads, and by several processes at once.
class Cache {
public:
  /// Null if \p options ask for none, or the identity of this compiler is not
  /// known.
  static std::unique_ptr<Cache> open(const Options &options);

  /// Finds the result for \p key.  What is damaged is not found, and replaced
  /// by the next store().
  bool find(const std::string &key, llvm::SmallVectorImpl<char> &bytes);
  void store(const std::string &key, llvm::ArrayRef<char> bytes);

  /// Removes what was not used for longest if there is more than the limit, and
  /// reports if the cache could not be written.  To be called at the end.
  void finish(DiagnosticEngine &diags);

  /// True if results are to be made anew and compared.
  bool verifies() const { return verify; }

private:
  Cache(std::string folder, const Options &options);
  std::string getPath(llvm::StringRef key) const;
  void noteError(std::error_code error);
  void removeOld(int usageFile);

  std::string folder;
  bool wasNamed; ///< by an option
  bool verify;
  uint64_t limit;
  std::atomic<uint64_t> bytesStored = 0;
  std::mutex errorMutex;
  std::string error; ///< the first
};

} // namespace flux

#endif // FLUX_LIB_DRIVER_CACHE_H
