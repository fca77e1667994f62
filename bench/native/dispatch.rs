fn main() {
    let n = 150_000_000 + (std::env::args().count() - 1) as u32;
    let mut code = [0u8; 256];
    let mut s: u32 = 99;
    for op in &mut code {
        s = s.wrapping_mul(1664525).wrapping_add(1013904223);
        *op = ((s >> 24) & 15) as u8;
    }
    let (mut a, mut b, mut c, mut d): (u32, u32, u32, u32) = (1, 2, 3, 4);
    let mut pc: u32 = 0;
    for i in 0..n {
        match code[pc as usize] {
            0 => a = a.wrapping_add(b),
            1 => b ^= c,
            2 => c = c.wrapping_mul(5).wrapping_add(1),
            3 => d = d.wrapping_sub(a),
            4 => a ^= d >> 3,
            5 => b = b.wrapping_add(d),
            6 => c = c.rotate_left(5),
            7 => d ^= b,
            8 => {
                if a & 1 != 0 {
                    pc += 3
                }
            }
            9 => {
                if b & 2 != 0 {
                    pc += 5
                }
            }
            10 => a = !a,
            11 => b = b.wrapping_sub(c),
            12 => c = c.wrapping_add(i),
            13 => d = d.wrapping_add(c),
            14 => {
                if d & 4 != 0 {
                    pc += 7
                }
            }
            _ => a = a.wrapping_add(c & d),
        }
        pc = (pc + 1) & 255;
    }
    println!("{}", a ^ b ^ c ^ d);
}
