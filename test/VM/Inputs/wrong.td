include "FluxISA.td"
def F_OVERLAP : Format<1, [RD1, RS1_1]>;
def F_OUTSIDE : Format<1, [RS2_4]>;
let Category = "arith" in {
def W1 : Value<0x10, "w1", F_DSS, "a", "Text.">;
def W2 : Value<0xF1, "iadd", F_DSS, "a", "Text.">;
def W3 : Value<0xF2, "w3", F_DSS, "", "Text.">;
def W4 : Value<0xF3, "w4", F_DSS, "a", "Text">;
def W5 : Value<0xF4, "w5", F_DSS, "a", "Text.">;
}
