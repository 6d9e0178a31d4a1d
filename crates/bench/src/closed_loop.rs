//! Messages that are sent as soon as the earlier ones have been seen by everybody.
//!
//! The number of messages under way stays constant, so the load follows what the server can do, and a message counts
//! only when each member of its group has it.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::swarm::{Kind, Swarm};

/// How often it is asked whether it is enough.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Members of one room.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Their numbers in the swarm.
    pub(crate) members: Range<usize>,
    /// How many messages are under way.
    pub(crate) window: usize,
}

/// Where messages come from.
pub(crate) trait Source {
    /// Has `count` messages posted to `group`, the `index`th of the loop.
    fn post(&mut self, swarm: &mut Swarm, index: usize, group: &Group, count: usize) -> io::Result<()>;
}

/// What was seen in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Messages that every member of their group has.
    pub(crate) messages: u64,
    /// Arrivals of a message at a member.
    pub(crate) deliveries: u64,
}

/// Keeps every group's window full.
pub(crate) struct ClosedLoop<'a, S> {
    swarm: &'a mut Swarm,
    source: S,
    groups: Vec<Group>,
    state: State,
}

/// Members get the messages of their group in one order, so a member's *n*th arrival is the group's *n*th message.
struct State {
    /// The group of each member.
    group_of: Vec<usize>,
    /// Arrivals at each member, since the beginning.
    arrived: Vec<u64>,
    progress: Vec<Progress>,
    tally: Tally,
}

#[derive(Default)]
struct Progress {
    /// Messages of the group that everybody has.
    complete: u64,
    /// For each message under way, oldest first, how many members do not have it yet.
    lacking: VecDeque<usize>,
    /// Completed since the window was last filled.
    to_replace: usize,
}

impl<'a, S: Source> ClosedLoop<'a, S> {
    pub(crate) fn new(swarm: &'a mut Swarm, source: S, groups: Vec<Group>) -> Self {
        let mut group_of = vec![usize::MAX; swarm.len()];
        for (index, group) in groups.iter().enumerate() {
            group_of[group.members.clone()].fill(index);
        }
        let state = State {
            arrived: vec![0; swarm.len()],
            group_of,
            progress: groups.iter().map(|_| Progress::default()).collect(),
            tally: Tally::default(),
        };
        Self {
            swarm,
            source,
            groups,
            state,
        }
    }

    /// Posts until `enough` says so, then waits for what is under way.
    ///
    /// # Errors
    /// A message was refused or did not arrive, or a connection failed.
    pub(crate) fn run(&mut self, mut enough: impl FnMut() -> io::Result<bool>) -> io::Result<Tally> {
        self.state.tally = Tally::default();
        for progress in &mut self.state.progress {
            progress.to_replace = 0;
        }
        for index in 0..self.groups.len() {
            self.post(index, self.groups[index].window)?;
        }
        let mut looked = Instant::now();
        let mut closing = false;
        while self
            .state
            .progress
            .iter()
            .any(|progress| !progress.lacking.is_empty())
        {
            let state = &mut self.state;
            self.swarm
                .expect_frames(|member, text| state.take(member, text))?;
            if !closing && looked.elapsed() >= LOOK_EVERY {
                closing = enough()?;
                looked = Instant::now();
            }
            for index in 0..self.groups.len() {
                let count = std::mem::take(&mut self.state.progress[index].to_replace);
                if count > 0 && !closing {
                    self.post(index, count)?;
                }
            }
        }
        Ok(self.state.tally)
    }

    fn post(&mut self, index: usize, count: usize) -> io::Result<()> {
        let group = &self.groups[index];
        let lacking = &mut self.state.progress[index].lacking;
        lacking.extend(std::iter::repeat_n(group.members.len(), count));
        self.source.post(self.swarm, index, group, count)
    }
}

impl State {
    fn take(&mut self, member: usize, text: &[u8]) -> io::Result<()> {
        match Kind::of(text) {
            Kind::MessagePosted => self.arrive(member),
            Kind::Error => Err(io::Error::other(String::from_utf8_lossy(text))),
            Kind::Welcome | Kind::Other => Ok(()),
        }
    }

    fn arrive(&mut self, member: usize) -> io::Result<()> {
        let Some(progress) = self.progress.get_mut(self.group_of[member]) else {
            return Ok(());
        };
        let place = usize::try_from(self.arrived[member] - progress.complete).ok();
        let Some(lacking) = place.and_then(|place| progress.lacking.get_mut(place)) else {
            return Err(io::Error::other(format!(
                "member {member} got a message that nobody sent"
            )));
        };
        *lacking -= 1;
        self.arrived[member] += 1;
        self.tally.deliveries += 1;
        while progress.lacking.front() == Some(&0) {
            progress.lacking.pop_front();
            progress.complete += 1;
            progress.to_replace += 1;
            self.tally.messages += 1;
        }
        Ok(())
    }
}

/// Asks the limit for messages: a byte each, in one write, so that it can join as many as anybody could.
pub(crate) struct LimitSource;

impl Source for LimitSource {
    fn post(&mut self, swarm: &mut Swarm, _: usize, group: &Group, count: usize) -> io::Result<()> {
        swarm.write(group.members.start, &vec![b'!'; count])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::Writing;
    use crate::limit::tests::in_a_thread;

    #[test]
    fn every_message_of_the_limit_is_seen_by_everybody() {
        for (writing, window) in [(Writing::OneByOne, 1), (Writing::Joined, 8)] {
            let mut swarm = Swarm::new().unwrap();
            swarm.join_limit(in_a_thread(400, writing), 20).unwrap();

            let members = 0..20;
            let group = Group { members, window };
            let mut closed_loop = ClosedLoop::new(&mut swarm, LimitSource, vec![group]);
            for _ in 0..2 {
                let mut looks = 0;
                let tally = closed_loop
                    .run(|| {
                        looks += 1;
                        Ok(looks == 3)
                    })
                    .unwrap();
                assert!(tally.messages > 0);
                assert_eq!(tally.deliveries, tally.messages * 20);
            }
        }
    }

    #[test]
    fn a_message_that_nobody_sent_is_an_error() {
        let mut state = State {
            group_of: vec![0, 0],
            arrived: vec![0, 0],
            progress: vec![Progress {
                lacking: [2].into(),
                ..Progress::default()
            }],
            tally: Tally::default(),
        };
        state.arrive(0).unwrap();
        assert!(state.arrive(0).is_err());
        state.arrive(1).unwrap();
        assert_eq!(
            state.tally,
            Tally {
                messages: 1,
                deliveries: 2
            }
        );
    }
}
