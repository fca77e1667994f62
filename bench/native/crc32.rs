fn make_table() -> [u32; 256] {
    let mut table = [0u32; 256];
    for (i, entry) in table.iter_mut().enumerate() {
        let mut c = i as u32;
        for _ in 0..8 {
            c = if c & 1 != 0 { (c >> 1) ^ 0xEDB88320 } else { c >> 1 };
        }
        *entry = c;
    }
    table
}

fn update(crc: u32, table: &[u32; 256], bytes: &[u8]) -> u32 {
    let mut c = crc;
    for &byte in bytes {
        c = (c >> 8) ^ table[((c ^ u32::from(byte)) & 255) as usize];
    }
    c
}

fn main() {
    let rounds = 160 + std::env::args().count() - 1;
    let table = make_table();
    let mut buffer = vec![0u8; 1 << 20];
    let mut s: u32 = 1;
    for byte in &mut buffer {
        s = s.wrapping_mul(1664525).wrapping_add(1013904223);
        *byte = (s >> 24) as u8;
    }
    let mut crc = 0xFFFF_FFFF;
    for _ in 0..rounds {
        crc = update(crc, &table, &buffer);
    }
    println!("{}", crc);
}
