//! Who is online, told once for all and at a price in proportion to their number.

use std::time::Duration;

use chatterbox_domain::UserId;
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::{Presence, close};
use chatterbox_realtime::Limits;

use crate::client::{Client, Received};
use crate::world::{ANN, BOB, EVE, settle, tell};

async fn presence(client: &mut Client) -> Presence {
    loop {
        if let Received::Frame(ServerFrame::Presence(presence)) = client.next().await {
            return presence;
        }
    }
}

/// Lets time pass, with everything that happens in it.
async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
    settle().await;
}

#[test]
fn two_tabs_are_one_person_and_closing_one_is_not_leaving() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.join(ANN).await;
        seconds(2).await;
        let mut bob = world.connect(BOB);
        bob.say(r#"{"type":"hello","protocol":1}"#).await;
        assert_eq!(bob.welcome().await.online, [1, 2]);
        let second_tab = world.join(BOB).await;
        seconds(2).await;
        ann.everything_now().await;
        assert_eq!(world.hub.online_count(), 2);
        drop(bob);
        seconds(10).await;
        assert!(ann.everything_now().await.is_empty());
        assert_eq!(world.hub.online_among(&[EVE, BOB, ANN]), [BOB, ANN]);
        drop(second_tab);
        seconds(2).await;
        assert!(world.hub.is_online(BOB) && world.last_seen.lock().unwrap().is_empty());
        let told = presence(&mut ann).await;
        assert_eq!(
            (told.came, told.went, told.online_count, told.listed),
            (vec![], vec![2], 1, true)
        );
        assert_eq!(*world.last_seen.lock().unwrap(), [BOB]);
        assert!(!world.hub.is_online(BOB));
    });
}

#[test]
fn a_reload_is_not_told() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.join(ANN).await;
        let bob = world.join(BOB).await;
        seconds(3).await;
        ann.everything_now().await;
        drop(bob);
        seconds(2).await;
        let _bob = world.join(BOB).await;
        seconds(10).await;
        assert!(ann.everything_now().await.is_empty());
        assert!(world.last_seen.lock().unwrap().is_empty());
    });
}

#[test]
fn ten_thousand_arrivals_cost_in_proportion_to_their_number() {
    tell(Limits::default(), |world| async move {
        let mut clients = Vec::new();
        for number in 1..=10_000 {
            clients.push(world.connect(UserId(number)));
        }
        seconds(3).await;
        let mut bytes = 0;
        for client in &mut clients {
            client.everything_now().await;
            bytes += client.bytes_read;
        }
        assert_eq!(world.hub.online_count(), 10_000);
        assert!(bytes < 10_000 * 1_000, "{bytes} bytes");
        assert!(bytes > 10_000 * 300, "each one was welcomed: {bytes} bytes");
    });
}

#[test]
fn above_the_limit_there_is_a_count_and_below_it_the_list_comes_back() {
    let limits = Limits {
        presence_list_limit: 10,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let mut ann = world.join(ANN).await;
        let mut crowd = Vec::new();
        for number in 100..110 {
            crowd.push(world.join(UserId(number)).await);
        }
        let told = loop {
            let told = presence(&mut ann).await;
            if told.online_count == 11 {
                break told;
            }
        };
        assert_eq!((told.came, told.went, told.listed), (vec![], vec![], false));
        ann.say(r#"{"type":"presence_query","ref":5,"user_ids":[1,2,100]}"#)
            .await;
        assert!(matches!(ann.frame().await, ServerFrame::Ok(ok) if ok.online == Some(vec![1, 100])));
        let mut late = world.connect(BOB);
        late.say(r#"{"type":"hello","protocol":1}"#).await;
        let welcome = late.welcome().await;
        assert_eq!((welcome.online, welcome.online_count), (vec![], 12));
        crowd.truncate(2);
        let told = loop {
            let told = presence(&mut ann).await;
            if told.listed {
                break told;
            }
        };
        assert_eq!((told.came, told.online_count), (vec![1, 2, 100, 101], 4));
    });
}

#[test]
fn one_session_too_many_is_refused_and_the_others_stay() {
    let limits = Limits {
        sessions_per_person: 2,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let first = world.join(ANN).await;
        let _second = world.join(ANN).await;
        assert_eq!(world.connect(ANN).close_code().await, close::TOO_MANY_SESSIONS);
        drop(first);
        settle().await;
        world.join(ANN).await;
    });
}
