#[derive(Clone, Copy)]
struct Entry {
    key: i64,
    value: i64,
    is_there: bool,
}

struct Map {
    entries: Vec<Entry>,
    index: Vec<u32>,
    room: usize,
    length: usize,
}

fn hash(key: i64) -> u64 {
    let mut z = (key as u64).wrapping_add(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
    z ^ (z >> 31)
}

impl Map {
    fn new() -> Map {
        Map { entries: Vec::with_capacity(8), index: vec![0; 16], room: 8, length: 0 }
    }

    fn place(&self, key: i64) -> usize {
        hash(key) as usize & (self.index.len() - 1)
    }

    fn find(&self, key: i64) -> usize {
        let mut at = self.place(key);
        while self.index[at] != 0 && self.entries[self.index[at] as usize - 1].key != key {
            at = (at + 1) & (self.index.len() - 1);
        }
        at
    }

    fn grow(&mut self) {
        self.room = (self.length * 2).max(8);
        let mut size = self.index.len();
        while size < self.room * 2 {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.entries, Vec::with_capacity(self.room));
        self.index = vec![0; size];
        for entry in old {
            if entry.is_there {
                self.entries.push(entry);
                let at = self.find(entry.key);
                self.index[at] = self.entries.len() as u32;
            }
        }
    }

    fn put(&mut self, key: i64, value: i64) {
        let mut at = self.find(key);
        if self.index[at] != 0 {
            self.entries[self.index[at] as usize - 1].value = value;
            return;
        }
        if self.entries.len() == self.room {
            self.grow();
            at = self.find(key);
        }
        self.entries.push(Entry { key, value, is_there: true });
        self.length += 1;
        self.index[at] = self.entries.len() as u32;
    }

    fn get_or(&self, key: i64, otherwise: i64) -> i64 {
        match self.index[self.find(key)] {
            0 => otherwise,
            number => self.entries[number as usize - 1].value,
        }
    }

    fn has(&self, key: i64) -> bool {
        self.index[self.find(key)] != 0
    }

    fn remove(&mut self, key: i64) -> bool {
        let mut hole = self.find(key);
        let number = self.index[hole] as usize;
        if number == 0 {
            return false;
        }
        self.entries[number - 1].is_there = false;
        self.length -= 1;
        self.index[hole] = 0;
        let last = self.index.len() - 1;
        let mut at = (hole + 1) & last;
        while self.index[at] != 0 {
            let home = self.place(self.entries[self.index[at] as usize - 1].key);
            if at.wrapping_sub(home) & last >= at.wrapping_sub(hole) & last {
                self.index[hole] = self.index[at];
                self.index[at] = 0;
                hole = at;
            }
            at = (at + 1) & last;
        }
        true
    }

    fn clear(&mut self) {
        self.index.fill(0);
        self.entries.clear();
        self.length = 0;
    }
}

fn next(s: u64) -> u64 {
    s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407)
}

fn main() {
    let extra = std::env::args().count() - 1;
    let range = 131072 + extra as u64;
    let mut m = Map::new();
    let mut s: u64 = 1;
    let (mut found, mut removed) = (0, 0);
    let mut sum: u64 = 0;
    for _ in 0..3 + extra {
        for _ in 0..1_000_000 + extra {
            s = next(s);
            let key = ((s >> 33) % range) as i64;
            m.put(key, m.get_or(key, 0) + 1);
        }
        for _ in 0..1_000_000 + extra {
            s = next(s);
            if m.has(((s >> 33) % (range * 2)) as i64) {
                found += 1;
            }
        }
        for key in 0..range as i64 {
            if key % 2 == 0 && m.remove(key) {
                removed += 1;
            }
        }
        for entry in &m.entries {
            if entry.is_there {
                sum = sum.wrapping_mul(31).wrapping_add((entry.key * entry.value) as u64);
            }
        }
        m.clear();
    }
    println!("{} {} {}", found, removed, sum);
}
