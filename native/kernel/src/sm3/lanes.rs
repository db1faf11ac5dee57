//! The compression function on `L` messages at once: each word is an array with a place for every message, which the
//! compiler keeps in vector registers.

/// Words of 32 bits, one for each of `L` messages.
#[derive(Clone, Copy)]
pub struct Words<const L: usize>(pub [u32; L]);

/// The chaining value of `L` messages.
pub type State<const L: usize> = [Words<L>; 8];

/// Something that takes a block of each of `L` messages at a time.
pub trait Lanes<const L: usize>: Copy {
    /// CF of §5.3.3 on the words of a block of each message.
    fn compress(&mut self, blocks: &[[u32; 16]; L]);
    /// The words of the chaining value of each message.
    fn digests(&self) -> [[u32; 8]; L];
}

impl<const L: usize> Lanes<L> for State<L> {
    #[inline(always)]
    fn compress(&mut self, blocks: &[[u32; 16]; L]) {
        let mut words = std::array::from_fn(|at| Words(std::array::from_fn(|lane| blocks[lane][at])));
        compress(self, &mut words);
    }

    #[inline(always)]
    fn digests(&self) -> [[u32; 8]; L] {
        std::array::from_fn(|lane| std::array::from_fn(|at| self[at].0[lane]))
    }
}

/// §4.1.
pub const INITIAL: [u32; 8] = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

impl<const L: usize> Words<L> {
    #[inline(always)]
    fn all(word: u32) -> Self {
        Self([word; L])
    }

    #[inline(always)]
    fn with(self, other: Self, act: impl Fn(u32, u32) -> u32) -> Self {
        let mut out = [0; L];
        for lane in 0..L {
            out[lane] = act(self.0[lane], other.0[lane]);
        }
        Self(out)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.with(other, u32::wrapping_add)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.with(other, |a, b| a & b)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.with(other, |a, b| a | b)
    }

    #[inline(always)]
    fn turn(self, by: u32) -> Self {
        self.with(self, |a, _| a.rotate_left(by))
    }

    /// P0 of §4.4.
    #[inline(always)]
    fn p0(self) -> Self {
        self.xor(self.turn(9)).xor(self.turn(17))
    }

    /// P1 of §4.4.
    #[inline(always)]
    fn p1(self) -> Self {
        self.xor(self.turn(15)).xor(self.turn(23))
    }
}

/// The state before the first block.
pub fn initial<const L: usize>() -> State<L> {
    INITIAL.map(Words::all)
}

/// §5.3.2: the word W(j) for j of 16 and more, written over W(j − 16), which nothing needs any more.
#[inline(always)]
fn expand<const L: usize>(w: &mut [Words<L>; 16], j: usize) {
    let mixed = w[j % 16].xor(w[(j + 7) % 16]).xor(w[(j + 13) % 16].turn(15)).p1();
    w[j % 16] = mixed.xor(w[(j + 3) % 16].turn(7)).xor(w[(j + 10) % 16]);
}

/// One round of §5.3.3, where `j` is its number.
#[inline(always)]
fn round<const L: usize>(v: &mut State<L>, w: &[Words<L>; 16], j: usize) {
    let [a, b, c, d, e, f, g, h] = *v;
    let constant = if j < 16 { 0x79CC4519u32 } else { 0x7A879D8A }.rotate_left(j as u32 % 32);
    let ss1 = a.turn(12).plus(e).plus(Words::all(constant)).turn(7);
    let ss2 = ss1.xor(a.turn(12));
    let (ff, gg) =
        if j < 16 { (a.xor(b).xor(c), e.xor(f).xor(g)) } else { (a.and(b).or(a.or(b).and(c)), f.xor(g).and(e).xor(g)) };
    let word = w[j % 16];
    let tt1 = ff.plus(d).plus(ss2).plus(word.xor(w[(j + 4) % 16]));
    let tt2 = gg.plus(h).plus(ss1).plus(word);
    *v = [tt1, a, b.turn(9), c, tt2.p0(), e, f.turn(19), g];
}

/// CF of §5.3.3 on a block of each message; `w` holds the blocks' words and is used up.
#[inline(always)]
fn compress<const L: usize>(state: &mut State<L>, w: &mut [Words<L>; 16]) {
    let mut v = *state;
    for step in 0..12 {
        round(&mut v, w, step);
    }
    // W′(j) looks four words ahead, so from round 12 on each word is made four rounds before it is used.
    for step in 12..64 {
        expand(w, step + 4);
        round(&mut v, w, step);
    }
    for (old, new) in state.iter_mut().zip(v) {
        *old = old.xor(new);
    }
}
