fn generate(b: &mut [u8], size: usize) -> usize {
    let mut s: u32 = 42;
    let mut p = 0;
    while p < size {
        s = s.wrapping_mul(1664525).wrapping_add(1013904223);
        let rare = s >> 20;
        s = s.wrapping_mul(1664525).wrapping_add(1013904223);
        let mut v = rare & (s >> 20);
        if (s >> 16) & 15 == 0 {
            v = rare;
        }
        loop {
            b[p] = b'a' + (v % 23) as u8;
            p += 1;
            v /= 23;
            if v == 0 {
                break;
            }
        }
        b[p] = if (s >> 12) & 7 == 0 { b'\n' } else { b' ' };
        p += 1;
    }
    p
}

const SLOTS: usize = 16384;

#[derive(Clone, Copy, Default)]
struct Slot {
    start: usize,
    length: usize,
    count: u64,
}

fn insert(table: &mut [Slot], b: &[u8], start: usize, length: usize, hash: u32) {
    let mut at = hash as usize & (SLOTS - 1);
    loop {
        let slot = table[at];
        if slot.count == 0 {
            table[at] = Slot { start, length, count: 1 };
            return;
        }
        if slot.length == length {
            let mut i = 0;
            while i < length && b[slot.start + i] == b[start + i] {
                i += 1;
            }
            if i == length {
                table[at].count += 1;
                return;
            }
        }
        at = (at + 1) & (SLOTS - 1);
    }
}

fn is_space(c: u8) -> bool {
    c == b' ' || c == b'\n'
}

fn count(b: &[u8], table: &mut [Slot]) -> u64 {
    table.fill(Slot::default());
    let (mut words, mut lines) = (0, 0);
    let mut i = 0;
    while i < b.len() {
        if b[i] == b'\n' {
            lines += 1;
        }
        if is_space(b[i]) {
            i += 1;
            continue;
        }
        let start = i;
        let mut hash: u32 = 2166136261;
        while i < b.len() && !is_space(b[i]) {
            hash = (hash ^ u32::from(b[i])).wrapping_mul(16777619);
            i += 1;
        }
        insert(table, b, start, i - start, hash ^ (hash >> 15));
        words += 1;
    }
    let (mut distinct, mut most) = (0, 0);
    for slot in table.iter() {
        if slot.count > 0 {
            distinct += 1;
        }
        most = most.max(slot.count);
    }
    words + lines * 3 + distinct * 5 + most * 7
}

fn main() {
    let extra = std::env::args().count() - 1;
    let size = 4_000_000 + extra;
    let mut buffer = vec![0u8; size + 64];
    let end = generate(&mut buffer, size);
    let mut table = vec![Slot::default(); SLOTS];
    let mut result: u64 = 0;
    for _ in 0..20 + extra {
        result = result.wrapping_mul(31).wrapping_add(count(&buffer[..end], &mut table));
    }
    println!("{}", result);
}
