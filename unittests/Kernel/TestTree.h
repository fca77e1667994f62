//===- TestTree.h - device trees made for tests ----------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_KERNEL_TESTTREE_H
#define FLUX_UNITTESTS_KERNEL_TESTTREE_H

#include <cstdint>
#include <string>
#include <vector>

namespace flux {

/// Writes flattened device trees.
class TreeBuilder {
public:
  TreeBuilder &begin(const std::string &name) {
    word(1);
    structure += name;
    structure += '\0';
    pad();
    return *this;
  }
  TreeBuilder &end() {
    word(2);
    return *this;
  }
  TreeBuilder &text(const std::string &name, const std::string &value) {
    return property(name, value + '\0');
  }
  TreeBuilder &cells(const std::string &name, std::vector<uint32_t> values) {
    std::string bytes;
    for (uint32_t value : values)
      bytes += big(value);
    return property(name, bytes);
  }
  std::string make() {
    word(9);
    constexpr uint32_t headerSize = 40, reservedSize = 16;
    uint32_t stringsAt = headerSize + reservedSize + uint32_t(structure.size());
    uint32_t total = stringsAt + uint32_t(names.size());
    std::string out;
    for (uint32_t value :
         {0xD00DFEEDu, total, headerSize + reservedSize, stringsAt, headerSize,
          17u, 16u, 0u, uint32_t(names.size()), uint32_t(structure.size())})
      out += big(value);
    return out + std::string(reservedSize, '\0') + structure + names;
  }

private:
  static std::string big(uint32_t value) {
    std::string result;
    for (int shift = 24; shift >= 0; shift -= 8)
      result += static_cast<char>(value >> shift);
    return result;
  }
  void word(uint32_t value) { structure += big(value); }
  void pad() { structure.resize((structure.size() + 3) & ~size_t(3)); }
  TreeBuilder &property(const std::string &name, const std::string &value) {
    word(3);
    word(uint32_t(value.size()));
    word(uint32_t(names.size()));
    names += name + '\0';
    structure += value;
    pad();
    return *this;
  }

  std::string structure, names;
};

/// A machine of ARM with a bit of everything.
inline std::string makeTree() {
  TreeBuilder tree;
  tree.begin("").cells("#address-cells", {2}).cells("#size-cells", {2});
  tree.begin("chosen")
      .text("bootargs", "log=debug")
      .text("stdout-path", "/soc/serial@9000:115200")
      .end();
  tree.begin("memory@40000000")
      .text("device_type", "memory")
      .cells("reg", {0, 0x40000000, 0, 0x8000000})
      .end();
  tree.begin("reserved-memory")
      .cells("#address-cells", {2})
      .cells("#size-cells", {2});
  tree.begin("firmware@40000000").cells("reg", {0, 0x40000000, 0, 0x80000});
  tree.end().end();
  tree.begin("cpus").cells("#address-cells", {1}).cells("#size-cells", {0});
  for (uint32_t i : {0u, 1u, 0x100u})
    tree.begin("cpu").text("device_type", "cpu").cells("reg", {i}).end();
  tree.end();
  tree.begin("psci").text("compatible", "arm,psci-0.2").text("method", "smc");
  tree.end();
  // Behind a bus at 0x10000000 with addresses of its own.
  tree.begin("soc")
      .cells("#address-cells", {1})
      .cells("#size-cells", {1})
      .cells("ranges", {0, 0, 0x10000000, 0x1000000});
  tree.begin("serial@8000")
      .text("compatible", "ns16550a")
      .cells("reg", {0x8000, 0x100})
      .end();
  tree.begin("serial@9000")
      .text("compatible", "arm,pl011")
      .cells("reg", {0x9000, 0x100})
      .end();
  tree.begin("serial@a000")
      .text("compatible", "arm,pl011")
      .text("status", "disabled")
      .cells("reg", {0xA000, 0x100})
      .end();
  tree.begin("interrupts@0")
      .text("compatible", "arm,gic-v3")
      .cells("reg", {0x100000, 0x10000, 0x200000, 0x40000})
      .end();
  return tree.end().end().make();
}

} // namespace flux

#endif // FLUX_UNITTESTS_KERNEL_TESTTREE_H
