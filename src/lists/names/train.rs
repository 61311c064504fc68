//! From names with their categories to weights: logistic regression, one for each category, side by side, by steps that shrink as a run
//! is seen more often (AdaGrad; Duchi, Hazan and Singer 2011).
//!
//! Must give the same weights for the same names on every machine: nothing here depends on threads or clocks, and of a library no more is
//! used than roots and roundings, of which IEEE 754 says every bit.

use super::grams::Name;
use super::weights::LANES;

/// Categories that one thread learns side by side.
const HALF: usize = LANES / 2;

type Lanes = [f32; HALF];

/// How the weights are learned. The figures were chosen on held-out parts of public lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    /// Weights of a category, as a power of two.
    pub(super) bits: u32,
    /// How often every name is looked at.
    pub(super) rounds: usize,
    /// First step.
    pub(super) step: f32,
    /// Start of the order in which names come.
    pub(super) seed: u64,
}

impl Method {
    /// The best of those that were tried.
    pub(super) const CHOSEN: Self = Self { bits: 19, rounds: 4, step: 0.3, seed: 1 };
}

/// One name and what is known of it; bit n stands for category n.
#[derive(Clone, Copy, Debug)]
pub(super) struct Example<'a> {
    pub(super) name: Name<'a>,
    /// Categories that it is in.
    pub(super) is: u8,
    /// Categories of which nobody can say whether it is in them.
    pub(super) unsure: u8,
}

/// Weights as they were learned.
pub(super) struct Learned {
    pub(super) bits: u32,
    halves: Vec<Learner>,
}

impl Learned {
    /// The weights of a category, by place.
    pub(super) fn weights(&self, lane: usize) -> impl Iterator<Item = f32> {
        self.halves[lane / HALF].weights.iter().map(move |row| row[lane % HALF])
    }

    pub(super) fn bias(&self, lane: usize) -> f32 {
        self.halves[lane / HALF].bias[lane % HALF]
    }
}

/// Learns so many categories: the first half on this thread, the others on one more. Neither knows of the other.
pub(super) fn learn(examples: Vec<Example<'_>>, lanes: usize, method: Method) -> Learned {
    let others = examples.clone();
    let halves = std::thread::scope(|scope| {
        let others = (lanes > HALF).then(|| scope.spawn(|| half(others, HALF, method)));
        let first = half(examples, 0, method);
        let others = others.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(first).chain(others).collect()
    });
    Learned { bits: method.bits, halves }
}

fn half(mut examples: Vec<Example<'_>>, first: usize, method: Method) -> Learner {
    let mut learner = Learner::new(first, method);
    let mut order = Order(method.seed | 1);
    for _ in 0..method.rounds {
        order.shuffle(&mut examples);
        examples.iter().for_each(|example| learner.look(example));
    }
    learner
}

struct Learner {
    /// The first of its categories.
    first: usize,
    method: Method,
    weights: Vec<Lanes>,
    seen: Vec<Lanes>,
    bias: Lanes,
    places: Vec<u32>,
}

impl Learner {
    fn new(first: usize, method: Method) -> Self {
        let size = 1 << method.bits;
        Self { first, method, weights: vec![[0.0; HALF]; size], seen: vec![[1e-3; HALF]; size], bias: [0.0; HALF], places: Vec::new() }
    }

    fn look(&mut self, example: &Example<'_>) {
        let bits = self.method.bits;
        self.places.clear();
        example.name.each(|gram| self.places.push(place(gram.hash, bits)));
        let norm = 1.0 / (self.places.len() as f32).sqrt();
        let mut sum = [0.0; HALF];
        for &at in &self.places {
            let row = &self.weights[at as usize];
            each_lane(|lane| sum[lane] += row[lane]);
        }
        let mut push = [0.0; HALF];
        each_lane(|lane| {
            let (is, unsure) = (example.is >> (self.first + lane) & 1, example.unsure >> (self.first + lane) & 1);
            push[lane] = (chance(sum[lane] * norm + self.bias[lane]) - f32::from(is)) * f32::from(1 - unsure);
            self.bias[lane] -= 0.01 * push[lane];
            push[lane] *= norm;
        });
        let step = self.method.step;
        for &at in &self.places {
            let (row, seen) = (&mut self.weights[at as usize], &mut self.seen[at as usize]);
            each_lane(|lane| {
                seen[lane] += push[lane] * push[lane];
                row[lane] -= step * push[lane] / seen[lane].sqrt();
            });
        }
    }
}

#[inline]
fn each_lane(mut run: impl FnMut(usize)) {
    (0..HALF).for_each(&mut run);
}

/// Where the weights of a run are.
#[inline]
pub(super) fn place(hash: u64, bits: u32) -> u32 {
    (hash >> (64 - bits)) as u32
}

/// From a score to a chance: `1 / (1 + e^-x)`, by powers of two and a polynomial, so that it is the same everywhere.
#[inline]
pub(super) fn chance(score: f32) -> f32 {
    let x = (-score).clamp(-30.0, 30.0) * std::f32::consts::LOG2_E;
    let whole = x.floor();
    let part = (x - whole) * std::f32::consts::LN_2;
    let power = 1.0 + part * (1.0 + part * (0.5 + part * (1.0 / 6.0 + part * (1.0 / 24.0 + part / 120.0))));
    1.0 / (1.0 + power * f32::from_bits(((whole as i32 + 127) as u32) << 23))
}

/// The natural logarithm of a positive number that is not tiny, to some seven digits: of the power of two in it, and for what is left by the
/// series of the area tangent, so that it is the same everywhere.
pub(super) fn logarithm(number: f32) -> f32 {
    let bits = number.to_bits();
    let whole = (bits >> 23) as i32 - 127;
    let part = f32::from_bits(bits & 0x007f_ffff | 127 << 23);
    let t = (part - 1.0) / (part + 1.0);
    let square = t * t;
    let series = 1.0 / 7.0 + square * (1.0 / 9.0 + square * (1.0 / 11.0 + square / 13.0));
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * series));
    2.0 * t * series + whole as f32 * std::f32::consts::LN_2
}

/// The order in which names come: the same for the same seed (xorshift64*, Vigna 2016).
pub(super) struct Order(pub(super) u64);

impl Order {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, (self.next() % (at as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{chance, logarithm};

    #[test]
    fn chances_and_logarithms_are_what_mathematics_says() {
        for number in [1e-6_f32, 0.003, 0.25, 0.5, 0.99, 1.0, 1.01, 1.5, 1.9999, 2.0, 3.0, 1000.0, 1e6] {
            let (own, other) = (f64::from(logarithm(number)), f64::from(number).ln());
            assert!((own - other).abs() < 2e-6 * other.abs().max(1.0), "{number}: {own} {other}");
        }
        for score in [-20.0_f32, -3.0, -0.1, 0.0, 0.1, 3.0, 20.0] {
            let (own, other) = (f64::from(chance(score)), 1.0 / (1.0 + f64::from(-score).exp()));
            assert!((own - other).abs() < 1e-4 * other.max(1e-3), "{score}: {own} {other}");
        }
    }
}
