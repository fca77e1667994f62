target datalayout = "e-m:e-i64:64-n32:64"
define i32 @main() {
  call void asm sideeffect "hlt", ""()
  ret i32 0
}
