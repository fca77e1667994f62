fn generate(b: &mut [u8]) {
    let mut s: u32 = 7;
    let mut p = 0;
    while p < b.len() - 64 {
        s = s.wrapping_mul(1664525).wrapping_add(1013904223);
        let kind = (s >> 24) & 7;
        let v = (s >> 8) & 0xFFFF;
        if kind < 3 {
            let mut d = 10000;
            let mut started = false;
            while d != 0 {
                let q = v / d % 10;
                if q != 0 || started || d == 1 {
                    b[p] = b'0' + q as u8;
                    p += 1;
                    started = true;
                }
                d /= 10;
            }
            b[p] = b',';
            p += 1;
        } else if kind == 3 {
            b[p] = b'"';
            p += 1;
            for i in 0..v & 15 {
                b[p] = b'a' + ((v >> (i & 7)) & 15) as u8;
                p += 1;
            }
            p = append(b, p, b"\",");
        } else if kind == 4 {
            p = append(b, p, b"  \n");
        } else if kind == 5 {
            p = append(b, p, b"true,");
        } else if kind == 6 {
            p = append(b, p, b"{");
        } else {
            p = append(b, p, b"}");
        }
    }
    b[p..].fill(b' ');
}

fn append(b: &mut [u8], start: usize, s: &[u8]) -> usize {
    b[start..start + s.len()].copy_from_slice(s);
    start + s.len()
}

#[derive(Default)]
struct Totals {
    sum: u64,
    words: u64,
    strings: u64,
    depth: i64,
    hash: u32,
}

fn scan(b: &[u8], t: &mut Totals) {
    let mut i = 0;
    while i < b.len() {
        let c = b[i];
        if c.is_ascii_digit() {
            let mut v: u32 = 0;
            while i < b.len() && b[i].is_ascii_digit() {
                v = v * 10 + u32::from(b[i] - b'0');
                i += 1;
            }
            t.sum += u64::from(v);
        } else if c == b'"' {
            i += 1;
            while i < b.len() && b[i] != b'"' {
                i += 1;
            }
            i += 1;
            t.strings += 1;
        } else if c.is_ascii_alphabetic() {
            while i < b.len() && b[i].is_ascii_alphabetic() {
                t.hash = t.hash.wrapping_mul(31).wrapping_add(u32::from(b[i]));
                i += 1;
            }
            t.words += 1;
        } else {
            if c == b'{' {
                t.depth += 1;
            } else if c == b'}' {
                t.depth -= 1;
            }
            i += 1;
        }
    }
}

fn main() {
    let rounds = 160 + std::env::args().count() - 1;
    let mut input = vec![0u8; 1 << 20];
    generate(&mut input);
    let mut t = Totals::default();
    for _ in 0..rounds {
        scan(&input, &mut t);
    }
    let result = (t.sum as u32)
        .wrapping_mul(3)
        .wrapping_add((t.words as u32).wrapping_mul(5))
        .wrapping_add((t.strings as u32).wrapping_mul(7))
        .wrapping_add(t.hash)
        .wrapping_add(t.depth as u32);
    println!("{}", result);
}
