//! The simulated cloud that the engine of Ironward is tested on.
//!
//! A cloud in memory that keeps the rules of real ones, a disk, and a time that passes only when
//! all sleep. One seed draws a program, a change of it, and everything that goes wrong on the way;
//! [`run_schedule`] runs it on the real engine and reports which [`Law`]s were broken.
//!
//! # What may go wrong
//!
//! - Requests are throttled, refused, lost before or after their effect, late, or delivered twice
//!   where the service knows them again.
//! - Reads and searches miss what was made and show what is gone, for [`SETTLES`] at most.
//! - What takes its time fails in the end.
//! - The process is killed before or after any call and any entry of the journal. What it had on
//!   the wire arrives all the same, or not, or up to [`ARRIVES`] later.
//! - The disk takes no more entries; the run is asked to end early.
//! - Between runs things vanish, are changed, and others make things of the same names.
//! - What is to be taken over isn't as declared, isn't there, or belongs to someone else.
//! - The lock is a lease whose heartbeats are lost. A process is paused in the middle of a run, and
//!   goes on when another one has taken the state over. What either had on the wire arrives up to
//!   [`WINDOW`] after its lease.
//!
//! # What can't
//!
//! Changes and deletions whose answer was lost arrive before the next process looks: an engine
//! can't tell a late one from a change made outside, and repairs it as such.

mod cloud;
mod dice;
mod disk;
mod faults;
mod handle;
mod judge;
mod laws;
mod lease;
mod mistakes;
mod object;
mod offers;
mod outside;
mod process;
mod programs;
mod remedies;
mod requests;
mod scenario;
mod schedule;
mod settled;
pub mod sketch;
mod tally;
mod time;
pub mod types;
mod world;

pub use judge::{Law, Violation};
pub use lease::WINDOW;
pub use schedule::{Report, minimise, run_schedule};
pub use tally::Tally;
pub use world::{ARRIVES, SETTLES};
