# How tests are found, where that is not lit's own way.
import lit.formats


class RunTests(lit.formats.ShTest):
    """The tests that run the programs that they compile."""

    def getTestsInDirectory(self, *arguments):
        for test in super().getTestsInDirectory(*arguments):
            with open(test.getSourcePath(), encoding="utf-8",
                      errors="replace") as file:
                text = file.read()
            # The semantics are those of every target.  A limit would be one of the
            # emulator.
            target = getattr(test.config, "flux_target", "")
            is_semantics = "Semantics" in test.path_in_suite
            # Where each program is a machine that boots, the rest is left to OS/; what
            # 32-bit machines change in C is how it computes.
            only_semantics = "-flux" in target or target == "c32"
            runs = "%run " in text and "ulimit" not in text
            if is_semantics or (runs and not only_semantics):
                yield test
