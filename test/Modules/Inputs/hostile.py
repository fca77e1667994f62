"""Writes the documents that hostile.test compiles into the current folder."""
import os
import pathlib


def write(name, imports, code="fn main() {\n}", exports=""):
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# Test\n" +
                    "".join(f"\n## import: {line}\n" for line in imports) +
                    (f"\n## export: {exports}\n" if exports else "") +
                    f"\n## Code\n\n```flux\n{code}\n```\n")


def module(name, value="1", imports=()):
    write(name, imports, f"fn get() -> i64 {{\n  return {value}\n}}", "get")


write("self.flux.md", ["self.flux.md\nas: me"])
write("self-link.flux.md", ["link-to-self.flux.md\nas: me"])
os.symlink("self-link.flux.md", "link-to-self.flux.md")
write("cycle-a.flux.md", ["cycle-b.flux.md\nas: b"])
module("cycle-b.flux.md", "c.get()", ["cycle-c.flux.md\nas: c"])
module("cycle-c.flux.md", "a.get()", ["cycle-a.flux.md\nas: a"])

module("one.flux.md")
write("many.flux.md", [f"m/m{i}.flux.md" for i in range(10000)])
for i in range(1001):
    module(f"m/m{i}.flux.md")
for i in range(70):
    module(f"deep{i}.flux.md", "1", [f"deep{i + 1}.flux.md"])
write("same.flux.md", ["one.flux.md"] * 1000)
for i in range(2):
    with open(f"large{i}.flux.md", "w") as file:
        file.write("# Large\n\n## export: get\n\n## Code\n\n```flux\n"
                   "fn get() -> i64 {\n  return 1\n}\n```\n\n")
        file.write("x " * (17 << 20))
write("large.flux.md", [f"large{i}.flux.md" for i in range(2)])

os.mkdir("folder.flux.md")
pathlib.Path("latin.flux.md").write_bytes(b"# Latin\n\n\xe4\n")
os.symlink("loop.flux.md", "loop.flux.md")
write("missing.flux.md", ["on.flux.md", "folder.flux.md", "latin.flux.md",
                          "loop.flux.md\nas: other"])

os.symlink("one.flux.md", "a.flux.md")
os.symlink("one.flux.md", "b.flux.md")
write("links.flux.md", ["one.flux.md", "a.flux.md", "b.flux.md"],
      "fn main() {\n  println(a.get(), \" \", b.get() * one.get())\n}")

os.makedirs("far/away/here")
os.symlink("far/away/here", "there")
module("far/away/near.flux.md")
write("far/away/here/through.flux.md", ["../near.flux.md"],
      "fn main() {\n  println(near.get())\n}")

module("x/twin.flux.md", "1")
module("y/twin.flux.md", "2")
write("twins.flux.md", ["x/twin.flux.md", "y/twin.flux.md\nas: other"],
      "fn main() {\n  println(twin.get(), \" \", other.get())\n}")

module("packages/acme/seven.flux.md", "six.get() + 1", ["acme/six"])
module("packages/acme/six.flux.md", "6")
write("package.flux.md", ["acme/seven"],
      "fn main() {\n  println(seven.get())\n}")
